"""Memories as values, read from their rows with their sources in order.

Knows no rule about which memories hold; the queries handed in do.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.domain.ids import ConversationId, MemoryId, MessageId, MessageVersionId, PersonaId
from app.domain.memory import Memory, MemoryKind, MemorySource
from app.storage.schema import memory_table as memory
from app.storage.schema import source_table as source


def read_memories(session: Session, ids: Select[*tuple[Any, ...]]) -> list[Memory]:
    """Return the memories whose ids a query yields, oldest first."""
    sources: defaultdict[str, list[MemorySource]] = defaultdict(list)
    for row in session.execute(
        select(source.c.memory_id, source.c.message_id, source.c.version_id)
        .where(source.c.memory_id.in_(ids))
        .order_by(source.c.memory_id, source.c.place)
    ):
        sources[row.memory_id].append(
            MemorySource(MessageId(row.message_id), MessageVersionId(row.version_id))
        )
    rows = session.execute(
        select(memory).where(memory.c.id.in_(ids)).order_by(memory.c.happened_at, memory.c.ordinal)
    )
    return [
        Memory(
            id=MemoryId(row.id),
            persona_id=PersonaId(row.persona_id),
            conversation_id=ConversationId(row.conversation_id),
            kind=MemoryKind(row.kind),
            text=row.text,
            happened_at=row.happened_at,
            sources=tuple(sources[row.id]),
        )
        for row in rows
    ]
