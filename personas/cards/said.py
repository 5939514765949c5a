"""Conversations that travel with a card: who said what, and every take of it.

Values only; knows no format.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SaidMessage:
    """One message with its takes, of which `chosen` is the one that was read. A value.

    The texts may hold macros; `said_at` has a time zone.
    """

    by_user: bool
    takes: tuple[str, ...]
    chosen: int = 0
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SaidConversation:
    """One conversation from its beginning; there is at least one message. A value."""

    title: str
    messages: tuple[SaidMessage, ...]
