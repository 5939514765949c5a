"""The transcript: a list that reads like a printed play and never jumps.

Rows are painted by the delegate; what lies over a row belongs to `RowTools`. Asks the model
for older pages when the top comes near. Knows the transcript model; no service.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QListView, QWidget

from ui.chat.message_documents import MessageDocument
from ui.chat.row_actions import RowAction
from ui.chat.row_tools import RowTools
from ui.chat.scroll_anchor import ScrollAnchor
from ui.chat.transcript_delegate import Mark, TranscriptDelegate
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.line_drafts import LineDrafts
from ui.viewmodels.transcript_model import TranscriptModel, TranscriptRole
from ui.widgets.edge_fade import EdgeFade

_TOP_MARGIN = 22
_KEY_SCROLL = 60
_KEYBOARD_REASONS = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)


class TranscriptView(QListView):
    """Shows one transcript. Lives on the GUI thread; owned by the conversation screen.

    What a person wants done with a row leaves as a signal of `tools`.
    """

    def __init__(
        self,
        model: TranscriptModel,
        theme: LiveTheme,
        edits: LineDrafts | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Show the model's rows in the theme in force; `edits` keeps half-made changes."""
        super().__init__(parent)
        self._model = model
        self._is_selecting = False
        self._set_up_list()
        self.delegate = TranscriptDelegate(theme, self)
        self.setItemDelegate(self.delegate)
        self.setModel(model)
        self._anchor = ScrollAnchor(self, lambda: not model.has_newer)
        edits = edits or LineDrafts(None, self)
        self.tools = RowTools(self, model, self.delegate, self._anchor, theme, edits)
        self._connect_model()
        self.selectionModel().currentChanged.connect(self.tools.place)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._follow_scrolling)
        bar.rangeChanged.connect(self._follow_scrolling)
        self._anchor.settled.connect(self._follow_scrolling)
        theme.theme_changed.connect(self._follow_theme)
        self._fade = EdgeFade(self, theme)

    @property
    def follows_end(self) -> bool:
        """Whether the newest line stays in view."""
        return self._anchor.follows_end

    def follow_end(self) -> None:
        """Go to the newest line and stay with it."""
        self._anchor.follow_end()

    def go_to_newest(self) -> None:
        """Put the keyboard on the newest line, wherever the window was."""
        self._model.show_newest()
        self._anchor.follow_end()
        last = self._model.index(self._model.rowCount() - 1)
        if last.isValid():
            self.setCurrentIndex(last)

    # Following the model, the theme and the scroll bar

    def _connect_model(self) -> None:
        model, anchor = self._model, self._anchor
        model.merging.connect(anchor.hold)
        model.merged.connect(anchor.release)
        model.rowsAboutToBeInserted.connect(anchor.hold)
        model.rowsInserted.connect(anchor.release)
        model.rowsAboutToBeRemoved.connect(anchor.hold)
        model.rowsRemoved.connect(anchor.release)
        model.modelReset.connect(self._begin_anew)

    def _begin_anew(self) -> None:
        self.tools.hover(QModelIndex())
        self.tools.place()
        self._anchor.follow_end()

    def _follow_theme(self) -> None:
        self._anchor.hold()
        self.delegate.forget()
        self._anchor.release()
        self.tools.end_reading()
        self.tools.place()
        self.viewport().update()

    def _follow_scrolling(self) -> None:
        if self._anchor.is_holding:
            return
        bar = self.verticalScrollBar()
        page = self.viewport().height()
        if bar.value() < page:
            self._model.fetch_older()
        if bar.value() > bar.maximum() - page:
            self._model.fetch_newer()
        self.tools.place()

    def _set_up_list(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Conversation")
        self.setProperty("kind", "page")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setViewportMargins(0, _TOP_MARGIN, 0, 0)
        self.setMouseTracking(True)
        self.setAutoScroll(False)
        bar = self.verticalScrollBar()
        bar.setSingleStep(40)
        # It keeps its place and shows no handle while everything is in sight: nothing jumps.
        bar.rangeChanged.connect(lambda lowest, highest: bar.setEnabled(highest > lowest))

    # The pointer

    def _mark_at(self, point: QPoint) -> tuple[QModelIndex, Mark | None]:
        index = self.indexAt(point)
        if not index.isValid():
            return index, None
        return index, self.delegate.mark_at(self.visualRect(index), index, point)

    def _is_on_text(self, index: QModelIndex, point: QPoint) -> bool:
        if not index.isValid():
            return False
        return self.delegate.text_area(self.visualRect(index), index).contains(point)

    def _use_mark(self, mark: Mark, index: QModelIndex) -> None:
        message_id = index.data(TranscriptRole.MESSAGE).id
        match mark.kind:
            case "recalled":
                self.tools.recalled_requested.emit(message_id)
            case "retry":
                self.tools.carry_out(RowAction.TAKE_AGAIN, index)
            case "earlier":
                self.tools.leaf(index, -1)
            case "later":
                self.tools.leaf(index, 1)

    def _begin_selecting(self, event: QMouseEvent) -> bool:
        """Lay a reader under the pointer and let it have the press, so that dragging selects."""
        point = event.position().toPoint()
        index = self.indexAt(point)
        if not self._is_on_text(index, point):
            return False
        self.setCurrentIndex(index)
        reader = self.tools.begin_reading(index)
        if reader is None:
            return False
        reader.setFocus(Qt.FocusReason.MouseFocusReason)
        self._is_selecting = True
        self._pass_on(event)
        return True

    def _pass_on(self, event: QMouseEvent) -> None:
        reader = self.tools.reader
        if reader is None:
            return
        place = QPointF(reader.viewport().mapFrom(self.viewport(), event.position().toPoint()))
        copy = QMouseEvent(
            event.type(),
            place,
            event.globalPosition(),
            event.button(),
            event.buttons(),
            event.modifiers(),
        )
        QApplication.sendEvent(reader.viewport(), copy)

    def _show_pointer(self, point: QPoint) -> None:
        index, mark = self._mark_at(point)
        shape = Qt.CursorShape.ArrowCursor
        if mark is not None:
            shape = Qt.CursorShape.PointingHandCursor
        elif self._is_on_text(index, point):
            document: MessageDocument = self.delegate.document(index)
            area = self.delegate.text_area(self.visualRect(index), index)
            is_link = bool(document.documentLayout().anchorAt(QPointF(point - area.topLeft())))
            shape = Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)

    # The keyboard

    def _show_focus(self, *, is_shown: bool) -> None:
        if self.delegate.is_focus_shown != is_shown:
            self.delegate.is_focus_shown = is_shown
            self.viewport().update()
        self.tools.place()

    def _move_current(self, step: int) -> None:
        """Go to the next row, scrolling first through one that is taller than the page."""
        current = self.currentIndex()
        if not current.isValid():
            self.setCurrentIndex(self._model.index(self._model.rowCount() - 1))
            return
        row, page = self.visualRect(current), self.viewport().rect()
        bar = self.verticalScrollBar()
        is_beyond = row.bottom() > page.bottom() if step > 0 else row.top() < page.top()
        if is_beyond:
            bar.setValue(bar.value() + step * _KEY_SCROLL)
            return
        following = self._model.index(current.row() + step)
        if following.isValid():
            self.setCurrentIndex(following)
            self._anchor.reveal(following, step)
        else:
            bar.setValue(bar.value() + step * _KEY_SCROLL)

    def _use_key(self, event: QKeyEvent) -> bool:
        """Do what a key means for the rows; False for keys that mean nothing here."""
        self._show_focus(is_shown=True)
        match event.key():
            case Qt.Key.Key_Up:
                self._move_current(-1)
            case Qt.Key.Key_Down:
                self._move_current(1)
            case Qt.Key.Key_End:
                self.go_to_newest()
            case _:
                return self._use_key_on_row(event, self.currentIndex())
        return True

    def _use_key_on_row(self, event: QKeyEvent, index: QModelIndex) -> bool:
        if not index.isValid():
            return False
        if event.matches(QKeySequence.StandardKey.Copy):
            self.tools.copy(index)
            return True
        match event.key():
            case Qt.Key.Key_Left:
                self.tools.leaf(index, -1)
            case Qt.Key.Key_Right:
                self.tools.leaf(index, 1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.tools.actions.take_keyboard()
            case Qt.Key.Key_F2:
                self.tools.carry_out(RowAction.EDIT, index)
            case Qt.Key.Key_Delete:
                self.tools.carry_out(RowAction.DELETE, index)
            case _:
                return False
        return True

    # Qt's own names

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if not self._use_key(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._show_focus(is_shown=False)
        if event.button() == Qt.MouseButton.LeftButton:
            index, mark = self._mark_at(event.position().toPoint())
            if mark is not None:
                self._use_mark(mark, index)
                return
            if self._begin_selecting(event):
                return
        self.tools.end_reading()
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if not self._begin_selecting(event):
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        point = event.position().toPoint()
        if self._is_selecting:
            self._pass_on(event)
            return
        self.tools.hover(self.indexAt(point))
        self._show_pointer(point)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if not self._is_selecting:
            super().mouseReleaseEvent(event)
            return
        self._is_selecting = False
        self._pass_on(event)
        reader = self.tools.reader
        if reader is not None and not reader.textCursor().hasSelection():
            self.tools.end_reading()

    def event(self, event: QEvent) -> bool:
        """Have the row edited with F2, which is also the key of a command of the menu."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_for_row = self.currentIndex().isValid() and event.key() == Qt.Key.Key_F2
            event.setAccepted(is_for_row)
            if is_for_row:
                return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Leave:
            self.tools.hover(QModelIndex())
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        is_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_keyboard else self.indexAt(event.pos())
        if not index.isValid():
            return
        menu = self.tools.build_menu(index)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        corner = self.delegate.text_area(self.visualRect(index), index).topLeft()
        menu.popup(self.viewport().mapToGlobal(corner) if is_keyboard else event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(self._model.rowCount() - 1))
        super().focusInEvent(event)
        if event.reason() in _KEYBOARD_REASONS:
            self._show_focus(is_shown=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self.tools.place()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self._anchor.hold()
        self.delegate.set_page_width(self.viewport().width())
        super().resizeEvent(event)
        self._anchor.release()
        self.tools.place()
