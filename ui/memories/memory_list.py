"""The memories as one long list: the day on the left, the sentence, a quiet note on the right.

Gets more rows as it is scrolled, so that a hundred thousand do not hold up the window. Knows
the rows in words and the theme.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView

from app.domain.ids import MemoryId
from ui.memories.memory_delegate import MemoryDelegate
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.widgets.row_paint import set_up_column

Index = QModelIndex | QPersistentModelIndex


class MemoryList(QListView):
    """One column of memories; several can be marked. GUI thread; owned by the screen.

    Signals:
        edit_requested: F2 on the memory that is looked at.
        forget_requested: Delete on what is marked.
        opened: Return on a memory, or a double click.
        menu_requested(QPoint): the menu key or the right button, and where on the screen.
    """

    menu_requested = Signal(QPoint)
    edit_requested = Signal()
    forget_requested = Signal()
    opened = Signal()

    def __init__(self, room: MemoryRoomViewModel, theme: LiveTheme) -> None:
        """Show the room's rows."""
        super().__init__()
        self._room = room
        self._is_following = False
        self._is_untouched = True
        self._delegate = MemoryDelegate(theme, room.model, self)
        self.setItemDelegate(self._delegate)
        set_up_column(self, "Memories")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setModel(room.model)
        self.verticalScrollBar().actionTriggered.connect(lambda _action: self._touch())
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        room.rows_changed.connect(self.follow)
        room.chosen_changed.connect(lambda _memory: self.follow())
        room.model.dataChanged.connect(self._lay_out_again)
        theme.theme_changed.connect(lambda _theme: self.doItemsLayout())

    def follow(self) -> None:
        """Rest on the memory that is looked at, without saying so."""
        chosen = self._room.chosen
        entry = self._room.shelf.told_in.get(chosen.id) if chosen is not None else None
        index = self._room.model.place_of(entry.memory.id) if entry else QModelIndex()
        if index == self.currentIndex():
            return
        self._is_following = True
        self.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self._is_following = False
        if len(self._room.selected) > 1:
            self._room.select(self._marked())
        # Where the rows are not laid out yet there is nowhere to scroll to.
        QTimer.singleShot(0, self, self._scroll_to_chosen)

    def stand(self, *, is_dense: bool) -> None:
        """Set the rows closer where there is little room."""
        self._delegate.set_dense(is_dense=is_dense)
        self.scheduleDelayedItemsLayout()

    def _scroll_to_chosen(self) -> None:
        if self.isVisible() and self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Look at the memory that the keyboard or the pointer came to."""
        super().currentChanged(current, previous)
        entry = self._room.model.row_at(current)
        if entry is not None and not self._is_following:
            self._touch()
            self._room.choose(entry.memory.id)
            # With Shift the marks are told before the place is.
            self._room.select(self._marked())

    def selectionChanged(  # noqa: N802 - Qt's name
        self, selected: QItemSelection, deselected: QItemSelection
    ) -> None:
        """Take what is marked."""
        super().selectionChanged(selected, deselected)
        if not self._is_following:
            self._room.select(self._marked())

    def event(self, event: QEvent) -> bool:
        """Take F2 for the memory, which the window else takes for the conversation's title."""
        is_claim = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_claim and event.key() == Qt.Key.Key_F2:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Edit with F2, forget with Delete, go to the particulars with Return."""
        match event.key():
            case Qt.Key.Key_F2:
                self.edit_requested.emit()
            case Qt.Key.Key_Delete:
                self.forget_requested.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.opened.emit()
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Offer what can be done with a memory, where it is or where the pointer is."""
        is_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_keyboard else self.indexAt(event.pos())
        if index.isValid():
            middle = self.visualRect(index).center()
            place = self.viewport().mapToGlobal(middle) if is_keyboard else event.globalPos()
            self.menu_requested.emit(place)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Rest on a row when the keyboard arrives, so that the arrows have a start."""
        # Qt rests on the first row where none is current, also when another is about to come.
        self._is_following = True
        super().focusInEvent(event)
        self._is_following = False
        entry = self._room.model.row_at(self.currentIndex())
        if entry is not None and self._room.chosen_id is None:
            self._room.choose(entry.memory.id)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Begin at the top, or as far down as the memory that is looked at needs."""
        super().showEvent(event)
        self._is_untouched = True
        self._begin_at_the_top()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Break the sentences for another width."""
        is_other = self._delegate.set_width(self.viewport().width())
        super().resizeEvent(event)
        if is_other:
            # Qt lays rows out again for another height only.
            self.scheduleDelayedItemsLayout()
        # A screen that is just being shown gets its size step by step.
        if self._is_untouched:
            self._begin_at_the_top()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Stay where one scrolled to."""
        self._is_untouched = False
        super().wheelEvent(event)

    def _begin_at_the_top(self) -> None:
        self.scrollToTop()
        QTimer.singleShot(0, self, self._scroll_to_chosen)

    def _touch(self) -> None:
        self._is_untouched = False

    def _lay_out_again(self) -> None:
        # A sentence with other words may need another line.
        self.scheduleDelayedItemsLayout()

    def _marked(self) -> list[MemoryId]:
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self._room.model.rows[row].memory.id for row in rows]
