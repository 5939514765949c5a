from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSlider

from app.settings import Appearance, ColourScheme
from personas.instructions import Instructions
from personas.lorebook import Lorebook, LoreEntry
from personas.origin import Origin
from personas.persona import Persona
from personas.pronouns import HE, pronouns_for
from tests.ui.controls import button
from ui.forms.prompts_label import PromptsLabel
from ui.personas.contents_list import ContentsList
from ui.personas.persona_screen import PersonaScreen
from ui.personas.scales import TraitPentagon
from ui.personas.sheet_side import SheetSide
from ui.viewmodels.persona_sections import SECTIONS, SectionKey


@pytest.fixture
def screen(screen, sheet, isla) -> PersonaScreen:
    sheet.open(isla)
    return screen


def labels(screen: PersonaScreen) -> list[str]:
    return [one.text() for one in screen.findChildren(QLabel) if one.isVisibleTo(screen)]


def line(screen: PersonaScreen, name: str) -> Any:
    fields = [*screen.findChildren(QLineEdit), *screen.findChildren(QPlainTextEdit)]
    return next(one for one in fields if one.accessibleName() == name)


def test_the_page_is_set_with_her_headings(screen):
    shown = labels(screen)
    for words in ("Isla MacRae", "Who she is", "What drives her", "How she lives", "Religion"):
        assert words in shown
    contents = screen.findChild(ContentsList)
    names = [one.accessibleName() for one in contents.findChildren(QPushButton)]
    assert names[0] == "Who she is, 25 of 27 filled in"


def test_the_contents_go_to_the_heading(screen, qtbot):
    screen.show_section(SectionKey.VOICE)
    assert screen._reading.verticalScrollBar().value() > 0
    qtbot.mouseClick(button(screen, "Who she is"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: screen._reading.verticalScrollBar().value() < 200)


def test_editing_a_line_and_saving_with_the_keyboard_makes_a_version(screen, sheet, context, qtbot):
    qtbot.mouseClick(button(screen, "Edit"), Qt.MouseButton.LeftButton)
    field = line(screen, "In a line")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "keeper of the Neist light")
    assert button(screen, "Save").isVisible()
    with qtbot.waitSignal(sheet.saved):
        qtbot.keyClick(field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not button(screen, "Save").isVisible()
    assert context.personas.get(sheet.record.id).result().persona.tagline == (
        "keeper of the Neist light"
    )
    screen.read()
    assert "keeper of the Neist light" in labels(screen)


def test_every_section_has_a_form_for_each_field(screen):
    screen.edit()
    for section in SECTIONS:
        screen.show_section(section.key)
        editor = screen._editors[section.key]
        wanted = sum(len(group.fields) for group in section.groups)
        assert sum(len(form._rows) for form in editor._forms) == wanted


def test_a_problem_stands_beside_its_field(screen, sheet):
    screen.edit()
    line(screen, "Name").clear()
    line(screen, "Name").textEdited.emit("")
    assert "This cannot be empty." in labels(screen)
    button(screen, "Drop changes").click()
    assert "This cannot be empty." not in labels(screen)
    assert line(screen, "Name").text() == "Isla MacRae"


def test_the_picture_of_the_traits_follows_the_scales(screen, sheet, qtbot):
    screen.edit()
    screen.show_section(SectionKey.PERSONAL)
    editor = screen._editors[SectionKey.PERSONAL]
    pentagon = editor.findChild(TraitPentagon)
    before = pentagon.accessibleName()
    slider = next(
        one for one in editor.findChildren(QSlider) if one.accessibleName() == "Sociability"
    )
    slider.setValue(70)
    assert pentagon.accessibleName() != before
    assert sheet.persona.personal.traits.sociability == 7.0


def test_going_out_of_sight_saves(screen, sheet, qtbot):
    screen.edit()
    sheet.set_value(("tagline",), "elsewhere")
    with qtbot.waitSignal(sheet.saved):
        screen.hide()


def test_going_on_stage_is_asked_for(screen, sheet, qtbot):
    with qtbot.waitSignal(screen.stage_requested) as asked:
        button(screen, "Go on stage").click()
    assert asked.args == [sheet.record.id]


def test_an_empty_sheet_says_that_nothing_is_said(screen, sheet, context):
    sheet.open(context.personas.add(Persona(name="Ada")).result())
    shown = labels(screen)
    assert shown.count("Nothing is said of this yet.") == len(SECTIONS)
    assert "Who they are" in shown


def test_the_page_is_set_again_in_other_colours(screen, live_theme):
    before = screen.grab().toImage()
    live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.DARK, font_size=18))
    screen.edit()
    screen.show_section(SectionKey.PERSONAL)
    live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.LIGHT))
    live_theme.set_appearance(Appearance(colour_scheme=ColourScheme.DARK))
    screen.read()
    after = screen.grab().toImage()
    assert after.pixelColor(before.width() - 40, 20).lightness() < 80
    assert before.pixelColor(before.width() - 40, 20).lightness() > 200


def test_the_arrows_walk_through_the_contents(screen, qtbot):
    screen.edit()
    rows = screen.findChild(ContentsList).findChildren(QPushButton)
    rows[0].setFocus()
    qtbot.keyClick(rows[0], Qt.Key.Key_Down)
    assert rows[1].isChecked()
    assert screen._section == SectionKey.PROSE
    assert screen._writing.currentWidget() is screen._areas[SectionKey.PROSE]


def test_the_contents_follow_the_reading(screen, qtbot):
    bar = screen._reading.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    rows = screen.findChild(ContentsList).findChildren(QPushButton)
    bar.setValue(bar.maximum())
    assert rows[-2].isChecked()
    bar.setValue(0)
    assert rows[0].isChecked()
    rows[5].click()
    assert rows[5].isChecked()
    heading = screen._page.heading(SectionKey.OPENING)
    assert (
        screen._reading.viewport()
        .rect()
        .contains(heading.mapTo(screen._reading.viewport(), heading.rect().center()))
    )


def test_back_from_the_forms_the_page_stands_where_one_wrote(screen, qtbot):
    screen.edit()
    screen.show_section(SectionKey.VOICE)
    screen.read()
    qtbot.waitUntil(lambda: screen._reading.verticalScrollBar().value() > 0)
    assert screen._section == SectionKey.VOICE


def test_the_page_names_what_a_card_brought(screen, sheet, context):
    persona = Persona(
        name="Ada",
        nickname="Countess",
        tags=("sums",),
        description="She counts.",
        instructions=Instructions(post_history="Never round."),
        lore=Lorebook(name="Engines", entries=(LoreEntry(name="The mill", keys=("mill",)),)),
        origin=Origin(creator="Charles", character_version="2", creator_notes="Be kind."),
    )
    sheet.open(context.personas.add(persona).result())
    shown = labels(screen)
    for words in ("Called Countess \u00b7 sums", "Written by Charles \u00b7 version 2", "Be kind."):
        assert words in shown
    spoken = [one.accessibleName() for one in screen.findChildren(QLabel)]
    for words in ("She counts.", "Never round.", "The mill"):
        assert words in spoken
    contents = screen.findChild(ContentsList).findChildren(QPushButton)
    assert contents[-2].accessibleName() == "Lore, 1 entry"
    assert contents[-1].accessibleName() == "Versions, 1 so far"


def test_the_side_widens_before_it_cuts_a_heading(screen, live_theme, qtbot):
    sheet_side = screen.findChild(SheetSide)
    before = sheet_side.width()
    live_theme.set_appearance(Appearance(font_size=26))
    qtbot.waitUntil(lambda: sheet_side.width() > before)
    for row in screen.findChild(ContentsList).findChildren(QPushButton):
        assert row.width() >= row.sizeHint().width()


def test_the_forms_speak_of_whoever_is_open(screen, sheet, isla, context):
    def hint() -> str:
        page = screen._editors[SectionKey.PROSE]
        return page.findChild(PromptsLabel).text().replace("\u00a0", " ")

    sheet.open(isla)
    screen.edit()
    screen.show_section(SectionKey.PROSE)
    assert "What does she own that matters?" in hint()
    cast = context.personas.list_all().result()
    him = next(one for one in cast if pronouns_for(one.persona.social) == HE)
    sheet.open(him)
    assert "What does he own that matters?" in hint()
    screen.show_section(SectionKey.SOCIAL)
    job = next(
        one
        for one in screen._editors[SectionKey.SOCIAL].findChildren(QPlainTextEdit)
        if one.accessibleName() == "Job"
    )
    assert job.placeholderText() == "What he does for a living."
    sheet.set_value(("social", "gender"), "a woman")
    screen.show_section(SectionKey.PROSE)
    assert "What does she own that matters?" in hint()
