from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from app.settings import Settings
from personas.library import load_library
from personas.persona import Persona
from ui.forms.form import Form
from ui.viewmodels.form_fields import describe_fields

ISLA = load_library()["isla-macrae"].model_dump(mode="json")
TOP = {field.name: field for field in describe_fields(Persona)}
SETTINGS = {field.name: field for field in describe_fields(Settings)}


class Told:
    """What a form said was edited."""

    def __init__(self, form: Form) -> None:
        self.all: list[tuple[Any, Any]] = []
        form.value_edited.connect(lambda path, value: self.all.append((path, value)))

    @property
    def last(self) -> tuple[Any, Any]:
        return self.all[-1]


@pytest.fixture
def make_form(qtbot, live_theme):
    def make(group: str, draft: dict[str, Any], fields=None, prefix=None) -> tuple[Form, Told]:
        form = Form(
            fields or TOP[group].fields, (group,) if prefix is None else prefix, explains=True
        )
        qtbot.addWidget(form)
        form.show_values(draft)
        form.show()
        return form, Told(form)

    return make


def inner(form: Form, name: str, kind: type[QWidget]) -> Any:
    return form.editor(name).findChild(kind)


def test_showing_values_says_nothing_was_edited(make_form):
    for group in ("social", "life", "voice"):
        form, told = make_form(group, ISLA)
        form.show_values(Persona(name="Ada").model_dump(mode="json"))
        form.show_values(ISLA)
        assert told.all == []
    form, told = make_form("sampling", {}, SETTINGS["sampling"].fields, ("sampling",))
    form.show_values(Settings().model_dump(mode="json"))
    assert told.all == []


def test_a_line_tells_each_letter(make_form, qtbot):
    form, told = make_form("social", ISLA)
    field = inner(form, "age", QLineEdit)
    assert field.text() == "61"
    field.clear()
    qtbot.keyClicks(field, "62")
    assert told.last == (("social", "age"), "62")
    assert field.accessibleName() == "Age"


def test_prose_keeps_its_paragraphs_and_grows(make_form, qtbot):
    form, told = make_form("life", ISLA)
    text = inner(form, "weekday", QPlainTextEdit)
    assert text.toPlainText() == ISLA["life"]["weekday"]
    before = text.height()
    text.setPlainText("One.\n\nTwo.\n" * 3)
    assert told.last == (("life", "weekday"), "One.\n\nTwo.\n" * 3)
    text.setPlainText("Short.")
    assert text.height() < before


def test_lines_are_texts_without_the_blank_ones(make_form):
    form, told = make_form("life", ISLA)
    inner(form, "loves", QPlainTextEdit).setPlainText("snow\n\n  valves  \n")
    assert told.last == (("life", "loves"), ["snow", "valves"])


@pytest.fixture
def trust(make_form):
    traits = next(field for field in TOP["personal"].fields if field.name == "traits")
    return make_form("personal", ISLA, traits.fields, ("personal", "traits"))


def test_a_scale_shows_its_score_and_tells_another(trust, qtbot):
    form, told = trust
    slider = inner(form, "trust", QSlider)
    assert slider.value() == round(ISLA["personal"]["traits"]["trust"] * 10)
    slider.setValue(44)
    assert told.last == (("personal", "traits", "trust"), 4.4)
    assert "4.4 of 7" in slider.accessibleDescription()


def test_delete_leaves_a_score_unsaid_and_space_says_the_middle(trust, qtbot):
    form, told = trust
    slider = inner(form, "trust", QSlider)
    qtbot.keyClick(slider, Qt.Key.Key_Delete)
    assert told.last == (("personal", "traits", "trust"), None)
    assert "unsaid" in slider.accessibleDescription()
    count = len(told.all)
    qtbot.keyClick(slider, Qt.Key.Key_Backspace)
    assert len(told.all) == count
    qtbot.keyClick(slider, Qt.Key.Key_Space)
    assert told.last == (("personal", "traits", "trust"), 4.0)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert told.last == (("personal", "traits", "trust"), 4.1)


def test_the_way_back_to_unsaid_is_a_button_too(trust, qtbot):
    form, told = trust
    clear = inner(form, "trust", QToolButton)
    assert clear.accessibleName() == "Leave Trust unsaid"
    assert clear.text() == ""
    clear.setFocus()
    qtbot.waitUntil(lambda: clear.text() != "")
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert told.last == (("personal", "traits", "trust"), None)


def test_the_way_back_takes_no_room_and_stands_where_something_is_said(trust, qtbot):
    form, _ = trust
    clear, slider = inner(form, "trust", QToolButton), inner(form, "trust", QSlider)
    height = clear.parentWidget().sizeHint().height()
    slider.setFocus()
    qtbot.waitUntil(lambda: clear.text() != "")
    assert clear.parentWidget().sizeHint().height() == height
    qtbot.keyClick(slider, Qt.Key.Key_Delete)
    assert clear.text() == ""


def test_numbers_and_choices_cannot_leave_their_bounds(make_form, qtbot):
    draft = Settings().model_dump(mode="json")
    form, told = make_form("appearance", draft, SETTINGS["appearance"].fields, ("appearance",))
    size = inner(form, "font_size", QAbstractSpinBox)
    size.setValue(99)
    assert told.last == (("appearance", "font_size"), 28)
    colours = inner(form, "colour_scheme", QComboBox)
    colours.setCurrentIndex(2)
    assert told.last == (("appearance", "colour_scheme"), "dark")
    inner(form, "reduced_motion", QCheckBox).click()
    assert told.last == (("appearance", "reduced_motion"), True)
    sampling, told = make_form("sampling", draft, SETTINGS["sampling"].fields, ("sampling",))
    top_p = inner(sampling, "top_p", QAbstractSpinBox)
    top_p.setValue(0.0)
    assert told.last == (("sampling", "top_p"), 0.01)


def wheel(widget: QWidget, qapp) -> None:
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre,
        widget.mapToGlobal(centre),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    qapp.sendEvent(widget, event)


def test_scrolling_past_a_field_changes_nothing(trust, qapp):
    form, told = trust
    slider = inner(form, "trust", QSlider)
    slider.clearFocus()
    wheel(slider, qapp)
    assert told.all == []
    slider.setFocus()
    wheel(slider, qapp)
    assert told.all


def test_a_file_counts_when_it_is_left_and_can_be_looked_for(make_form, qtbot, monkeypatch):
    draft = Settings().model_dump(mode="json")
    form, told = make_form("model", draft, SETTINGS["model"].fields, ("model",))
    line = inner(form, "path", QLineEdit)
    qtbot.keyClicks(line, "/half/a/pa")
    assert told.all == []
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert told.last == (("model", "path"), "/half/a/pa")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/models/big.gguf", ""))
    inner(form, "path", QPushButton).click()
    assert told.last == (("model", "path"), "/models/big.gguf")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    inner(form, "path", QPushButton).click()
    assert told.last == (("model", "path"), "/models/big.gguf")


def button(form: Form, name: str) -> QPushButton:
    return next(one for one in form.findChildren(QPushButton) if one.accessibleName() == name)


def way(form: Form, spoken: str, words: str) -> QAction:
    """Return a way out of the menu of one thing in a list."""
    more = next(
        one
        for one in form.findChildren(QToolButton)
        if one.accessibleName() == f"More for {spoken}"
    )
    return next(one for one in more.menu().actions() if one.text().startswith(words))


def field_called(form: Form, name: str, kind: type[QWidget] = QLineEdit) -> Any:
    return next(one for one in form.findChildren(kind) if one.accessibleName() == name)


def test_people_can_be_added_moved_and_removed(make_form, qtbot):
    form, told = make_form("life", ISLA)
    count = len(ISLA["life"]["relationships"])
    first = ISLA["life"]["relationships"][0]["name"]
    button(form, "Add to People").click()
    path, people = told.last
    assert path == ("life", "relationships")
    assert people[-1]["name"] == people[-1]["note"] == ""
    assert people[-1]["familiarity"] is None
    qtbot.keyClicks(field_called(form, f"People {count + 1}: Name"), "Ada")
    assert told.last[1][-1]["name"] == "Ada"
    way(form, f"People {count + 1}", "Move up").trigger()
    assert told.last[1][-2]["name"] == "Ada"
    way(form, "People 1", "Remove").trigger()
    assert first not in [one["name"] for one in told.last[1]]
    assert not way(form, "People 1", "Move up").isEnabled()
    way(form, "People 1", "Add one below").trigger()
    assert told.last[1][1]["name"] == ""


def test_unsaid_feelings_stay_unsaid_and_can_be_said(make_form):
    form, told = make_form("life", {"life": {"relationships": [{"name": "Ada"}]}})
    affection = next(
        one
        for one in form.findChildren(QAbstractSpinBox)
        if one.accessibleName() == "People 1: Affection"
    )
    assert affection.text() == "unsaid"
    affection.setValue(-3)
    assert told.last[1][0]["affection"] == -3
    affection.setValue(affection.minimum())
    assert told.last[1][0]["affection"] is None


def test_examples_hold_lines_that_hold_words(make_form, qtbot):
    form, told = make_form("voice", ISLA)
    speaker = next(
        one
        for one in form.findChildren(QLineEdit)
        if one.accessibleName() == "Example dialogue 1: Lines 1: Speaker"
    )
    speaker.clear()
    qtbot.keyClicks(speaker, "Ada")
    assert told.last[0] == ("voice", "examples")
    assert told.last[1][0]["lines"][0]["speaker"] == "Ada"


def test_other_greetings_are_passages_of_several_lines(make_form):
    fields = (TOP["alternate_greetings"],)
    form, told = make_form("", {"alternate_greetings": ["One.\n\nTwo."]}, fields, ())
    text = next(one for one in form.findChildren(QPlainTextEdit))
    assert text.toPlainText() == "One.\n\nTwo."
    text.setPlainText("Another.")
    assert told.last == (("alternate_greetings",), ["Another."])


def test_problems_stand_beside_their_field_also_within_cards(make_form):
    form, _told = make_form("life", ISLA)
    form.show_problems(
        {
            ("life", "loves"): "At most 5 fit here; there are 6.",
            ("life", "relationships", 1, "name"): "This cannot be empty.",
        }
    )
    shown = [
        label.text()
        for label in form.findChildren(QLabel)
        if label.property("kind") == "error" and label.isVisible()
    ]
    assert shown == ["At most 5 fit here; there are 6.", "This cannot be empty."]
    form.show_problems({})
    assert not [
        label
        for label in form.findChildren(QLabel)
        if label.property("kind") == "error" and label.isVisible()
    ]
