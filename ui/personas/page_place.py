"""Where somebody was on a page of the editor: how far down, what was open, where the cursor stood.

Taken from a page that is about to end and put onto the same page built anew. What is meant is
found by its accessible name, which every control has; knows no form and no persona.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from ui.forms.fold import Fold


@dataclass(frozen=True, slots=True)
class PagePlace:
    """One page's place; a value. `anchor` and `cursor` are letters of the text in `field`."""

    top: int
    opened: frozenset[str]
    field: tuple[type[QWidget], str] | None
    anchor: int = 0
    cursor: int = 0


def place_on(area: QScrollArea) -> PagePlace:
    """Return where somebody is on the page in a scroll area."""
    page = area.widget()
    top = area.verticalScrollBar().value()
    opened = frozenset(fold.name for fold in page.findChildren(Fold) if fold.is_open)
    field = page.focusWidget()
    if field is None or not page.isAncestorOf(field):
        return PagePlace(top, opened, None)
    return PagePlace(top, opened, (type(field), field.accessibleName()), *_selection(field))


def go_back(area: QScrollArea, place: PagePlace) -> QWidget | None:
    """Bring a page built anew to a place; returns the field that had the keyboard last."""
    page = area.widget()
    for fold in page.findChildren(Fold):
        if fold.name in place.opened:
            fold.open()
    field = _find(page, place)
    # Before the layout of something new has run, it has no height.
    QTimer.singleShot(0, area, lambda: area.verticalScrollBar().setValue(place.top))
    return field


def _find(page: QWidget, place: PagePlace) -> QWidget | None:
    if place.field is None:
        return None
    kind, name = place.field
    alike = (one for one in page.findChildren(kind) if one.accessibleName() == name)
    field = next(alike, None)
    if field is not None:
        _select(field, place.anchor, place.cursor)
    return field


def _selection(field: QWidget) -> tuple[int, int]:
    if isinstance(field, QPlainTextEdit):
        cursor = field.textCursor()
        return cursor.anchor(), cursor.position()
    if isinstance(field, QLineEdit):
        # A line gives up its selection with the keyboard.
        return field.cursorPosition(), field.cursorPosition()
    return 0, 0


def _select(field: QWidget, anchor: int, position: int) -> None:
    if isinstance(field, QPlainTextEdit):
        last = len(field.toPlainText())
        cursor = field.textCursor()
        cursor.setPosition(min(anchor, last))
        cursor.setPosition(min(position, last), QTextCursor.MoveMode.KeepAnchor)
        field.setTextCursor(cursor)
    elif isinstance(field, QLineEdit):
        field.setCursorPosition(position)
