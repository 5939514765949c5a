"""What there was last time, for somebody who comes back after hours. For the screen only.

Nothing of it goes into a prompt. Knows the service by type and no widget.
"""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import Conversation
from app.domain.ids import ConversationId
from app.errors import AppError
from app.services.memory_room import MemoryRoomService
from app.services.recaps import Recap
from ui.bridge import deliver
from ui.viewmodels.days import say_day
from ui.viewmodels.memory_words import shorten

_LONGEST = 150


class RecapViewModel(QObject):
    """Looks back when a conversation is opened. GUI thread; owned by the window's memories.

    Signals:
        changed(str): what to say, "" for nothing.
        failed(AppError): it could not be read.
    """

    changed = Signal(str)
    failed = Signal(object)

    def __init__(self, room: MemoryRoomService, parent: QObject | None = None) -> None:
        """Begin with nothing to say."""
        super().__init__(parent)
        self._room = room
        self._shown: ConversationId | None = None

    def follow(self, conversation: Conversation | None) -> None:
        """Look back at a conversation that was opened."""
        self.close()
        if conversation is None:
            return
        shown = self._shown = conversation.id

        def take(recap: Recap | None) -> None:
            if recap is not None and shown == self._shown:
                self.changed.emit(recap_in_words(recap, datetime.now(UTC)))

        def fail(error: AppError) -> None:
            if shown == self._shown:
                self.failed.emit(error)

        deliver(self._room.recap(conversation.id), self, take, fail)

    def close(self) -> None:
        """Say nothing any more."""
        self._shown = None
        self.changed.emit("")


def recap_in_words(recap: Recap, now: datetime) -> str:
    """Return a line with the day and the weightiest sentences."""
    day = say_day(recap.when, now)
    when = f"on {day}" if day[:1].isdigit() else day
    sentences = " ".join(_ended(shorten(one.text, _LONGEST)) for one in recap.memories)
    return f"Last time, {when}: {sentences}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "\u2026", "\u201d", '"')) else f"{text}."
