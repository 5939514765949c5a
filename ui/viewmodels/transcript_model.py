"""A conversation as rows: a window of at most 300 messages over what is stored.

Older pages are fetched when asked for and the far end is trimmed. Speaks roles and HTML,
never colours. Fetching lies in `transcript_pages`, growing replies in `streaming_replies`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.domain.conversation import Author, Message, MessageState
from app.domain.ids import ConversationId, MessageId
from app.services.conversations import ReplyDetails
from ui.viewmodels.markdown_blocks import MarkdownRenderer
from ui.viewmodels.streaming_replies import StreamingReplies
from ui.viewmodels.transcript_pages import MessageSource, TranscriptPages
from ui.viewmodels.transcript_rows import TranscriptRow, align, compare, short_name
from ui.viewmodels.transcript_window import TranscriptWindow

WINDOW_ROWS = 300
PAGE_ROWS = 50

_SLACK_ROWS = 20
_ROOT = QModelIndex()
_FIRST = Qt.ItemDataRole.UserRole.value + 1
Index = QModelIndex | QPersistentModelIndex


class TranscriptRole(IntEnum):
    """What a row can be asked for besides Qt's own roles.

    MESSAGE is the message itself, KEY its id and revision. Qt hands enumerations of words
    back as plain words: compare AUTHOR and STATE with `==`, never with `is`.
    """

    MESSAGE = _FIRST
    KEY = _FIRST + 1
    AUTHOR = _FIRST + 2
    SPEAKER = _FIRST + 3
    HTML = _FIRST + 4
    STATE = _FIRST + 5
    SIBLINGS = _FIRST + 6
    RECALLED_COUNT = _FIRST + 7
    FAILURE = _FIRST + 8
    HTML_PARTS = _FIRST + 9


class TranscriptModel(QAbstractListModel):
    """The rows of the open conversation. Lives on the GUI thread; owned by its view-model.

    Signals: `opened()` once the newest page is there, `is_loading_changed(bool)`,
    `failed(AppError)` when storage refused a page, `changed()` after any change of rows;
    `merging()` and `merged()` enclose several changes that a view should take as one.
    """

    opened = Signal()
    is_loading_changed = Signal(bool)
    failed = Signal(object)
    changed = Signal()
    merging = Signal()
    merged = Signal()

    def __init__(self, source: MessageSource, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._renderer = MarkdownRenderer()
        self._rows: list[TranscriptRow] = []
        self._window = TranscriptWindow()
        self._is_outdated = False
        self._is_opening = False
        self._last_revision = 0
        self._pages = TranscriptPages(source, self)
        self._pages.is_loading_changed.connect(self.is_loading_changed)
        self._pages.failed.connect(self.failed)
        self._replies = StreamingReplies(self._renderer, self)
        self._replies.grown.connect(self._grow)
        self._readers = self._build_readers()

    # What can be asked

    @property
    def has_older(self) -> bool:
        """Whether there are messages above the window."""
        return self._window.has_older

    @property
    def has_newer(self) -> bool:
        """Whether there are messages below the window."""
        return self._window.has_newer

    @property
    def is_loading(self) -> bool:
        """Whether a page is on its way."""
        return self._pages.is_loading

    @property
    def newest(self) -> Message | None:
        """The last message, when the window reaches down to it."""
        return self._rows[-1].message if self._rows and not self.has_newer else None

    def index_of(self, message_id: MessageId) -> QModelIndex:
        """Return where a message is; an invalid index when it is outside the window."""
        row = self._row_of(message_id)
        return self.index(row) if row >= 0 else QModelIndex()

    def spoken(self, message_id: MessageId) -> str:
        """Return what a screen reader says of a message in the window."""
        row = self._row_of(message_id)
        return self._rows[row].spoken(self._renderer) if row >= 0 else ""

    # What the view asks for

    def open(self, conversation_id: ConversationId | None) -> None:
        """Show another conversation, or none; `opened` follows."""
        self.beginResetModel()
        self._rows = []
        self._window = TranscriptWindow()
        self._is_outdated = False
        self._pages.open(conversation_id)
        self.endResetModel()
        self._is_opening = conversation_id is not None
        self.changed.emit()
        self._pages.request(None, PAGE_ROWS, self._take_newest)

    def fetch_older(self) -> None:
        """Put a page on top, if there is one and none is on its way."""
        if self.is_loading or not self.has_older or not self._rows:
            return
        self._pages.request(self._rows[0].message.id, PAGE_ROWS, self._take_older)

    def fetch_newer(self) -> None:
        """Put back at the bottom what was cut off there, if nothing is on its way."""
        if self.is_loading or not self.has_newer:
            return
        piece = self._window.restore()
        self._pages.request(
            piece.before,
            piece.count,
            self._take_newer,
            lambda: self._window.give_back(piece),
        )

    def show_newest(self) -> None:
        """Return to the end of the conversation after reading far above."""
        if self.has_newer:
            self._pages.request(None, PAGE_ROWS, self._take_newest)

    def reload(self) -> None:
        """Look again at the messages of the window; what stayed the same stays in place."""
        if self.is_loading:
            self._is_outdated = True
            return
        limit = max(PAGE_ROWS, len(self._rows) + _SLACK_ROWS)
        self._pages.request(self._window.before, limit, self._take_reloaded)

    # What happens

    def store(self, message: Message, *, is_new: bool) -> None:
        """Show a committed message: a new one at the end, or another text of a known one."""
        if message.state is MessageState.STREAMING:
            self._replies.begin(message.id, message.text)
        else:
            self._replies.end(message.id)
        if message.conversation_id != self._pages.conversation_id:
            return
        row = self._row_of(message.id)
        if row >= 0:
            self._replace(row, message)
        elif is_new and self.has_newer:
            self._window.grow_below()
        elif is_new and self.is_loading:
            self._is_outdated = True
        elif is_new:
            self._insert(len(self._rows), [message])
            self._trim_top()
        self.changed.emit()

    def append_delta(self, message_id: MessageId, text: str) -> None:
        """Take more of a reply; its first words show at once, the rest in steps of 33 ms."""
        self._replies.append(message_id, text)

    def finish(self, message: Message) -> None:
        """Show a reply's end at once; one that was stopped before its first word goes."""
        row = self._row_of(message.id)
        if row >= 0 and not message.text and message.state is MessageState.STOPPED:
            self._replies.end(message.id)
            self._remove(row, 1)
            self.changed.emit()
        else:
            self.store(message, is_new=False)

    def set_recalled(self, message_id: MessageId, count: int) -> None:
        """Note how much was recalled for a reply."""
        row = self._row_of(message_id)
        if row >= 0 and self._rows[row].recalled != count:
            self._rows[row].recalled = count
            self._tell(row, TranscriptRole.RECALLED_COUNT)

    # Fetched pages

    def _settle(self) -> None:
        """Tell of a fetched page, and look again if something happened while it was fetched."""
        if self._is_opening:
            self._is_opening = False
            self.opened.emit()
        self.changed.emit()
        if self._is_outdated:
            self._is_outdated = False
            self.reload()

    def _take_newest(self, messages: list[Message], limit: int) -> None:
        self._window.forget_below()
        self._window.has_older = len(messages) >= limit
        self._merge(messages)
        self._settle()

    def _take_reloaded(self, messages: list[Message], limit: int) -> None:
        above = align([row.message.id for row in self._rows], [one.id for one in messages])
        self._window.has_older = above > 0 or len(messages) >= limit
        self._merge(messages[above:])
        self._settle()

    def _take_older(self, messages: list[Message], limit: int) -> None:
        self._window.has_older = len(messages) >= limit
        self._insert(0, self._unknown(messages))
        surplus = len(self._rows) - WINDOW_ROWS
        if surplus > 0:
            self._window.cut(self._rows[-surplus].message.id, surplus)
            self._remove(len(self._rows) - surplus, surplus)
        self._settle()

    def _take_newer(self, messages: list[Message], limit: int) -> None:
        del limit
        self._insert(len(self._rows), self._unknown(messages))
        self._trim_top()
        self._settle()

    def _unknown(self, messages: Sequence[Message]) -> list[Message]:
        known = {row.message.id for row in self._rows}
        return [message for message in messages if message.id not in known]

    # Changing rows

    def _merge(self, messages: list[Message]) -> None:
        """Become these messages, touching only rows that differ."""
        self.merging.emit()
        old = [row.message.id for row in self._rows]
        difference = compare(old, [message.id for message in messages])
        start, kept_after = difference.kept_before, difference.kept_after
        self._remove(start, len(old) - kept_after - start)
        self._insert(start, messages[start : len(messages) - kept_after])
        for number, message in enumerate(messages):
            if self._rows[number].message != message:
                self._replace(number, message)
        self.merged.emit()

    def _insert(self, at: int, messages: Sequence[Message]) -> None:
        if not messages:
            return
        self.beginInsertRows(_ROOT, at, at + len(messages) - 1)
        self._rows[at:at] = [
            TranscriptRow(message, self._new_revision(), self._replies.find(message.id))
            for message in messages
        ]
        self.endInsertRows()

    def _remove(self, at: int, count: int) -> None:
        if count <= 0:
            return
        self.beginRemoveRows(_ROOT, at, at + count - 1)
        del self._rows[at : at + count]
        self.endRemoveRows()

    def _trim_top(self) -> None:
        surplus = len(self._rows) - WINDOW_ROWS
        if surplus > 0:
            self._window.has_older = True
            self._remove(0, surplus)

    def _replace(self, number: int, message: Message) -> None:
        row = self._rows[number]
        if row.message.version_id != message.version_id:
            row.recalled = None
            row.is_asked = False
        row.message = message
        self._renew(number)

    def _grow(self, message_id: str) -> None:
        number = self._row_of(MessageId(message_id))
        if number >= 0:
            self._renew(number)

    def _renew(self, number: int) -> None:
        """Have a row drawn again from its message and its growing text."""
        row = self._rows[number]
        row.stream = self._replies.find(row.message.id)
        row.revision = self._new_revision()
        row.html = None
        self._tell(number, TranscriptRole.KEY, TranscriptRole.HTML)

    def _tell(self, number: int, *roles: int) -> None:
        index = self.index(number)
        self.dataChanged.emit(index, index, list(roles))

    def _new_revision(self) -> int:
        self._last_revision += 1
        return self._last_revision

    def _row_of(self, message_id: MessageId) -> int:
        """Return a row's number, -1 when it is outside; most questions are about the last."""
        for number in range(len(self._rows) - 1, -1, -1):
            if self._rows[number].message.id == message_id:
                return number
        return -1

    # What a row says

    def _build_readers(self) -> dict[int, Callable[[TranscriptRow], object]]:
        qt = Qt.ItemDataRole
        return {
            TranscriptRole.KEY: lambda row: (row.message.id, row.revision),
            TranscriptRole.HTML: lambda row: row.render(self._renderer),
            TranscriptRole.HTML_PARTS: lambda row: row.parts(self._renderer),
            TranscriptRole.MESSAGE: lambda row: row.message,
            TranscriptRole.AUTHOR: lambda row: row.message.author,
            TranscriptRole.SPEAKER: lambda row: short_name(row.message.speaker),
            TranscriptRole.STATE: lambda row: row.message.state,
            TranscriptRole.FAILURE: lambda row: row.message.failure,
            TranscriptRole.SIBLINGS: lambda row: (row.message.position + 1, row.message.siblings),
            TranscriptRole.RECALLED_COUNT: self._recalled_count,
            int(qt.DisplayRole): lambda row: row.text,
            int(qt.AccessibleTextRole): lambda row: row.spoken(self._renderer),
            int(qt.AccessibleDescriptionRole): lambda row: row.written_at,
        }

    def _recalled_count(self, row: TranscriptRow) -> int:
        """Return how much was recalled, 0 while it is looked up: once, for rows that show."""
        message = row.message
        settled = message.author is Author.CHARACTER and not row.is_streaming
        if row.recalled is None and not row.is_asked and settled:
            row.is_asked = True
            self._pages.request_details(message.id, self._take_details)
        return row.recalled or 0

    def _take_details(self, details: ReplyDetails) -> None:
        injected = [one for one in details.recalled if one.injected]
        self.set_recalled(details.message.id, len(injected))

    # Qt's own names

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - whatever the role holds
        reader = self._readers.get(role)
        if reader is None or not 0 <= index.row() < len(self._rows):
            return None
        return reader(self._rows[index.row()])
