"""What there was last time, for somebody who comes back to a conversation.

For the screen only: the model reads the conversation itself. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.memory import Memory, MemoryKind

AWAY = timedelta(hours=6)
"""Who was gone for less needs no reminder."""

MOST_SENTENCES = 3
_SITTING_GAP = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Recap:
    """When it was, and what is worth knowing of it, in the order it was said. A value."""

    when: datetime
    memories: tuple[Memory, ...]


def recap_of(memories: Sequence[Memory], last_said: datetime, now: datetime) -> Recap | None:
    """Return the weightiest notes of the last sitting, or its last exchange when there are none.

    None when the last message is no while ago, or nothing is remembered of it.
    """
    if now - last_said < AWAY:
        return None
    fitting = [
        one
        for one in memories
        if one.sources and not one.quarantine and one.kind is not MemoryKind.REFLECTION
    ]
    sitting = _last_sitting(sorted(fitting, key=lambda one: one.happened_at))
    if not sitting:
        return None
    notes = [one for one in sitting if one.kind is MemoryKind.NOTE and one.superseded_by is None]
    if notes:
        weighty = sorted(notes, key=lambda one: -one.importance)[:MOST_SENTENCES]
        chosen = tuple(one for one in notes if one in weighty)
    else:
        chosen = (sitting[-1],)
    return Recap(sitting[-1].happened_at, chosen)


def _last_sitting(memories: Sequence[Memory]) -> list[Memory]:
    """Return the newest memories with no long silence between them, oldest first."""
    sitting: list[Memory] = []
    for memory in reversed(memories):
        if sitting and sitting[-1].happened_at - memory.happened_at > _SITTING_GAP:
            break
        sitting.append(memory)
    return sitting[::-1]
