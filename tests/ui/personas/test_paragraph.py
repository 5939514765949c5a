from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit

from app.errors import EngineError
from personas.persona import Persona
from tests.ui.accessibility import unnamed
from tests.ui.controls import shown_button, shown_words
from tests.ui.personas.prompter import Suggested
from ui.personas.suggestion_paragraph import ParagraphDialog
from ui.viewmodels.paragraph_view_model import ParagraphViewModel

NAME = Suggested(("name",), "Name", "Isla", "Isla")
AGE = Suggested(("social", "age"), "Age", "61", "61")
LOVES = Suggested(("life", "loves"), "Loves", ["dawn", "tea"], "dawn\ntea")
PARAGRAPH = "Isla, sixty-one, keeps a light."


@pytest.fixture
def make_dialog(prompter, engine, live_theme):
    def make(persona: Persona | None = None) -> ParagraphDialog:
        draft = persona.model_dump(mode="json") if persona is not None else None
        dialog = ParagraphDialog(ParagraphViewModel(prompter, engine, draft), live_theme)
        dialog.show()
        dialog.findChild(QPlainTextEdit).setPlainText(PARAGRAPH)
        return dialog

    return make


def boxes(dialog) -> dict[str, bool]:
    shown = [one for one in dialog.findChildren(QCheckBox) if one.isVisible()]
    return {one.text(): one.isChecked() for one in shown}


def read(dialog, prompter, qtbot, *suggestions) -> None:
    shown_button(dialog, "Read it").click()
    prompter.last.answer(suggestions)
    qtbot.waitUntil(lambda: boxes(dialog) != {})


def test_nothing_can_be_read_before_something_is_written(make_dialog, prompter):
    dialog = make_dialog()
    dialog.findChild(QPlainTextEdit).setPlainText("  ")
    assert not shown_button(dialog, "Read it").isEnabled()
    dialog.findChild(QPlainTextEdit).setPlainText(PARAGRAPH)
    shown_button(dialog, "Read it").click()
    assert prompter.last["paragraph"] == PARAGRAPH
    dialog.reject()


def test_a_new_character_gets_the_accepted_parts_and_a_name(make_dialog, prompter, qtbot):
    dialog = make_dialog()
    read(dialog, prompter, qtbot, NAME, AGE, LOVES)
    assert boxes(dialog) == {"Age": True, "Loves": True}
    name = dialog.findChild(QLineEdit)
    assert name.text() == "Isla"
    assert unnamed(dialog) == []
    name.setText("")
    assert not shown_button(dialog, "Add the character").isEnabled()
    name.setText(" Isla MacRae ")
    next(one for one in dialog.findChildren(QCheckBox) if one.text() == "Loves").click()
    with qtbot.waitSignal(dialog.parts_accepted) as accepted:
        shown_button(dialog, "Add the character").click()
    assert accepted.args == ["Isla MacRae", [(("social", "age"), "61")]]


def test_what_is_written_already_is_kept_unless_it_is_ticked(make_dialog, prompter, qtbot):
    persona = Persona.model_validate({"name": "Isla", "life": {"loves": ["rain"]}})
    dialog = make_dialog(persona)
    read(dialog, prompter, qtbot, NAME, AGE, LOVES)
    assert boxes(dialog) == {"Age": True, "Loves": False}
    assert {"rain", "NOW", "dawn\ntea"} <= set(shown_words(dialog))
    assert shown_button(dialog, "Put one part into the sheet").isEnabled()
    shown_button(dialog, "None").click()
    assert not shown_button(dialog, "Put it into the sheet").isEnabled()
    shown_button(dialog, "All").click()
    with qtbot.waitSignal(dialog.parts_accepted) as accepted:
        shown_button(dialog, "Put 2 parts into the sheet").click()
    assert accepted.args == ["", [(AGE.path, "61"), (LOVES.path, ["dawn", "tea"])]]


def test_parts_come_one_by_one_and_what_was_decided_holds(make_dialog, prompter, qtbot):
    dialog = make_dialog()
    shown_button(dialog, "Read it").click()
    prompter.last.piece(AGE)
    qtbot.waitUntil(lambda: boxes(dialog) == {"Age": True})
    assert "Reading the paragraph \u2026" in shown_words(dialog)
    dialog.findChild(QCheckBox).click()
    prompter.last.answer((NAME, LOVES, AGE))
    qtbot.waitUntil(lambda: boxes(dialog) == {"Loves": True, "Age": False})


def test_a_stop_keeps_the_parts_that_came(make_dialog, prompter, qtbot):
    dialog = make_dialog()
    shown_button(dialog, "Read it").click()
    prompter.last.piece(AGE)
    qtbot.waitUntil(lambda: boxes(dialog) == {"Age": True})
    shown_button(dialog, "Stop").click()
    assert prompter.stops == 1
    assert boxes(dialog) == {"Age": True}
    seed = prompter.last["seed"]
    shown_button(dialog, "Read it again").click()
    assert prompter.last["seed"] > seed + 10


def test_an_error_and_an_empty_find_are_said_in_place(make_dialog, prompter, qtbot):
    dialog = make_dialog()
    shown_button(dialog, "Read it").click()
    prompter.last.fail(EngineError("The engine stopped. Ask once more."))
    qtbot.waitUntil(lambda: "The engine stopped. Ask once more." in shown_words(dialog))
    shown_button(dialog, "Read it").click()
    prompter.last.answer(())
    qtbot.waitUntil(lambda: any("Nothing in it" in words for words in shown_words(dialog)))


def test_closing_the_dialog_ends_the_reading_and_accepts_nothing(make_dialog, prompter, qtbot):
    dialog = make_dialog()
    shown_button(dialog, "Read it").click()
    with qtbot.assertNotEmitted(dialog.parts_accepted):
        shown_button(dialog, "Cancel").click()
    assert prompter.stops == 1
