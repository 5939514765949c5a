"""Memories as they stand in their stories, in SQLite: the truth behind the index.

The SQL stands in the modules beside: writing, lines, reading, ties, erasure. What stands is
what the views of the third migration say. Knows no index.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from app.domain.ids import (
    ConversationId,
    LineId,
    MemoryId,
    MessageId,
    MessageVersionId,
    PersonaId,
)
from app.domain.memory import Line, Memory, NewMemory, Scope, StoryLine, Vector
from app.ports.clock import Clock
from app.ports.memory_store import Exchange, MemoryTies, PendingPart
from app.ports.stores import IndexFingerprint
from app.storage.columns import unpack_vector, write_time
from app.storage.database import Database
from app.storage.memory_erasure import erase_memories
from app.storage.memory_lines import (
    read_frequencies,
    read_lines_around,
    read_lines_naming,
    read_lines_of_days,
    read_lines_with,
)
from app.storage.memory_reading import read_pending_part, write_read
from app.storage.memory_rows import driver_of, fetch_memories, read_memories, read_stories
from app.storage.memory_schema import line_table, memory_table, rewording_table
from app.storage.memory_ties import find_notes_naming, read_pairs, read_ties
from app.storage.memory_writing import (
    join_stems,
    line_id,
    no_memory,
    pack_all,
    write_memories,
    write_vectors,
)
from app.storage.vector_counts import VectorCounts

_OF_PERSONA = text("SELECT id FROM standing_memory WHERE persona_id = :persona_id")
_IN_STORIES = text(
    """
    SELECT standing_memory.id FROM json_each(:stories) AS story
    CROSS JOIN standing_memory ON standing_memory.conversation_id = story.value
    WHERE standing_memory.persona_id = :persona_id
    """
)
_OF_IDS = """
    SELECT standing_memory.id FROM json_each(:ids) AS wanted
    CROSS JOIN standing_memory ON standing_memory.id = wanted.value
"""
_OF_MESSAGE = text(
    """
    SELECT DISTINCT standing_memory.id FROM memory_source AS source
    CROSS JOIN standing_memory ON standing_memory.id = source.memory_id
    WHERE source.message_id = :message_id
    """
)
_COUNTS = text(
    """
    SELECT conversation_id, count(*) AS memories FROM standing_memory
    WHERE persona_id = :persona_id GROUP BY conversation_id
    """
)
_VECTORS = text(
    """
    SELECT line.id, vector.vector FROM holding_memory AS memory
    CROSS JOIN memory_line AS line ON line.memory_id = memory.id
    CROSS JOIN line_vector AS vector ON vector.line_id = line.id AND vector.model_key = :model_key
    WHERE memory.persona_id = :persona_id
    ORDER BY line.ordinal
    """
)
_WITHOUT_VECTORS = text(
    """
    SELECT line.id, line.place, line.speaker, line.stems, line.text FROM memory_line AS line
    CROSS JOIN memory ON memory.id = line.memory_id AND memory.persona_id = :persona_id
    WHERE NOT EXISTS (
        SELECT 1 FROM line_vector AS vector
        WHERE vector.line_id = line.id AND vector.model_key = :model_key
    )
    ORDER BY line.ordinal LIMIT :count
    """
)
_WITHOUT_STEMS = text(
    """
    SELECT id, place, speaker, stems, text FROM memory_line
    WHERE stems IS NULL ORDER BY ordinal LIMIT :count
    """
)
_USE = text(
    """
    UPDATE memory SET uses = uses + 1, last_used_at = :at
    WHERE id IN (SELECT value FROM json_each(:ids)) AND forgotten_at IS NULL
    """
)
_NEXT_WORDING = text("SELECT count(*) FROM memory_rewording WHERE memory_id = :id")
_FORGOTTEN = text(
    """
    SELECT memory.id FROM json_each(:ids) AS wanted
    CROSS JOIN memory ON memory.id = wanted.value AND memory.forgotten_at IS NOT NULL
    """
)
_FORGOTTEN_OF = text(
    """
    SELECT source.version_id FROM json_each(:ids) AS wanted
    CROSS JOIN memory_source AS source ON source.version_id = wanted.value
    CROSS JOIN memory ON memory.id = source.memory_id AND memory.forgotten_at IS NOT NULL
    """
)
_THERE = text(
    """
    SELECT line.id FROM json_each(:ids) AS wanted
    CROSS JOIN memory_line AS line ON line.id = wanted.value
    """
)
_DROP_VECTORS = text("DELETE FROM line_vector WHERE line_id = :id AND model_key <> :model_key")
_TEXT = text("SELECT text FROM memory WHERE id = :id AND forgotten_at IS NULL")


class StoryMemoryRepository:
    """Satisfies `StoryMemoryStore`. Owned by the app context; storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Work on an open database."""
        self._database = database
        self._clock = clock
        self._counts = VectorCounts()

    def keep(self, memories: Sequence[NewMemory], model_key: str) -> None:
        """Keep memories with lines, vectors (as f16) and links in one transaction.

        Passed over are those that are there already, by id, and episodes of versions that an
        episode was made of, forgotten or not.
        """
        now = self._clock.now()
        with self._database.writing() as session:
            kept = write_memories(session, memories, model_key, now)
            lines = [line_id(new.memory.id, line.place) for new in kept for line in new.lines]
            counts = self._counts.count_added(driver_of(session), lines, model_key)
        self._counts.settle(counts)

    def give_vectors(self, vectors: Mapping[LineId, Vector], model_key: str) -> None:
        """Keep vectors of lines that have none of this model.

        Lines that were forgotten meanwhile are passed over.
        """
        packed = pack_all(vectors)
        with self._database.writing() as session:
            there = [LineId(key) for key in session.scalars(_THERE, {"ids": json.dumps([*packed])})]
            write_vectors(session, {key: packed[key] for key in there}, model_key)
            counts = self._counts.count_added(driver_of(session), there, model_key)
        self._counts.settle(counts)

    def without_vectors(
        self, persona_id: PersonaId, model_key: str, count: int
    ) -> list[tuple[LineId, Line]]:
        """Return up to `count` lines that have no vector of this model, oldest first."""
        values = {"persona_id": persona_id, "model_key": model_key, "count": count}
        with self._database.reading() as session:
            return [_to_line(*row) for row in session.execute(_WITHOUT_VECTORS, values)]

    def lines_without_stems(self, count: int) -> list[tuple[LineId, Line]]:
        """Return up to `count` lines whose stems were never found, oldest first."""
        with self._database.reading() as session:
            return [_to_line(*row) for row in session.execute(_WITHOUT_STEMS, {"count": count})]

    def give_stems(self, stems: Mapping[LineId, Sequence[str]]) -> None:
        """Keep the stems of lines."""
        with self._database.writing() as session:
            for key, words in stems.items():
                session.execute(
                    update(line_table).where(line_table.c.id == key),
                    {"stems": join_stems(words)},
                )

    def pending_part(
        self,
        persona_id: PersonaId | None,
        extractor: str,
        after: int = 0,
        count: int | None = None,
    ) -> PendingPart:
        """Look for what this extractor has not read in a bounded part of what was said."""
        with self._database.reading() as session:
            return read_pending_part(session, persona_id, extractor, after, count)

    def mark_all_read(self, exchanges: Sequence[Exchange], extractor: str) -> None:
        """Say of many exchanges that an extractor has read them."""
        with self._database.writing() as session:
            for exchange in exchanges:
                write_read(session, exchange, extractor)

    def mark_read(self, exchange: Exchange, extractor: str) -> None:
        """Say that an extractor has read an exchange, whether it noted anything or not."""
        with self._database.writing() as session:
            write_read(session, exchange, extractor)

    def get_many(self, memory_ids: Sequence[MemoryId], scope: Scope | None = None) -> list[Memory]:
        """Return those that stand, quarantined ones included, in the order asked for.

        With a scope only what is in it, and what is in it supersedes and enriches.
        """
        with self._database.glancing() as connection:
            stories = None if scope is None else read_stories(connection, scope)
            rows = connection.execute(_OF_IDS, {"ids": json.dumps(list(memory_ids))}).fetchall()
            memories = fetch_memories(connection, [key for (key,) in rows], stories)
            found = {memory.id: memory for memory in memories}
        return [
            found[memory_id]
            for memory_id in memory_ids
            if memory_id in found
            and (stories is None or found[memory_id].conversation_id in stories)
        ]

    def forgotten_of(self, memory_ids: Sequence[MemoryId]) -> set[MemoryId]:
        """Return which of these the user had forgotten."""
        with self._database.reading() as session:
            found = session.scalars(_FORGOTTEN, {"ids": json.dumps(list(memory_ids))})
            return {MemoryId(one) for one in found}

    def forgotten_versions(self, version_ids: Sequence[MessageVersionId]) -> set[MessageVersionId]:
        """Return on which of these a memory hangs that the user had forgotten."""
        with self._database.reading() as session:
            found = session.scalars(_FORGOTTEN_OF, {"ids": json.dumps(list(version_ids))})
            return {MessageVersionId(one) for one in found}

    def in_scope(self, scope: Scope) -> list[Memory]:
        """Return everything that stands in a scope, oldest first, superseded ones included."""
        with self._database.reading() as session:
            stories = read_stories(driver_of(session), scope)
            values = {"persona_id": scope.persona_id, "stories": json.dumps(stories)}
            return read_memories(session, session.scalars(_IN_STORIES, values), stories)

    def of_persona(self, persona_id: PersonaId) -> list[Memory]:
        """Return everything that stands with a persona, in all stories, oldest first."""
        with self._database.reading() as session:
            ids = session.scalars(_OF_PERSONA, {"persona_id": persona_id})
            return read_memories(session, ids)

    def made_from(self, message_id: MessageId) -> list[Memory]:
        """Return what stands and was made from a message."""
        with self._database.reading() as session:
            ids = session.scalars(_OF_MESSAGE, {"message_id": message_id})
            return read_memories(session, ids)

    def ties(self, memory_id: MemoryId) -> MemoryTies:
        """Return what a memory has to do with others; UserError for an unknown one."""
        with self._database.reading() as session:
            _require(session, memory_id)
            return read_ties(session, memory_id)

    def all_ties(self, memory_ids: Sequence[MemoryId]) -> list[tuple[MemoryId, MemoryId]]:
        """Return pairs of these memories that are related, superseded or cited, newer first."""
        with self._database.reading() as session:
            return read_pairs(session, memory_ids)

    def lines_around(
        self, scope: Scope, line_ids: Collection[LineId], model_key: str, reach: int = 2
    ) -> list[StoryLine]:
        """Return these lines with up to `reach` neighbours each way, in story order.

        `story_order` counts the messages from the root, so a deleted one leaves a gap; a line
        without a vector of this model has zeros.
        """
        with self._database.glancing() as connection:
            return read_lines_around(connection, scope, line_ids, model_key, reach)

    def lines_with(self, scope: Scope, stems: Sequence[str], count: int) -> list[LineId]:
        """Return lines with any of the stems, best BM25 first."""
        with self._database.glancing() as connection:
            return read_lines_with(connection, scope, stems, count)

    def lines_of_days(self, scope: Scope, first: date, last: date, count: int) -> list[LineId]:
        """Return lines said in, or notes that speak of, these local days, newest first."""
        with self._database.glancing() as connection:
            return read_lines_of_days(connection, scope, first, last, count)

    def lines_naming(self, scope: Scope, names: Sequence[str], count: int) -> list[LineId]:
        """Return lines of memories with such a subject, object or keyword, newest first."""
        with self._database.glancing() as connection:
            return read_lines_naming(connection, scope, names, count)

    def notes_naming(self, scope: Scope, names: Sequence[str], count: int) -> list[Memory]:
        """Return the newest notes with such a subject or object, whether they stand or not."""
        with self._database.reading() as session:
            stories = read_stories(driver_of(session), scope)
            return read_memories(session, find_notes_naming(session, stories, names, count))

    def frequencies(self, stems: Collection[str]) -> tuple[dict[str, int], int]:
        """Return in how many lines each stem stands, and how many lines there are."""
        with self._database.glancing() as connection:
            return read_frequencies(connection, stems)

    def mark_used(self, memory_ids: Sequence[MemoryId], at: datetime) -> None:
        """Count a use: what was recalled and stood in a prompt."""
        with self._database.writing() as session:
            session.execute(_USE, {"ids": json.dumps(list(memory_ids)), "at": write_time(at)})

    def set_pinned(self, memory_id: MemoryId, *, pinned: bool) -> Memory:
        """Pin or unpin."""
        return self._change(memory_id, pinned_at=self._clock.now() if pinned else None)

    def set_quarantine(self, memory_id: MemoryId, reason: str) -> Memory:
        """Keep out of recall with a reason, or let back in with ""."""
        return self._change(memory_id, quarantine=reason)

    def reword(self, memory_id: MemoryId, line: Line, vector: Vector, model_key: str) -> Memory:
        """Give a note or reflection another sentence by the person's hand; the old one stays."""
        key = line_id(memory_id, line.place)
        with self._database.writing() as session:
            before = _require(session, memory_id)
            number = session.execute(_NEXT_WORDING, {"id": memory_id}).scalar_one()
            now = self._clock.now()
            session.execute(
                insert(rewording_table),
                {"memory_id": memory_id, "number": number, "text": before, "created_at": now},
            )
            session.execute(
                update(memory_table).where(memory_table.c.id == memory_id), {"text": line.text}
            )
            session.execute(
                update(line_table).where(line_table.c.id == key),
                {"speaker": line.speaker, "text": line.text, "stems": join_stems(line.stems)},
            )
            session.execute(_DROP_VECTORS, {"id": key, "model_key": model_key})
            write_vectors(session, pack_all({key: vector}), model_key, replace=True)
            return _read_one(session, memory_id)

    def forget(self, memory_ids: Sequence[MemoryId], *, for_good: bool = True) -> int:
        """Erase them as the port says; `for_good` the copies of the database first.

        So nothing is forgotten by halves. Raises MachineError when one cannot be removed.
        """
        if for_good:
            self._database.remove_copies_with(memory_ids)
        with self._database.writing() as session:
            count = erase_memories(session, memory_ids, self._clock.now(), for_good=for_good)
        self._database.empty_log()
        return count

    def vectors(self, persona_id: PersonaId, model_key: str) -> list[tuple[LineId, Vector]]:
        """Return the vectors of every line whose memory holds, on any branch."""
        values = {"persona_id": persona_id, "model_key": model_key}
        with self._database.reading() as session:
            rows = session.execute(_VECTORS, values).all()
        return [(LineId(row.id), unpack_vector(row.vector)) for row in rows]

    def fingerprint(self, persona_id: PersonaId, model_key: str) -> IndexFingerprint:
        """Return what an index of this persona must agree with."""
        with self._database.glancing() as connection:
            return self._counts.fingerprint(connection, persona_id, model_key)

    def count_by_conversation(self, persona_id: PersonaId) -> dict[ConversationId, int]:
        """Return how many memories stand in each of a persona's stories."""
        with self._database.reading() as session:
            rows = session.execute(_COUNTS, {"persona_id": persona_id})
            return {ConversationId(row.conversation_id): row.memories for row in rows}

    def _change(self, memory_id: MemoryId, **values: object) -> Memory:
        with self._database.writing() as session:
            _require(session, memory_id)
            session.execute(
                update(memory_table).where(memory_table.c.id == memory_id), dict(values)
            )
            return _read_one(session, memory_id)


def _require(session: Session, memory_id: MemoryId) -> str:
    """Return a memory's text; raises UserError for one that is not there or was forgotten."""
    found = session.execute(_TEXT, {"id": memory_id}).scalar()
    if found is None:
        raise no_memory(memory_id)
    return found


def _read_one(session: Session, memory_id: MemoryId) -> Memory:
    [memory] = read_memories(session, [memory_id])
    return memory


def _to_line(
    key: str, place: int, speaker: str, stems: str | None, words: str
) -> tuple[LineId, Line]:
    return LineId(key), Line(place, speaker, words, tuple((stems or "").split()))
