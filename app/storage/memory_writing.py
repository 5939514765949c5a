"""Writing memories down: rows, sources, lines, vectors, links and the names that lead to them.

Knows no transaction, and nothing of what stands.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select, text
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.orm import Session

from app.domain.ids import LineId, MemoryId
from app.domain.memory import Memory, MemoryKind, NewMemory, Vector
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

SUPERSEDES = "supersedes"
RELATED = "related"
EVIDENCE = "evidence"
RESTS = "rests"

_KNOWN = text(
    """
    SELECT memory.id FROM json_each(:ids) AS wanted
    CROSS JOIN memory ON memory.id = wanted.value
    """
)

_EPISODES = text(
    """
    SELECT DISTINCT all_sources.memory_id, all_sources.place, all_sources.version_id
    FROM json_each(:versions) AS wanted
    CROSS JOIN memory_source AS source ON source.version_id = wanted.value
    CROSS JOIN memory ON memory.id = source.memory_id AND memory.kind = 'episode'
    CROSS JOIN memory_source AS all_sources ON all_sources.memory_id = memory.id
    ORDER BY all_sources.memory_id, all_sources.place
    """
)

_MESSAGES = text(
    """
    SELECT message.id FROM json_each(:ids) AS wanted
    CROSS JOIN message ON message.id = wanted.value
    """
)

_ORDINALS = text(
    """
    SELECT memory.id, memory.ordinal FROM json_each(:ids) AS wanted
    CROSS JOIN memory ON memory.id = wanted.value
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


def write_memories(
    session: Session, memories: Sequence[NewMemory], model_key: str, now: datetime
) -> list[NewMemory]:
    """Keep memories with all that comes with them; returns those that were not passed over.

    Raises UserError for a persona, conversation, message or memory that is not there.
    """
    kept = _leave_out_known(session, memories)
    for new in kept:
        if len(new.lines) != len(new.vectors):
            message = f"a memory with {len(new.lines)} lines came with {len(new.vectors)} vectors"
            raise Bug(message)
    for persona_id in {new.memory.persona_id for new in kept}:
        find_persona(session, persona_id)
    for conversation_id in {new.memory.conversation_id for new in kept}:
        find_conversation(session, conversation_id)
    told = [new.memory for new in kept]
    _require_messages(session, {one.message_id for memory in told for one in memory.sources})
    _write_all(session, memory_table, (_to_row(memory, now) for memory in told))
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
            for memory in told
            for place, source in enumerate(memory.sources)
        ),
    )
    _write_all(session, line_table, (row for new in kept for row in _line_rows(new)))
    packed = {
        line_id(new.memory.id, line.place): pack_vector(vector)
        for new in kept
        for line, vector in zip(new.lines, new.vectors, strict=True)
    }
    write_vectors(session, packed, model_key)
    for new in kept:
        _write_links(session, new)
        _write_particulars(session, new.memory)
    _write_names(session, kept)
    return kept


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


def _leave_out_known(session: Session, memories: Sequence[NewMemory]) -> list[NewMemory]:
    """Leave out memories by their id, and episodes by their versions."""
    ids = json.dumps([new.memory.id for new in memories])
    known = set(session.scalars(_KNOWN, {"ids": ids}))
    firsts = [new.memory.sources[0].version_id for new in memories if _is_episode(new.memory)]
    versions: defaultdict[str, list[str]] = defaultdict(list)
    for row in session.execute(_EPISODES, {"versions": json.dumps(firsts)}):
        versions[row.memory_id].append(row.version_id)
    told = {tuple(one) for one in versions.values()}
    kept: list[NewMemory] = []
    for new in memories:
        said = tuple(source.version_id for source in new.memory.sources)
        is_told = _is_episode(new.memory) and said in told
        if new.memory.id not in known and not is_told:
            kept.append(new)
            known.add(new.memory.id)
            told |= {said} if _is_episode(new.memory) else set()
    return kept


def _is_episode(memory: Memory) -> bool:
    return memory.kind is MemoryKind.EPISODE and bool(memory.sources)


def _to_row(memory: Memory, now: datetime) -> dict[str, Any]:
    return {
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
    }


def _line_rows(new: NewMemory) -> Iterator[dict[str, Any]]:
    sources = new.memory.sources if _is_episode(new.memory) else ()
    for line in new.lines:
        has_message = line.place < len(sources)
        yield {
            "id": line_id(new.memory.id, line.place),
            "memory_id": new.memory.id,
            "place": line.place,
            "message_id": sources[line.place].message_id if has_message else None,
            "speaker": line.speaker,
            "stems": join_stems(line.stems),
            "text": line.text,
        }


def _write_links(session: Session, new: NewMemory) -> None:
    evidence = list(new.memory.evidence)
    if not (new.supersedes or new.superseded_by or new.related or new.enriches or evidence):
        return
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


def _write_names(session: Session, kept: Sequence[NewMemory]) -> None:
    named: list[tuple[str, str, str]] = []
    for new in kept:
        memory = new.memory
        sides = (side for triple in memory.triples for side in (triple.subject, triple.object))
        named += [(name, memory.id, "") for name in (*memory.keywords, *sides)]
        named += [
            (name, enrichment.memory_id, memory.id)
            for enrichment in new.enriches
            for name in enrichment.keywords
        ]
    ids = json.dumps(list({memory_id for _, memory_id, _ in named}))
    ordinals = {row.id: row.ordinal for row in session.execute(_ORDINALS, {"ids": ids})}
    folded = dict.fromkeys((fold_name(name), ordinals[key], giver) for name, key, giver in named)
    _write_all(
        session,
        name_table,
        (
            {"name": name, "memory_ordinal": ordinal, "given_by": giver}
            for name, ordinal, giver in folded
            if name
        ),
    )


def _require_messages(session: Session, ids: Collection[str]) -> None:
    known = set(session.scalars(_MESSAGES, {"ids": json.dumps(list(ids))}))
    for missing in set(ids) - known:
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
