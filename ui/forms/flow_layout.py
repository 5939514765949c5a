"""A layout that sets its widgets one after another and breaks the row where it is full.

Knows no content.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Rows of widgets like the words of a paragraph. GUI thread; owned by its widget."""

    def __init__(self, parent: QWidget, spacing: int = 6) -> None:
        """Begin without widgets."""
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def insert(self, place: int, widget: QWidget) -> None:
        """Set a widget before the one at `place`."""
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]  # noqa: N802
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]  # noqa: N802
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's name
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        return self._place(QRect(0, 0, width, 0), is_trial=True)

    def setGeometry(self, area: QRect) -> None:  # noqa: N802 - Qt's name
        super().setGeometry(area)
        self._place(area, is_trial=False)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        least = QSize()
        for item in self._items:
            least = least.expandedTo(item.minimumSize())
        return least

    def _place(self, area: QRect, *, is_trial: bool) -> int:
        """Set the widgets into the area, row by row; returns the height that they take."""
        top = area.y()
        row: list[QLayoutItem] = []
        taken = 0
        for item in self._items:
            if item.isEmpty():
                continue
            width = item.sizeHint().width()
            if row and taken + width > area.width():
                top += self._place_row(row, area, top, is_trial=is_trial) + self.spacing()
                row, taken = [], 0
            row.append(item)
            taken += width + self.spacing()
        if row:
            top += self._place_row(row, area, top, is_trial=is_trial)
        return top - area.y()

    def _place_row(self, row: list[QLayoutItem], area: QRect, top: int, *, is_trial: bool) -> int:
        """Set one row, each widget in its middle; returns the row's height."""
        tallest = max(item.sizeHint().height() for item in row)
        left = area.x()
        for item in row if not is_trial else ():
            wanted = item.sizeHint()
            width = min(wanted.width(), area.width())
            corner = QPoint(left, top + (tallest - wanted.height()) // 2)
            item.setGeometry(QRect(corner, QSize(width, wanted.height())))
            left += width + self.spacing()
        return tallest
