from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from app.settings import Appearance, ColourScheme
from personas.library import load_library
from personas.persona import Persona
from ui.forms.field_editor import FieldEditor
from ui.forms.form import Form
from ui.forms.prompts_label import PromptsLabel
from ui.viewmodels.form_fields import FieldDescription, FieldKind, describe_fields, with_looks
from ui.viewmodels.lore_fields import MORE_GROUPS
from ui.viewmodels.persona_looks import PERSONA_LOOKS
from ui.widgets.eliding_label import ElidingLabel

ISLA = load_library()["isla-macrae"].model_dump(mode="json")
CATRIONA = {**ISLA["life"]["relationships"][0], "changes": []}
TOP = {field.name: field for field in with_looks(describe_fields(Persona), PERSONA_LOOKS)}
MakeForm = Callable[[str, str, Any], Form]


@pytest.fixture
def make_form(qtbot, live_theme) -> MakeForm:
    """A shown form of one field of a group, with a value in it."""

    def make(group: str, name: str, value: Any) -> Form:
        form = Form([field for field in TOP[group].fields if field.name == name])
        qtbot.addWidget(form)
        form.show_values({name: value})
        form.resize(560, 700)
        with qtbot.waitActive(form):
            form.show()
            form.activateWindow()
        return form

    return make


def named(form: QWidget, kind: type[QWidget], name: str) -> Any:
    return next(one for one in form.findChildren(kind) if one.accessibleName() == name)


def box_of(form: Form, name: str) -> QRect:
    """Where the editor of this name stands in the form, with all of its text."""
    editor = next(one for one in form.findChildren(FieldEditor) if one.spoken == name)
    box = editor.focus_target
    return QRect(box.mapTo(form, QPoint()), box.size())


@pytest.fixture
def change(make_form) -> Form:
    """A form of one person with one change, which says nothing yet."""
    form = make_form("life", "relationships", [CATRIONA])
    named(form, QToolButton, "Open People 1: Catriona").click()
    named(form, QPushButton, "Add to People 1: How it changed").click()
    QApplication.processEvents()
    return form


CHANGE = "People 1: How it changed 1: "


def test_short_fields_of_a_change_share_rows_and_its_sentence_has_one(change, qtbot):
    def is_laid_out() -> None:
        at = {
            name: box_of(change, f"{CHANGE}{name}")
            for name in ("When", "Age", "What happened", "Familiarity", "Affection")
        }
        assert at["When"].top() == at["Age"].top()
        assert at["When"].height() == at["Age"].height()
        assert at["Age"].left() > at["When"].right()
        assert at["What happened"].top() > at["When"].bottom()
        assert at["What happened"].right() >= at["Age"].right()
        assert at["Familiarity"].top() == at["Affection"].top() > at["What happened"].bottom()
        assert at["Familiarity"].left() == at["When"].left()
        assert at["Affection"].left() == at["Age"].left()

    qtbot.waitUntil(is_laid_out)


def test_where_there_is_no_room_they_stand_below_each_other(change, qtbot):
    def is_stacked() -> bool:
        when, age = (box_of(change, f"{CHANGE}{name}") for name in ("When", "Age"))
        return age.top() > when.bottom() and age.left() == when.left()

    qtbot.waitUntil(lambda: not is_stacked())
    change.resize(230, 900)
    qtbot.waitUntil(is_stacked)
    change.resize(560, 900)
    qtbot.waitUntil(lambda: not is_stacked())


def test_larger_letters_need_more_room(change, live_theme, qtbot):
    when = box_of(change, f"{CHANGE}When")
    live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.LIGHT, font_size=28))

    def is_larger() -> None:
        assert box_of(change, f"{CHANGE}When").height() > when.height()
        feelings = [box_of(change, f"{CHANGE}{name}") for name in ("Familiarity", "Affection")]
        assert feelings[0].left() == feelings[1].left()

    qtbot.waitUntil(is_larger)


def test_what_is_unsaid_looks_quiet_until_it_is_said(change, qtbot):
    age = named(change, QSpinBox, f"{CHANGE}Age")
    quiet = age.lineEdit().palette().text().color()
    age.setFocus()
    qtbot.keyClick(age, Qt.Key.Key_End)
    qtbot.keyClicks(age, "41")
    qtbot.keyClick(age, Qt.Key.Key_Return)
    assert age.text() == "41"
    assert age.lineEdit().palette().text().color() != quiet
    age.selectAll()
    qtbot.keyClick(age, Qt.Key.Key_Delete)
    qtbot.keyClick(age, Qt.Key.Key_Return)
    assert age.text() == "unsaid"
    assert age.lineEdit().palette().text().color() == quiet


def test_a_feeling_that_is_first_said_with_the_arrows_begins_at_nought(change, qtbot):
    told: list[Any] = []
    change.value_edited.connect(lambda _path, value: told.append(value[0]["changes"][0]))
    affection = named(change, QSpinBox, f"{CHANGE}Affection")
    qtbot.keyClick(affection, Qt.Key.Key_Down)
    assert affection.text() == "unsaid"
    qtbot.keyClick(affection, Qt.Key.Key_Up)
    assert told[-1]["affection"] == 0
    qtbot.keyClick(affection, Qt.Key.Key_Down)
    assert told[-1]["affection"] == -1
    affection.setValue(affection.minimum() + 1)
    qtbot.keyClick(affection, Qt.Key.Key_Down)
    assert told[-1]["affection"] is None


def test_an_exchange_has_its_name_and_menu_above_its_lines(make_form, qtbot):
    form = make_form("voice", "examples", ISLA["voice"]["examples"])
    menu = named(form, QToolButton, "More for Example dialogue 1")
    line = named(form, QToolButton, "More for Example dialogue 1: Lines 1")
    name = next(one for one in form.findChildren(QLabel) if one.text() == "Exchange 1")

    def is_above() -> None:
        assert name.isVisible()
        assert menu.mapTo(form, menu.rect().bottomLeft()).y() < line.mapTo(form, QPoint()).y()
        assert menu.mapTo(form, QPoint()).x() == line.mapTo(form, QPoint()).x()

    qtbot.waitUntil(is_above)


def test_the_first_lines_of_a_row_stand_on_one_level(make_form, qtbot):
    form = make_form("voice", "examples", ISLA["voice"]["examples"])
    row = "Example dialogue 1: Lines 1"
    menu = named(form, QToolButton, f"More for {row}")

    def is_level() -> None:
        speaker, text = box_of(form, f"{row}: Speaker"), box_of(form, f"{row}: Line")
        assert speaker.top() == text.top() == menu.mapTo(form, QPoint()).y()
        assert speaker.height() == text.height() == menu.height()

    qtbot.waitUntil(is_level)


def test_a_narrow_secret_stands_above_those_who_know_it(make_form, qtbot):
    form = make_form("life", "secrets", ISLA["life"]["secrets"])

    def is_above() -> bool:
        secret, known = (box_of(form, f"Secrets 1: {name}") for name in ("Secret", "Known by"))
        return known.top() > secret.bottom()

    qtbot.waitUntil(lambda: not is_above())
    form.resize(300, 900)
    qtbot.waitUntil(is_above)

    def is_one_group() -> bool:
        names = ("Secrets 2: Secret", "Secrets 2: Known by", "Secrets 3: Secret")
        secret, known, following = (box_of(form, name) for name in names)
        return following.top() - known.bottom() > 2 * (known.top() - secret.bottom())

    qtbot.waitUntil(is_one_group)


def test_a_folded_person_keeps_the_name_where_there_is_no_room_for_all(make_form, qtbot):
    long = {**CATRIONA, "name": "Catriona of Inverness", "relation": "younger sister, far away"}
    form = make_form("life", "relationships", [long])
    name, relation = (
        next(one for one in form.findChildren(ElidingLabel) if one.words == long[part])
        for part in ("name", "relation")
    )
    qtbot.waitUntil(lambda: relation.text() == long["relation"])
    form.resize(300, 900)
    qtbot.waitUntil(lambda: relation.text() != long["relation"])
    assert name.text() == long["name"]


@pytest.mark.parametrize("size", [14, 24])
def test_a_title_stands_on_the_level_of_its_scale(live_theme, qtbot, size):
    live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.LIGHT, font_size=size))
    traits = next(field for field in TOP["personal"].fields if field.name == "traits")
    form = Form(traits.fields[:3], title_letters=21)
    qtbot.addWidget(form)
    form.resize(700, 300)
    form.show()
    title = next(one for one in form.findChildren(QLabel) if one.text() == traits.fields[1].title)
    scale = form.editor(traits.fields[1].name).focus_target

    def is_level() -> bool:
        one, other = (w.mapTo(form, w.rect().center()).y() for w in (title, scale))
        return abs(one - other) <= 1

    qtbot.waitUntil(is_level)
    assert title.heightForWidth(title.width()) <= title.fontMetrics().height()


def test_what_is_explained_stands_on_one_level_however_long_it_is(show, live_theme, qtbot):
    fields = next(fields for title, fields in MORE_GROUPS if title == "How keys are read")
    form = show(Form(fields), 480, 400)
    form.show_values({"reading": "words", "case_sensitive": "unsaid"})

    def is_level() -> None:
        reading, case = (box_of(form, name) for name in ("Keys are read", "Case counts"))
        assert reading.top() == case.top()
        titles = {one.text(): one for one in form.findChildren(QLabel)}
        assert titles["Keys are read"].mapTo(form, QPoint()).y() == (
            titles["Case counts"].mapTo(form, QPoint()).y()
        )

    qtbot.waitUntil(is_level)
    quiet = named(form, QComboBox, "Case counts")
    unsaid = quiet.palette().text().color()
    quiet.setCurrentIndex(1)
    assert quiet.palette().text().color() != unsaid


def test_the_words_of_a_switch_wrap_and_turn_it(show, live_theme, qtbot):
    words = "It opens every context with the role and with its acceptance. " * 3
    form = show(Form([FieldDescription("role", "Role", words, FieldKind.SWITCH)]), 400, 300)
    told: list[Any] = []
    form.value_edited.connect(lambda _path, value: told.append(value))
    assert form.minimumSizeHint().width() < 400
    box = named(form, QCheckBox, "Role")
    said = next(one for one in form.findChildren(QLabel) if one.text() == words)
    qtbot.mouseClick(said, Qt.MouseButton.LeftButton)
    assert box.isChecked()
    qtbot.mouseClick(said, Qt.MouseButton.RightButton)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert told == [True, False]


@pytest.mark.parametrize("name", ["timeline", "secrets", "relationships", "weekday"])
def test_the_largest_letters_fit_a_narrow_page(show, live_theme, qtbot, name):
    live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.LIGHT, font_size=28))
    form = Form([field for field in TOP["life"].fields if field.name == name])
    form.show_values({name: ISLA["life"][name] if name != "weekday" else ""})
    show(form, 320, 900)

    def is_in_sight() -> None:
        assert form.width() == 320
        fields = [one for one in form.findChildren(FieldEditor) if one.isVisible()]
        assert fields
        for field in fields:
            box = QRect(field.mapTo(form, QPoint()), field.size())
            assert form.rect().contains(box), field.spoken

    qtbot.waitUntil(is_in_sight)
    for questions in form.findChildren(PromptsLabel):
        assert questions.heightForWidth(320) <= questions.height()
