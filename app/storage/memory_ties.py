"""What memories have to do with others that stand, and what they were called before.

For the memory room; nothing here is on the way of a reply. Knows no transaction.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.ids import MemoryId, MessageId
from app.ports.memory_store import MemoryTies
from app.storage.memory_writing import fold_name

_OLDER = text(
    """
    SELECT tie.relation, older.id FROM memory_link AS tie
    CROSS JOIN standing_memory AS older ON older.id = tie.older_id
    WHERE tie.newer_id = :id AND tie.relation IN ('supersedes', 'related')
    ORDER BY older.happened_at, older.ordinal
    """
)

_NEWER = text(
    """
    SELECT tie.relation, newer.id FROM memory_link AS tie
    CROSS JOIN standing_memory AS newer ON newer.id = tie.newer_id
    WHERE tie.older_id = :id AND tie.relation IN ('supersedes', 'related', 'evidence')
        AND (tie.relation <> 'supersedes' OR newer.quarantine = '')
    ORDER BY newer.happened_at, newer.ordinal
    """
)

# What was reworded or deleted may come back, so it is found as well.
_NAMED = text(
    """
    SELECT DISTINCT memory.id, memory.ordinal FROM json_each(:names) AS wanted
    CROSS JOIN memory_name AS named ON named.name = wanted.value AND named.given_by = ''
    CROSS JOIN memory ON memory.ordinal = named.memory_ordinal
        AND memory.kind = 'note' AND memory.forgotten_at IS NULL
        AND memory.conversation_id IN (SELECT value FROM json_each(:stories))
    ORDER BY memory.ordinal DESC LIMIT :count
    """
)

_WORDINGS = text("SELECT text FROM memory_rewording WHERE memory_id = :id ORDER BY number DESC")

_LAST_REPLY = text(
    """
    SELECT message.id FROM recalled_memory AS used
    CROSS JOIN message_version AS version ON version.id = used.version_id
    CROSS JOIN message ON message.id = version.message_id
    WHERE used.memory_id = :id AND used.injected
    ORDER BY message.ordinal DESC LIMIT 1
    """
)

_PAIRS = text(
    """
    SELECT DISTINCT tie.newer_id, tie.older_id
    FROM json_each(:ids) AS wanted
    CROSS JOIN memory_link AS tie ON tie.newer_id = wanted.value AND tie.relation <> 'rests'
    WHERE tie.older_id IN (SELECT value FROM json_each(:ids))
    ORDER BY tie.newer_id, tie.older_id
    """
)


def find_notes_naming(
    session: Session, stories: Collection[str], names: Sequence[str], count: int
) -> list[str]:
    """Return the newest notes of these stories with such a subject or object."""
    values = {
        "names": json.dumps(sorted({fold_name(name) for name in names} - {""})),
        "stories": json.dumps(list(stories)),
        "count": count,
    }
    return [row.id for row in session.execute(_NAMED, values)]


def read_ties(session: Session, memory_id: MemoryId) -> MemoryTies:
    """Return what one memory has to do with others that stand."""
    wanted = {"id": memory_id}
    older: defaultdict[str, list[MemoryId]] = defaultdict(list)
    newer: defaultdict[str, list[MemoryId]] = defaultdict(list)
    for side, statement in ((older, _OLDER), (newer, _NEWER)):
        for row in session.execute(statement, wanted):
            side[row.relation].append(MemoryId(row.id))
    last = session.execute(_LAST_REPLY, wanted).scalar()
    return MemoryTies(
        supersedes=tuple(older["supersedes"]),
        superseded_by=tuple(newer["supersedes"]),
        related=tuple(dict.fromkeys((*older["related"], *newer["related"]))),
        cited_by=tuple(newer["evidence"]),
        wordings=tuple(session.scalars(_WORDINGS, wanted)),
        last_reply=None if last is None else MessageId(last),
    )


def read_pairs(session: Session, memory_ids: Sequence[MemoryId]) -> list[tuple[MemoryId, MemoryId]]:
    """Return pairs of these memories that have to do with each other, newer first."""
    rows = session.execute(_PAIRS, {"ids": json.dumps(list(memory_ids))})
    return [(MemoryId(row.newer_id), MemoryId(row.older_id)) for row in rows]
