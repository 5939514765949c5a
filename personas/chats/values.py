"""Old chats as values: who said what and when, and every take of it.

Knows no format, and not whose conversation it becomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from personas.cards.receipt import Receipt


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One message with its takes, of which `chosen` is the one that was read. A value.

    `by_user` is None where the format does not tell; `said_at` has a time zone.
    """

    speaker: str
    by_user: bool | None
    takes: tuple[str, ...]
    chosen: int = 0
    said_at: datetime | None = None
    is_narration: bool = False

    @property
    def text(self) -> str:
        """The take that was read."""
        return self.takes[self.chosen]


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat from its beginning, with at least one line. A value.

    With `has_macros` its lines name people by macros.
    """

    title: str
    lines: tuple[ChatLine, ...]
    has_macros: bool = False


@dataclass(frozen=True, slots=True)
class ChatFile:
    """What one file held: at least one chat, and what is to be said of the rest. A value."""

    chats: tuple[Chat, ...]
    receipt: Receipt
