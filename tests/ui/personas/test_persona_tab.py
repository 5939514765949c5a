from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton, QWidget

from personas.lorebook import Lorebook, LoreEntry
from tests.ui.theatre import isla_in
from ui.forms.item import Item
from ui.viewmodels.persona_sections import SectionKey

Kind = TypeVar("Kind", bound=QWidget)
Page = Callable[[SectionKey], QWidget]


@pytest.fixture
def page(session, window, qtbot) -> Page:
    """Shows a page of Isla's sheet in the real window, wide enough for the preview beside it."""
    window.resize(1280, 820)
    session.show_sheet(isla_in(session.context).id)
    qtbot.waitUntil(lambda: window.screen_shown is session.persona_screen)
    persona = session.persona.persona
    lore = Lorebook(name="Neist", entries=(LoreEntry(name="The lamp", keys=("lamp",)),))
    session.persona.replace(persona.model_copy(update={"lore": lore}))
    session.persona_screen.edit()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)

    def show(key: SectionKey) -> QWidget:
        session.persona_screen.show_section(key)
        QApplication.processEvents()
        return session.persona_screen._areas[key].widget()

    return show


def named(page: QWidget, kind: type[Kind], name: str) -> Kind:
    return next(
        one
        for one in page.findChildren(kind)
        if one.accessibleName() == name and not one.parentWidget().isHidden()
    )


def press(qtbot, *, is_forward: bool = True) -> QWidget:
    """Press Tab or Shift+Tab where the keyboard is; returns where it is then."""
    before = QApplication.focusWidget()
    qtbot.keyClick(before, Qt.Key.Key_Tab if is_forward else Qt.Key.Key_Backtab)
    now = QApplication.focusWidget()
    assert now is not None
    assert now is not before
    return now


def go_round(page: QWidget, qtbot) -> list[QWidget]:
    """Press Tab from before the page to behind it, and back; returns what is in between.

    It begins at the field in which one looks for somebody, which is no part of any page.
    """
    named(page.window(), QLineEdit, "Search everyone, their sheets and what was said").setFocus()
    while not page.isAncestorOf(now := press(qtbot)):
        continue
    came_to: list[QWidget] = []
    while page.isAncestorOf(now):
        assert now not in came_to, now.accessibleName()
        came_to.append(now)
        now = press(qtbot)
    back = [press(qtbot, is_forward=False) for _ in came_to]
    assert back == came_to[::-1]
    assert not page.isAncestorOf(press(qtbot, is_forward=False))
    return came_to


def wanted(page: QWidget) -> set[QWidget]:
    return {
        one
        for one in page.findChildren(QWidget)
        if one.isVisible()
        and one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.focusProxy() is None
    }


def item_of(widget: QWidget) -> QWidget | None:
    place: QWidget | None = widget
    while place is not None and not isinstance(place, Item):
        place = place.parentWidget()
    return place


def is_read_on(page: QWidget, one: QWidget, other: QWidget) -> bool:
    """Whether the eye comes to the other next: on the right in the same row, or below."""
    first, second = (QRect(w.mapTo(page, QPoint()), w.size()) for w in (one, other))
    is_beside = second.left() >= first.right()
    is_same_row = second.top() < first.bottom() and first.top() < second.bottom()
    is_same_item = item_of(one) is not None and item_of(one) is item_of(other)
    return second.top() >= first.bottom() or (is_beside and (is_same_row or is_same_item))


def assert_tab_reads(page: QWidget, qtbot) -> None:
    """Tab comes to everything in the page, as it is read, before it goes elsewhere."""
    came_to = go_round(page, qtbot)
    assert set(came_to) == wanted(page)

    def is_read() -> None:
        jumps = [pair for pair in pairwise(came_to) if not is_read_on(page, *pair)]
        assert [f"{one.accessibleName()} > {two.accessibleName()}" for one, two in jumps] == []

    # What was just added has its place only after the layout ran.
    qtbot.waitUntil(is_read)


def change_lists(page: QWidget) -> None:
    """Add, move and remove people, their changes and events, as a writer would."""
    named(page, QPushButton, "Add to People").click()
    ways = [
        ("People 2", "Move up"),
        ("People 1", "Add one below"),
        ("People 3", "Remove"),
        ("Past 3", "Move down"),
        ("Past 1", "Remove"),
        ("Past 2", "Add one below"),
    ]
    for thing, way in ways:
        menu = named(page, QToolButton, f"More for {thing}").menu()
        next(one for one in menu.actions() if one.text().startswith(way)).trigger()
    for _ in range(2):
        named(page, QPushButton, "Add to People 2: How it changed").click()


@pytest.mark.parametrize(
    "key", [SectionKey.LIFE, SectionKey.VOICE, SectionKey.OPENING, SectionKey.LORE]
)
def test_tab_reads_a_page_that_was_just_made_and_back_again(page, qtbot, key):
    shown = page(key)
    for more in shown.findChildren(QPushButton):
        if more.text() == "More":
            more.click()
    assert_tab_reads(shown, qtbot)


def test_tab_reads_what_was_added_moved_and_removed_where_it_stands(page, qtbot):
    shown = page(SectionKey.LIFE)
    change_lists(shown)
    assert_tab_reads(shown, qtbot)


def test_tab_goes_through_what_was_just_added_to_the_button_below_it(page, session, qtbot):
    shown = page(SectionKey.LIFE)
    named(shown, QPushButton, "Add to People").click()
    count = len(session.persona.draft["life"]["relationships"])
    changes = f"People {count}: How it changed"
    named(shown, QPushButton, f"Add to {changes}").click()
    QApplication.processEvents()
    came_to = [QApplication.focusWidget().accessibleName()]
    while came_to[-1] != "Home":
        came_to.append(press(qtbot).accessibleName())
    assert came_to[0] == f"{changes} 1: When"
    assert came_to[1] == f"{changes} 1: Age"
    assert came_to[-3:] == [f"Add to {changes}", "Add to People", "Home"]
    assert press(qtbot, is_forward=False).accessibleName() == "Add to People"


def test_tab_brings_what_it_comes_to_into_sight_of_a_page_that_was_scrolled_away(
    page, session, qtbot
):
    shown = page(SectionKey.LIFE)
    area = session.persona_screen._areas[SectionKey.LIFE]
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    area.setFocus()
    first = press(qtbot)
    press(qtbot, is_forward=False)
    outside = press(qtbot, is_forward=False)
    assert not area.isAncestorOf(outside)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    press(qtbot)
    assert press(qtbot) is first
    assert shown.isAncestorOf(first)
    assert not first.visibleRegion().isEmpty()
