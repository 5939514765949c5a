"""Forgetting: words, lines, vectors, names and links of memories are overwritten with nothing.

An empty row stays with its source versions, so that the same is not recorded again. Free
pages are the database's business: it runs with `secure_delete`. Knows no transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.storage.columns import write_time

# What cites a forgotten memory can never stand again and may hold its words.
_WITH_WHAT_RESTS = text(
    """
    SELECT value FROM json_each(:ids)
    UNION
    SELECT tie.newer_id FROM json_each(:ids) AS wanted
    CROSS JOIN memory_link AS tie
        ON tie.older_id = wanted.value AND tie.relation IN ('evidence', 'rests')
    """
)

_KNOWN = text(
    """
    SELECT memory.id FROM json_each(:ids) AS wanted
    CROSS JOIN memory ON memory.id = wanted.value AND memory.forgotten_at IS NULL
    """
)

_ERASE = tuple(
    text(statement)
    for statement in (
        """
        DELETE FROM line_vector WHERE line_id IN (
            SELECT line.id FROM json_each(:ids) AS wanted
            CROSS JOIN memory_line AS line ON line.memory_id = wanted.value
        )
        """,
        "DELETE FROM memory_line WHERE memory_id IN (SELECT value FROM json_each(:ids))",
        "DELETE FROM memory_rewording WHERE memory_id IN (SELECT value FROM json_each(:ids))",
        "DELETE FROM memory_triple WHERE memory_id IN (SELECT value FROM json_each(:ids))",
        "DELETE FROM memory_bond WHERE memory_id IN (SELECT value FROM json_each(:ids))",
        "DELETE FROM memory_name WHERE given_by IN (SELECT value FROM json_each(:ids))",
        """
        DELETE FROM memory_name WHERE memory_ordinal IN (
            SELECT memory.ordinal FROM json_each(:ids) AS wanted
            CROSS JOIN memory ON memory.id = wanted.value
        )
        """,
        "DELETE FROM memory_enrichment WHERE newer_id IN (SELECT value FROM json_each(:ids))",
        "DELETE FROM memory_enrichment WHERE older_id IN (SELECT value FROM json_each(:ids))",
        "DELETE FROM memory_link WHERE newer_id IN (SELECT value FROM json_each(:ids))",
        "DELETE FROM memory_link WHERE older_id IN (SELECT value FROM json_each(:ids))",
        """
        UPDATE recalled_memory SET reason = '', signals = '[]'
        WHERE memory_id IN (SELECT value FROM json_each(:ids))
        """,
        """
        UPDATE memory SET text = '', note_kind = NULL, about = NULL, importance = 1.0,
            keywords = '[]', speaks_of = NULL, pinned_at = NULL, quarantine = '',
            forgotten_at = :now
        WHERE id IN (SELECT value FROM json_each(:ids))
        """,
    )
)


_LET_GO = text("DELETE FROM memory_source WHERE memory_id IN (SELECT value FROM json_each(:ids))")


def erase_memories(
    session: Session, memory_ids: Sequence[str], now: datetime, *, for_good: bool
) -> int:
    """Erase memories with what rests on them; returns how many there were.

    Unless it is `for_good` their source versions go too, and may be read for others.
    """
    wanted = {"ids": json.dumps(list(memory_ids))}
    ids = list(session.scalars(_WITH_WHAT_RESTS, wanted))
    known = list(session.scalars(_KNOWN, {"ids": json.dumps(ids)}))
    values = {"ids": json.dumps(known), "now": write_time(now)}
    for statement in _ERASE:
        session.execute(statement, values if ":now" in statement.text else {"ids": values["ids"]})
    if not for_good:
        session.execute(_LET_GO, {"ids": values["ids"]})
    return len(known)
