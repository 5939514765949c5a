"""The cast's list: one column, followed by click, Return and the menu key.

Knows the row values and no view-model.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from ui.cast.cast_delegate import CastDelegate
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.cast_model import CastRole, CastRow
from ui.viewmodels.cast_portraits import CastPortraits


class CastList(QListView):
    """The list itself: one column, smooth, followed by click, Return and the menu key.

    GUI thread; owned by the panel.

    Signals:
        row_chosen(CastRow): clicked, or Return.
        menu_requested(CastRow, QPoint): right click, or the menu key; global position.
    """

    row_chosen = Signal(object)
    menu_requested = Signal(object, QPoint)

    def __init__(self, theme: LiveTheme) -> None:
        """Draw with the cast's delegate."""
        super().__init__()
        self._delegate = CastDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Characters and conversations")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.clicked.connect(self._choose)
        self.customContextMenuRequested.connect(self._ask_for_menu)

    def set_portraits(self, portraits: CastPortraits) -> None:
        """Draw these pictures, and again when one arrives."""
        self._delegate.set_portraits(portraits)
        portraits.arrived.connect(self.viewport().update)

    def first_row(self) -> CastRow | None:
        """Return the first row that leads anywhere."""
        index = self._first()
        return self._row(index)

    def focus_first(self) -> None:
        """Move the keyboard into the list."""
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._first())
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for a panel's width."""
        return QSize(248, 320)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Follow a row with Return or Space."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Rest on a row when the keyboard arrives, so that the arrows have a start."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._first())

    def _first(self) -> QModelIndex:
        model = self.model()
        if model is not None:
            for number in range(model.rowCount()):
                index = model.index(number, 0)
                if index.flags() & Qt.ItemFlag.ItemIsEnabled:
                    return index
        return QModelIndex()

    def _row(self, index: QModelIndex) -> CastRow | None:
        row: CastRow | None = index.data(CastRole.ROW) if index.isValid() else None
        return row

    def _choose(self, index: QModelIndex) -> None:
        row = self._row(index)
        if row is not None:
            self.row_chosen.emit(row)

    def _ask_for_menu(self, where: QPoint) -> None:
        index = self.indexAt(where)
        row = self._row(index if index.isValid() else self.currentIndex())
        if row is not None:
            self.menu_requested.emit(row, self.viewport().mapToGlobal(where))
