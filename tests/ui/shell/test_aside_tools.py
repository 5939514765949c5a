from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from app.context import AppContext
from tests.ui.controls import button
from tests.ui.theatre import isla_in
from ui.aside_tools import aside_tools, ask_for_parts
from ui.personas.hearing_panel import HearingPanel
from ui.personas.suggestion_acceptance import AcceptanceTool
from ui.personas.suggestion_tool import SuggestionTool
from ui.viewmodels.asking import AskingState
from ui.viewmodels.hearing_view_model import Column
from ui.viewmodels.persona_sections import SectionKey

PARAGRAPH = "Mara Voss is a 34-year-old locksmith from Ghent. She loves rain and old keys."


@pytest.fixture
def context(make_context) -> AppContext:
    return make_context("I am the keeper of it. I wake at four.")


def test_every_page_has_its_pieces_and_the_services_answer(session, context, qtbot):
    session.persona.open(isla_in(context))
    tools = {key: [make() for make in makers] for key, makers in aside_tools(session).items()}
    for pieces in tools.values():
        for piece in pieces:
            qtbot.addWidget(piece)
            piece.reload()
    assert SectionKey.LORE not in tools
    hearing = next(one for one in tools[SectionKey.VOICE] if isinstance(one, HearingPanel))
    button(hearing, "Hear her").click()
    view_model = hearing._view_model
    qtbot.waitUntil(lambda: view_model.is_complete and not view_model.is_running, timeout=20_000)
    assert view_model.answer("favour", Column.WRITTEN).text.startswith("I am the keeper")
    ways = next(one for one in tools[SectionKey.OPENING] if isinstance(one, AcceptanceTool))
    button(ways, "Write three ways").click()
    qtbot.waitUntil(lambda: not ways._view_model.is_running, timeout=20_000)
    assert ways._view_model.ways
    life = next(one for one in tools[SectionKey.LIFE] if isinstance(one, SuggestionTool))
    suggested = life._view_model
    suggested.ask(suggested.parts[0])
    qtbot.waitUntil(lambda: not suggested.is_running, timeout=20_000)
    assert suggested.state == AskingState.DONE
    assert suggested.suggestion is not None
    assert not session.persona.is_changed


def test_a_character_is_added_from_a_paragraph_with_what_was_accepted(
    session, window, context, qtbot
):
    button(window.cast, "+ New").menu().actions()[1].trigger()
    dialog = window.findChild(QPlainTextEdit, "paragraph").window()
    dialog.findChild(QPlainTextEdit).setPlainText(PARAGRAPH)
    button(dialog, "Read it").click()
    qtbot.waitUntil(lambda: dialog._view_model.state == AskingState.DONE, timeout=20_000)
    button(dialog, "Add the character").click()
    qtbot.waitUntil(lambda: session.persona.record is not None)
    assert session.persona.record.persona.name == "Mara Voss"
    assert session.persona.record.persona.social.age == ""
    assert session.persona.draft["social"]["age"] == "34"
    assert window.screen_shown is session.persona_screen
    qtbot.waitUntil(lambda: session.cast.chosen is not None)
    assert session.cast.chosen.persona.name == "Mara Voss"
    session.persona.undo()
    assert not session.persona.is_changed


def test_a_paragraph_fills_an_open_sheet_as_one_step(session, window, context, qtbot):
    session.persona.open(isla_in(context))
    dialog = ask_for_parts(session, window)
    dialog.findChild(QPlainTextEdit).setPlainText(PARAGRAPH)
    button(dialog, "Read it").click()
    qtbot.waitUntil(lambda: dialog._view_model.state == AskingState.DONE, timeout=20_000)
    button(dialog, "All").click()
    dialog._finish()
    assert session.persona.draft["social"]["age"] == "34"
    session.persona.undo()
    assert not session.persona.is_changed
