"""The way of the Tab key through a window: as it is read, layout by layout, row by row.

Qt goes in the order in which things were made, so that whatever is added to a list later would
come last in the whole window. Knows layouts and focus, and no content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QGridLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QSplitter,
    QWidget,
)


def focus_neighbour(window: QWidget, *, is_forward: bool) -> bool:
    """Give the keyboard to what is read after the widget that has it, or before.

    From the last thing it goes to the first. False, and nothing done, where there is no other.
    """
    here = window.focusWidget()
    search = _following if is_forward else _preceding
    neighbour = search(window, here) if here is not None else None
    if neighbour is None:
        neighbour = _first_in(window) if is_forward else _last_in(window)
    if neighbour is None or neighbour is here:
        return False
    reason = Qt.FocusReason.TabFocusReason if is_forward else Qt.FocusReason.BacktabFocusReason
    neighbour.setFocus(reason)
    _bring_into_sight(neighbour)
    return True


def _following(window: QWidget, here: QWidget) -> QWidget | None:
    """Return the first stop after a widget: in it, then beside it, then around it."""
    found = _first_of(_parts(here))
    while found is None and here is not window:
        around = here.parentWidget()
        parts = _parts(around)
        found = _first_of(parts[parts.index(here) + 1 :] if here in parts else [])
        here = around
    return found


def _preceding(window: QWidget, here: QWidget) -> QWidget | None:
    """Return the last stop before a widget: beside it, then what is around it."""
    found: QWidget | None = None
    while found is None and here is not window:
        around = here.parentWidget()
        parts = _parts(around)
        found = _last_of(parts[: parts.index(here)] if here in parts else [])
        if found is None and _takes_focus(around):
            found = around
        here = around
    return found


def _first_of(parts: Iterable[QWidget]) -> QWidget | None:
    return next((found for part in parts if (found := _first_in(part)) is not None), None)


def _last_of(parts: Sequence[QWidget]) -> QWidget | None:
    return next((found for part in reversed(parts) if (found := _last_in(part)) is not None), None)


def _first_in(widget: QWidget) -> QWidget | None:
    """Return the first stop in a widget, itself before its parts; None in one that is hidden."""
    if widget.isHidden():
        return None
    return widget if _takes_focus(widget) else _first_of(_parts(widget))


def _last_in(widget: QWidget) -> QWidget | None:
    """Return the last stop in a widget, its parts before itself; None in one that is hidden."""
    if widget.isHidden():
        return None
    found = _last_of(_parts(widget))
    return found if found is not None else widget if _takes_focus(widget) else None


def _parts(widget: QWidget) -> list[QWidget]:
    """Return what stands directly in a widget: what is laid out, then what lies above it."""
    if isinstance(widget, QSplitter):
        return [widget.widget(place) for place in range(widget.count())]
    if isinstance(widget, QAbstractScrollArea):
        # The holders of its bars are Qt's own: whoever asks for their layouts loses the bars.
        return [widget.viewport()]
    layout = widget.layout()
    laid = list(_laid_out(layout)) if layout is not None else []
    others = [one for one in widget.children() if isinstance(one, QWidget) and not one.isWindow()]
    return [*laid, *(one for one in others if one not in laid)]


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for item in _in_reading_order(layout):
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _laid_out(inner)


def _in_reading_order(layout: QLayout) -> list[QLayoutItem]:
    """Return a layout's items; a grid keeps them in the order in which they were added."""
    places = [place for place in range(layout.count()) if layout.itemAt(place) is not None]
    if isinstance(layout, QGridLayout):
        places.sort(key=lambda place: layout.getItemPosition(place)[:2])
    return [layout.itemAt(place) for place in places]


def _takes_focus(widget: QWidget) -> bool:
    """Return whether Tab stops here; what hands the keyboard on is no stop of its own."""
    is_everything = (
        QGuiApplication.styleHints().tabFocusBehavior() == Qt.TabFocusBehavior.TabFocusAllControls
    )
    wanted = Qt.FocusPolicy.TabFocus if is_everything else Qt.FocusPolicy.StrongFocus
    is_stop = widget.focusPolicy() & wanted == wanted and widget.focusProxy() is None
    return is_stop and widget.isEnabled() and widget.isVisible()


def _bring_into_sight(widget: QWidget) -> None:
    """Scroll to it from outside too; Qt does so only where the keyboard stays in one page."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
