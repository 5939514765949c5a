from __future__ import annotations

from threading import Thread

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.errors import EngineError
from app.settings import Appearance, ColourScheme
from personas.persona import Persona
from tests.ui.accessibility import unnamed
from tests.ui.controls import shown_buttons, shown_words
from tests.ui.personas.prompter import QUESTIONS, make_record, open_sheet
from ui.personas.aside_parts import SpokenWords
from ui.personas.hearing_panel import HearingPanel
from ui.viewmodels.asking import AskingState
from ui.viewmodels.hearing_view_model import Column, HearingViewModel
from ui.viewmodels.persona_view_model import PersonaViewModel

WRITTEN, SAVED = Column.WRITTEN, Column.SAVED


@pytest.fixture
def sheet(tmp_path, qapp) -> PersonaViewModel:
    return open_sheet(Persona(name="Ada", tagline="keeps a light"), tmp_path)


@pytest.fixture
def hearing(sheet, prompter, engine) -> HearingViewModel:
    return HearingViewModel(sheet, prompter, engine, QUESTIONS)


@pytest.fixture
def panel(hearing, live_theme, show) -> HearingPanel:
    return show(HearingPanel(hearing, live_theme), 620, 700)


def answer_all(prompter, hearing, qtbot) -> None:
    """Answer whatever is asked with its number."""
    number = 0
    while hearing.is_running:
        number += 1
        count = len(prompter.asked)
        prompter.last.answer(f"answer {number}")
        qtbot.waitUntil(lambda count=count: len(prompter.asked) > count or not hearing.is_running)


def test_draft_and_saved_answer_every_question_with_one_seed(hearing, prompter, sheet, qtbot):
    sheet.set_value(("tagline",), "burns books")
    hearing.hear()
    answer_all(prompter, hearing, qtbot)
    asked = [(one["persona"].tagline, one["probe"].key, one["seed"]) for one in prompter.asked]
    assert asked == [
        ("burns books", "morning", 0),
        ("burns books", "favour", 0),
        ("keeps a light", "morning", 0),
        ("keeps a light", "favour", 0),
    ]
    assert {one["persona_id"] for one in prompter.asked} == {sheet.record.id}
    assert hearing.columns == (WRITTEN, SAVED)
    assert hearing.answer("favour", SAVED).text == "answer 4"
    hearing.hear_again()
    assert prompter.last["seed"] == 1


def test_one_column_stands_for_both_when_nothing_is_changed(hearing, prompter, qtbot):
    hearing.hear()
    answer_all(prompter, hearing, qtbot)
    assert hearing.columns == (WRITTEN,)
    assert len(prompter.asked) == len(QUESTIONS)
    assert "one answer stands for both" in hearing.sentence


def test_words_stream_in_from_another_thread(hearing, prompter, qtbot):
    hearing.hear()
    assert hearing.sentence == "Reading the sheet \u2026 \u00b7 1 of 2"
    thread = Thread(target=lambda: [prompter.last.piece(piece) for piece in ("The ", "lamp")])
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: hearing.answer("morning", WRITTEN).text == "The lamp")
    assert hearing.answer("morning", WRITTEN).state == AskingState.WRITING
    assert hearing.sentence == "Writing \u00b7 1 of 2"


def test_a_stop_keeps_the_words_and_asks_no_more(hearing, prompter, qtbot):
    hearing.hear()
    prompter.last.piece("Half of")
    qtbot.waitUntil(lambda: hearing.answer("morning", WRITTEN).text != "")
    hearing.stop()
    assert prompter.stops == 1
    prompter.last.piece(" it")
    prompter.last.answer("Half of it all")
    QApplication.processEvents()
    answer = hearing.answer("morning", WRITTEN)
    assert (answer.text, answer.sentence) == ("Half of", "Stopped.")
    assert hearing.answer("favour", WRITTEN).sentence == "Not asked."
    assert len(prompter.asked) == 1
    assert not hearing.is_running


def test_giving_way_to_a_turn_is_said_and_not_called_a_stop(hearing, prompter, qtbot):
    hearing.hear()
    prompter.last.give_way()
    qtbot.waitUntil(lambda: not hearing.is_running)
    assert "needed elsewhere" in hearing.sentence
    assert hearing.answer("morning", WRITTEN).state == AskingState.STOPPED


def test_an_error_stands_in_its_answer_and_ends_the_rest(panel, hearing, prompter, qtbot):
    panel.findChildren(QPushButton)[0].click()
    prompter.last.fail(EngineError("The engine stopped. Ask once more."))
    qtbot.waitUntil(lambda: not hearing.is_running)
    assert "The engine stopped. Ask once more." in shown_words(panel)
    assert len(prompter.asked) == 1
    assert shown_buttons(panel) == ["Hear them", "Again"]


def test_an_answer_without_words_says_so(hearing, prompter, qtbot):
    hearing.hear()
    prompter.last.answer("  ")
    qtbot.waitUntil(lambda: len(prompter.asked) == 2)
    assert hearing.answer("morning", WRITTEN).sentence == "No words came."


def test_a_model_that_is_loading_is_said(panel, hearing, engine):
    engine.turn("loading", 0.4)
    hearing.hear()
    assert "Loading the model \u2026 40 % \u00b7 1 of 2" in shown_words(panel)
    engine.turn("ready")
    assert hearing.sentence.startswith("Reading the sheet")


def test_a_draft_that_does_not_hold_is_not_heard(panel, hearing, prompter, sheet):
    sheet.set_value(("name",), "")
    assert not panel.findChildren(QPushButton)[0].isEnabled()
    assert "The draft does not hold yet. Name: This cannot be empty." in shown_words(panel)
    hearing.hear()
    assert prompter.asked == []


def test_a_sheet_that_changed_since_can_be_heard_with_the_same_seed(
    panel, hearing, prompter, sheet, qtbot
):
    hearing.hear()
    answer_all(prompter, hearing, qtbot)
    assert shown_buttons(panel) == ["Again"]
    sheet.set_value(("tagline",), "burns books")
    assert hearing.sentence == "The sheet has changed since."
    assert shown_buttons(panel) == ["Hear them", "Again"]
    hearing.hear()
    assert prompter.last["seed"] == 0
    answer_all(prompter, hearing, qtbot)
    with qtbot.waitSignals([sheet.saved, hearing.changed]):
        sheet.save()
    assert hearing.columns == (WRITTEN, SAVED)


def test_leaving_the_page_stops_what_runs_and_keeps_what_came(panel, hearing, prompter, qtbot):
    hearing.hear()
    prompter.last.answer("The lamp.")
    qtbot.waitUntil(lambda: len(prompter.asked) == 2)
    panel.hide()
    assert not hearing.is_running
    assert prompter.stops == 1
    assert hearing.answer("morning", WRITTEN).text == "The lamp."


def test_another_character_begins_with_a_clean_page(hearing, prompter, sheet, qtbot):
    hearing.hear_again()
    answer_all(prompter, hearing, qtbot)
    sheet.open(make_record(Persona(name="Bo"), "bo"))
    assert not hearing.is_heard
    assert hearing.columns == ()
    hearing.hear()
    assert prompter.last["seed"] == 0


def test_two_columns_stand_beside_each_other_only_where_there_is_room(
    panel, hearing, prompter, sheet, qtbot
):
    sheet.set_value(("tagline",), "burns books")
    hearing.hear()
    answer_all(prompter, hearing, qtbot)
    morning = [one for one in panel.findChildren(QLabel) if one.text() in {"answer 1", "answer 3"}]
    cards = [one.parentWidget() for one in morning]
    assert cards[0].y() == cards[1].y()
    assert abs(cards[0].width() - cards[1].width()) <= 1
    panel.resize(372, 900)
    qtbot.waitUntil(lambda: cards[1].y() > cards[0].y())
    assert cards[0].width() == cards[1].width()
    assert unnamed(panel) == []


def test_narration_is_set_in_italics_as_on_the_page(panel, hearing, prompter, live_theme, qtbot):
    hearing.hear()
    prompter.last.piece("*She looks <b>up</b>.* Aye")
    said = "She looks <b>up</b>. Aye"
    qtbot.waitUntil(
        lambda: said in [one.accessibleName() for one in panel.findChildren(SpokenWords)]
    )
    words = next(one for one in panel.findChildren(SpokenWords) if one.accessibleName() == said)
    for scheme in (ColourScheme.LIGHT, ColourScheme.DARK):
        live_theme.set_appearance(Appearance(colour_scheme=scheme))
        assert "<em>She looks &lt;b&gt;up&lt;/b&gt;.</em> Aye" in words.text()
        assert live_theme.current.palette.ink_2 in words.text()
    hearing.stop()


def test_the_keyboard_goes_on_from_hear_to_stop_to_again(panel, hearing, prompter, qtbot):
    begin = panel.findChildren(QPushButton)[0]
    panel.activateWindow()
    begin.setFocus()
    qtbot.waitUntil(begin.hasFocus)
    begin.click()
    assert panel.focusWidget().text() == "Stop"
    answer_all(prompter, hearing, qtbot)
    assert panel.focusWidget().text() == "Again"
