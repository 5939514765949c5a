"""Whose memories a room shows, of which story, and what is said of that in its head and foot.

Words and values only; knows no service and no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.conversation import Conversation, PersonaRecord
from ui.viewmodels.cast_rows import title_of
from ui.viewmodels.memory_shelf import MemoryEntry
from ui.viewmodels.memory_words import shorten, where_from, why_aside

LONGEST_TITLE = 40


@dataclass(frozen=True, slots=True)
class Remembered:
    """Whose memories are shown, and of which conversation; None for all. A value."""

    persona: PersonaRecord
    conversation: Conversation | None = None

    @property
    def character(self) -> str:
        """What the character is called in a sentence."""
        return self.persona.persona.called

    @property
    def user(self) -> str:
        """What the user is called in that story."""
        return self.conversation.user_name if self.conversation is not None else "the user"

    def is_same(self, other: Remembered) -> bool:
        """Whether it is the same story of the same character, whatever they say by now."""
        first, second = self.conversation, other.conversation
        is_story_same = (first and first.id) == (second and second.id)
        return self.persona.id == other.persona.id and is_story_same


def story_in_words(whose: Remembered) -> str:
    """Return "about Daniel, in “The lamp room”", or that all stories are shown."""
    if whose.conversation is None:
        return "of all stories"
    title = shorten(title_of(whose.conversation, datetime.now(UTC)), LONGEST_TITLE)
    if not whose.conversation.title:
        return f"about {whose.user}, {title[:1].lower()}{title[1:]}"
    return f"about {whose.user}, in \u201c{title}\u201d"


def aside_in_words(aside: Sequence[MemoryEntry]) -> str:
    """Return what was set aside and why, "" for nothing; the newest is the first."""
    if not aside:
        return ""
    newest = aside[0].memory
    count = len(aside)
    text = "1 memory was set aside" if count == 1 else f"{count:,} memories were set aside"
    why = why_aside(newest).rstrip(".")
    why = f"{why[:1].lower()}{why[1:]}"
    if "\u201c" not in why:
        why = f"{why} (\u201c{shorten(newest.text, 36)}\u201d)"
    of_which = "" if count == 1 else "the newest, "
    return f"{text}: {of_which}{why}, {where_from(newest)}."
