"""The versions of a character: what each changed, in the editor's words, and the way back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from personas.difference import WordsAre
from tests.ui.accessibility import unnamed
from tests.ui.theatre import isla_in
from ui.personas.contents_list import ContentsList
from ui.personas.persona_screen import PersonaScreen
from ui.personas.versions_page import VersionsPage
from ui.viewmodels.persona_changes import name_changes, tell_changes
from ui.viewmodels.persona_sections import SectionKey
from ui.viewmodels.persona_versions import Against, PersonaVersions
from ui.viewmodels.persona_view_model import PersonaViewModel


@pytest.fixture
def sheet(sheet, isla_is_open) -> PersonaViewModel:
    return sheet


@pytest.fixture
def screen(screen, sheet) -> PersonaScreen:
    sheet.opened.emit(sheet.record)
    return screen


def save(sheet, qtbot, *values):
    for path, value in values:
        sheet.set_value(path, value)
    with qtbot.waitSignal(sheet.saved):
        sheet.save()


def words(page: VersionsPage) -> list[str]:
    shown = [one for one in page.findChildren(QLabel) if one.isVisibleTo(page)]
    return [one.accessibleName() or one.text() for one in shown]


def show(screen, qtbot, count: int) -> VersionsPage:
    screen.show_versions()
    page = screen.findChild(VersionsPage)
    qtbot.waitUntil(lambda: len(page.list.rows) == count)
    return page


def test_a_version_tells_what_it_changed_and_comes_back_as_a_step(screen, sheet, context, qtbot):
    before = sheet.persona
    save(sheet, qtbot, (("tagline",), "keeper of a drowned bell"), (("tags",), ["bell"]))
    page = show(screen, qtbot, 2)
    assert [row.title for row in page.list.rows] == ["Version 2", "Version 1"]
    assert "In a line and Tags" in page.list.rows[0].line
    assert page.list.rows[1].line.endswith("The first version")
    assert any("became \u201ckeeper of a drowned bell\u201d" in text for text in words(page))
    assert not page.restore.isVisible()
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert page.restore.isVisible()
    with qtbot.waitSignal(sheet.saved):
        page.restore.click()
    assert context.personas.get(sheet.record.id).result().persona == before
    qtbot.waitUntil(lambda: page.list.rows[0].title == "Version 3")
    assert page.list.current == page.list.rows[0].key
    sheet.undo()
    assert sheet.draft["tagline"] == "keeper of a drowned bell"
    assert page.list.rows[0].title == "The draft"


def test_a_version_is_compared_with_the_draft(screen, sheet, qtbot):
    save(sheet, qtbot, (("tagline",), "keeper of a drowned bell"))
    sheet.set_value(("scenario",), "On the quay.")
    page = show(screen, qtbot, 3)
    assert page.list.rows[0].line == "Not saved \u00b7 Scenario"
    assert not page.restore.isVisible()
    page.list.setCurrentRow(2)
    against = {one.text(): one for one in page.findChildren(QPushButton)}
    assert "The first version: there is none before." in words(page)
    against["The draft"].click()
    told = " ".join(words(page))
    assert "drowned bell" in told
    assert "Put in: On the quay." in told


def test_a_draft_that_does_not_hold_says_why(sheet, qtbot):
    versions = PersonaVersions(sheet)
    sheet.set_value(("name",), "")
    with qtbot.waitSignal(versions.changed):
        versions.watch(is_watched=True)
    assert versions.rows[0].line == "Not saved \u00b7 does not hold yet"
    assert versions.comparison.sentence == "It does not hold yet. Name: This cannot be empty."
    versions.choose(versions.rows[1].key)
    versions.compare_with(Against.DRAFT)
    assert versions.comparison.sentence == "Nothing differs."


def test_changes_stand_under_the_headings_of_the_editor(context):
    isla = isla_in(context).persona
    life = isla.life.model_copy(
        update={
            "loves": ("fog", *isla.life.loves[1:], "rain"),
            "weekday": isla.life.weekday.replace("the lamp", "the old lamp", 1),
        }
    )
    other = isla.model_copy(
        update={
            "kind": "individual",
            "life": life,
            "origin": isla.origin.model_copy(update={"foreign": {"data": {"a": 1}}}),
        }
    )
    found = tell_changes(isla, other)
    assert [section.title for section in found] == ["Who she is", "How she lives", "About the card"]
    (kind,) = found[0].fields
    assert [(run.are, run.text) for run in kind.lines[0]] == [
        (WordsAre.REMOVED, "Character"),
        (WordsAre.KEPT, " "),
        (WordsAre.ADDED, "Individual"),
    ]
    titles = [field.title for field in found[1].fields]
    assert titles == ["A weekday", "Loves 1", "Loves"]
    (day,) = found[1].fields[0].lines
    assert sum(len(run.text) for run in day) < len(isla.life.weekday)
    assert "\u2026" in day[-1].text
    assert name_changes(isla, other) == "Kind, A weekday, Loves and About the card"
    assert name_changes(isla, isla) == "Nothing differs"


def test_the_keyboard_comes_to_the_versions_and_back(screen, sheet, qtbot):
    save(sheet, qtbot, (("tagline",), "keeper of a drowned bell"))
    rows = screen.findChild(ContentsList).findChildren(QPushButton)
    screen.edit()
    screen.show_section(SectionKey.LORE)
    rows[-2].setFocus()
    qtbot.keyClick(rows[-2], Qt.Key.Key_Down)
    page = screen.findChild(VersionsPage)
    assert rows[-1].isChecked()
    qtbot.waitUntil(lambda: len(page.list.rows) == 2)
    assert unnamed(screen) == []
    qtbot.keyClick(page.list, Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert not rows[-1].isChecked()


@pytest.mark.parametrize("width", [438, 820])
def test_no_word_of_the_comparison_is_cut(screen, sheet, qtbot, width):
    save(sheet, qtbot, (("tagline",), "keeper of a drowned bell"), (("tags",), ["bell"]))
    screen.resize(width + 213, 600)
    page = show(screen, qtbot, 2)
    is_beside = width > 620
    qtbot.waitUntil(lambda: (page._area.x() > 0) == is_beside)
    for one in page.findChildren(QLabel):
        if one.isVisible():
            assert one.height() >= one.heightForWidth(one.width())
