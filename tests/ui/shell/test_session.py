from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLabel, QMessageBox

from app.errors import MachineError
from app.inference.scripted import ScriptedEngine
from app.services.hearing import PROBES
from app.services.transcript_formats import TranscriptFormat
from app.settings import ColourScheme
from tests.stage import say
from tests.ui.theatre import isla_in
from ui.session import Session
from ui.viewmodels.cast_model import CastRowKind
from ui.viewmodels.persona_sections import SectionKey


@pytest.fixture
def on_stage(session, context, qtbot) -> Session:
    """The session with Isla on the screen."""
    session.cast.open_persona(isla_in(context).id)
    qtbot.waitUntil(lambda: session.conversation.conversation is not None)
    qtbot.waitUntil(lambda: session.conversation.transcript.rowCount() == 1)
    return session


def test_the_first_start_greets_and_ends_in_a_conversation(context, window, live_theme, qtbot):
    session = Session(context, window, live_theme)
    session.begin()
    qtbot.waitUntil(lambda: window.screen_shown is session.greeting_screen)
    isla = isla_in(context)
    session.greeting_screen.finished.emit("Daniel", isla.id)
    qtbot.waitUntil(lambda: window.screen_shown is session.chat_screen)
    assert session.conversation.conversation.user_name == "Daniel"
    assert context.settings.current.greeted
    assert context.settings.current.writing.user_name == "Daniel"
    session.close()


def test_the_next_start_opens_what_was_spoken_last(context, window, live_theme, qtbot):
    settings = context.settings.current
    context.settings.replace(settings.model_copy(update={"greeted": True}))
    isla = isla_in(context)
    context.conversations.create(isla.id).result()
    last = context.conversations.create(isla.id).result()
    say(context, last, "Is it you?")
    session = Session(context, window, live_theme)
    session.begin()
    qtbot.waitUntil(lambda: window.screen_shown is session.chat_screen)
    assert session.conversation.conversation.id == last.id
    assert session.cast.chosen.id == isla.id
    session.close()


def test_whoever_talked_without_the_greeting_is_not_greeted_again(
    context, window, live_theme, qtbot
):
    assert not context.settings.current.greeted
    begun = context.conversations.create(isla_in(context).id).result()
    session = Session(context, window, live_theme)
    session.begin()
    qtbot.waitUntil(lambda: session.conversation.conversation is not None)
    assert session.conversation.conversation.id == begun.id
    assert window.screen_shown is session.chat_screen
    session.close()


def test_with_nobody_on_stage_the_page_says_what_to_do(session, window, qtbot):
    qtbot.waitUntil(lambda: window.screen_shown is session.chat_screen)
    assert session.conversation.conversation is None
    shown = {one.text() for one in session.chat_screen.findChildren(QLabel) if one.isVisible()}
    assert "Nobody is on stage." in shown


def test_a_line_is_answered_and_the_character_moves_on_stage(on_stage, window, qtbot):
    field = on_stage.chat_screen.composer.field
    qtbot.keyClicks(field, "What does it sing?")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    transcript = on_stage.conversation.transcript
    qtbot.waitUntil(lambda: transcript.rowCount() == 3)
    qtbot.waitUntil(lambda: "Stornoway" in (transcript.newest.text if transcript.newest else ""))
    assert on_stage.cast.model.rows[0].title == "On stage"


def test_the_sheet_is_opened_for_the_chosen_and_leads_back_on_stage(on_stage, window, qtbot):
    window.actions_.sheet.trigger()
    qtbot.waitUntil(lambda: window.screen_shown is on_stage.persona_screen)
    on_stage.persona_screen.stage_requested.emit(on_stage.cast.chosen.id)
    qtbot.waitUntil(lambda: window.screen_shown is on_stage.chat_screen)


def test_whoever_comes_back_on_stage_has_the_page_read_again(
    make_context, window, live_theme, qtbot
):
    engine = ScriptedEngine()
    context = make_context(engine=engine)
    session = Session(context, window, live_theme)
    isla = isla_in(context)
    session.cast.open_persona(isla.id)
    qtbot.waitUntil(lambda: len(engine.read_requests) == 1)
    session.show_sheet(isla.id)
    qtbot.waitUntil(lambda: window.screen_shown is session.persona_screen)
    context.hearing.hear(isla.persona, PROBES[0]).result()
    assert len(engine.read_requests) == 1
    session.persona_screen.stage_requested.emit(isla.id)
    qtbot.waitUntil(lambda: len(engine.read_requests) == 2)
    assert engine.read_requests[0] == engine.read_requests[1]
    session.close()


def test_a_new_character_is_named_and_then_written(session, window, qtbot, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **_more: ("Ada", True))
    window.actions_.new_persona.trigger()
    qtbot.waitUntil(lambda: window.screen_shown is session.persona_screen)
    assert session.persona.record.persona.name == "Ada"


def test_settings_apply_at_once_to_theme_and_menu(session, window, live_theme, qtbot):
    window.actions_.settings.trigger()
    assert window.screen_shown is session.settings_screen
    window.actions_.schemes[ColourScheme.DARK].trigger()
    qtbot.waitUntil(lambda: live_theme.current.palette.dark)
    window.actions_.larger.trigger()
    qtbot.waitUntil(lambda: live_theme.current.base_size == 15)
    window.actions_.smaller.trigger()
    qtbot.waitUntil(lambda: live_theme.current.base_size == 14)
    window.actions_.larger.trigger()
    window.actions_.usual_size.trigger()
    qtbot.waitUntil(lambda: live_theme.current.base_size == 14)
    session.settings.set_colour_scheme(ColourScheme.LIGHT)
    qtbot.waitUntil(window.actions_.schemes[ColourScheme.LIGHT].isChecked)


def test_a_conversation_is_renamed_from_the_menu(on_stage, window, qtbot, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **_more: ("The lamp room", True))
    conversation = on_stage.conversation.conversation
    qtbot.waitUntil(lambda: bool(on_stage.cast.state.conversations))
    window.actions_.rename.trigger()
    qtbot.waitUntil(
        lambda: (
            on_stage.context.conversations.get(conversation.id).result().title == "The lamp room"
        )
    )


def test_a_second_conversation_is_begun_and_set_aside_with_a_way_back(on_stage, window, qtbot):
    first = on_stage.conversation.conversation
    window.actions_.new_conversation.trigger()
    qtbot.waitUntil(lambda: on_stage.conversation.conversation.id != first.id)
    second = on_stage.conversation.conversation
    window.actions_.set_aside.trigger()
    qtbot.waitUntil(lambda: window.notices.notice is not None)
    assert on_stage.conversation.conversation is None
    assert not window.actions_.set_aside.isEnabled()
    window.notices.notice.act()
    qtbot.waitUntil(lambda: on_stage.conversation.conversation is not None)
    assert on_stage.conversation.conversation.id == second.id


@pytest.mark.parametrize("form", list(TranscriptFormat))
def test_a_conversation_is_exported_from_the_menu(
    on_stage, window, qtbot, monkeypatch, tmp_path, form
):
    asked = []

    def choose(_parent, _title, suggested, _filter):
        asked.append(Path(suggested).name)
        return str(tmp_path / "out"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    window.actions_.exports[form].trigger()
    written = tmp_path / f"out{form.suffix}"
    qtbot.waitUntil(lambda: window.notices.notice is not None)
    assert written.is_file()
    assert asked == [f"Isla MacRae - Begun today{form.suffix}"]
    assert str(written) in window.notices.notice.text
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    window.notices.notice.act()
    assert opened == [str(tmp_path)]


def test_an_export_that_cannot_be_written_says_so(on_stage, window, qtbot, tmp_path):
    conversation = on_stage.conversation.conversation
    on_stage.commands.export_to(
        conversation.id, TranscriptFormat.TEXT, tmp_path / "no" / "such" / "folder.txt"
    )
    qtbot.waitUntil(lambda: window.notices.notice is not None)
    assert window.notices.notice.is_warning
    assert "folder.txt" in window.notices.notice.text


def test_the_conversation_is_copied(on_stage, window, qtbot):
    on_stage.chat_screen.copy_requested.emit()
    qtbot.waitUntil(lambda: window.notices.notice is not None)
    assert "Isla" in QGuiApplication.clipboard().text()


def test_what_was_found_is_shown_in_its_place(on_stage, window, qtbot):
    conversation = on_stage.conversation.conversation
    say(on_stage.context, conversation, "Is the barometer falling?")
    window.actions_.search.trigger()
    on_stage.cast.set_words("barometer")
    qtbot.waitUntil(lambda: any(r.kind == CastRowKind.HIT for r in on_stage.cast.model.rows))
    hit = next(row for row in on_stage.cast.model.rows if row.kind == CastRowKind.HIT)
    on_stage.cast.activate(hit)
    view = on_stage.chat_screen.transcript
    transcript = on_stage.conversation.transcript
    qtbot.waitUntil(lambda: view.currentIndex() == transcript.index_of(hit.message_id))


def test_a_message_far_above_is_fetched_and_shown(on_stage, qtbot):
    context, conversation = on_stage.context, on_stage.conversation.conversation
    for number in range(30):
        say(context, conversation, f"This is line {number}.")
    first = context.conversations.page(conversation.id, limit=None).result()[1]
    elsewhere = context.conversations.create(isla_in(context).id).result()
    on_stage.show_conversation(elsewhere)
    on_stage.cast.message_requested.emit(conversation, first.id)
    view, transcript = on_stage.chat_screen.transcript, on_stage.conversation.transcript
    qtbot.waitUntil(lambda: transcript.index_of(first.id).isValid())
    qtbot.waitUntil(lambda: view.currentIndex() == transcript.index_of(first.id))
    assert view.currentIndex().row() == 1


def test_a_message_that_is_gone_is_said_to_be_gone(on_stage, window, qtbot):
    context, conversation = on_stage.context, on_stage.conversation.conversation
    say(context, conversation, "Forget that I said so.")
    gone = context.conversations.page(conversation.id).result()[1]
    transcript = on_stage.conversation.transcript
    qtbot.waitUntil(lambda: transcript.index_of(gone.id).isValid())
    context.chat.delete(gone.id).result()
    qtbot.waitUntil(lambda: not transcript.index_of(gone.id).isValid())
    on_stage.cast.message_requested.emit(conversation, gone.id)
    qtbot.waitUntil(lambda: window.notices.notice is not None)
    on_stage.cast.message_requested.emit(conversation, "no-such-message")
    qtbot.waitUntil(lambda: window.notices.notice.is_warning)


def test_a_message_on_another_branch_brings_its_branch(on_stage, qtbot):
    context, conversation = on_stage.context, on_stage.conversation.conversation
    first = say(context, conversation, "Is the barometer falling?")
    del first
    path = context.conversations.page(conversation.id).result()
    reply = path[-1]
    from tests.stage import through

    through(context, conversation, lambda: context.chat.regenerate(conversation.id))
    qtbot.waitUntil(lambda: on_stage.conversation.transcript.rowCount() == 3)
    qtbot.waitUntil(lambda: not on_stage.conversation.transcript.index_of(reply.id).isValid())
    on_stage.cast.message_requested.emit(conversation, reply.id)
    qtbot.waitUntil(lambda: on_stage.conversation.transcript.index_of(reply.id).isValid())


def test_about_says_the_versions_and_where_the_data_is(on_stage, window, qtbot):
    window.actions_.about.trigger()
    box = window.findChild(QMessageBox)
    assert "Dramatis 0" in box.informativeText()
    assert str(on_stage.context.paths.data) in box.informativeText()
    box.close()


def test_the_data_folder_is_opened(session, window, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    window.actions_.data_folder.trigger()
    assert opened == [str(session.context.paths.data)]


def test_an_error_is_said_quietly_with_its_hint(session, window):
    session.show_error(MachineError("The disk of /x is full.", code="disk-full"))
    assert window.notices.notice.text == (
        "The disk is full. The disk of /x is full. Free some space, then try again."
    )


def test_the_side_panel_follows_menu_and_button(on_stage, window):
    window.actions_.side_panel.trigger()
    assert on_stage.chat_screen.panel.isVisible()
    on_stage.chat_screen.header.inspect.click()
    assert not window.actions_.side_panel.isChecked()


def test_after_a_crash_the_model_waits_to_be_asked_for(make_context, window, live_theme, qtbot):
    context = make_context(engine=ScriptedEngine(is_loaded=False))
    context.paths.crash_marker.write_text("loading", encoding="utf-8")
    session = Session(context, window, live_theme)
    session.begin()
    assert window.notices.notice.action == "Load it"
    assert context.models.description is None
    window.notices.notice.act()
    qtbot.waitUntil(lambda: context.models.description is not None)
    session.close()


def test_a_draft_that_holds_again_takes_its_warning_away(session, window, context, qtbot):
    session.persona.open(isla_in(context))
    session.persona.set_value(("name",), "")
    session.persona.save()
    assert window.notices.notice.is_warning
    session.persona.set_value(("name",), "Isla")
    assert window.notices.notice is None


def test_unsent_words_outlive_the_session_and_go_when_sent(
    on_stage, context, window, live_theme, qtbot
):
    conversation = on_stage.conversation.conversation
    on_stage.conversation.set_draft("Is the lamp")
    on_stage.close()
    file = context.paths.data / "drafts" / "lines" / f"{conversation.id}.json"
    assert file.exists()
    later = Session(context, window, live_theme)
    later.conversation.open(conversation)
    assert later.chat_screen.composer.field.toPlainText() == "Is the lamp"
    with qtbot.waitSignal(later.conversation.sent):
        later.conversation.send("Is the lamp")
    qtbot.waitUntil(lambda: not file.exists())
    qtbot.waitUntil(lambda: later.conversation.can_send)
    later.close()


def test_f2_on_a_row_edits_it_and_elsewhere_renames(on_stage, window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    asked = []
    window.actions_.rename.triggered.disconnect()
    window.actions_.rename.triggered.connect(lambda: asked.append(1))
    transcript = on_stage.chat_screen.transcript
    transcript.setFocus()
    qtbot.keyClick(transcript, Qt.Key.Key_F2)
    assert transcript.tools.editor is not None
    assert asked == []
    transcript.tools.end_editing()
    on_stage.chat_screen.focus_composer()
    qtbot.keyClick(on_stage.chat_screen.composer.field, Qt.Key.Key_F2)
    assert asked == [1]
    assert transcript.tools.editor is None


def test_a_passage_found_in_a_sheet_is_shown_where_it_stands(session, context, window, qtbot):
    isla = isla_in(context)
    session.cast.passage_requested.emit(isla.id, "life.weekday")
    qtbot.waitUntil(lambda: window.screen_shown is session.persona_screen)
    bar = session.persona_screen._reading.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() > 0)
    assert session.persona_screen._section == SectionKey.LIFE
