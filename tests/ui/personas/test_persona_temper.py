from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QSlider

from personas.instruments import TRAIT_QUESTIONNAIRE, VALUE_PORTRAITS
from personas.persona import Persona
from personas.traits import DOMAINS, Traits
from tests.ui.controls import button
from ui.personas.section_editor import SectionEditor
from ui.personas.temper_tools import TemperTools
from ui.viewmodels.persona_sections import SECTIONS, SectionKey
from ui.viewmodels.persona_temper import temper_sentences, with_answers, with_domain_mean

SCORES = st.integers(10, 70).map(lambda tenths: tenths / 10)


@pytest.fixture
def editor(sheet, isla_is_open, live_theme, qtbot) -> Iterator[SectionEditor]:
    section = next(one for one in SECTIONS if one.key == SectionKey.PERSONAL)
    editor = SectionEditor(sheet, section, live_theme)
    qtbot.addWidget(editor)
    editor.reload()
    editor.show()
    return editor


def slider(editor: SectionEditor, name: str) -> QSlider:
    return next(one for one in editor.findChildren(QSlider) if one.accessibleName() == name)


@given(st.tuples(SCORES, SCORES, SCORES), SCORES)
def test_a_domain_reaches_its_mean_and_stays_on_the_scale(scores, mean):
    facets = dict(zip(DOMAINS["extraversion"], scores, strict=True))
    moved = with_domain_mean({**facets, "trust": 2.0}, "extraversion", mean)
    traits = Traits.model_validate(moved)
    assert traits.domain("extraversion") == pytest.approx(mean, abs=0.06)
    assert traits.trust == 2.0
    order = sorted(DOMAINS["extraversion"], key=lambda name: facets[name])
    assert [moved[name] for name in order] == sorted(moved[name] for name in order)


def test_an_unsaid_domain_takes_the_mean_and_a_said_one_can_be_unsaid():
    said = with_domain_mean({}, "agreeableness", 5.0)
    assert said == {"compassion": 5.0, "respectfulness": 5.0, "trust": 5.0}
    assert set(with_domain_mean(said, "agreeableness", None).values()) == {None}
    assert with_domain_mean({"trust": 3.0, "compassion": None}, "agreeableness", 4.0) == {
        "trust": 4.0,
        "compassion": None,
    }


def test_answers_replace_only_what_they_measure():
    persona = Persona(name="Ada")
    item = TRAIT_QUESTIONNAIRE.items[0]
    changed = with_answers(persona, TRAIT_QUESTIONNAIRE, {item.id: 7})
    assert changed.personal.traits.facet(item.measures) == float(item.score(7))
    assert sum(score is not None for score in changed.personal.traits.model_dump().values()) == 1
    portrait = VALUE_PORTRAITS.items[0]
    again = with_answers(changed, VALUE_PORTRAITS, {portrait.id: 6})
    assert again.personal.traits == changed.personal.traits
    assert again.personal.values.importance(portrait.measures) is not None
    assert temper_sentences(persona) == ""


def test_a_domains_slider_moves_its_facets_and_one_undo_brings_them_back(editor, sheet):
    before = sheet.persona.personal.traits
    slider(editor, "Extraversion").setValue(60)
    moved = sheet.persona.personal.traits
    assert moved.domain("extraversion") == pytest.approx(6.0, abs=0.06)
    assert slider(editor, "Sociability").value() == round(moved.sociability * 10)
    shown = editor.findChildren(QLabel)
    assert any(one.text() == temper_sentences(sheet.persona) for one in shown)
    sheet.undo()
    assert sheet.persona.personal.traits == before


def test_a_facets_slider_moves_its_domain(editor, sheet):
    slider(editor, "Sociability").setValue(70)
    mean = sheet.persona.personal.traits.domain("extraversion")
    assert slider(editor, "Extraversion").value() == round(mean * 10)


def test_a_preset_is_honest_and_one_step(editor, sheet):
    before = sheet.persona
    tools = editor.findChild(TemperTools)
    menu = tools.findChild(QMenu)
    menu.popup(tools.mapToGlobal(tools.rect().bottomLeft()))
    (said,) = (one for one in menu.findChildren(QLabel) if one.isVisible())
    assert "stereotype" in said.text()
    assert said.height() >= said.heightForWidth(said.width())
    assert menu.width() < 360
    menu.close()
    menu.actions()[1].trigger()
    assert sheet.persona.personal.traits != before.personal.traits
    notes = [one.text() for one in tools.findChildren(QLabel) if one.isVisible()]
    assert any("This is a stereotype" in note for note in notes)
    sheet.undo()
    assert sheet.persona == before


def test_the_page_fits_beside_the_contents_in_a_narrow_window(editor):
    assert editor.minimumSizeHint().width() <= 370


def test_a_questionnaire_is_answered_with_the_keys(editor, sheet, qtbot):
    before = sheet.persona
    tools = editor.findChild(TemperTools)
    names = [one.accessibleName() for one in tools.findChildren(QPushButton)]
    assert "Answer as she would (30)" in names
    dialog = tools.ask(TRAIT_QUESTIONNAIRE)
    assert dialog._statement.text() == TRAIT_QUESTIONNAIRE.items[0].told_of(sheet.pronouns)
    qtbot.keyClick(dialog, Qt.Key.Key_7)
    dialog._back.click()
    assert dialog._choices[6].isChecked()
    for _ in TRAIT_QUESTIONNAIRE.items:
        qtbot.keyClick(dialog, Qt.Key.Key_4)
    assert dialog._progress.text() == "30 of 30 \u00b7 30 answered"
    with qtbot.waitSignal(dialog.answered):
        dialog._take.click()
    traits = sheet.persona.personal.traits
    assert {traits.domain(domain) for domain in DOMAINS} == {4.0}
    sheet.undo()
    assert sheet.persona == before


def test_a_questionnaire_can_be_answered_for_oneself(editor, sheet, qtbot):
    dialog = editor.findChild(TemperTools).ask(TRAIT_QUESTIONNAIRE)
    first = TRAIT_QUESTIONNAIRE.items[0]
    button(dialog, "About myself").click()
    assert dialog._statement.text() == first.about_me
    qtbot.keyClick(dialog, Qt.Key.Key_7)
    assert dialog._statement.text() == TRAIT_QUESTIONNAIRE.items[1].about_me
    button(dialog, "About her").click()
    assert dialog._statement.text() == TRAIT_QUESTIONNAIRE.items[1].told_of(sheet.pronouns)
    button(dialog, "Take the scores").click()
    assert sheet.persona.personal.traits.facet(first.measures) == first.score(7)


def test_a_questionnaire_that_is_closed_changes_nothing(editor, sheet):
    before = sheet.persona
    dialog = editor.findChild(TemperTools).ask(VALUE_PORTRAITS)
    assert not dialog._take.isEnabled()
    dialog._pass.click()
    assert dialog._progress.text().startswith("2 of ")
    dialog.reject()
    assert sheet.persona == before
