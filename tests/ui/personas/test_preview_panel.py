from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.context import AppContext
from app.inference.scripted import ScriptedEngine
from personas.library import load_library
from personas.persona import Persona
from personas.sheet import build_sheet
from personas.voice import Voice
from ui.personas.editor_bar import EditorBar
from ui.personas.persona_screen import PersonaScreen
from ui.personas.preview_panel import PreviewPanel
from ui.viewmodels.persona_sections import SECTION_OF_PART, SectionKey
from ui.viewmodels.preview_view_model import PreviewSection
from ui.widgets.eliding_label import ElidingLabel


@pytest.fixture
def context(make_context) -> AppContext:
    return make_context(engine=ScriptedEngine(is_loaded=False))


@pytest.fixture
def screen(screen, sheet, preview, isla, qtbot) -> PersonaScreen:
    screen.resize(1200, 760)
    sheet.open(isla)
    screen.edit()
    qtbot.waitUntil(lambda: bool(preview.sections))
    return screen


def words(screen: PersonaScreen) -> list[str]:
    panel = screen.findChild(PreviewPanel)
    return [one.text() for one in panel.findChildren(QLabel) if one.isVisibleTo(panel)]


def test_without_a_model_tokens_are_about_so_many(screen, preview, context):
    assert context.models.description is None
    assert preview.total.startswith("about ")
    assert preview.total.endswith(" tokens")
    assert "As the model reads her" in words(screen)
    assert "WHO YOU ARE" in words(screen)


def test_a_model_that_comes_up_counts_them_against_its_context(screen, preview, context, qtbot):
    context.models.load().result()
    qtbot.waitUntil(lambda: bool(preview.sections) and preview.sections[0].is_counted)
    qtbot.waitUntil(lambda: "about" not in preview.total)
    first = preview.sections[0]
    assert first.tokens == len(first.text.split())
    assert f"of {context.models.description.context_tokens:,} tokens" in preview.total


def test_what_is_typed_is_read_soon(screen, sheet, preview, qtbot):
    sheet.set_value(("tagline",), "keeper of a drowned bell")
    qtbot.waitUntil(lambda: "keeper of a drowned bell" in preview.sections[0].text, timeout=2000)
    assert any("keeper of a drowned bell" in text for text in words(screen))


def test_a_draft_that_does_not_hold_leaves_the_last_that_did(screen, sheet, preview):
    before = preview.sections
    sheet.set_value(("name",), "")
    assert preview.sections == before


def test_findings_are_counted_in_words_and_lead_to_their_field(screen, sheet, context, qtbot):
    ada = Persona(name="Ada", greeting="Hello.", voice=Voice(habits=("hums",)))
    sheet.open(context.personas.add(ada).result())
    panel = screen.findChild(PreviewPanel)
    qtbot.waitUntil(lambda: any("to look at" in text for text in words(screen)))
    go = next(
        one
        for one in panel.findChildren(QPushButton)
        if one.accessibleName().startswith("Go to the field") and one.isVisibleTo(panel)
    )
    go.click()
    assert screen._writing.isAncestorOf(QApplication.focusWidget())


def test_going_to_a_field_in_a_card_gives_it_the_keyboard(screen):
    screen.go_to(("life", "relationships", 0, "note"))
    assert screen._section == SectionKey.LIFE
    assert QApplication.focusWidget().accessibleName().startswith("People 1: ")


def test_a_place_that_is_no_longer_there_leads_to_its_list(screen):
    screen.go_to(("life", "timeline", 99, "age"))
    assert QApplication.focusWidget().accessibleName().startswith("Add to ")
    screen.go_to(("origin", "creator"))
    assert screen._section == SectionKey.LIFE


def test_a_narrow_screen_shows_the_preview_instead_of_the_forms_and_back(screen, qtbot):
    screen.resize(900, 700)
    panel = screen.findChild(PreviewPanel)
    toggle = next(one for one in screen.findChildren(QPushButton) if one.text() == "Preview")
    assert not panel.isVisible()
    assert screen._writing.isVisible()
    toggle.click()
    assert panel.isVisible()
    qtbot.waitUntil(lambda: panel.width() > 500)
    assert not screen._writing.isVisible()
    toggle.setFocus()
    qtbot.keyClick(toggle, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    toggle.click()
    screen.go_to(("life", "home"))
    assert screen._writing.isVisible()
    toggle.click()
    screen.resize(1200, 700)
    assert panel.isVisible()
    assert screen._writing.isVisible()
    assert not toggle.isVisible()


def test_a_narrow_screen_says_what_the_page_costs_and_the_whole(screen, sheet, preview, qtbot):
    screen.resize(900, 700)
    screen.show_section(SectionKey.LIFE)
    costs = screen.findChild(EditorBar).findChild(ElidingLabel)
    assert (
        costs.words == f"This page {preview.cost_of(SectionKey.LIFE)} \u00b7 sheet {preview.total}"
    )
    before = costs.words
    sheet.set_value(("life", "home"), "A boat. " * 40)
    qtbot.waitUntil(lambda: costs.words != before)
    screen.show_section(SectionKey.LORE)
    assert costs.words == preview.total


def test_each_part_of_the_sheet_is_written_under_a_heading(preview):
    for persona in load_library().values():
        parts = {part.name for part in build_sheet(persona, user_name="You")}
        assert parts <= set(SECTION_OF_PART)


def test_the_whole_text_is_shown_when_asked_for(screen, preview, qtbot):
    longest = max(preview.sections, key=lambda section: len(section.text)).text
    assert longest not in words(screen)
    whole = next(
        one
        for one in screen.findChild(PreviewPanel).findChildren(QPushButton)
        if one.accessibleName() == "Show the whole text of each section"
    )
    whole.click()
    assert longest in words(screen)
    whole.click()
    assert longest not in words(screen)


def section_of(text: str) -> PreviewSection:
    return PreviewSection("social", "Who you are", text, 9, is_counted=True)


def test_a_sections_beginning_keeps_the_lines_of_the_sheet():
    assert section_of("You are Isla.\nAge: 61\nSex: female").beginning == (
        "You are Isla.\nAge: 61\nSex: female"
    )


def test_a_long_sections_beginning_ends_in_dots():
    many = section_of("\n".join(f"Line {number}: x" for number in range(20))).beginning
    assert many.count("\n") <= 4
    assert many.endswith(" \u2026")
    prose = section_of("word " * 200).beginning
    assert len(prose) <= 130
    assert prose.endswith("word \u2026")


def test_a_sections_beginning_does_not_say_its_title_again():
    assert section_of("Who you are:\nA keeper.").beginning == "A keeper."
    assert section_of("Who you are").text == "Who you are"
