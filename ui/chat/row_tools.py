"""What lies over the rows of a transcript: the strip of buttons, a reader, an editor, a menu.

One row at a time has one of them. What a person wants done leaves as a signal. Knows the
list and its delegate; no service.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QListView, QMenu, QWidget

from app.domain.conversation import Author, Message, MessageState
from app.domain.ids import MessageId
from ui.chat.page_columns import measure_type
from ui.chat.row_actions import RowAction, RowActions
from ui.chat.row_overlays import MessageEditor, MessageReader
from ui.chat.scroll_anchor import ScrollAnchor
from ui.chat.transcript_delegate import ROW_BOTTOM, TranscriptDelegate
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.line_drafts import LineDrafts
from ui.viewmodels.transcript_model import TranscriptModel, TranscriptRole

_EDITOR_FRAME = 14


class RowTools(QObject):
    """Opens, places and closes what lies over rows. GUI thread; owned by the transcript view.

    Signals name the message: `take_again_requested(id)`, `edit_requested(id, text)`,
    `delete_requested(id)`, `sibling_requested(id, step)`, `recalled_requested(id)`; and
    `link_clicked(str)`.
    """

    take_again_requested = Signal(str)
    edit_requested = Signal(str, str)
    delete_requested = Signal(str)
    sibling_requested = Signal(str, int)
    recalled_requested = Signal(str)
    link_clicked = Signal(str)

    def __init__(
        self,
        view: QListView,
        model: TranscriptModel,
        delegate: TranscriptDelegate,
        anchor: ScrollAnchor,
        theme: LiveTheme,
        edits: LineDrafts,
    ) -> None:
        """Begin with nothing over any row; what is half written stays in `edits`."""
        super().__init__(view)
        self._view = view
        self._model = model
        self._delegate = delegate
        self._anchor = anchor
        self._theme = theme
        self._edits = edits
        self._can_change = True
        self._hovered: MessageId | None = None
        self.reader: MessageReader | None = None
        self.editor: MessageEditor | None = None
        self.actions = RowActions(theme, view.viewport())
        self.actions.chosen.connect(self._carry_out)
        self.actions.left.connect(view.setFocus)
        model.changed.connect(self.place)
        model.dataChanged.connect(self._follow_data)

    def set_can_change(self, can_change: bool) -> None:
        """Say whether rows may be changed now; not while a reply is being written."""
        self._can_change = can_change
        self.place()

    def hover(self, index: QModelIndex) -> None:
        """Show the strip below the row that the pointer is on."""
        hovered = index.data(TranscriptRole.MESSAGE).id if index.isValid() else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.place()

    # Reading

    def begin_reading(self, index: QModelIndex) -> MessageReader | None:
        """Lay a reader over a row, so that its text can be selected; not while it grows."""
        self.end_reading()
        if index.data(TranscriptRole.MESSAGE).state is MessageState.STREAMING or self._is_edited(
            index
        ):
            return None
        message: Message = index.data(TranscriptRole.MESSAGE)
        theme = self._theme.current
        self.reader = reader = MessageReader(message.id, self._view.viewport())
        html = index.data(TranscriptRole.HTML)
        is_narration = message.author is Author.NARRATOR
        reader.read(html, theme, measure_type(theme), is_narration=is_narration)
        reader.finished.connect(self.end_reading)
        reader.link_clicked.connect(self.link_clicked)
        self.place()
        reader.show()
        return reader

    def end_reading(self) -> None:
        """Take the reader away."""
        reader, self.reader = self.reader, None
        if reader is None:
            return
        had_focus = reader.hasFocus()
        reader.hide()
        reader.deleteLater()
        if had_focus:
            self._view.setFocus()

    def copy(self, index: QModelIndex) -> None:
        """Put what a row says on the clipboard."""
        QGuiApplication.clipboard().setText(str(index.data(Qt.ItemDataRole.DisplayRole)))

    # Editing

    def begin_editing(self, index: QModelIndex) -> None:
        """Lay an editor over a row; the rows below make room."""
        is_growing = index.data(TranscriptRole.MESSAGE).state is MessageState.STREAMING
        if not self._can_change or is_growing or self._is_edited(index):
            return
        self.end_reading()
        self.end_editing()
        message: Message = index.data(TranscriptRole.MESSAGE)
        begun = self._edits.read(message.id)
        self.editor = editor = MessageEditor(message.id, message.text, begun, self._view.viewport())
        editor.edit.textChanged.connect(lambda: self._remember_edit(editor, message.text))
        editor.kept.connect(self._keep_edit)
        editor.left.connect(self._leave_edit)
        editor.height_wanted.connect(self._make_room)
        self.place()
        editor.show()
        self._make_room()
        editor.setFocus()
        self._anchor.reveal(index)

    def end_editing(self) -> None:
        """Take the editor away; what was changed in it is offered again the next time."""
        editor, self.editor = self.editor, None
        if editor is None:
            return
        editor.hide()
        editor.deleteLater()
        self._anchor.hold()
        self._delegate.open_row(None)
        self._anchor.release()
        self._view.setFocus()
        self.place()

    def _leave_edit(self) -> None:
        """Take the editor away and forget what was changed: the person said so."""
        if self.editor is not None:
            self._edits.drop(self.editor.message_id)
        self.end_editing()

    def _remember_edit(self, editor: MessageEditor, original: str) -> None:
        text = editor.edit.toPlainText()
        self._edits.keep(editor.message_id, "" if text == original else text)

    def _keep_edit(self, text: str) -> None:
        editor = self.editor
        if editor is not None:
            self.end_editing()
            self.edit_requested.emit(editor.message_id, text)

    def _make_room(self) -> None:
        """Give the row of the editor the height that its text needs."""
        editor = self.editor
        if editor is None:
            return
        most = max(160, self._view.viewport().height() - 80)
        self._anchor.hold()
        self._delegate.open_row(editor.message_id, editor.wanted_height(most))
        self._anchor.release()
        self.place()

    def _is_edited(self, index: QModelIndex) -> bool:
        edited = self.editor.message_id if self.editor is not None else None
        return edited == index.data(TranscriptRole.MESSAGE).id

    # The strip and the menu

    def build_menu(self, index: QModelIndex) -> QMenu:
        """Return all that can be done with a row, as a menu."""
        menu = QMenu(self._view)
        offered, enabled = self._offered(index)
        for action in offered:
            entry = menu.addAction(action.words)
            entry.setEnabled(action in enabled)
            entry.triggered.connect(lambda _=False, one=action: self.carry_out(one, index))
        message: Message = index.data(TranscriptRole.MESSAGE)
        if message.siblings > 1:
            menu.addSeparator()
            for words, step in (("Earlier take", -1), ("Later take", 1)):
                entry = menu.addAction(words)
                entry.setEnabled(self._has_take(message, step))
                entry.triggered.connect(lambda _=False, one=step: self.leaf(index, one))
        if index.data(TranscriptRole.RECALLED_COUNT):
            menu.addSeparator()
            entry = menu.addAction("What was recalled")
            entry.triggered.connect(lambda _=False: self.recalled_requested.emit(message.id))
        return menu

    def leaf(self, index: QModelIndex, step: int) -> None:
        """Ask for the take before or after this one."""
        message: Message = index.data(TranscriptRole.MESSAGE)
        if self._has_take(message, step):
            self.sibling_requested.emit(message.id, step)

    def carry_out(self, action: RowAction, index: QModelIndex) -> None:
        """Do what was chosen for a row, if it is possible now."""
        if action not in self._offered(index)[1]:
            return
        message_id = index.data(TranscriptRole.MESSAGE).id
        match action:
            case RowAction.TAKE_AGAIN:
                self.take_again_requested.emit(message_id)
            case RowAction.EDIT:
                self.begin_editing(index)
            case RowAction.DELETE:
                self.delete_requested.emit(message_id)
            case RowAction.COPY:
                self.copy(index)

    def _carry_out(self, action: RowAction) -> None:
        index = self._row_of_actions()
        if index.isValid():
            self.carry_out(action, index)

    def _has_take(self, message: Message, step: int) -> bool:
        return self._can_change and 0 <= message.position + step < message.siblings

    def _offered(self, index: QModelIndex) -> tuple[list[RowAction], list[RowAction]]:
        """Return which actions a row has, and which of them are possible now."""
        is_reply = index.data(TranscriptRole.MESSAGE).author is Author.CHARACTER
        offered = [one for one in RowAction if is_reply or one is not RowAction.TAKE_AGAIN]
        is_growing = index.data(TranscriptRole.MESSAGE).state is MessageState.STREAMING
        can_change = self._can_change and not is_growing
        return offered, [one for one in offered if can_change or one is RowAction.COPY]

    # Placing

    def place(self) -> None:
        """Bring everything to where its row is now; what lost its row goes."""
        for overlay, end in ((self.reader, self.end_reading), (self.editor, self.end_editing)):
            if overlay is None:
                continue
            index = self._model.index_of(overlay.message_id)
            if index.isValid():
                overlay.setGeometry(self._overlay_area(overlay, index))
            else:
                end()
        self._place_actions()

    def _overlay_area(self, overlay: QWidget, index: QModelIndex) -> QRect:
        row = self._view.visualRect(index)
        area = self._delegate.text_area(row, index)
        if overlay is self.editor:
            area.setBottom(row.bottom() - ROW_BOTTOM)
            return area.adjusted(-_EDITOR_FRAME, -4, _EDITOR_FRAME, 0)
        return area.adjusted(0, 0, 0, 2)

    def _place_actions(self) -> None:
        """Show the strip below the row of the pointer, else below the current one."""
        index = self._row_of_actions()
        if not index.isValid() or self.editor is not None:
            self.actions.hide()
            return
        row = self._view.visualRect(index)
        offered, enabled = self._offered(index)
        self.actions.offer(offered, enabled=enabled)
        top = row.bottom() - self.actions.height()
        self.actions.move(self._delegate.columns.text_left - 4, top)
        self.actions.show()

    def _row_of_actions(self) -> QModelIndex:
        current = self._view.currentIndex()
        if self.actions.has_keyboard:
            return current
        if self._hovered is not None:
            return self._model.index_of(self._hovered)
        has_keyboard = self._delegate.is_focus_shown and self._view.hasFocus()
        return current if has_keyboard else QModelIndex()

    def _follow_data(self, first: QModelIndex, _last: QModelIndex, roles: list[int]) -> None:
        """Close a reader whose row says something else now."""
        reader = self.reader
        if reader is None or TranscriptRole.HTML not in roles:
            return
        if first.data(TranscriptRole.MESSAGE).id == reader.message_id:
            self.end_reading()
