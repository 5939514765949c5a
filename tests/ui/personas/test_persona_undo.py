from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from ui.personas.persona_screen import PersonaScreen
from ui.viewmodels.persona_history import DraftChange

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier

pytestmark = pytest.mark.usefixtures("isla_is_open")


@pytest.fixture
def screen(screen, sheet, isla) -> PersonaScreen:
    screen.resize(900, 700)
    sheet.open(isla)
    screen.edit()
    return screen


def test_a_step_is_taken_back_and_again(sheet):
    before = sheet.draft
    sheet.set_value(("tagline",), "elsewhere")
    sheet.set_value(("scenario",), "a quay")
    sheet.undo()
    assert (sheet.draft["tagline"], sheet.draft["scenario"]) == ("elsewhere", before["scenario"])
    sheet.undo()
    assert sheet.draft == before
    assert not sheet.is_changed
    sheet.undo()
    sheet.redo()
    sheet.redo()
    assert (sheet.draft["tagline"], sheet.draft["scenario"]) == ("elsewhere", "a quay")


def test_typing_in_one_field_is_one_step(sheet):
    before = sheet.draft["tagline"]
    for text in ("a", "ab", "abc"):
        sheet.set_value(("tagline",), text)
    sheet.undo()
    assert sheet.draft["tagline"] == before


def test_a_pause_begins_another_step():
    clock = iter((0.0, 1.0, 5.0))
    first, soon, late = (
        DraftChange({}, {"name": name}, lambda _draft: None, ("name",), lambda: next(clock))
        for name in ("A", "Ad", "Ada")
    )
    assert first.mergeWith(soon)
    assert first.after == {"name": "Ad"}
    assert not first.mergeWith(late)


def test_a_step_after_the_save_is_still_taken_back(sheet, qtbot):
    before = sheet.draft["tagline"]
    sheet.set_value(("tagline",), "elsewhere")
    with qtbot.waitSignal(sheet.saved):
        sheet.save()
    sheet.undo()
    assert sheet.draft["tagline"] == before
    assert sheet.is_changed
    assert sheet.status.startswith("Changed")


def test_dropping_the_changes_can_be_undone(sheet):
    sheet.set_value(("tagline",), "elsewhere")
    sheet.discard()
    assert not sheet.is_changed
    sheet.undo()
    assert sheet.draft["tagline"] == "elsewhere"


def test_another_character_has_a_history_of_its_own(sheet, context, qtbot):
    other = next(one for one in context.personas.list_all().result() if one.id != sheet.record.id)
    sheet.set_value(("tagline",), "elsewhere")
    with qtbot.waitSignal(sheet.saved):
        sheet.open(other)
    sheet.undo()
    assert sheet.draft["tagline"] == other.persona.tagline


def test_a_whole_persona_is_one_step(sheet):
    before = sheet.draft
    sheet.replace(sheet.persona.model_copy(update={"tagline": "a", "scenario": "b"}))
    assert (sheet.draft["tagline"], sheet.draft["scenario"]) == ("a", "b")
    sheet.undo()
    assert sheet.draft == before


@pytest.mark.parametrize(
    "again", [(Qt.Key.Key_Z, CTRL | SHIFT), (Qt.Key.Key_Y, CTRL)], ids=["shift-z", "y"]
)
def test_the_undo_keys_reach_across_fields(screen, sheet, qtbot, again):
    name = next(one for one in screen.findChildren(QLineEdit) if one.accessibleName() == "Name")
    lines = screen.findChildren(QPlainTextEdit)
    tagline = next(one for one in lines if one.accessibleName() == "In a line")
    before = tagline.toPlainText()
    tagline.setFocus()
    tagline.selectAll()
    qtbot.keyClicks(tagline, "elsewhere")
    name.setFocus()
    qtbot.keyClick(name, Qt.Key.Key_Z, CTRL)
    assert tagline.toPlainText() == before
    assert not sheet.is_changed
    tagline.setFocus()
    qtbot.keyClick(tagline, *again)
    assert tagline.toPlainText() == "elsewhere"
    qtbot.keyClick(tagline, Qt.Key.Key_Z, CTRL)
    assert tagline.toPlainText() == before
