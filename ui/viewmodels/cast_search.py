"""Looking for words in what was said and in what the sheets say, after a pause in the typing.

What is in a name or a tag the rows find by themselves. Knows services and no row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.conversation import PersonaRecord
from app.ports.stores import SearchHit
from app.services.sheet_search import SheetHits, SheetSearch
from app.tasks import Lane
from ui.bridge import deliver

if TYPE_CHECKING:
    from app.services.conversations import ConversationService

_PAUSE_MILLISECONDS = 150
_SHORTEST = 2


class CastSearch(QObject):
    """Searches what rows do not hold. GUI thread; owned by the cast's view-model.

    Signals:
        due: the pause is over; `look` is to be called.
        said_found(list[SearchHit]): messages with the words.
        sheets_found(SheetHits): characters whose sheets have the words.
        failed(AppError): nothing could be looked through.
    """

    due = Signal()
    said_found = Signal(object)
    sheets_found = Signal(object)
    failed = Signal(object)

    def __init__(self, conversations: ConversationService, parent: QObject) -> None:
        """Look for nothing yet."""
        super().__init__(parent)
        self._conversations = conversations
        self._lane = Lane("searching")
        self._sheets = SheetSearch(self._lane)
        self._words = ""
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self.due)

    def wait_for(self, words: str) -> None:
        """Look for these words once nobody has typed for a moment; what is late is dropped."""
        self._words = words
        self._pause.start()

    def look(self, records: Sequence[PersonaRecord]) -> None:
        """Look for the words in what was said, and in these characters' sheets."""
        words = self._words
        if len(words) < _SHORTEST:
            return

        def take_said(hits: list[SearchHit]) -> None:
            if words == self._words:
                self.said_found.emit(hits)

        def take_sheets(hits: SheetHits) -> None:
            if words == self._words:
                self.sheets_found.emit(hits)

        deliver(self._conversations.search(words), self, take_said, self.failed.emit)
        deliver(self._sheets.find(records, words), self, take_sheets, self.failed.emit)

    def close(self) -> None:
        """Look for nothing any more."""
        self._pause.stop()
        self._words = ""
        self._lane.close()
