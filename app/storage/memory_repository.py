"""Memories with their vectors in SQLite: the truth behind the index.

A memory holds while every message version it was made from is in force and not deleted,
and its conversation is not set aside; undoing brings it back by itself. What changes that
also moves the generation (both stand in the migrations). Knows no index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.conversation import Author, Message, MessageState
from app.domain.ids import ConversationId, MemoryId, PersonaId
from app.domain.memory import Memory, Vector
from app.ports.clock import Clock
from app.ports.stores import IndexFingerprint
from app.storage.columns import pack_vector, unpack_vector
from app.storage.database import Database
from app.storage.lookup import find_conversation, find_message, find_persona
from app.storage.memory_rows import read_memories
from app.storage.message_tree import read_messages
from app.storage.schema import (
    IndexGenerationRow,
    MemoryRow,
    MemorySourceRow,
    MemoryVectorRow,
    holding_view,
)
from app.storage.schema import conversation_table as conversation
from app.storage.schema import memory_table as memory
from app.storage.schema import message_table as message
from app.storage.schema import source_table as source
from app.storage.schema import vector_table as stored_vector
from app.storage.schema import version_table as version


class MemoryRepository:
    """Satisfies `MemoryStore`. Owned by the app context; storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Work on an open database."""
        self._database = database
        self._clock = clock

    def add(self, memory: Memory, vector: Vector, model_key: str) -> None:
        """Keep a memory and its vector (as f16) in one transaction.

        A memory that is already there gets the vector only, in place of an older one of the
        same model.
        """
        packed = pack_vector(vector)
        with self._database.writing() as session:
            known = select(MemoryRow).where(col(MemoryRow.id) == memory.id)
            if session.execute(known).one_or_none() is None:
                self._add_row(session, memory)
            session.merge(MemoryVectorRow(memory_id=memory.id, model_key=model_key, vector=packed))

    def get_many(self, memory_ids: Sequence[MemoryId]) -> list[Memory]:
        """Return the memories that exist and still hold, in the order asked for."""
        ids = select(holding_view.c.id).where(holding_view.c.id.in_(memory_ids))
        with self._database.reading() as session:
            found = {found.id: found for found in read_memories(session, ids)}
        return [found[memory_id] for memory_id in memory_ids if memory_id in found]

    def list_all(
        self, persona_id: PersonaId, conversation_id: ConversationId | None = None
    ) -> list[Memory]:
        """Return the memories that still hold, oldest first."""
        ids = select(holding_view.c.id).where(holding_view.c.persona_id == persona_id)
        if conversation_id is not None:
            ids = ids.join(memory, memory.c.id == holding_view.c.id).where(
                memory.c.conversation_id == conversation_id
            )
        with self._database.reading() as session:
            return read_memories(session, ids)

    def vectors(self, persona_id: PersonaId, model_key: str) -> list[tuple[MemoryId, Vector]]:
        """Return the vectors of every memory that still holds, as float32 arrays."""
        statement = _holding_vectors(persona_id, model_key).order_by(holding_view.c.ordinal)
        columns = (stored_vector.c.memory_id, stored_vector.c.vector)
        with self._database.reading() as session:
            rows = session.execute(statement.with_only_columns(*columns)).all()
        return [(MemoryId(row.memory_id), unpack_vector(row.vector)) for row in rows]

    def fingerprint(self, persona_id: PersonaId, model_key: str) -> IndexFingerprint:
        """Return what an index of this persona must agree with."""
        counted = _holding_vectors(persona_id, model_key).with_only_columns(func.count())
        with self._database.reading() as session:
            count = session.execute(counted).scalar_one()
            row = session.get(IndexGenerationRow, (persona_id, model_key))
            return IndexFingerprint(count=count, generation=row.generation if row else 0)

    def pending(self, persona_id: PersonaId | None = None) -> list[tuple[Message, Message]]:
        """Return finished exchanges (user's message, reply) that no memory was made of yet.

        The oldest come first; conversations in the trash are left out.
        """
        statement = _pending_query()
        if persona_id is not None:
            statement = statement.where(conversation.c.persona_id == persona_id)
        with self._database.reading() as session:
            pairs = [(row.asked, row.replied) for row in session.execute(statement)]
            messages = read_messages(session, [one for pair in pairs for one in pair])
        return [(messages[asked], messages[replied]) for asked, replied in pairs]

    def _add_row(self, session: Session, memory: Memory) -> None:
        find_persona(session, memory.persona_id)
        find_conversation(session, memory.conversation_id)
        session.add(
            MemoryRow(
                id=memory.id,
                persona_id=memory.persona_id,
                conversation_id=memory.conversation_id,
                kind=memory.kind,
                text=memory.text,
                happened_at=memory.happened_at,
                created_at=self._clock.now(),
            )
        )
        session.flush()
        for place, one in enumerate(memory.sources):
            find_message(session, one.message_id, memory.conversation_id)
            session.add(
                MemorySourceRow(
                    memory_id=memory.id,
                    place=place,
                    message_id=one.message_id,
                    version_id=one.version_id,
                )
            )
        session.flush()


def _holding_vectors(persona_id: PersonaId, model_key: str) -> Select[*tuple[Any, ...]]:
    """Return the query for the vectors of memories that hold."""
    return (
        select(stored_vector)
        .join_from(holding_view, stored_vector, stored_vector.c.memory_id == holding_view.c.id)
        .where(holding_view.c.persona_id == persona_id, stored_vector.c.model_key == model_key)
    )


def _pending_query() -> Select[*tuple[Any, ...]]:
    """Return the query for exchanges without a memory, as ids `asked` and `replied`."""
    asked = message.alias("asked")
    replied = message.alias("replied")
    second = source.alias("second")
    remembered = exists().where(
        source.c.version_id == replied.c.current_version_id,
        second.c.memory_id == source.c.memory_id,
        second.c.version_id == asked.c.current_version_id,
    )
    finished = (MessageState.COMPLETE, MessageState.STOPPED)
    return (
        select(asked.c.id.label("asked"), replied.c.id.label("replied"))
        .join_from(replied, asked, asked.c.id == replied.c.parent_id)
        .join(conversation, conversation.c.id == replied.c.conversation_id)
        .join(version, version.c.id == replied.c.current_version_id)
        .where(
            and_(asked.c.author == Author.USER, asked.c.deleted_at.is_(None)),
            and_(replied.c.author == Author.CHARACTER, replied.c.deleted_at.is_(None)),
            replied.c.state.in_(finished),
            func.trim(version.c.text, " \t\r\n") != "",
            conversation.c.set_aside_at.is_(None),
            ~remembered,
        )
        .order_by(replied.c.ordinal)
    )
