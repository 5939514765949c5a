"""Writing memories down: rows, sources, lines, vectors, links and the names that lead to them.

Knows no transaction, and nothing of what stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select, text
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.orm import Session

from app.domain.ids import LineId, MemoryId
from app.domain.memory import Line, Memory, MemoryKind, NewMemory, Vector
from app.errors import Bug, UserError
from app.storage.columns import pack_vector
from app.storage.lookup import find_conversation, find_message, find_persona
from app.storage.memory_schema import (
    bond_table,
    enrichment_table,
    line_table,
    link_table,
    memory_table,
    name_table,
    source_table,
    triple_table,
    vector_table,
)
from app.storage.schema import message_table

SUPERSEDES = "supersedes"
RELATED = "related"
EVIDENCE = "evidence"
RESTS = "rests"

_SAME_EPISODE = text(
    """
    SELECT memory.id FROM memory_source JOIN memory ON memory.id = memory_source.memory_id
    WHERE memory_source.version_id = :first AND memory.kind = 'episode'
        AND :versions = (
            SELECT json_group_array(version_id) FROM (
                SELECT version_id FROM memory_source AS all_sources
                WHERE all_sources.memory_id = memory.id ORDER BY place
            )
        )
    """
)

_NEXT_LINK = text(
    """
    SELECT coalesce(max(place) + 1, 0) FROM memory_link
    WHERE newer_id = :newer_id AND relation = 'supersedes'
    """
)

_DEEPER = text(
    """
    SELECT tie.older_id FROM json_each(:ids) AS evidence
    CROSS JOIN memory_link AS tie
        ON tie.newer_id = evidence.value AND tie.relation IN ('evidence', 'rests')
    """
)


def line_id(memory_id: str, place: int) -> LineId:
    """Return the id of a memory's line."""
    return LineId(f"{memory_id}-{place}")


def fold_name(name: str) -> str:
    """Return a name as it is looked up: without case and without more spaces than one."""
    return " ".join(name.casefold().split())


def write_memory(session: Session, new: NewMemory, model_key: str, now: datetime) -> bool:
    """Keep one memory with all that comes with it; False for one that is passed over.

    Raises UserError for a persona, conversation, message or memory that is not there.
    """
    memory = new.memory
    if _is_known(session, memory):
        return False
    if len(new.lines) != len(new.vectors):
        message = f"a memory with {len(new.lines)} lines came with {len(new.vectors)} vectors"
        raise Bug(message)
    vectors = [pack_vector(vector) for vector in new.vectors]
    find_persona(session, memory.persona_id)
    find_conversation(session, memory.conversation_id)
    _require_messages(session, [source.message_id for source in memory.sources])
    ordinal = _write_row(session, memory, now)
    _write_all(
        session,
        source_table,
        (
            {
                "memory_id": memory.id,
                "place": place,
                "message_id": source.message_id,
                "version_id": source.version_id,
            }
            for place, source in enumerate(memory.sources)
        ),
    )
    _write_lines(session, memory, new.lines)
    write_vectors(
        session,
        {line_id(memory.id, line.place): one for line, one in zip(new.lines, vectors, strict=True)},
        model_key,
    )
    _write_links(session, new)
    _write_particulars(session, memory)
    _write_names(session, new, ordinal)
    return True


def write_vectors(
    session: Session, packed: Mapping[LineId, bytes], model_key: str, *, replace: bool = False
) -> None:
    """Keep vectors of lines; those that have one of this model are passed over or replaced."""
    statement = upsert(vector_table)
    if packed:
        session.execute(
            statement.on_conflict_do_update(set_={"vector": statement.excluded.vector})
            if replace
            else statement.on_conflict_do_nothing(),
            [
                {"line_id": key, "model_key": model_key, "vector": vector}
                for key, vector in packed.items()
            ],
        )


def pack_all(vectors: Mapping[LineId, Vector]) -> dict[LineId, bytes]:
    """Return vectors as they lie in their column."""
    return {key: pack_vector(vector) for key, vector in vectors.items()}


def join_stems(stems: Iterable[str]) -> str:
    """Return stems as they lie in their column; a space within one would make it two."""
    return " ".join("".join(stem.split()) for stem in stems)


def _is_known(session: Session, memory: Memory) -> bool:
    known = select(memory_table.c.ordinal).where(memory_table.c.id == memory.id)
    if session.execute(known).first() is not None:
        return True
    if memory.kind is not MemoryKind.EPISODE or not memory.sources:
        return False
    versions = [source.version_id for source in memory.sources]
    values = {
        "first": versions[0],
        "versions": json.dumps(versions, separators=(",", ":")),
    }
    return session.execute(_SAME_EPISODE, values).first() is not None


def _write_row(session: Session, memory: Memory, now: datetime) -> int:
    written = session.execute(
        insert(memory_table).returning(memory_table.c.ordinal),
        {
            "id": memory.id,
            "persona_id": memory.persona_id,
            "conversation_id": memory.conversation_id,
            "kind": memory.kind,
            "text": memory.text,
            "happened_at": memory.happened_at,
            "created_at": now,
            "note_kind": memory.note_kind,
            "about": memory.about,
            "provenance": memory.provenance,
            "importance": memory.importance,
            "keywords": to_json(memory.keywords),
            "speaks_of": memory.speaks_of,
            "layer": memory.layer,
            "pinned_at": now if memory.is_pinned else None,
            "quarantine": memory.quarantine,
            "uses": memory.uses,
            "last_used_at": memory.last_used_at,
        },
    )
    return written.scalar_one()


def _write_lines(session: Session, memory: Memory, lines: Sequence[Line]) -> None:
    is_episode = memory.kind is MemoryKind.EPISODE
    _write_all(
        session,
        line_table,
        (
            {
                "id": line_id(memory.id, line.place),
                "memory_id": memory.id,
                "place": line.place,
                "message_id": (
                    memory.sources[line.place].message_id
                    if is_episode and line.place < len(memory.sources)
                    else None
                ),
                "speaker": line.speaker,
                "stems": join_stems(line.stems),
                "text": line.text,
            }
            for line in lines
        ),
    )


def _write_links(session: Session, new: NewMemory) -> None:
    evidence = list(new.memory.evidence)
    deeper: list[str] = []
    if evidence:
        deeper = list(session.scalars(_DEEPER, {"ids": json.dumps(evidence)}))
    links = {
        SUPERSEDES: new.supersedes,
        RELATED: new.related,
        EVIDENCE: evidence,
        RESTS: [one for one in deeper if one not in evidence],
    }
    enriched = [enrichment.memory_id for enrichment in new.enriches]
    others = [*enriched, *new.superseded_by]
    _require(session, [*(one for ids in links.values() for one in ids), *others])
    _write_all(
        session,
        link_table,
        (
            {
                "newer_id": new.memory.id,
                "relation": relation,
                "place": place,
                "older_id": older_id,
            }
            for relation, ids in links.items()
            for place, older_id in enumerate(dict.fromkeys(ids))
        ),
    )
    _write_all(
        session,
        link_table,
        (
            {
                "newer_id": newer_id,
                "relation": SUPERSEDES,
                "place": session.execute(_NEXT_LINK, {"newer_id": newer_id}).scalar_one(),
                "older_id": new.memory.id,
            }
            for newer_id in dict.fromkeys(new.superseded_by)
        ),
    )
    _write_all(
        session,
        enrichment_table,
        (
            {
                "newer_id": new.memory.id,
                "older_id": enrichment.memory_id,
                "keywords": to_json(enrichment.keywords),
            }
            for enrichment in new.enriches
        ),
    )


def _write_particulars(session: Session, memory: Memory) -> None:
    _write_all(
        session,
        triple_table,
        (
            {
                "memory_id": memory.id,
                "place": place,
                "subject": triple.subject,
                "relation": triple.relation,
                "object": triple.object,
            }
            for place, triple in enumerate(memory.triples)
        ),
    )
    bond = memory.bond
    if bond is not None:
        session.execute(
            insert(bond_table),
            {
                "memory_id": memory.id,
                "familiarity": bond.familiarity,
                "affection_of_user": bond.affection_of_user,
                "affection_of_character": bond.affection_of_character,
                "mood": bond.mood,
            },
        )


def _write_names(session: Session, new: NewMemory, ordinal: int) -> None:
    memory = new.memory
    own = [
        *memory.keywords,
        *(side for one in memory.triples for side in (one.subject, one.object)),
    ]
    rows = [(name, ordinal, "") for name in own]
    for enrichment in new.enriches:
        older = select(memory_table.c.ordinal).where(memory_table.c.id == enrichment.memory_id)
        place = session.execute(older).scalar_one()
        rows += [(name, place, str(memory.id)) for name in enrichment.keywords]
    folded = dict.fromkeys((fold_name(name), place, giver) for name, place, giver in rows)
    _write_all(
        session,
        name_table,
        (
            {"name": name, "memory_ordinal": place, "given_by": giver}
            for name, place, giver in folded
            if name
        ),
    )


def _require_messages(session: Session, ids: Sequence[str]) -> None:
    known = select(message_table.c.id).where(message_table.c.id.in_(ids))
    for missing in set(ids) - set(session.scalars(known)):
        find_message(session, missing)


def _require(session: Session, ids: Sequence[str]) -> None:
    wanted = set(ids)
    if not wanted:
        return
    known = select(memory_table.c.id).where(memory_table.c.id.in_(wanted))
    missing = wanted - set(session.scalars(known))
    if missing:
        raise no_memory(min(missing))


def no_memory(memory_id: str | MemoryId) -> UserError:
    """Return the error for a memory that is not there."""
    message = (
        f"There is no memory with the id {memory_id}. "
        "It may have been forgotten, or belong to another data folder."
    )
    return UserError(message, code="not-found")


def to_json(words: Sequence[str]) -> str:
    """Return words as they lie in a column."""
    return json.dumps(list(words), ensure_ascii=False)


def _write_all(session: Session, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    if listed:
        session.execute(insert(table), listed)
