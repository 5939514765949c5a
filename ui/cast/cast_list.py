"""The cast's list: one column, followed by click, Return and the menu key; people can be dragged.

Knows the row values and no view-model.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import QListView

from ui.cast.cast_delegate import CastDelegate
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.cast_model import DRAGGED_PERSONA, CastModel, CastRole, CastRow, CastRowKind
from ui.viewmodels.cast_portraits import CastPortraits
from ui.widgets.row_paint import set_up_column

_TARGETS = frozenset({CastRowKind.FOLDER, CastRowKind.SECTION, CastRowKind.PERSONA})


class CastList(QListView):
    """The list itself: one column, smooth, followed by click, Return and the menu key.

    GUI thread; owned by the panel.

    Signals:
        row_chosen(CastRow): clicked, or Return.
        menu_requested(CastRow, QPoint): right click, or the menu key; global position.
        folder_dropped(PersonaId, str): a character was dragged into a folder, "" for out of it.
    """

    row_chosen = Signal(object)
    menu_requested = Signal(object, QPoint)
    folder_dropped = Signal(str, str)

    def __init__(self, theme: LiveTheme) -> None:
        """Draw with the cast's delegate."""
        super().__init__()
        self._delegate = CastDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        set_up_column(self, "Characters and conversations")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.clicked.connect(self._choose)
        self.customContextMenuRequested.connect(self._ask_for_menu)

    def show_cast(self, model: CastModel) -> None:
        """Show these rows from now on."""
        self._delegate.set_kinds(model.kind_at)
        self.setModel(model)

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
        """Follow a row with Return or Space; Shift+F10 asks for its menu."""
        is_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        # Windows asks for the menu by itself, after the key.
        if event.key() == Qt.Key.Key_F10 and is_shift and sys.platform != "win32":
            self._ask_for_menu(self.visualRect(self.currentIndex()).center())
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Rest on a row when the keyboard arrives, so that the arrows have a start."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._first())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take a character of this list; files are the window's."""
        if event.mimeData().hasFormat(DRAGGED_PERSONA):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        """Mark where the character would go."""
        super().dragMoveEvent(event)
        row = self._target_at(event)
        self._mark(row)
        if row is None:
            event.ignore()
        else:
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """Mark nothing any more."""
        super().dragLeaveEvent(event)
        self._mark(None)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Say who goes where."""
        row = self._target_at(event)
        self._mark(None)
        self.stopAutoScroll()
        if row is None:
            event.ignore()
            return
        event.acceptProposedAction()
        dragged = bytes(event.mimeData().data(DRAGGED_PERSONA).data()).decode()
        self.folder_dropped.emit(dragged, row.folder)

    def _target_at(self, event: QDropEvent) -> CastRow | None:
        """Return the row that takes a character: a folder, whoever is in one, the top level."""
        row = self._row(self.indexAt(event.position().toPoint()))
        is_place = row is not None and row.kind in _TARGETS and not row.is_archived
        is_person = event.mimeData().hasFormat(DRAGGED_PERSONA)
        return row if is_person and is_place else None

    def _mark(self, row: CastRow | None) -> None:
        self._delegate.set_target(row)
        self.viewport().update()

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
