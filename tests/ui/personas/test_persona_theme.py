"""Other colours dress only the page in sight, and what was written and seen stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from shiboken6 import isValid

from app.settings import Appearance, ColourScheme
from ui.forms.fold import Fold
from ui.personas.persona_screen import PersonaScreen
from ui.personas.section_tool import SectionTool
from ui.viewmodels.persona_sections import SECTIONS, SectionKey

DARK = Appearance(colour_scheme=ColourScheme.DARK)
LIGHT = Appearance(colour_scheme=ColourScheme.LIGHT)
KEYS = [section.key for section in SECTIONS]


class Dressings(QObject):
    """Counts how often a widget among the forms is told of another style."""

    def __init__(self, screen: PersonaScreen) -> None:
        super().__init__()
        self._forms = screen._writing
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.StyleChange and isinstance(watched, QWidget):
            self.count += self._forms.isAncestorOf(watched)
        return False


@pytest.fixture
def screen(screen, sheet, isla) -> PersonaScreen:
    sheet.open(isla)
    screen.edit()
    return screen


def first_line(screen: PersonaScreen, key: SectionKey = SectionKey.SOCIAL) -> QLineEdit:
    return screen._editors[key].findChild(QLineEdit)


def count_dressings(screen: PersonaScreen, live_theme, appearance: Appearance) -> int:
    dressings = Dressings(screen)
    QApplication.instance().installEventFilter(dressings)
    live_theme.set_appearance(appearance)
    QApplication.instance().removeEventFilter(dressings)
    return dressings.count


def test_pages_out_of_sight_cost_nothing_when_the_colours_change(screen, live_theme):
    screen.show_section(SectionKey.PROSE)
    alone = count_dressings(screen, live_theme, DARK)
    for key in KEYS:
        screen.show_section(key)
    screen.show_section(SectionKey.PROSE)
    assert 0 < count_dressings(screen, live_theme, LIGHT) <= alone
    assert list(screen._editors) == [SectionKey.PROSE]
    screen.read()
    assert count_dressings(screen, live_theme, DARK) <= 2
    assert not screen._editors


def test_a_sheet_out_of_sight_is_built_anew_when_it_is_shown(screen, live_theme, sheet):
    page, written = screen._page, screen._editors[SectionKey.SOCIAL]
    screen.hide()
    live_theme.set_appearance(DARK)
    assert not isValid(page)
    assert not isValid(written)
    screen.show()
    assert first_line(screen).text() == sheet.persona.name
    screen.read()
    assert any(one.text() == "Who she is" for one in screen._reading.findChildren(QLabel))


def test_drafts_undo_and_the_keyboard_outlive_other_colours(screen, sheet, live_theme, qtbot):
    field = first_line(screen)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "Morag")
    live_theme.set_appearance(DARK)
    assert QApplication.focusWidget() is field
    screen.show_section(SectionKey.LIFE)
    live_theme.set_appearance(LIGHT)
    assert not isValid(field)
    screen.show_section(SectionKey.SOCIAL)
    assert first_line(screen).text() == "Morag"
    while sheet.draft["name"] != "Isla MacRae":
        sheet.undo()
    assert first_line(screen).text() == "Isla MacRae"


def test_another_character_is_opened_after_a_page_was_let_go(screen, sheet, live_theme, context):
    other = next(one for one in context.personas.list_all().result() if one.id != sheet.record.id)
    screen.show_section(SectionKey.PERSONAL)
    screen.show_section(SectionKey.SOCIAL)
    live_theme.set_appearance(DARK)
    sheet.open(other)
    assert first_line(screen).text() == other.persona.name


def test_the_place_on_a_page_outlives_other_colours(screen, live_theme, qtbot):
    bar = screen._areas[SectionKey.SOCIAL].verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 300)
    bar.setValue(300)
    screen.read()
    reading = screen._reading.verticalScrollBar()
    qtbot.waitUntil(lambda: reading.maximum() > 200)
    reading.setValue(200)
    live_theme.set_appearance(DARK)
    qtbot.waitUntil(lambda: reading.value() == 200)
    screen.show_section(SectionKey.SOCIAL)
    screen.edit()
    qtbot.waitUntil(lambda: screen._areas[SectionKey.SOCIAL].verticalScrollBar().value() == 300)


def test_what_was_open_and_the_cursor_outlive_other_colours(screen, sheet, live_theme, qtbot):
    screen.show_section(SectionKey.LIFE)
    screen.go_to(("life", "relationships", 1, "note"))
    note = QApplication.focusWidget()
    name = note.accessibleName()
    qtbot.keyClicks(note, "Owes her a boat. ")
    cursor = note.textCursor()
    cursor.setPosition(3)
    cursor.setPosition(8, QTextCursor.MoveMode.KeepAnchor)
    note.setTextCursor(cursor)
    opened = [fold.is_open for fold in screen._editors[SectionKey.LIFE].findChildren(Fold)]
    assert True in opened
    screen.show_section(SectionKey.SOCIAL)
    live_theme.set_appearance(DARK)
    assert not isValid(note)
    screen.show_section(SectionKey.LIFE)
    page = screen._editors[SectionKey.LIFE]
    assert [fold.is_open for fold in page.findChildren(Fold)] == opened
    screen.focus_page()
    note = QApplication.focusWidget()
    assert note.accessibleName() == name
    assert note.textCursor().selectedText() == note.toPlainText()[3:8]
    assert (note.textCursor().anchor(), note.textCursor().position()) == (3, 8)


def test_the_cursor_in_a_line_outlives_other_colours(screen, live_theme):
    field = first_line(screen)
    field.setFocus()
    field.setCursorPosition(4)
    screen.show_section(SectionKey.PROSE)
    live_theme.set_appearance(DARK)
    screen.show_section(SectionKey.SOCIAL)
    screen.focus_page()
    field = QApplication.focusWidget()
    assert (field.text(), field.cursorPosition()) == ("Isla MacRae", 4)


def test_a_piece_outlives_the_forms_that_it_stands_beside(sheet, isla, preview, live_theme, show):
    made: list[SectionTool] = []

    def make() -> SectionTool:
        made.append(SectionTool())
        return made[-1]

    screen = show(PersonaScreen(sheet, preview, live_theme, {SectionKey.PROSE: [make]}), 900, 700)
    sheet.open(isla)
    screen.edit()
    screen.show_section(SectionKey.PROSE)
    screen.show_section(SectionKey.VOICE)
    live_theme.set_appearance(DARK)
    assert not made[0].isVisible()
    screen.show_section(SectionKey.PROSE)
    QApplication.processEvents()
    assert len(made) == 1
    assert made[0].isVisible()
