"""Memories, how they stand in their story, and what recall says of them.

A memory hangs on message versions, so that what no longer happened can be retracted. It is
found by its lines: one for each speaker of an exchange, one for a note. Vectors are tuples
or arrays of 384 floats of length one. Knows no index and no storage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.ids import (
    ConversationId,
    LineId,
    MemoryId,
    MessageId,
    MessageVersionId,
    PersonaId,
    UserPersonaId,
)

Vector = Sequence[float]


class MemoryKind(StrEnum):
    """What sort of memory it is.

    Episodes are exchanges, verbatim; notes say one thing in one sentence; reflections are
    what several of them mean together.
    """

    EPISODE = "episode"
    NOTE = "note"
    REFLECTION = "reflection"


class NoteKind(StrEnum):
    """What a note says."""

    FACT = "fact"
    PREFERENCE = "preference"
    PLAN = "plan"
    PROMISE = "promise"
    EVENT = "event"


class About(StrEnum):
    """Whom or what a memory speaks of."""

    USER = "user"
    CHARACTER = "character"
    RELATIONSHIP = "relationship"
    OTHERS = "others"


class Provenance(StrEnum):
    """Who vouches for a memory: the words of whom, or what, it was made from."""

    USER = "user"
    CHARACTER = "character"
    IMPORT = "import"
    CARD = "card"
    MODEL = "model"


class Layer(StrEnum):
    """How long a memory stays near (FinMem): its recency is exp(-days / Q)."""

    SHORT = "short"
    MID = "mid"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class MemorySource:
    """The message version that a memory was made from. Any thread."""

    message_id: MessageId
    version_id: MessageVersionId


@dataclass(frozen=True, slots=True)
class Triple:
    """A relation that a note states (AriGraph); it holds from the note's date until superseded."""

    subject: str
    relation: str
    object: str


@dataclass(frozen=True, slots=True)
class Bond:
    """What a memory changed between the two (HPD). A value.

    Familiarity and the two affections are changes on the scale from -10 to 10; `mood` is one
    word or "".
    """

    familiarity: float = 0.0
    affection_of_user: float = 0.0
    affection_of_character: float = 0.0
    mood: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """Something remembered, with where it came from. Any thread.

    `text` is what the prompt shows, `happened_at` is when it was said, `speaks_of` the day
    it speaks of. `importance` runs from 1 to 10. `quarantine` is why it may not be recalled,
    or "". `superseded_by` and `keywords` follow from the other memories that hold.
    """

    id: MemoryId
    persona_id: PersonaId
    conversation_id: ConversationId
    kind: MemoryKind
    text: str
    happened_at: datetime
    sources: tuple[MemorySource, ...]
    note_kind: NoteKind | None = None
    about: About | None = None
    provenance: Provenance = Provenance.USER
    importance: float = 3.0
    keywords: tuple[str, ...] = ()
    speaks_of: date | None = None
    layer: Layer = Layer.SHORT
    is_pinned: bool = False
    quarantine: str = ""
    uses: int = 0
    last_used_at: datetime | None = None
    superseded_by: MemoryId | None = None
    triples: tuple[Triple, ...] = ()
    bond: Bond | None = None
    evidence: tuple[MemoryId, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What one speaker said in a memory, as it is embedded and searched. A value.

    `stems` are its content words, stemmed, in order. `place` counts the sources of an
    episode; a note has the one line 0.
    """

    place: int
    speaker: str
    text: str
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enrichment:
    """Keywords that a newer memory gives to an older one; it holds while the newer one does."""

    memory_id: MemoryId
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewMemory:
    """A memory with all that is kept in the same transaction. A value; any thread.

    One vector for each line. `supersedes` are older memories that it replaces, `superseded_by`
    newer ones that replace it and were read before, `related` those it speaks of too; all stay.
    """

    memory: Memory
    lines: tuple[Line, ...]
    vectors: tuple[Vector, ...]
    supersedes: tuple[MemoryId, ...] = ()
    related: tuple[MemoryId, ...] = ()
    enriches: tuple[Enrichment, ...] = ()
    superseded_by: tuple[MemoryId, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose memories, with whom and in which story. A value; any thread.

    With `between_stories` also those of the persona's other conversations with the same user
    persona; without it only those of this conversation.
    """

    persona_id: PersonaId
    conversation_id: ConversationId
    user_persona_id: UserPersonaId | None = None
    between_stories: bool = False


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A line in its place in the story, with all that ranking weighs. A value; any thread.

    `story_order` grows along the path of a conversation; lines of one `sitting` (a
    conversation and a day) with adjacent orders are neighbours. `by_user` tells who speaks.
    """

    id: LineId
    memory_id: MemoryId
    kind: MemoryKind
    message_id: MessageId | None
    sitting: str
    story_order: int
    by_user: bool
    speaker: str
    text: str
    stems: tuple[str, ...]
    happened_at: datetime
    vector: Vector


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason for a rank: its name, what was measured, and what it added to the score."""

    name: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class Recalled:
    """A memory found for one turn, why, and the proof that it was in the prompt. Any thread.

    `similarity` is the cosine, -1 to 1. `tokens` is 0 and `injected` False until the
    prompt was packed; what did not fit stays with `injected` False. `signals` add up to
    the score.
    """

    memory: Memory
    similarity: float
    reason: str
    injected: bool = False
    tokens: int = 0
    signals: tuple[Signal, ...] = ()
