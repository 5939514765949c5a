"""Keeps the page still while rows come and go above, and at the end while it grows below.

Whether the end is followed is decided before a change and applied when the scroll range
follows; otherwise the first visible row stays where it was, to the pixel. Knows no message.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, Signal
from PySide6.QtWidgets import QListView

_NEAR = 8
_EDGE = 20


class ScrollAnchor(QObject):
    """Steers one list's scroll bar. Lives on the GUI thread; owned by the list.

    `settled()` once a change is over and what was seen is back in its place.
    """

    settled = Signal()

    def __init__(self, view: QListView, may_follow: Callable[[], bool]) -> None:
        """Follow the end from the start; `may_follow` says whether the end is the real one."""
        super().__init__(view)
        self._view = view
        self._may_follow = may_follow
        self._bar = view.verticalScrollBar()
        self._follows_end = True
        self._depth = 0
        self._row = QPersistentModelIndex()
        self._top = 0
        self._value = 0
        self._bar.valueChanged.connect(self._note_value)
        self._bar.rangeChanged.connect(self._follow_range)

    @property
    def is_holding(self) -> bool:
        """Whether a change is under way, so that the scroll bar says nothing yet."""
        return self._depth > 0

    @property
    def follows_end(self) -> bool:
        """Whether the newest line stays in view."""
        return self._follows_end

    def follow_end(self) -> None:
        """Go to the end and stay there."""
        self._follows_end = True
        self._bar.setValue(self._bar.maximum())

    def reveal(self, index: QModelIndex, step: int = 1) -> None:
        """Bring a row into view; one taller than the page by the side it is entered from.

        A row at the very edge keeps its distance to it: there the page fades.
        """
        row, page = self._view.visualRect(index), self._view.viewport().rect()
        below = row.bottom() - page.bottom()
        above = row.top() - page.top() - _EDGE
        if row.height() + _EDGE > page.height():
            self._bar.setValue(self._bar.value() + (above if step > 0 else below))
        elif below > 0:
            self._bar.setValue(self._bar.value() + below)
        elif above < 0:
            self._bar.setValue(self._bar.value() + above)

    def hold(self) -> None:
        """Remember what is seen; every `hold` needs its `release`."""
        self._depth += 1
        if self._depth > 1:
            return
        index = self._view.indexAt(QPoint(self._view.viewport().width() // 2, 1))
        self._row = QPersistentModelIndex(index)
        self._top = self._view.visualRect(index).top()
        self._value = self._bar.value()

    def release(self) -> None:
        """Lay out anew and bring what was seen back to its place."""
        if self._depth == 1:
            self._view.doItemsLayout()
            self._restore()
        self._depth -= 1
        if self._depth == 0:
            self.settled.emit()

    def _restore(self) -> None:
        if self._follows_end:
            self._bar.setValue(self._bar.maximum())
        elif self._row.isValid():
            moved = self._view.visualRect(self._row).top() - self._top
            self._bar.setValue(self._bar.value() + moved)
        else:
            self._bar.setValue(self._value)

    def _note_value(self, value: int) -> None:
        if self._depth == 0:
            is_near = value >= self._bar.maximum() - _NEAR
            self._follows_end = is_near and self._may_follow()

    def _follow_range(self, _least: int, most: int) -> None:
        if self._depth == 0 and self._follows_end:
            self._bar.setValue(most)
