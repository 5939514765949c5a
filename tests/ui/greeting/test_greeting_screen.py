from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from tests.ui.theatre import isla_in
from ui.greeting.greeting_screen import CharacterCard, GreetingScreen
from ui.session import choose_first_three


@pytest.fixture
def screen(live_theme, show) -> GreetingScreen:
    return show(GreetingScreen(live_theme), 800, 600)


def begin(screen: GreetingScreen) -> QPushButton:
    return next(
        one
        for one in screen.findChildren(QPushButton)
        if one.text().startswith("Begin") and not isinstance(one, CharacterCard)
    )


def test_without_characters_nothing_can_begin(screen, qtbot):
    assert not begin(screen).isEnabled()
    with qtbot.assertNotEmitted(screen.finished):
        qtbot.keyClick(screen.findChild(QLineEdit), Qt.Key.Key_Return)


def test_three_are_offered_and_the_first_is_chosen(screen, context):
    records = context.personas.list_all().result()
    screen.offer(choose_first_three(records))
    cards = screen.findChildren(CharacterCard)
    assert len(cards) == 3
    assert cards[0].isChecked()
    assert begin(screen).text() == f"Begin with {records[0].persona.name.split()[0]}"


def test_the_keyboard_alone_leads_into_a_conversation(screen, context, qtbot):
    records = choose_first_three(context.personas.list_all().result())
    screen.offer(records)
    name = screen.findChild(QLineEdit)
    qtbot.keyClicks(name, " Daniel ")
    card = screen.findChildren(CharacterCard)[1]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Space)
    with qtbot.waitSignal(screen.finished) as finished:
        qtbot.keyClick(name, Qt.Key.Key_Return)
    assert finished.args == ["Daniel", records[1].id]


def test_offering_others_replaces_the_cards(screen, context, qtbot):
    records = context.personas.list_all().result()
    screen.offer(records[:3])
    screen.offer([isla_in(context)])
    qtbot.waitUntil(lambda: len(screen.findChildren(CharacterCard)) == 1)
    assert begin(screen).text() == "Begin with Isla"


def test_the_three_are_spread_over_the_cast(context):
    records = context.personas.list_all().result()
    assert choose_first_three(records[:2]) == records[:2]
    three = choose_first_three(records)
    assert len({record.id for record in three}) == 3


def test_the_arrows_choose_among_the_cards(screen, context, qtbot):
    screen.offer(choose_first_three(context.personas.list_all().result()))
    first, second, _third = screen.findChildren(CharacterCard)
    qtbot.waitUntil(lambda: second.x() > first.x())
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert second.isChecked()
    assert second.first_name in begin(screen).text()
