from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from personas.essay_prompts import ESSAY_PROMPTS
from personas.library import load_library
from personas.persona import Persona
from ui.forms.form import Form
from ui.forms.prompts_label import PromptsLabel
from ui.forms.text_editors import GrowingText
from ui.viewmodels.form_fields import FieldDescription, describe_fields, sorted_by, with_looks
from ui.viewmodels.persona_looks import PERSONA_LOOKS

ISLA = load_library()["isla-macrae"].model_dump(mode="json")
TOP = {field.name: field for field in with_looks(describe_fields(Persona), PERSONA_LOOKS)}


class Told:
    """What a form said was edited."""

    def __init__(self, form: Form) -> None:
        self.all: list[Any] = []
        form.value_edited.connect(lambda _path, value: self.all.append(value))

    @property
    def last(self) -> Any:
        return self.all[-1]


def part(group: str, *names: str) -> tuple[FieldDescription, ...]:
    return tuple(field for field in TOP[group].fields if field.name in names)


@pytest.fixture
def make_form(qtbot, live_theme):
    def make(fields: tuple[FieldDescription, ...], values: dict[str, Any]) -> tuple[Form, Told]:
        form = Form(fields)
        qtbot.addWidget(form)
        form.show_values(values)
        form.resize(600, 700)
        with qtbot.waitActive(form):
            form.show()
            form.activateWindow()
        return form, Told(form)

    return make


def named(form: QWidget, kind: type[QWidget], name: str) -> Any:
    return next(one for one in form.findChildren(kind) if one.accessibleName() == name)


@pytest.fixture
def past(make_form) -> tuple[Form, Told]:
    return make_form(part("life", "timeline"), {"timeline": ISLA["life"]["timeline"]})


def test_an_event_is_a_row_under_the_names_of_its_columns(past):
    form, _told = past
    shown = [one.text() for one in form.findChildren(QLabel) if one.isVisible() and one.text()]
    assert shown == ["Past", "Age", "When", "What happened"]
    first = named(form, QPlainTextEdit, "Past 1: What happened")
    when = named(form, QLineEdit, "Past 1: When")
    assert first.mapTo(form, first.rect().topLeft()).y() == pytest.approx(
        when.mapTo(form, when.rect().topLeft()).y(), abs=4
    )


def test_return_adds_an_event_below_and_the_keys_move_it(past, qtbot):
    form, told = past
    qtbot.keyClick(named(form, QPlainTextEdit, "Past 1: What happened"), Qt.Key.Key_Return)
    assert told.last[1] == {"when": "", "age": None, "what": ""}
    when = named(form, QLineEdit, "Past 2: When")
    when.setFocus()
    qtbot.keyClicks(when, "1970")
    qtbot.keyClick(when, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert told.last[2]["when"] == "1970"
    third = named(form, QLineEdit, "Past 3: When")
    third.setFocus()
    qtbot.keyClick(third, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert told.last[1]["when"] == "1970"
    second = named(form, QLineEdit, "Past 2: When")
    second.setFocus()
    qtbot.keyClick(second, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(told.last) == len(ISLA["life"]["timeline"]) + 2


def test_events_are_sorted_by_age_when_asked(make_form):
    events = [
        {"when": "", "age": 30, "what": "third"},
        {"when": "", "age": None, "what": "soon after the third"},
        {"when": "", "age": 4, "what": "first"},
    ]
    form, told = make_form(part("life", "timeline"), {"timeline": events})
    sort = named(form, QPushButton, "Sort Past by age")
    sort.click()
    assert [one["what"] for one in told.last] == ["first", "third", "soon after the third"]
    assert not sort.isEnabled()


@given(st.lists(st.one_of(st.none(), st.integers(0, 99))))
def test_sorting_keeps_every_event_and_is_done_once(ages):
    events = [{"age": age, "place": place} for place, age in enumerate(ages)]
    once = sorted_by(events, "age")
    assert sorted(one["place"] for one in once) == list(range(len(ages)))
    known = [one["age"] for one in once if one["age"] is not None]
    assert known == sorted(known)
    assert sorted_by(once, "age") == once


def test_a_narrow_row_folds_the_words_below(past, qtbot):
    form, _told = past
    what = named(form, QPlainTextEdit, "Past 1: What happened")
    when = named(form, QLineEdit, "Past 1: When")
    form.resize(300, 700)

    def is_below() -> bool:
        return (
            what.mapTo(form, what.rect().topLeft()).y()
            > when.mapTo(form, when.rect().bottomLeft()).y()
        )

    qtbot.waitUntil(is_below)
    form.resize(600, 700)
    qtbot.waitUntil(lambda: not is_below())


def test_a_problem_in_a_row_names_its_column(past):
    form, _told = past
    form.show_problems({("timeline", 1, "what"): "This cannot be empty."})
    shown = [one.text() for one in form.findChildren(QLabel) if one.isVisible()]
    assert "What happened: This cannot be empty." in shown


def test_the_speakers_of_an_exchange_take_turns(make_form):
    form, told = make_form(part("voice", "examples"), {"examples": []})
    named(form, QPushButton, "Add to Example dialogue").click()
    add = named(form, QPushButton, "Add to Example dialogue 1: Lines")
    for _ in range(2):
        add.click()
    named(form, QLineEdit, "Example dialogue 1: Lines 1: Speaker").setText("")
    assert [line["speaker"] for line in told.last[0]["lines"]] == ["{{user}}", "{{char}}"]
    add.click()
    assert told.last[0]["lines"][2]["speaker"] == "{{user}}"


def test_people_fold_to_a_line_and_open(make_form, qtbot):
    people = {"relationships": ISLA["life"]["relationships"]}
    form, _told = make_form(part("life", "relationships"), people)
    name = named(form, QLineEdit, "People 1: Name")
    assert not name.isVisible()
    arrow = named(form, QToolButton, "Open People 1: Catriona")
    qtbot.keyClick(arrow, Qt.Key.Key_Space)
    assert name.isVisible()
    note = named(form, QPlainTextEdit, "People 2: Note")
    form.focus_field(("relationships", 1, "note"))
    assert note.hasFocus()
    form.show_problems({("relationships", 2, "name"): "This cannot be empty."})
    assert named(form, QLineEdit, "People 3: Name").isVisible()


def test_what_holds_rows_leaves_the_keys_to_them(make_form):
    form, _told = make_form(part("voice", "examples"), {"examples": ISLA["voice"]["examples"]})
    keys = QKeySequence("Ctrl+Return").toString()
    exchange = named(form, QToolButton, "More for Example dialogue 1").menu().actions()[0]
    line = named(form, QToolButton, "More for Example dialogue 1: Lines 1").menu().actions()[0]
    assert keys not in exchange.text()
    assert keys in line.text()


def chips(form: Form) -> list[str]:
    return [one.text().split("  ")[0] for one in form.findChildren(QPushButton) if one.isVisible()]


def test_tags_are_chips(make_form, qtbot):
    form, told = make_form((TOP["tags"],), {"tags": ["sea"]})
    assert chips(form) == ["sea"]
    line = named(form, QLineEdit, "Tags")
    qtbot.keyClicks(line, "radio, Sea,slow")
    assert told.last == ["sea", "radio"]
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert told.last == ["sea", "radio", "slow"]
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert chips(form) == ["sea", "radio"]
    named(form, QPushButton, "Remove sea from Tags").click()
    assert told.last == ["radio"]
    qtbot.keyClicks(line, "left")
    line.clearFocus()
    assert told.last == ["radio", "left"]


def test_chips_break_the_row_where_it_is_full(make_form, qtbot):
    form, _told = make_form((TOP["tags"],), {"tags": [f"a longer tag {n}" for n in range(9)]})
    editor = form.editor("tags")
    wide = editor.height()
    form.resize(380, 700)
    qtbot.waitUntil(lambda: editor.height() > wide)
    edge = editor.width()
    assert all(one.geometry().right() <= edge for one in editor.findChildren(QPushButton))


def test_questions_stand_under_an_empty_essay_and_one_that_is_written(make_form, qtbot):
    form, told = make_form(part("life", "weekday", "weekend"), {"weekday": "", "weekend": "Tea."})
    weekday, weekend = form.findChildren(PromptsLabel)
    assert weekday.isVisible()
    assert "What\u00a0wakes\u00a0you?" in weekday.text()
    assert not weekend.isVisible()
    before = form.sizeHint().height()
    named(form, QPlainTextEdit, "A weekend").setFocus()
    assert weekend.isVisible()
    assert form.sizeHint().height() > before
    text = named(form, QPlainTextEdit, "A weekday")
    height = form.sizeHint().height()
    qtbot.keyClicks(text, "I")
    assert told.last == "I"
    assert not weekday.isVisible()
    assert form.sizeHint().height() == height
    assert "What wakes you?" in text.accessibleDescription()


def test_every_question_belongs_to_a_field_with_room_for_it():
    for name, questions in ESSAY_PROMPTS.items():
        fields = tuple(TOP.values())
        for step in name.split("."):
            field = next(one for one in fields if one.name == step)
            fields = field.fields
        assert field.look.is_wide
        assert field.look.prompts == questions
        assert 2 <= len(questions) <= 4
        assert all(question.endswith("?") for question in questions)


def test_a_long_essay_is_as_tall_as_its_text_and_nothing_scrolls_within(make_form, qtbot):
    form, _told = make_form(part("life", "weekday"), {"weekday": "The lamp, and the log. " * 200})
    text = form.findChild(GrowingText)
    qtbot.waitUntil(lambda: text.verticalScrollBar().maximum() == 0)
    cursor = text.textCursor()
    cursor.movePosition(cursor.MoveOperation.End)
    text.setTextCursor(cursor)
    last = text.cursorRect()
    assert text.viewport().rect().contains(last)
    assert text.height() > 700
    assert text.width() == form.width()


def test_the_page_follows_the_cursor_of_a_long_essay(make_form, qtbot):
    form, _told = make_form(part("life", "weekday"), {"weekday": "The lamp.\n" * 90})
    area = QScrollArea(widgetResizable=True)
    qtbot.addWidget(area)
    area.setWidget(form)
    area.resize(500, 400)
    with qtbot.waitActive(area):
        area.show()
        area.activateWindow()
    text = form.findChild(GrowingText)
    text.setFocus()
    cursor = text.textCursor()
    cursor.movePosition(cursor.MoveOperation.End)
    text.setTextCursor(cursor)
    qtbot.keyClicks(text, "The end.")

    def is_in_sight() -> bool:
        place = text.viewport().mapTo(area.viewport(), text.cursorRect().center())
        return area.viewport().rect().contains(place)

    qtbot.waitUntil(is_in_sight)


def test_a_line_that_wraps_takes_pasted_paragraphs_as_one(make_form, qtbot):
    form, told = make_form((TOP["tagline"],), {"tagline": ""})
    text = form.findChild(GrowingText)
    pasted = QMimeData()
    pasted.setText("keeper\nof a\n\nlight")
    text.insertFromMimeData(pasted)
    assert told.last == "keeper of a light"
    before = text.height()
    text.setPlainText("keeper of a light at the very end of the island, " * 3)
    qtbot.waitUntil(lambda: text.height() > before)


def test_titles_go_above_where_there_is_no_room_beside(make_form, qtbot):
    form, _told = make_form((TOP["name"],), {"name": "Ada"})
    line = named(form, QLineEdit, "Name")
    assert line.mapTo(form, line.rect().topLeft()).x() > 100
    form.resize(300, 200)
    qtbot.waitUntil(lambda: line.mapTo(form, line.rect().topLeft()).x() == 0)
    assert line.width() == form.width()
