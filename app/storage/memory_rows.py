"""Memories as values, with all that follows from the other memories that stand.

Supersession, enrichment, triples, bonds and evidence are read in one query each, however many
memories are asked for. Which memories are read is for the callers to say, as a statement that
yields ids.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple, cast

from sqlalchemy.orm import Session

from app.domain.ids import ConversationId, MemoryId, MessageId, MessageVersionId, PersonaId
from app.domain.memory import (
    About,
    Bond,
    Layer,
    Memory,
    MemoryKind,
    MemorySource,
    NoteKind,
    Provenance,
    Scope,
    Triple,
)
from app.storage.driver import DriverConnection

_STORIES = """
    SELECT id FROM conversation
    WHERE persona_id = :persona_id AND set_aside_at IS NULL
        AND (id = :conversation_id OR (:between AND user_persona_id IS :user_persona_id))
"""

_MEMORIES = """
    SELECT memory.id, memory.persona_id, memory.conversation_id, memory.kind, memory.text,
        memory.happened_at, memory.note_kind, memory.about, memory.provenance,
        memory.importance, memory.keywords, memory.speaks_of, memory.layer, memory.pinned_at,
        memory.quarantine, memory.uses, memory.last_used_at
    FROM json_each(:ids) AS wanted CROSS JOIN memory ON memory.id = wanted.value
    ORDER BY memory.happened_at, memory.ordinal
"""

_SOURCES = """
    SELECT source.memory_id, source.message_id, source.version_id
    FROM json_each(:ids) AS wanted CROSS JOIN memory_source AS source
        ON source.memory_id = wanted.value
    ORDER BY source.memory_id, source.place
"""

# What another memory does to one counts while that other stands, in the stories asked about,
# and is not kept out of recall: nothing suspicious may push out what is true.
_DOING = """
    FROM json_each(:ids) AS wanted
    CROSS JOIN {ties} AS tie ON tie.older_id = wanted.value
    CROSS JOIN standing_memory AS newer ON newer.id = tie.newer_id
    WHERE newer.quarantine = ''
        AND (:stories IS NULL OR newer.conversation_id IN (SELECT value FROM json_each(:stories)))
"""

_SUPERSEDING = (
    "SELECT tie.older_id, tie.newer_id"
    + _DOING.format(ties="memory_link")
    + " AND tie.relation = 'supersedes' ORDER BY newer.happened_at, newer.ordinal"
)

_ENRICHING = (
    "SELECT tie.older_id, tie.keywords"
    + _DOING.format(ties="memory_enrichment")
    + " ORDER BY newer.ordinal"
)

_EVIDENCE = """
    SELECT tie.newer_id, tie.older_id
    FROM json_each(:ids) AS wanted
    CROSS JOIN memory_link AS tie ON tie.newer_id = wanted.value AND tie.relation = 'evidence'
    ORDER BY tie.newer_id, tie.place
"""

_TRIPLES = """
    SELECT triple.memory_id, triple.subject, triple.relation, triple.object
    FROM json_each(:ids) AS wanted
    CROSS JOIN memory_triple AS triple ON triple.memory_id = wanted.value
    ORDER BY triple.memory_id, triple.place
"""

_BONDS = """
    SELECT bond.memory_id, bond.familiarity, bond.affection_of_user,
        bond.affection_of_character, bond.mood
    FROM json_each(:ids) AS wanted CROSS JOIN memory_bond AS bond
        ON bond.memory_id = wanted.value
"""


def read_stories(connection: DriverConnection, scope: Scope) -> list[str]:
    """Return the ids of the conversations that a scope reaches."""
    values = {
        "persona_id": scope.persona_id,
        "conversation_id": scope.conversation_id,
        "between": scope.between_stories,
        "user_persona_id": scope.user_persona_id,
    }
    return [story for (story,) in connection.execute(_STORIES, values).fetchall()]


def read_memories(
    session: Session, ids: Iterable[str], stories: Collection[str] | None = None
) -> list[Memory]:
    """Return memories by id, oldest first, whether they stand or not.

    With `stories` only what is in those supersedes and enriches.
    """
    return fetch_memories(driver_of(session), ids, stories)


def fetch_memories(
    connection: DriverConnection, ids: Iterable[str], stories: Collection[str] | None = None
) -> list[Memory]:
    """Do the same on the driver, as recall does: its rows cost a fraction."""
    wanted = {"ids": json.dumps(list(ids))}
    within = {**wanted, "stories": None if stories is None else json.dumps(list(stories))}
    ties = _Ties()
    for memory_id, message_id, version_id in connection.execute(_SOURCES, wanted).fetchall():
        ties.sources[memory_id].append(
            MemorySource(MessageId(message_id), MessageVersionId(version_id))
        )
    for older_id, newer_id in connection.execute(_SUPERSEDING, within).fetchall():
        ties.superseded_by[older_id] = MemoryId(newer_id)
    for older_id, keywords in connection.execute(_ENRICHING, within).fetchall():
        ties.keywords[older_id] += json.loads(keywords)
    for newer_id, older_id in connection.execute(_EVIDENCE, wanted).fetchall():
        ties.evidence[newer_id].append(MemoryId(older_id))
    for memory_id, *triple in connection.execute(_TRIPLES, wanted).fetchall():
        ties.triples[memory_id].append(Triple(*triple))
    for memory_id, *bond in connection.execute(_BONDS, wanted).fetchall():
        ties.bonds[memory_id] = Bond(*bond)
    rows = connection.execute(_MEMORIES, wanted).fetchall()
    return [_to_memory(_Row(*row), ties) for row in rows]


def driver_of(session: Session) -> DriverConnection:
    """Return the driver's connection within a session's transaction."""
    return cast("DriverConnection", session.connection().connection.driver_connection)


class _Row(NamedTuple):
    """A memory's own columns, in their order."""

    id: str
    persona_id: str
    conversation_id: str
    kind: str
    text: str
    happened_at: str
    note_kind: str | None
    about: str | None
    provenance: str
    importance: float
    keywords: str
    speaks_of: str | None
    layer: str
    pinned_at: str | None
    quarantine: str
    uses: int
    last_used_at: str | None


class _Ties:
    """What rows of other tables say of memories, by memory. Lives as long as one reading."""

    def __init__(self) -> None:
        self.sources: defaultdict[str, list[MemorySource]] = defaultdict(list)
        self.superseded_by: dict[str, MemoryId] = {}
        self.keywords: defaultdict[str, list[str]] = defaultdict(list)
        self.evidence: defaultdict[str, list[MemoryId]] = defaultdict(list)
        self.triples: defaultdict[str, list[Triple]] = defaultdict(list)
        self.bonds: dict[str, Bond] = {}


def _to_memory(row: _Row, ties: _Ties) -> Memory:
    own: Sequence[str] = () if row.keywords == "[]" else json.loads(row.keywords)
    return Memory(
        id=MemoryId(row.id),
        persona_id=PersonaId(row.persona_id),
        conversation_id=ConversationId(row.conversation_id),
        kind=MemoryKind(row.kind),
        text=row.text,
        happened_at=datetime.fromisoformat(row.happened_at),
        sources=tuple(ties.sources.get(row.id, ())),
        note_kind=None if row.note_kind is None else NoteKind(row.note_kind),
        about=None if row.about is None else About(row.about),
        provenance=Provenance(row.provenance),
        importance=row.importance,
        keywords=tuple(dict.fromkeys((*own, *ties.keywords.get(row.id, ())))),
        speaks_of=None if row.speaks_of is None else date.fromisoformat(row.speaks_of),
        layer=Layer(row.layer),
        is_pinned=row.pinned_at is not None,
        quarantine=row.quarantine,
        uses=row.uses,
        last_used_at=_time(row.last_used_at),
        superseded_by=ties.superseded_by.get(row.id),
        triples=tuple(ties.triples.get(row.id, ())),
        bond=ties.bonds.get(row.id),
        evidence=tuple(ties.evidence.get(row.id, ())),
    )


def _time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
