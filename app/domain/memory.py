"""Memories, and what recall says of them.

A memory hangs on message versions, so that what no longer happened can be retracted.
Vectors are tuples or arrays of 384 floats of length one. Knows no index and no storage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.ids import ConversationId, MemoryId, MessageId, MessageVersionId, PersonaId

Vector = Sequence[float]


class MemoryKind(StrEnum):
    """What sort of memory it is; episodes are exchanges, verbatim."""

    EPISODE = "episode"


@dataclass(frozen=True, slots=True)
class MemorySource:
    """The message version that a memory was made from. Any thread."""

    message_id: MessageId
    version_id: MessageVersionId


@dataclass(frozen=True, slots=True)
class Memory:
    """Something remembered, with where it came from. Any thread.

    `text` is what the prompt shows, `happened_at` is when it was said.
    """

    id: MemoryId
    persona_id: PersonaId
    conversation_id: ConversationId
    kind: MemoryKind
    text: str
    happened_at: datetime
    sources: tuple[MemorySource, ...]


@dataclass(frozen=True, slots=True)
class Recalled:
    """A memory found for one turn, why, and the proof that it was in the prompt. Any thread.

    `similarity` is the cosine, -1 to 1. `tokens` is 0 and `injected` False until the
    prompt was packed; what did not fit stays with `injected` False.
    """

    memory: Memory
    similarity: float
    reason: str
    injected: bool = False
    tokens: int = 0
