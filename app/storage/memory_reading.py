"""What is still to be read: exchanges on their paths that an extractor has not seen.

An exchange is the user's message and the reply right below it; in a scene with several also
another's line with the one above it. Knows no transaction.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.orm import Session

from app.domain.ids import PersonaId
from app.ports.memory_store import Exchange, PendingPart
from app.storage.memory_schema import read_table
from app.storage.message_tree import read_messages

# Whoever had something forgotten does not want it noted again from the same words: an exchange
# that a forgotten memory hangs on is read by nobody any more.
_PENDING = text(
    """
    WITH exchange AS (
        SELECT asked.id AS asked_id, asked.current_version_id AS asked_version,
            replied.id AS replied_id, replied.current_version_id AS replied_version,
            replied.ordinal AS ordinal
        FROM message AS replied NOT INDEXED
        CROSS JOIN conversation ON conversation.id = replied.conversation_id
        CROSS JOIN message AS asked ON asked.id = replied.parent_id
        WHERE replied.ordinal > :after AND replied.ordinal <= :until AND replied.on_path = 1
            AND conversation.set_aside_at IS NULL
            AND (:persona_id IS NULL OR conversation.persona_id = :persona_id)
            AND replied.author <> 'user' AND replied.deleted_at IS NULL
            AND replied.state IN ('complete', 'stopped')
            AND NOT (asked.author = 'character' AND replied.author = 'character')
            AND asked.deleted_at IS NULL
    )
    SELECT exchange.asked_id, exchange.replied_id
    FROM exchange
    WHERE NOT EXISTS (
        SELECT 1 FROM memory_read
        WHERE memory_read.extractor = :extractor
            AND memory_read.replied_id = exchange.replied_version
            AND memory_read.asked_id = exchange.asked_version
    ) AND NOT EXISTS (
        SELECT 1 FROM memory_source AS replied
        CROSS JOIN memory ON memory.id = replied.memory_id
        CROSS JOIN memory_source AS asked
            ON asked.memory_id = replied.memory_id AND asked.version_id = exchange.asked_version
        WHERE replied.version_id = exchange.replied_version
            AND memory.kind = 'episode' AND :extractor = ''
    ) AND NOT EXISTS (
        SELECT 1 FROM memory_source AS source CROSS JOIN memory ON memory.id = source.memory_id
        WHERE source.version_id IN (exchange.replied_version, exchange.asked_version)
            AND memory.forgotten_at IS NOT NULL
    ) AND EXISTS (
        SELECT 1 FROM message_version AS version
        WHERE version.id = exchange.replied_version
            AND trim(version.text, ' ' || char(9, 10, 13)) <> ''
    )
    ORDER BY exchange.ordinal
    LIMIT coalesce(:count, -1)
    """
)


_LAST = text("SELECT coalesce(max(ordinal), 0) FROM message")

_LOOKED_THROUGH = 2_048
"""Messages a part; looking through them takes some hundredths of a second at most."""


def read_pending_part(
    session: Session, persona_id: PersonaId | None, extractor: str, after: int, count: int | None
) -> PendingPart:
    """Return what an extractor has not read in a part of all that was said; see the port."""
    until = after + _LOOKED_THROUGH
    values = {
        "persona_id": persona_id,
        "extractor": extractor,
        "count": count,
        "after": after,
        "until": until,
    }
    rows = session.execute(_PENDING, values).all()
    messages = read_messages(
        session, [one for row in rows for one in (row.asked_id, row.replied_id)]
    )
    found = [Exchange(messages[row.asked_id], messages[row.replied_id]) for row in rows]
    is_last = until >= session.execute(_LAST).scalar_one()
    return PendingPart(found, None if is_last else until)


def write_read(session: Session, exchange: Exchange, extractor: str) -> None:
    """Note that an extractor has read these versions."""
    session.execute(
        upsert(read_table).on_conflict_do_nothing(),
        {
            "extractor": extractor,
            "replied_id": exchange.reply.version_id,
            "asked_id": exchange.said.version_id,
        },
    )
