"""What is being written stays in sight while the page grows above it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from ui.widgets.focus_anchor import FocusAnchor
from ui.widgets.plain_parts import scroll_area


@pytest.fixture
def page(show) -> QScrollArea:
    content = QWidget()
    layout = QVBoxLayout(content)
    picture, field, rest = QWidget(), QLineEdit(), QWidget()
    picture.setFixedHeight(10)
    rest.setFixedHeight(900)
    for part in (picture, field, rest):
        layout.addWidget(part)
    picture.setObjectName("picture")
    area = scroll_area("A page", content)
    FocusAnchor(area)
    show(area, 300, 200)
    field.setFocus()
    return area


def grow(page: QScrollArea) -> None:
    page.findChild(QWidget, "picture").setFixedHeight(500)


def is_in_sight(page: QScrollArea) -> bool:
    return not page.findChild(QLineEdit).visibleRegion().isEmpty()


def test_the_field_with_the_keyboard_stays_in_sight_while_the_page_grows(page, qtbot):
    grow(page)
    qtbot.waitUntil(lambda: page.verticalScrollBar().value() > 300)
    assert is_in_sight(page)


def test_whoever_scrolled_away_from_it_is_not_called_back(page, qtbot):
    bar = page.verticalScrollBar()
    bar.triggerAction(bar.SliderAction.SliderToMaximum)
    qtbot.waitUntil(lambda: not is_in_sight(page))
    before = bar.maximum()
    grow(page)
    qtbot.waitUntil(lambda: bar.maximum() > before)
    qtbot.wait(50)
    assert not is_in_sight(page)
