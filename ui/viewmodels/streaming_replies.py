"""Replies that are being written, whatever conversation is open.

Pieces are collected and shown in steps: the first at once, then at most every 33 ms. Text
is kept here until the reply's end, so that leaving a conversation and coming back loses no
word. Knows no row.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.ids import MessageId
from ui.viewmodels.markdown_blocks import MarkdownRenderer, StreamingMarkdown

FLUSH_MILLISECONDS = 33


class StreamingReplies(QObject):
    """Collects what arrives. Lives on the GUI thread; owned by the transcript model.

    `grown(message_id)` follows each step in which a reply's text became longer.
    """

    grown = Signal(str)

    def __init__(self, renderer: MarkdownRenderer, parent: QObject | None = None) -> None:
        """Begin with no reply."""
        super().__init__(parent)
        self._renderer = renderer
        self._streams: dict[MessageId, StreamingMarkdown] = {}
        self._arrived: dict[MessageId, list[str]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(FLUSH_MILLISECONDS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._step)

    def find(self, message_id: MessageId) -> StreamingMarkdown | None:
        """Return the text of a reply that is being written."""
        return self._streams.get(message_id)

    def begin(self, message_id: MessageId, text: str) -> None:
        """Expect more after `text`."""
        self._streams[message_id] = StreamingMarkdown(self._renderer, text)

    def append(self, message_id: MessageId, text: str) -> None:
        """Take the next piece; a reply nobody announced begins empty."""
        self._arrived.setdefault(message_id, []).append(text)
        if not self._timer.isActive():
            self._step()

    def end(self, message_id: MessageId) -> None:
        """Forget a reply; what is stored counts from now on."""
        self._arrived.pop(message_id, None)
        self._streams.pop(message_id, None)

    def _step(self) -> None:
        """Show what came, and wait before showing more; without news the waiting ends."""
        arrived, self._arrived = self._arrived, {}
        for message_id, pieces in arrived.items():
            if message_id not in self._streams:
                self.begin(message_id, "")
            self._streams[message_id].append("".join(pieces))
            self.grown.emit(message_id)
        if arrived:
            self._timer.start()
