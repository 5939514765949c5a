"""The way of the Tab key through a window: as it is read, layout by layout, row by row.

Qt goes in the order in which things were made, so that whatever is added to a list later would
come last in the whole window. Knows layouts and focus, and no content.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    stops = [one for one in _read(window, here) if one is here or _takes_focus(one)]
    place = stops.index(here) if here in stops else -1 if is_forward else 0
    step = 1 if is_forward else -1
    if not stops or stops[(place + step) % len(stops)] is here:
        return False
    neighbour = stops[(place + step) % len(stops)]
    reason = Qt.FocusReason.TabFocusReason if is_forward else Qt.FocusReason.BacktabFocusReason
    neighbour.setFocus(reason)
    _bring_into_sight(neighbour)
    return True


def _read(widget: QWidget, here: QWidget | None) -> Iterator[QWidget]:
    """Yield what is in a widget and not hidden, and what has the keyboard even if it is."""
    for part in _parts(widget):
        if not part.isHidden() or (here is not None and (part is here or part.isAncestorOf(here))):
            yield part
            yield from _read(part, here)


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
