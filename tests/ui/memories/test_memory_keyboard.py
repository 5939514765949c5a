"""The memory room with the keyboard alone, from the conversation and back to it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QWidget

from tests.ui.controls import button
from ui.memories.sentence_dialog import SentenceDialog
from ui.viewmodels.memory_shelf import MemoryChip

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


@pytest.fixture
def keys(screen, window, qtbot):
    """Presses a key wherever the keyboard is, in the active window."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    qtbot.waitUntil(lambda: focused() is screen.list)

    def press(key: Qt.Key, with_: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.keyClick(focused(), key, with_)

    return press


def tab_to(widget: QWidget, keys, *, most: int = 60) -> None:
    for _ in range(most):
        if focused() is widget:
            return
        keys(KEY.Key_Tab)
    raise AssertionError(f"Tab never came to {widget.accessibleName()}")


def come_back(window, widget: QWidget, qtbot) -> None:
    """Come back from a dialog, as a window system brings one back; a widget has the keyboard."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    qtbot.waitUntil(lambda: focused() is widget)


def test_a_memory_is_found_read_changed_and_the_change_taken_back(screen, session, keys, qtbot):
    room = session.memories.room
    keys(KEY.Key_F, CTRL)
    assert focused() is screen.head.search
    qtbot.keyClicks(focused(), "tea")
    qtbot.waitUntil(lambda: [one.memory.id for one in room.model.rows] == ["tea"])
    keys(KEY.Key_Escape)
    qtbot.waitUntil(lambda: len(room.model.rows) == 2)
    tab_to(screen.head.chips[MemoryChip.FACTS], keys)
    keys(KEY.Key_Space)
    qtbot.waitUntil(screen.timeline.empty.isVisible)
    keys(KEY.Key_Space)
    qtbot.waitUntil(lambda: len(room.model.rows) == 2)
    tab_to(screen.list, keys)
    keys(KEY.Key_Home)
    keys(KEY.Key_Down)
    assert room.chosen.id == "tea"
    keys(KEY.Key_Return)
    assert focused() is screen.side.edit
    tab_to(screen.side.pin, keys)
    keys(KEY.Key_Space)
    qtbot.waitUntil(lambda: room.chosen.is_pinned)
    keys(KEY.Key_Z, CTRL)
    qtbot.waitUntil(lambda: not room.chosen.is_pinned)


def test_two_become_one_come_apart_again_and_one_is_split(screen, session, window, keys, qtbot):
    room = session.memories.room
    keys(KEY.Key_Home)
    keys(KEY.Key_Down, SHIFT)
    assert len(room.selected) == 2
    keys(KEY.Key_Return)
    tab_to(screen.side.merge, keys)
    keys(KEY.Key_Space)
    dialog = screen.findChildren(SentenceDialog)[-1]
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    keys(KEY.Key_Return, CTRL)
    qtbot.waitUntil(lambda: len(room.model.rows) == 1)
    assert room.chosen.text.endswith("He works there.")
    come_back(window, screen.list, qtbot)
    keys(KEY.Key_Z, CTRL)
    qtbot.waitUntil(lambda: {one.memory.id for one in room.model.rows} == {"lyon", "tea"})
    room.choose("lyon")
    screen.list.setFocus()
    screen.side.split.click()
    dialog = screen.findChildren(SentenceDialog)[-1]
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    keys(KEY.Key_Return, CTRL)
    qtbot.waitUntil(lambda: len(room.model.rows) == 3)
    assert room.chosen.text == "He moved to Lyon."


def test_after_forgetting_the_keyboard_rests_on_the_next(screen, session, window, keys, qtbot):
    room = session.memories.room
    keys(KEY.Key_Home)
    keys(KEY.Key_Delete)
    question = next(one for one in screen.findChildren(QMessageBox) if one.isVisible())
    qtbot.waitUntil(lambda: QApplication.activeWindow() is question)
    keys(KEY.Key_Escape)
    assert room.chosen.id == "lyon"
    come_back(window, screen.list, qtbot)
    keys(KEY.Key_Delete)
    question = next(one for one in screen.findChildren(QMessageBox) if one.isVisible())
    qtbot.waitUntil(lambda: QApplication.activeWindow() is question)
    button(question, "Forget for good").setFocus()
    keys(KEY.Key_Space)
    # What it had superseded stands again, as the oldest.
    qtbot.waitUntil(lambda: [one.memory.id for one in room.model.rows] == ["tea", "paris"])
    qtbot.waitUntil(lambda: screen.list.currentIndex().row() == 0)
    assert room.chosen.id == "tea"
    come_back(window, screen.list, qtbot)


def test_the_menu_key_offers_everything_and_the_line_is_left_and_come_back_from(
    screen, session, window, keys, qtbot
):
    room = session.memories.room
    keys(KEY.Key_Home)
    keys(KEY.Key_Down)
    qtbot.waitUntil(lambda: session.memories.facts.memory.id == "tea")
    qtbot.waitUntil(lambda: bool(session.memories.facts.facts))
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(screen.list.viewport(), QContextMenuEvent(reason, QPoint(), QPoint()))
    menu = next(one for one in screen.side.findChildren(QMenu) if one.isVisible())
    words = {one.text().partition("\t")[0]: one for one in menu.actions() if one.text()}
    assert list(words) == [
        "Go to the line",
        "Edit",
        "Pin",
        "Set aside",
        "Merge \u2026",
        "Take apart \u2026",
        "Forget for good",
    ]
    assert not words["Merge \u2026"].isEnabled()
    words["Go to the line"].trigger()
    menu.close()
    qtbot.waitUntil(lambda: window.screen_shown is session.chat_screen)
    window.actions_.memories.trigger()
    qtbot.waitUntil(lambda: window.screen_shown is screen)
    come_back(window, screen.list, qtbot)
    assert room.chosen.id == "tea"
    qtbot.waitUntil(lambda: screen.list.currentIndex().row() == 1)
