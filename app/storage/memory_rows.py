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
from typing import Any

from sqlalchemy import Row as ResultRow
from sqlalchemy import text
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

_STORIES = text(
    """
    SELECT id FROM conversation
    WHERE persona_id = :persona_id AND set_aside_at IS NULL
        AND (id = :conversation_id OR (:between AND user_persona_id IS :user_persona_id))
    """
)

_MEMORIES = text(
    """
    SELECT memory.*
    FROM json_each(:ids) AS wanted CROSS JOIN memory ON memory.id = wanted.value
    ORDER BY memory.happened_at, memory.ordinal
    """
)

_SOURCES = text(
    """
    SELECT source.memory_id, source.message_id, source.version_id
    FROM json_each(:ids) AS wanted CROSS JOIN memory_source AS source
        ON source.memory_id = wanted.value
    ORDER BY source.memory_id, source.place
    """
)

# What another memory does to one counts while that other stands, in the stories asked about,
# and is not kept out of recall: nothing suspicious may push out what is true.
_DOING = """
    FROM json_each(:ids) AS wanted
    CROSS JOIN {ties} AS tie ON tie.older_id = wanted.value
    CROSS JOIN standing_memory AS newer ON newer.id = tie.newer_id
    WHERE newer.quarantine = ''
        AND (:stories IS NULL OR newer.conversation_id IN (SELECT value FROM json_each(:stories)))
"""

_SUPERSEDING = text(
    "SELECT tie.older_id, tie.newer_id"
    + _DOING.format(ties="memory_link")
    + " AND tie.relation = 'supersedes' ORDER BY newer.happened_at, newer.ordinal"
)

_ENRICHING = text(
    "SELECT tie.older_id, tie.keywords"
    + _DOING.format(ties="memory_enrichment")
    + " ORDER BY newer.ordinal"
)

_EVIDENCE = text(
    """
    SELECT tie.newer_id, tie.older_id
    FROM json_each(:ids) AS wanted
    CROSS JOIN memory_link AS tie ON tie.newer_id = wanted.value AND tie.relation = 'evidence'
    ORDER BY tie.newer_id, tie.place
    """
)

_TRIPLES = text(
    """
    SELECT triple.*
    FROM json_each(:ids) AS wanted
    CROSS JOIN memory_triple AS triple ON triple.memory_id = wanted.value
    ORDER BY triple.memory_id, triple.place
    """
)

_BONDS = text(
    """
    SELECT bond.*
    FROM json_each(:ids) AS wanted CROSS JOIN memory_bond AS bond
        ON bond.memory_id = wanted.value
    """
)


def read_stories(session: Session, scope: Scope) -> list[str]:
    """Return the ids of the conversations that a scope reaches."""
    values = {
        "persona_id": scope.persona_id,
        "conversation_id": scope.conversation_id,
        "between": scope.between_stories,
        "user_persona_id": scope.user_persona_id,
    }
    return list(session.scalars(_STORIES, values))


def read_memories(
    session: Session, ids: Iterable[str], stories: Collection[str] | None = None
) -> list[Memory]:
    """Return memories by id, oldest first, whether they stand or not.

    With `stories` only what is in those supersedes and enriches.
    """
    wanted = {"ids": json.dumps(list(ids))}
    within = {**wanted, "stories": None if stories is None else json.dumps(list(stories))}
    ties = _Ties()
    for row in session.execute(_SOURCES, wanted):
        ties.sources[row.memory_id].append(
            MemorySource(MessageId(row.message_id), MessageVersionId(row.version_id))
        )
    for row in session.execute(_SUPERSEDING, within):
        ties.superseded_by[row.older_id] = MemoryId(row.newer_id)
    for row in session.execute(_ENRICHING, within):
        ties.keywords[row.older_id] += json.loads(row.keywords)
    for row in session.execute(_EVIDENCE, wanted):
        ties.evidence[row.newer_id].append(MemoryId(row.older_id))
    for row in session.execute(_TRIPLES, wanted):
        ties.triples[row.memory_id].append(Triple(row.subject, row.relation, row.object))
    for row in session.execute(_BONDS, wanted):
        ties.bonds[row.memory_id] = Bond(
            row.familiarity, row.affection_of_user, row.affection_of_character, row.mood
        )
    return [_to_memory(row, ties) for row in session.execute(_MEMORIES, wanted)]


class _Ties:
    """What rows of other tables say of memories, by memory. Lives as long as one reading."""

    def __init__(self) -> None:
        self.sources: defaultdict[str, list[MemorySource]] = defaultdict(list)
        self.superseded_by: dict[str, MemoryId] = {}
        self.keywords: defaultdict[str, list[str]] = defaultdict(list)
        self.evidence: defaultdict[str, list[MemoryId]] = defaultdict(list)
        self.triples: defaultdict[str, list[Triple]] = defaultdict(list)
        self.bonds: dict[str, Bond] = {}


def _to_memory(row: ResultRow[*tuple[Any, ...]], ties: _Ties) -> Memory:
    own: Sequence[str] = json.loads(row.keywords)
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
