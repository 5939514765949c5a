from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QRadioButton

from app.errors import EngineError
from personas.life_context import LifeContext
from personas.persona import Persona
from tests.ui import controls
from tests.ui.accessibility import unnamed
from tests.ui.controls import shown_button, shown_words
from tests.ui.personas.prompter import Suggested, make_record, open_sheet
from ui.personas.persona_screen import PersonaScreen
from ui.personas.suggestion_acceptance import AcceptanceTool
from ui.personas.suggestion_tool import SuggestionTool
from ui.viewmodels.acceptance_view_model import AcceptanceViewModel
from ui.viewmodels.persona_sections import SectionKey
from ui.viewmodels.persona_view_model import PersonaViewModel
from ui.viewmodels.suggestion_view_model import SuggestionViewModel, parts_of

WEEKDAY, HOME, GOALS = ("life", "weekday"), ("life", "home"), ("life", "goals")
FILLABLE = (
    (("tagline",), "In a line"),
    (WEEKDAY, "A weekday"),
    (HOME, "Home"),
    (GOALS, "Goals"),
    (("acceptance",), "Acceptance"),
)
DAY = Suggested(WEEKDAY, "A weekday", "I wake at four.", "I wake at four.")
WAYS = tuple(
    Suggested(("acceptance",), "Acceptance", text, text)
    for text in ("I am Ada.", "Ada. Ask.", "Call me Ada.")
)


@pytest.fixture
def sheet(tmp_path, qapp) -> PersonaViewModel:
    life = LifeContext(weekday="I sleep.", goals=("a new lens", "quiet"))
    return open_sheet(Persona(name="Ada", life=life), tmp_path)


@pytest.fixture
def suggestion(sheet, prompter, engine) -> SuggestionViewModel:
    return SuggestionViewModel(sheet, prompter, engine, FILLABLE, SectionKey.LIFE)


@pytest.fixture
def tool(suggestion, live_theme, show) -> SuggestionTool:
    return show(SuggestionTool(suggestion, live_theme), 456, 400)


@pytest.fixture
def acceptance(sheet, prompter, engine) -> AcceptanceViewModel:
    return AcceptanceViewModel(sheet, prompter, engine)


@pytest.fixture
def ways(acceptance, live_theme, show) -> AcceptanceTool:
    return show(AcceptanceTool(acceptance, live_theme), 456, 600)


def pick(tool, title) -> None:
    menu = tool.findChild(QMenu)
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == title).trigger()


def shown_buttons(tool) -> list[str]:
    """The buttons without the one that opens the menu."""
    return [text for text in controls.shown_buttons(tool) if not text.startswith("Suggest")]


def test_the_menu_lists_the_pages_parts_the_empty_ones_first(tool):
    menu = tool.findChild(QMenu)
    menu.aboutToShow.emit()
    entries = [(action.text(), action.isEnabled()) for action in menu.actions()]
    assert entries == [
        ("Still empty", False),
        ("Home", True),
        ("Already written", False),
        ("A weekday", True),
        ("Goals", True),
    ]
    assert [path for path, _ in parts_of(FILLABLE, SectionKey.OPENING)] == []


def test_a_suggestion_is_written_only_when_it_is_used_and_is_one_step(tool, sheet, prompter, qtbot):
    pick(tool, "Home")
    assert prompter.last["path"] == HOME
    assert shown_buttons(tool) == ["Stop"]
    prompter.last.answer(Suggested(HOME, "Home", "Two rooms.", "Two rooms."))
    qtbot.waitUntil(lambda: shown_buttons(tool) == ["Use it", "Again", "No"])
    assert "Two rooms." in shown_words(tool)
    assert sheet.draft["life"]["home"] == ""
    with qtbot.waitSignal(sheet.draft_replaced):
        shown_button(tool, "Use it").click()
    assert sheet.draft["life"]["home"] == "Two rooms."
    assert shown_buttons(tool) == ["Show it", "Close"]
    sheet.undo()
    assert sheet.draft["life"]["home"] == ""
    assert shown_buttons(tool) == ["Use it", "Again", "No"]


def test_what_stands_there_is_shown_beside_the_suggestion(tool, sheet, prompter, qtbot):
    pick(tool, "A weekday")
    prompter.last.answer(DAY)
    qtbot.waitUntil(lambda: "Put it in its place" in shown_buttons(tool))
    assert {"I sleep.", "I wake at four.", "NOW", "SUGGESTED"} <= set(shown_words(tool))
    assert unnamed(tool) == []
    shown_button(tool, "Put it in its place").click()
    assert sheet.draft["life"]["weekday"] == "I wake at four."
    sheet.undo()
    assert sheet.draft["life"]["weekday"] == "I sleep."


def test_typing_just_before_is_a_step_of_its_own(sheet, suggestion, prompter, qtbot):
    sheet.set_value(WEEKDAY, "I sleep. Late.")
    suggestion.ask(next(part for part in suggestion.parts if part.path == WEEKDAY))
    prompter.last.answer(DAY)
    qtbot.waitUntil(lambda: suggestion.suggestion is not None)
    suggestion.use()
    sheet.undo()
    assert sheet.draft["life"]["weekday"] == "I sleep. Late."


def test_again_asks_with_another_seed_and_no_puts_it_away(tool, sheet, prompter, qtbot):
    pick(tool, "A weekday")
    prompter.last.answer(DAY)
    qtbot.waitUntil(lambda: "Again" in shown_buttons(tool))
    shown_button(tool, "Again").click()
    assert [one["seed"] for one in prompter.asked] == [0, 1]
    prompter.last.answer(DAY)
    qtbot.waitUntil(lambda: "No" in shown_buttons(tool))
    shown_button(tool, "No").click()
    assert shown_buttons(tool) == []
    assert sheet.draft["life"]["weekday"] == "I sleep."


def test_showing_it_asks_for_the_field(tool, prompter, qtbot):
    pick(tool, "Home")
    prompter.last.answer(Suggested(HOME, "Home", "Two rooms.", "Two rooms."))
    qtbot.waitUntil(lambda: "Use it" in shown_buttons(tool))
    shown_button(tool, "Use it").click()
    with qtbot.waitSignal(tool.go_requested) as asked:
        shown_button(tool, "Show it").click()
    assert asked.args == [HOME]


def test_an_error_is_shown_in_the_card_with_a_way_on(tool, prompter, qtbot):
    pick(tool, "Home")
    prompter.last.fail(EngineError("The engine stopped. Ask once more."))
    qtbot.waitUntil(lambda: shown_buttons(tool) == ["Again", "Close"])
    assert "The engine stopped. Ask once more." in shown_words(tool)
    shown_button(tool, "Again").click()
    assert shown_buttons(tool) == ["Stop"]


def test_giving_way_is_said_in_the_card(tool, prompter, qtbot):
    pick(tool, "Home")
    prompter.last.give_way()
    qtbot.waitUntil(lambda: shown_buttons(tool) == ["Again", "Close"])
    assert any("needed elsewhere" in words for words in shown_words(tool))


def test_a_stop_takes_the_card_away_and_the_keyboard_goes_back(tool, prompter, qtbot):
    tool.activateWindow()
    pick(tool, "Home")
    qtbot.waitUntil(shown_button(tool, "Stop").hasFocus)
    shown_button(tool, "Stop").click()
    assert prompter.stops == 1
    assert shown_buttons(tool) == []
    assert tool.focusWidget().text().startswith("Suggest")
    prompter.last.answer(DAY)
    QApplication.processEvents()
    assert shown_buttons(tool) == []


def test_leaving_the_page_ends_what_runs_but_keeps_what_came(tool, prompter, suggestion, qtbot):
    pick(tool, "A weekday")
    prompter.last.answer(DAY)
    qtbot.waitUntil(lambda: suggestion.suggestion is not None)
    tool.hide()
    assert suggestion.suggestion == DAY
    assert prompter.stops == 0
    suggestion.ask_again()
    tool.show()
    tool.hide()
    assert prompter.stops == 1
    assert suggestion.part is None


def test_another_character_takes_the_suggestion_away(tool, prompter, suggestion, sheet, qtbot):
    pick(tool, "A weekday")
    prompter.last.answer(DAY)
    qtbot.waitUntil(lambda: suggestion.suggestion is not None)
    sheet.open(make_record(Persona(name="Bo"), "bo"))
    assert suggestion.part is None
    assert shown_buttons(tool) == []


def test_what_is_added_to_a_list_is_shown_without_the_rest(tool, sheet, prompter, qtbot):
    pick(tool, "Goals")
    value = ["a new lens", "quiet", "a letter"]
    prompter.last.answer(Suggested(GOALS, "Goals", value, "\n".join(value)))
    qtbot.waitUntil(lambda: shown_buttons(tool) == ["Add it", "Again", "No"])
    words = shown_words(tool)
    assert {"TO BE ADDED", "a letter"} <= set(words)
    assert not any("quiet" in one for one in words)
    shown_button(tool, "Add it").click()
    assert sheet.draft["life"]["goals"] == value
    sheet.undo()
    assert sheet.draft["life"]["goals"] == ["a new lens", "quiet"]


def test_a_list_that_is_written_anew_is_shown_beside_the_old_one(tool, prompter, qtbot):
    pick(tool, "Goals")
    prompter.last.answer(Suggested(GOALS, "Goals", ["rain"], "rain"))
    qtbot.waitUntil(lambda: shown_buttons(tool) == ["Put it in its place", "Again", "No"])
    assert {"a new lens\nquiet", "rain"} <= set(shown_words(tool))


def test_ways_come_one_by_one_and_the_chosen_one_is_written(ways, sheet, prompter, qtbot):
    shown_button(ways, "Write three ways").click()
    prompter.last.piece(WAYS[0])
    qtbot.waitUntil(lambda: "I am Ada." in shown_words(ways))
    assert shown_buttons(ways) == ["Stop"]
    prompter.last.answer(WAYS)
    qtbot.waitUntil(lambda: shown_buttons(ways) == ["Use this one", "Again", "No"])
    assert not shown_button(ways, "Use this one").isEnabled()
    radios = [one for one in ways.findChildren(QRadioButton) if one.isVisible()]
    assert [one.text() for one in radios] == ["First way", "Second way", "Third way"]
    radios[0].click()
    words = next(one for one in ways.findChildren(QLabel) if one.text() == "Ada. Ask.")
    qtbot.mouseClick(words, Qt.MouseButton.LeftButton)
    assert [one.isChecked() for one in radios] == [False, True, False]
    assert unnamed(ways) == []
    shown_button(ways, "Use this one").click()
    assert sheet.draft["acceptance"] == "Ada. Ask."
    assert "It stands in the sheet now." in shown_words(ways)
    radios[2].click()
    assert "Ada. Ask." in shown_words(ways)
    shown_button(ways, "Put it in its place").click()
    assert sheet.draft["acceptance"] == "Call me Ada."
    sheet.undo()
    sheet.undo()
    assert sheet.draft["acceptance"] == ""


def test_after_a_way_is_used_the_keyboard_is_in_the_field_that_got_it(
    acceptance, sheet, prompter, preview, live_theme, show, qtbot
):
    tools = {SectionKey.OPENING: [lambda: AcceptanceTool(acceptance, live_theme)]}
    screen = show(PersonaScreen(sheet, preview, live_theme, tools), 1000, 760)
    sheet.open(sheet.record)
    screen.edit()
    screen.show_section(SectionKey.OPENING)
    tool = screen.findChild(AcceptanceTool)
    write = shown_button(tool, "Write three ways")
    write.setFocus()
    qtbot.keyClick(write, Qt.Key.Key_Space)
    prompter.last.answer(WAYS)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QRadioButton))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    use = shown_button(tool, "Use this one")
    use.setFocus()
    qtbot.keyClick(use, Qt.Key.Key_Space)
    field = QApplication.focusWidget()
    assert (field.accessibleName(), field.toPlainText()) == ("Acceptance", "I am Ada.")
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert len(prompter.asked) == 1
    assert "I am Ada." in field.toPlainText()


def test_a_stop_keeps_the_ways_that_came(ways, acceptance, prompter, qtbot):
    shown_button(ways, "Write three ways").click()
    prompter.last.piece(WAYS[0])
    qtbot.waitUntil(lambda: len(acceptance.ways) == 1)
    shown_button(ways, "Stop").click()
    assert prompter.stops == 1
    assert shown_buttons(ways) == ["Use this one", "Again", "No"]
    seed = prompter.last["seed"]
    shown_button(ways, "Again").click()
    assert acceptance.ways == ()
    assert prompter.last["seed"] > seed + 10


def test_ways_that_failed_say_why_and_can_be_asked_for_again(ways, acceptance, prompter, qtbot):
    shown_button(ways, "Write three ways").click()
    prompter.last.fail(EngineError("The engine stopped. Ask once more."))
    qtbot.waitUntil(lambda: shown_buttons(ways) == ["Write three ways"])
    assert "The engine stopped. Ask once more." in shown_words(ways)
    shown_button(ways, "Write three ways").click()
    ways.hide()
    assert prompter.stops == 1
    assert not acceptance.is_running


def test_no_puts_the_ways_away(ways, acceptance, sheet, prompter, qtbot):
    acceptance.ask()
    prompter.last.answer(WAYS)
    qtbot.waitUntil(lambda: "No" in shown_buttons(ways))
    acceptance.choose(1)
    shown_button(ways, "No").click()
    assert shown_buttons(ways) == ["Write three ways"]
    assert sheet.draft["acceptance"] == ""
