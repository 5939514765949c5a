"""The conversation screen as a whole: composer, status, bars, side panel, empty pages."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from app.domain.memory import Recalled
from app.errors import UserError
from app.events import EngineStateChanged
from app.services.conversations import ReplyDetails
from tests.ui.accessibility import names, unnamed
from tests.ui.book import START, make_message, make_recalled
from ui.chat.chat_screen import ChatScreen
from ui.chat.deleted_dialog import DeletedDialog
from ui.chat.recalled_panel import describe
from ui.viewmodels.error_state import ErrorState
from ui.viewmodels.transcript_model import TranscriptRole

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def make_screen(qtbot, make_stage, live_theme):
    screens: list[ChatScreen] = []

    def make(*replies, width: int = 900):
        stage = make_stage(*replies)
        screen = ChatScreen(stage.view_model, live_theme)
        screens.append(screen)
        screen.set_character_name("Isla MacRae")
        screen.resize(width, 640)
        with qtbot.waitExposed(screen):
            screen.show()
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        return stage, screen

    yield make
    for screen in screens:
        screen.close()
        shiboken6.delete(screen)


def type_line(screen: ChatScreen, text: str) -> None:
    QTest.keyClicks(screen.composer.field, text)


def wait_for_reply(qtbot, stage, rows: int) -> None:
    qtbot.waitUntil(
        lambda: stage.view_model.transcript.rowCount() == rows and stage.view_model.can_send
    )


# The composer


def test_enter_sends_and_the_field_is_free_again(qtbot, make_screen):
    stage, screen = make_screen("Aye.")
    field = screen.composer.field
    type_line(screen, "Is it dead?")
    assert stage.view_model.draft == "Is it dead?"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.toPlainText() == "Is it dead?"
    assert field.isReadOnly()
    wait_for_reply(qtbot, stage, 3)
    assert field.toPlainText() == ""
    assert not field.isReadOnly()
    assert stage.texts()[1:] == ["Is it dead?", "Aye."]


def test_shift_enter_breaks_the_line_and_the_field_grows(make_screen):
    _, screen = make_screen()
    field = screen.composer.field
    single = field.height()
    type_line(screen, "One")
    QTest.keyClick(field, Qt.Key.Key_Return, SHIFT)
    type_line(screen, "two")
    assert field.toPlainText() == "One\ntwo"
    assert field.height() > single
    field.setPlainText("\n".join(["line"] * 6))
    six = field.height()
    field.setPlainText("\n".join(["line"] * 40))
    assert field.height() == six
    field.clear()
    assert field.height() == single


def test_a_refused_line_stays_in_the_field(qtbot, make_screen, monkeypatch):
    stage, screen = make_screen()
    chat = stage.context.chat
    error = UserError("The disk is full. Free some space.", code="disk-full")

    def refuse(*_args, **_kwargs):
        return stage.context.conversations._storage.submit(lambda: (_ for _ in ()).throw(error))

    monkeypatch.setattr(chat, "start_turn", refuse)
    type_line(screen, "Hello.")
    QTest.keyClick(screen.composer.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stage.view_model.error is not None)
    assert screen.composer.field.toPlainText() == "Hello."
    assert not screen.composer.field.isReadOnly()
    assert screen.notices.notice.text == error.message
    assert screen.notices.notice.action == "Try again"


def test_the_send_button_becomes_stop_and_nothing_moves(qtbot, make_screen):
    stage, screen = make_screen("One two three.")
    composer = screen.composer
    assert not composer.send.isEnabled()
    place = composer.send.geometry()
    type_line(screen, "Go on.")
    assert composer.send.isEnabled()
    stage.gate.clear()
    QTest.mouseClick(composer.send, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: composer.send.text() == "Stop")
    assert composer.send.geometry() == place
    assert not composer.take_again.isEnabled()
    QTest.mouseClick(composer.send, Qt.MouseButton.LeftButton)
    stage.gate.set()
    qtbot.waitUntil(lambda: composer.send.text() == "Send")
    qtbot.waitUntil(lambda: stage.view_model.can_send)
    assert "three" not in stage.texts()[-1]


def test_control_and_full_stop_stops_from_anywhere(qtbot, make_screen):
    stage, screen = make_screen("One two three.")
    stage.gate.clear()
    stage.view_model.send("Go on.")
    qtbot.waitUntil(lambda: stage.view_model.can_stop)
    QTest.keyClick(screen.composer.field, Qt.Key.Key_Period, CONTROL)
    stage.gate.set()
    qtbot.waitUntil(lambda: stage.view_model.can_send)
    assert "three" not in stage.texts()[-1]


def test_take_again_and_continue_are_a_click_away(qtbot, make_screen):
    stage, screen = make_screen("First.", "Second.", "and more.")
    type_line(screen, "Well?")
    QTest.keyClick(screen.composer.field, Qt.Key.Key_Enter)
    wait_for_reply(qtbot, stage, 3)
    screen.composer.take_again.click()
    qtbot.waitUntil(lambda: stage.texts()[-1] == "Second." and stage.view_model.can_send)
    screen.composer.continue_reply.click()
    qtbot.waitUntil(lambda: "and more." in stage.texts()[-1] and stage.view_model.can_send)


def test_each_conversation_keeps_its_draft(qtbot, make_screen):
    stage, screen = make_screen()
    first = stage.view_model.conversation
    type_line(screen, "and then")
    stage.view_model.open(stage.new_conversation())
    assert screen.composer.field.toPlainText() == ""
    stage.view_model.open(first)
    assert screen.composer.field.toPlainText() == "and then"


# The status line


def test_the_status_line_speaks_of_the_turn_then_of_its_cost(qtbot, make_screen):
    stage, screen = make_screen("One two.")
    assert screen.status_line.words.endswith("offline")
    stage.gate.clear()
    stage.view_model.send("Go on.")
    qtbot.waitUntil(lambda: "Reading …" in screen.status_line.words)
    pieces = threading.Semaphore(1)
    stage.engine._wait = lambda: pieces.acquire(timeout=20)
    stage.gate.set()
    qtbot.waitUntil(lambda: "Writing …" in screen.status_line.words)
    pieces.release(9)
    qtbot.waitUntil(lambda: "read " in screen.status_line.words)
    assert "reused" in screen.status_line.words
    assert "Writing" not in screen.status_line.words


def test_loading_shows_how_far_it_is(qtbot, make_screen):
    stage, screen = make_screen()
    stage.context.hub.publish(EngineStateChanged("loading", 0.25))
    qtbot.waitUntil(lambda: "Loading the model … 25 %" in screen.status_line.words)
    assert screen.status_line._progress.isVisible()
    stage.context.hub.publish(EngineStateChanged("ready", 1.0))
    qtbot.waitUntil(screen.status_line._progress.isHidden)


# Bars and empty pages


def test_an_error_offers_to_try_again_and_goes_when_it_is_over(qtbot, make_screen):
    stage, screen = make_screen()
    stage.context.hub.publish(EngineStateChanged("failed", detail="There is no memory left."))
    qtbot.waitUntil(lambda: screen.notices.notice is not None)
    assert screen.notices.notice.is_warning
    QTest.mouseClick(
        next(b for b in screen.notices.findChildren(QPushButton) if b.text() == "Try again"),
        Qt.MouseButton.LeftButton,
    )
    qtbot.waitUntil(lambda: stage.view_model.status.engine.state == "ready")
    assert screen.notices.notice is None


def test_an_error_that_cannot_be_retried_offers_nothing(make_screen):
    _, screen = make_screen()
    screen._show_error(ErrorState("user", "That line is gone."))
    assert screen.notices.notice.action == ""


def test_a_deletion_offers_to_undo(qtbot, make_screen):
    stage, screen = make_screen("Aye.")
    stage.view_model.send("Well?")
    wait_for_reply(qtbot, stage, 3)
    index = stage.view_model.transcript.index(1)
    screen.transcript.tools.delete_requested.emit(index.data(TranscriptRole.MESSAGE).id)
    qtbot.waitUntil(lambda: screen.notices.notice is not None)
    assert (screen.notices.notice.text, screen.notices.notice.action) == ("Deleted.", "Undo")
    screen.notices.notice.act()
    qtbot.waitUntil(lambda: stage.view_model.transcript.rowCount() == 3)
    qtbot.waitUntil(lambda: screen.notices.notice is None)


def test_control_z_on_the_page_undoes(qtbot, make_screen):
    stage, screen = make_screen("Aye.")
    stage.view_model.send("Well?")
    wait_for_reply(qtbot, stage, 3)
    page = screen.transcript
    page.setFocus(Qt.FocusReason.TabFocusReason)
    page.setCurrentIndex(page.model().index(1))
    QTest.keyClick(page, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.model().rowCount() == 2 and stage.view_model.can_undo)
    QTest.keyClick(page, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: page.model().rowCount() == 3)


def test_without_a_conversation_the_page_says_what_to_do(make_screen):
    stage, screen = make_screen()
    stage.view_model.open(None)
    assert screen._empty_heading.isVisible()
    assert screen._empty_heading.text() == "Nobody is on stage."
    assert screen.composer.isHidden()
    assert not screen.header.export.isEnabled()


def test_a_conversation_without_a_line_says_so(qtbot, make_screen):
    stage, screen = make_screen()
    transcript = stage.view_model.transcript
    # Every greeting has to go: where one was deleted, its neighbour comes forward.
    while transcript.rowCount():
        shown = transcript.index(0).data(TranscriptRole.MESSAGE).id

        def is_gone(shown=shown) -> bool:
            first = transcript.index(0).data(TranscriptRole.MESSAGE)
            return first is None or first.id != shown

        stage.view_model.changes.delete(shown)
        qtbot.waitUntil(is_gone)
    qtbot.waitUntil(screen._empty_heading.isVisible)
    assert screen._empty_heading.text() == "Nothing has been said yet."
    assert screen.composer.isVisible()


# Header and side panel


def test_the_header_says_who_and_which(qtbot, make_screen):
    stage, screen = make_screen()
    assert screen.header.name.words == "Isla MacRae"
    assert screen.header.you.words == f"as {stage.view_model.conversation.user_name}"
    with qtbot.waitSignal(screen.export_requested) as told:
        screen.header.export.menu().actions()[1].trigger()
    assert told.args == ["html"]
    with qtbot.waitSignal(screen.copy_requested):
        screen.header.export.menu().actions()[-1].trigger()


def test_deleted_messages_come_back_from_the_header(qtbot, make_screen):
    stage, screen = make_screen("Aye.")
    stage.view_model.send("Well?")
    wait_for_reply(qtbot, stage, 3)
    message_id = stage.view_model.transcript.index(1).data(TranscriptRole.MESSAGE).id
    screen.header.more.menu().actions()[0].trigger()
    dialog = screen.findChild(DeletedDialog)
    qtbot.waitUntil(lambda: dialog.words == ["Nothing has been deleted in this conversation."])
    stage.view_model.changes.delete(message_id)
    qtbot.waitUntil(lambda: dialog.words[1:] == ["Well?"])
    assert unnamed(dialog) == []
    button = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Bring back")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    wait_for_reply(qtbot, stage, 3)
    qtbot.waitUntil(lambda: len(dialog.words) == 1)
    assert dialog.focusWidget().text() == "Close"
    dialog.close()


def test_a_narrow_header_keeps_the_name(qtbot, make_screen):
    stage, screen = make_screen("Aye.")
    conversation = stage.view_model.conversation
    stage.view_model.send("A first line that makes a title of some length")
    wait_for_reply(qtbot, stage, 3)
    renamed = stage.context.conversations.get(conversation.id).result()
    screen.header.show_conversation(renamed)
    screen.header.resize(900, 50)
    assert screen.header.title.isVisible()
    screen.header.resize(440, 50)
    assert screen.header.title.isHidden()
    qtbot.waitUntil(lambda: screen.header.name.text() == "Isla MacRae")


def test_the_side_panel_opens_with_the_newest_reply(qtbot, make_screen):
    stage, screen = make_screen("Aye.")
    stage.view_model.send("Well?")
    wait_for_reply(qtbot, stage, 3)
    assert screen.panel.isHidden()
    screen.header.inspect.click()
    assert screen.panel.isVisible()
    qtbot.waitUntil(lambda: screen.panel.words == ["Nothing was recalled for this reply."])
    screen.header.inspect.click()
    assert screen.panel.isHidden()


def test_a_mark_in_the_margin_opens_the_side_panel(qtbot, make_screen):
    stage, screen = make_screen("Aye.")
    stage.view_model.send("Well?")
    wait_for_reply(qtbot, stage, 3)
    message_id = stage.view_model.transcript.index(2).data(TranscriptRole.MESSAGE).id
    screen.transcript.tools.recalled_requested.emit(message_id)
    assert screen.panel.isVisible()
    assert screen.header.inspect.isChecked()


def test_cards_say_what_when_why_and_whether_it_was_read(make_screen):
    _, screen = make_screen()
    recalled = (make_recalled("He takes it black."), make_recalled("<b>Tin</b>", injected=False))
    screen.panel.show_details(ReplyDetails(make_message(1), None, recalled))
    words = screen.panel.words
    assert words[0] == "He takes it black."
    assert "14 tokens" in words[1]
    assert words[1].endswith("in the prompt: yes")
    assert words[2] == "<b>Tin</b>"
    assert words[3].endswith("in the prompt: no, it did not fit")
    screen.panel.show_details(None)
    assert len(screen.panel.words) == 1


def test_a_memory_is_described_with_its_day():
    recalled: Recalled = make_recalled()
    said = describe(recalled, datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert said.startswith("yesterday")
    assert "close in meaning" in said
    assert describe(recalled, START).startswith("today")


def test_a_link_is_followed_only_after_asking(qtbot, make_screen, monkeypatch):
    _, screen = make_screen()
    opened: list[str] = []
    monkeypatch.setattr(
        "ui.chat.chat_screen.QDesktopServices.openUrl", lambda url: opened.append(url.toString())
    )
    screen._ask_about_link("file:///etc/passwd")
    assert not screen.findChildren(QMessageBox)
    for button, expected in (("Stay here", []), ("Open", ["https://example.org/a"])):
        screen._ask_about_link("https://example.org/a")
        box = screen.findChildren(QMessageBox)[-1]
        qtbot.waitUntil(box.isVisible)
        next(b for b in box.buttons() if b.text() == button).click()
        qtbot.waitUntil(lambda: not screen.findChildren(QMessageBox))
        assert opened == expected


# Screen readers and the keyboard


@pytest.mark.parametrize("width", [900, 480])
def test_every_control_has_a_name(qtbot, make_screen, width):
    stage, screen = make_screen("Aye.", width=width)
    stage.view_model.send("Well?")
    wait_for_reply(qtbot, stage, 3)
    screen.header.inspect.click()
    assert unnamed(screen) == []
    found = names(screen)
    for name in ("What you say or do", "Take again", "Continue", "Send", "Conversation"):
        assert name in found


def test_tab_reaches_everything(qtbot, make_screen):
    stage, screen = make_screen("Aye.")
    stage.view_model.send("Well?")
    wait_for_reply(qtbot, stage, 3)
    screen.focus_composer()
    reached = []
    for _ in range(12):
        focused = screen.focusWidget()
        reached.append(focused.accessibleName() or getattr(focused, "text", str)())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    for name in ("What you say or do", "Take again", "Continue", "Conversation", "Inspect"):
        assert name in reached


def test_the_whole_screen_changes_its_theme(qtbot, make_screen, live_theme):
    from app.settings import Appearance, ColourScheme

    _, screen = make_screen()
    for scheme in (ColourScheme.DARK, ColourScheme.CONTRAST, ColourScheme.LIGHT):
        live_theme.set_appearance(Appearance(colour_scheme=scheme))
        image = screen.grab().toImage()
        paper = live_theme.current.palette.paper.lower()
        corner = screen._desk.page.mapTo(screen, screen._desk.page.rect().center())
        assert paper in {
            image.pixelColor(corner.x() + dx, corner.y()).name() for dx in range(-60, 60)
        }


def test_a_half_made_edit_is_offered_again_until_it_is_kept_or_left(qtbot, make_screen):
    stage, screen = make_screen()
    first, tools = stage.view_model.conversation, screen.transcript.tools
    original = stage.texts()[0]
    tools.begin_editing(screen.transcript.model().index(0))
    tools.editor.edit.setPlainText("Half a th")
    stage.view_model.open(stage.new_conversation())
    qtbot.waitUntil(lambda: tools.editor is None)
    stage.view_model.open(first)
    qtbot.waitUntil(lambda: stage.texts() == [original])
    tools.begin_editing(screen.transcript.model().index(0))
    assert tools.editor.edit.toPlainText() == "Half a th"
    tools.editor.edit.undo()
    assert tools.editor.edit.toPlainText() == original
    tools.editor.edit.redo()
    QTest.keyClick(tools.editor.edit, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: stage.texts() == ["Half a th"])
    qtbot.waitUntil(lambda: stage.view_model.changes.last_change == "Edited.")
    tools.begin_editing(screen.transcript.model().index(0))
    tools.editor.edit.setPlainText("No")
    QTest.keyClick(tools.editor.edit, Qt.Key.Key_Escape)
    tools.begin_editing(screen.transcript.model().index(0))
    assert tools.editor.edit.toPlainText() == "Half a th"
