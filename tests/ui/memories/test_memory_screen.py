"""The memory room on the screen: with the pointer, with the keyboard, and in the window."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from app.domain.ids import MemoryId
from app.domain.memory import Bond, MemoryKind, Recalled, Signal
from app.services.bonds import bond_line
from app.services.conversations import ReplyDetails
from app.settings import Appearance, ColourScheme
from tests.ui.accessibility import unnamed
from tests.ui.book import make_message
from tests.ui.controls import button
from tests.ui.memories.remembering import a_note
from ui.chat.recalled_panel import RecalledPanel
from ui.chat.recap_line import RecapLine
from ui.memories.bond_plot import BondPanel
from ui.memories.memory_list import MemoryList
from ui.memories.memory_screen import MemoryScreen
from ui.memories.sentence_dialog import SentenceDialog
from ui.viewmodels.memory_bond import picture_of
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.viewmodels.memory_rows import FIRST_ROWS
from ui.viewmodels.memory_shelf import MemoryChip, shelve

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def press(screen: MemoryScreen, words: str) -> None:
    made = button(screen.side, words)
    assert made.isVisible()
    assert made.isEnabled()
    made.click()


def dialog_of(screen: MemoryScreen) -> SentenceDialog:
    return screen.findChildren(SentenceDialog)[-1]


def link_to(screen, words, qtbot):
    """The link in the side panel that says this, once it is there to be clicked."""

    def shown():
        links = screen.side.findChildren(type(screen.head.story))
        return [one for one in links if one.isVisible() and words in one.accessibleName()]

    qtbot.waitUntil(lambda: bool(shown()))
    return shown()[0]


def test_a_memory_is_shown_with_its_facts_and_leads_to_its_line(screen, session, window, qtbot):
    assert screen.side.sentence.text() == "He moved to Lyon. He works there."
    assert "Facts 2" in [chip.text() for chip in screen.head.chips.values()]
    assert screen.timeline.aside.words.startswith("1 memory was set aside: it gives orders")
    assert unnamed(screen) == []
    link_to(screen, "He lives in Paris", qtbot).click()
    assert session.memories.room.chosen.id == "paris"
    screen.list.setCurrentIndex(session.memories.room.model.place_of(MemoryId("tea")))
    qtbot.waitUntil(lambda: session.memories.facts.memory.id == "tea")
    qtbot.waitUntil(lambda: bool(session.memories.facts.facts))
    link_to(screen, "go to the line", qtbot).click()
    qtbot.waitUntil(lambda: window.screen_shown is session.chat_screen)
    qtbot.waitUntil(lambda: session.chat_screen.transcript.currentIndex().isValid())


def test_the_keyboard_pins_edits_and_takes_back(screen, session, window, qtbot):
    room = session.memories.room
    press(screen, "Pin")
    qtbot.waitUntil(lambda: room.chosen is not None and room.chosen.is_pinned)
    assert window.notices.notice.action == "Undo"
    screen.list.setFocus()
    qtbot.waitUntil(screen.list.hasFocus)
    qtbot.keyClick(screen.list, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: room.chosen is not None and not room.chosen.is_pinned)
    for again in ((Qt.Key.Key_Y, CTRL), (Qt.Key.Key_Z, CTRL | SHIFT)):
        qtbot.keyClick(screen.list, *again)
        qtbot.waitUntil(lambda: room.chosen is not None and room.chosen.is_pinned)
        qtbot.keyClick(screen.list, Qt.Key.Key_Z, CTRL)
        qtbot.waitUntil(lambda: room.chosen is not None and not room.chosen.is_pinned)
    qtbot.keyClick(screen.list, Qt.Key.Key_F2)
    dialog = dialog_of(screen)
    assert unnamed(dialog) == []
    dialog.field.setPlainText("He lives in Lyon.")
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: room.chosen.text == "He lives in Lyon.")
    qtbot.waitUntil(lambda: "worded before" in [one.title for one in session.memories.facts.facts])


def test_forgetting_asks_once(screen, session, qtbot):
    room = session.memories.room
    screen.list.setFocus()
    qtbot.keyClick(screen.list, Qt.Key.Key_Delete)
    question = screen.findChild(QMessageBox)
    assert "cannot be undone" in question.informativeText()
    assert question.defaultButton().text() == "Keep"
    question.defaultButton().click()
    assert room.chosen.id == "lyon"
    press(screen, "Forget for good")
    asked = next(one for one in screen.findChildren(QMessageBox) if one.isVisible())
    next(one for one in asked.buttons() if one.text() == "Forget for good").click()
    qtbot.waitUntil(lambda: MemoryId("lyon") not in room.shelf.memories)


def test_other_colours_leave_the_harmless_answer_preferred(screen, live_theme, qtbot):
    press(screen, "Forget for good")
    question = next(one for one in screen.findChildren(QMessageBox) if one.isVisible())
    keep = question.defaultButton()
    for scheme in (ColourScheme.DARK, ColourScheme.LIGHT):
        live_theme.set_appearance(Appearance(colour_scheme=scheme))
        QApplication.processEvents()
        assert question.defaultButton() is keep
        assert keep.isDefault()
        assert question.focusWidget() is keep
    keep.click()


def test_marked_memories_merge_and_one_is_taken_apart(screen, session, qtbot):
    room = session.memories.room
    assert not button(screen.side, "Merge \u2026").isEnabled()
    press(screen, "Take apart \u2026")
    dialog = dialog_of(screen)
    assert dialog.field.toPlainText().splitlines() == ["He moved to Lyon.", "He works there."]
    dialog.reject()
    screen.list.setCurrentIndex(room.model.index(0))
    qtbot.keyClick(screen.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert len(room.selected) == 2
    press(screen, "Merge the 2 \u2026")
    dialog = dialog_of(screen)
    dialog.field.setPlainText("word " * 200)
    assert not dialog.accept_button.isEnabled()
    dialog.field.setPlainText("Lyon, and black tea.")
    dialog.accept_button.click()
    qtbot.waitUntil(lambda: room.model.rowCount() == 1)
    assert room.model.rows[0].memory.text == "Lyon, and black tea."


def test_what_was_set_aside_is_looked_at_and_let_in(screen, session, qtbot):
    room = session.memories.room
    screen.timeline.look_aside.click()
    qtbot.waitUntil(lambda: [one.memory.id for one in room.model.rows] == ["order"])
    assert screen.head.chips[MemoryChip.ASIDE].isChecked()
    press(screen, "Let in")
    qtbot.waitUntil(lambda: not room.shelf.aside)


def test_searching_says_when_nothing_fits(screen, session, qtbot):
    screen.head.search.setText("nowhere")
    qtbot.waitUntil(screen.timeline.empty.isVisible)
    assert screen.timeline.empty.text() == "Nothing here fits."
    screen.timeline.show_all.click()
    qtbot.waitUntil(screen.list.isVisible)
    assert screen.head.search.text() == ""


def test_words_and_map_lead_to_memories(screen, session, qtbot):
    room = session.memories.room
    screen.head.page_chips[1].click()
    qtbot.waitUntil(lambda: "He takes his tea black." in screen.known.prose.toPlainText())
    screen.known.memory_requested.emit("tea")
    assert room.chosen.id == "tea"
    screen.head.page_chips[2].click()
    view = screen.map.view
    qtbot.waitUntil(lambda: len(view.dots) == 2)
    assert [mark.accessibleName().partition(", ")[2] for mark in view.marks] == ["2 memories"]
    place = view.dots[MemoryId("lyon")]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(place.x), round(place.y)))
    assert room.chosen.id == "lyon"
    [link] = [one for one in screen.map.links if one.accessibleName().startswith("He takes")]
    link.click()
    assert room.chosen.id == "tea"
    assert unnamed(screen) == []


def test_narrow_puts_the_panel_below(screen, window, qtbot):
    side, bond = screen.side, screen.head.page_chips[3]
    assert not bond.isVisible()
    window.resize(900, 820)
    qtbot.waitUntil(lambda: side.y() > 0)
    assert side.x() == 0
    qtbot.waitUntil(lambda: screen.list.height() > 0.45 * screen.height())
    bond.click()
    assert screen.bond.isVisible()
    window.resize(1280, 820)
    qtbot.waitUntil(lambda: side.x() > 0)
    assert screen.list.isVisible()
    assert not bond.isVisible()


@pytest.mark.parametrize(("width", "letters"), [(1280, 14), (900, 14), (900, 24)])
def test_what_can_be_done_stays_in_sight(
    screen, session, window, live_theme, qtbot, width, letters
):
    room = session.memories.room
    live_theme.set_appearance(Appearance(font_size=letters))
    window.resize(width, 820)
    session.memories.deeds.merge(["lyon", "tea"], "He works in Lyon and takes his tea black. " * 8)
    qtbot.waitUntil(lambda: room.chosen is not None and room.chosen.text.endswith("black."))
    qtbot.waitUntil(lambda: "superseded" in [one.title for one in session.memories.facts.facts])

    def whole(part) -> bool:
        corner = part.mapTo(screen, part.rect().bottomRight())
        return not part.visibleRegion().isEmpty() and screen.rect().contains(corner)

    buttons = [screen.side.edit, screen.side.merge, screen.side.forget]
    qtbot.waitUntil(lambda: all(whole(one) for one in (*buttons, *screen.head.chips.values())))


def test_an_episode_says_why_it_has_no_other_wording(session, window, context, qtbot, conversation):
    context.memories.record_pending().result()
    [episode] = [
        one
        for one in context.memory_room.in_story(conversation.id).result()
        if one.kind is MemoryKind.EPISODE
    ]
    session.show_conversation(conversation)
    session.memories.show_memory(episode.id)
    qtbot.waitUntil(lambda: window.screen_shown is session.memories.screen)
    qtbot.waitUntil(lambda: session.memories.room.chosen is not None)
    press(session.memories.screen, "Edit")
    assert window.notices.notice.text.startswith("An episode is what was said")


def test_a_character_without_stories_has_an_empty_room(session, window, context, qtbot):
    nan = next(
        one for one in context.personas.list_all().result() if one.persona.name == "Nan Bridget"
    )
    window.cast.memories_requested.emit(nan.id)
    qtbot.waitUntil(lambda: window.screen_shown is session.memories.screen)
    qtbot.waitUntil(session.memories.screen.timeline.empty.isVisible)
    assert session.memories.screen.timeline.empty.text().startswith("Nothing yet. Talk")


def test_a_long_list_is_handed_out_as_it_is_scrolled(live_theme, show, qtbot):
    room = MemoryRoomViewModel(None, None, None)
    memories = [a_note(f"n{n}", f"He said {n}. " * (1 + n % 9), n) for n in range(5_000)]
    room.model.replace(shelve(memories).entries)
    view = show(MemoryList(room, live_theme), 600, 400)
    assert room.model.rowCount() == FIRST_ROWS
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: room.model.rowCount() == 2 * FIRST_ROWS)
    assert room.model.place_of(MemoryId("n900")).row() == 900
    assert not room.model.place_of(MemoryId("n4999")).isValid()
    spoken = QAccessible.queryAccessibleInterface(view).child(0).text(QAccessible.Text.Name)
    assert spoken.startswith("He said 0.")


def test_arrows_go_along_the_relationship(live_theme, show, qtbot):
    panel = show(BondPanel(live_theme), 320, 260)
    assert panel.words.text().startswith("Nothing has changed")
    memories = [
        a_note("a", "They met.", 50, bond=Bond(1.0, 0.5, 2.0)),
        a_note("b", "The ladder.", 40, bond=Bond(1.0, -1.0, -3.0)),
    ]
    panel.show_picture(picture_of(bond_line(memories), "Daniel", "Isla", datetime.now(UTC)))
    plot = panel.plot
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert "The ladder." in panel.words.text()
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert "They met." in plot.accessibleDescription()
    with qtbot.waitSignal(panel.memory_requested) as asked:
        qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert asked.args == ["a"]
    assert not plot.grab().isNull()


def test_last_time_can_be_put_away(show, qtbot, live_theme):
    line = show(RecapLine(), 500, 60)
    line.show_words("Last time, yesterday: He moved to Lyon.")
    assert line.isVisible()
    with qtbot.waitSignal(line.closed):
        line.close_button.click()
    line.show_words("")
    assert not line.isVisible()


def test_what_was_recalled_tells_its_reasons_and_leads_to_the_room(show, qtbot, live_theme):
    panel = show(RecalledPanel(), 320, 500)
    signals = (Signal("meaning", 0.71, 5.1),)
    recalled = tuple(
        Recalled(a_note(key, text, days), 0.7, "Close in meaning.", True, 12, signals)
        for key, text, days in (("tea", "Black tea.", 2), ("lyon", "Lyon.", 5))
    )
    panel.show_details(ReplyDetails(make_message(1), None, recalled))
    assert panel.words[1].endswith("12 tokens\u00a0\u00b7 in the prompt: yes, as memory 2 of 2")
    assert panel.words[2] == "meaning .71"
    assert unnamed(panel) == []
    with qtbot.waitSignal(panel.memory_requested) as asked:
        button(panel, "In the memory room \u203a").click()
    assert asked.args == ["tea"]


def test_the_menu_of_stories_marks_the_one_that_is_shown(screen, session, conversation, qtbot):
    menu = next(
        one for one in screen.findChildren(QMenu) if one.accessibleName() == "Of which story"
    )
    everything, _line, story = menu.actions()
    assert (everything.isChecked(), story.isChecked()) == (False, True)
    everything.trigger()
    qtbot.waitUntil(lambda: [one.isChecked() for one in menu.actions()] == [True, False, False])
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: [one.isChecked() for one in menu.actions()] == [True, False, False])
