"""The list of memories in another order than that of their days, and what keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from app.domain.memory import NoteKind
from app.domain.memory_order import MemoryOrder, in_order
from tests.ui.memories.remembering import NOW, a_note, keep
from ui.viewmodels.memory_rows import FARTHEST_ROW
from ui.viewmodels.memory_shelf import MemoryChip, shelve


def used(days_ago: float) -> object:
    return NOW - timedelta(days=days_ago)


MARCH = a_note("march", "He marched in the rain.", 40, importance=8.0)
BOAT = a_note("boat", "He sold the boat.", 20, uses=4, last_used_at=used(10))
LOFT = a_note("loft", "He sleeps in the loft.", 15, uses=1, last_used_at=used(1))
VOW = a_note("vow", "He will paint the boat.", 12, note_kind=NoteKind.PROMISE, importance=5.0)

ORDERS = {
    MemoryOrder.OLDEST: ["march", "boat", "loft", "vow", "tea", "lyon"],
    MemoryOrder.WEIGHT: ["march", "vow", "lyon", "tea", "loft", "boat"],
    MemoryOrder.USES: ["boat", "loft", "lyon", "tea", "vow", "march"],
    MemoryOrder.USED: ["loft", "boat", "lyon", "tea", "vow", "march"],
    MemoryOrder.NEWEST: ["lyon", "tea", "vow", "loft", "boat", "march"],
}


@pytest.fixture
def conversation(conversation, context):
    keep(context, conversation, MARCH, BOAT, LOFT, VOW)
    return conversation


@pytest.fixture
def shows(session, qtbot):
    """Waits until the list shows just these memories, in this order."""
    room = session.memories.room

    def wait_for(*keys: str) -> None:
        qtbot.waitUntil(lambda: [one.memory.id for one in room.model.rows] == list(keys))

    return wait_for


def orders_of(screen) -> QMenu:
    return next(
        one for one in screen.findChildren(QMenu) if one.accessibleName() == "In which order"
    )


def test_each_order_of_the_menu_shows_the_rows_in_it_with_their_days(screen, session, shows):
    room, actions = session.memories.room, orders_of(screen).actions()
    by_words = dict(zip([one.text() for one in actions], MemoryOrder, strict=True))
    assert by_words["Weightiest first"] is MemoryOrder.WEIGHT
    days = {one.memory.id: room.model.row_in_words(one).day for one in room.model.rows}
    for order, keys in ORDERS.items():
        action = actions[list(MemoryOrder).index(order)]
        action.trigger()
        shows(*keys)
        assert room.chosen.id == keys[0], "the first is looked at"
        assert [one.isChecked() for one in actions] == [one is action for one in actions]
        assert screen.head.order.text() == f"{action.text().lower()} \u25be"
        assert {one.memory.id: room.model.row_in_words(one).day for one in room.model.rows} == days


def test_search_and_filters_keep_the_order_and_what_comes_takes_its_place(
    screen, session, context, conversation, shows
):
    room = session.memories.room
    room.set_order(MemoryOrder.WEIGHT)
    shows(*ORDERS[MemoryOrder.WEIGHT])
    screen.head.search.setText("boat")
    shows("vow", "boat")
    screen.head.search.clear()
    shows(*ORDERS[MemoryOrder.WEIGHT])
    screen.head.chips[MemoryChip.PROMISES].click()
    shows("march", "lyon", "tea", "loft", "boat")
    keep(context, conversation, a_note("well", "He fell into a well.", 1, importance=6.0))
    room.refresh()
    shows("march", "well", "lyon", "tea", "loft", "boat")
    room.reveal(VOW.id)
    shows("march", "well", "vow", "lyon", "tea", "loft", "boat")
    room.set_story(None)
    shows("march", "well", "vow", "lyon", "tea", "loft", "boat")


def test_the_order_is_chosen_with_the_keyboard(screen, window, qtbot, shows):
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    qtbot.waitUntil(screen.list.hasFocus)
    screen.head.story.setFocus()
    qtbot.keyClick(screen.head.story, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is screen.head.order
    assert screen.head.order.accessibleName() == "In which order: newest first"
    qtbot.keyClick(screen.head.order, Qt.Key.Key_Space)
    menu = orders_of(screen)
    qtbot.waitUntil(menu.isVisible)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    shows(*ORDERS[MemoryOrder.OLDEST])
    assert screen.head.order.accessibleName() == "In which order: oldest first"


@pytest.mark.parametrize("width", [1280, 900])
def test_the_order_is_whole_beside_its_neighbours_on_the_timeline_alone(
    screen, session, window, qtbot, width
):
    window.resize(width, 820)
    session.memories.room.set_order(MemoryOrder.WEIGHT)
    head, order = screen.head, screen.head.order

    def is_whole() -> bool:
        is_wide_enough = order.width() >= order.sizeHint().width()
        return is_wide_enough and order.visibleRegion().boundingRect() == order.rect()

    qtbot.waitUntil(is_whole)
    place = order.geometry().translated(order.parentWidget().mapTo(head, order.pos()) - order.pos())
    for other in (head.story, head.search, *head.chips.values(), *head.page_chips):
        if other.isVisible():
            corner = other.mapTo(head, other.rect().topLeft())
            assert not place.intersects(other.rect().translated(corner)), other.accessibleName()
    screen.show_page(1)
    assert not order.isVisible()
    screen.show_page(0)
    assert order.isVisible()


def test_far_down_in_another_order_a_memory_is_found_by_its_words(
    screen, session, context, conversation, shows
):
    room = session.memories.room
    many = [a_note(f"n{n}", f"Number {n}.", 50 + n) for n in range(FARTHEST_ROW)]
    gull = a_note("gull", "A gull came in.", 60)
    room._shelf = shelve([*many, gull])
    room.set_order(MemoryOrder.USES)
    room.reveal(gull.id)
    shows("gull")
    assert room.words == gull.text


def test_what_weighs_the_same_stays_by_day():
    newest_first = shelve([MARCH, BOAT, LOFT, VOW]).entries
    for order in MemoryOrder:
        keys = [one.memory.id for one in in_order(newest_first, order, lambda one: one.memory)]
        assert keys == [key for key in ORDERS[order] if key not in {"lyon", "tea"}]
