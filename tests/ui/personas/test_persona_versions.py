"""The versions of a character: what each changed, in the editor's words, and the way back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from personas.difference import WordsAre
from personas.persona import Persona
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


def test_a_version_that_cannot_be_read_is_told_and_not_brought_back(sheet, qtbot):
    save(sheet, qtbot, (("tagline",), "keeper of a drowned bell"))
    save(sheet, qtbot, (("tagline",), "keeper of a drowned bell, 62"))
    versions = PersonaVersions(sheet)
    with qtbot.waitSignal(versions.changed):
        versions.watch(is_watched=True)
    newest, broken, first = versions._records
    broken = replace(broken, problem="Version 2 cannot be read. Nothing was changed.")
    versions._take([newest, broken, first])
    assert versions.rows[1].line.endswith("cannot be read")
    assert versions.comparison.sentence == "The version before cannot be read."
    versions.choose(broken.version_id)
    assert versions.comparison.sentence == broken.problem
    assert not versions.comparison.can_restore
    before = sheet.draft
    versions.restore()
    assert sheet.draft == before


def test_another_character_has_other_versions(sheet, context, qtbot):
    save(sheet, qtbot, (("tagline",), "keeper of a drowned bell"))
    versions = PersonaVersions(sheet)
    with qtbot.waitSignal(versions.changed):
        versions.watch(is_watched=True)
    versions.choose(versions.rows[1].key)
    ada = context.personas.add(Persona(name="Ada")).result()
    sheet.open(ada)
    qtbot.waitUntil(lambda: [row.key for row in versions.rows] == [ada.version_id])
    assert versions.chosen == ada.version_id


def test_what_differs_but_cannot_be_marked_is_said(context):
    isla = isla_in(context).persona
    loves = isla.life.loves
    life = isla.life.model_copy(
        update={"loves": (*loves[1:], loves[0]), "weekday": isla.life.weekday.replace(". ", ".\n")}
    )
    (section,) = tell_changes(isla, isla.model_copy(update={"life": life}))
    assert [field.lines[0][0].text for field in section.fields] == [
        "Only the spaces changed.",
        "The same entries in another order.",
    ]


def test_words_that_almost_touch_are_told_as_one_change(context):
    isla = isla_in(context).persona
    scene = "The lamp turns over the water and the old keeper counts each of the ships that go by."
    other = scene.replace("old keeper counts each", "young keeper hates all")
    before = isla.model_copy(update={"scenario": scene})
    (section,) = tell_changes(before, isla.model_copy(update={"scenario": other}))
    runs = section.fields[0].lines[0]
    assert [run.text for run in runs if run.are is WordsAre.REMOVED] == ["old", "counts each"]
    assert [run.text for run in runs if run.are is WordsAre.ADDED] == ["young", "hates all"]
    assert "Taken out: old \u2026 counts each." in section.fields[0].spoken
