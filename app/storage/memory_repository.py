"""Memories as the first form of remembering asks for them: one vector for a whole exchange.

Over the same tables as `story_memory_repository`. A memory holds while every message version
it was made from is in force and not deleted, on any branch. Knows no index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, exists, func, select

from app.domain.conversation import Author, Message, MessageState
from app.domain.ids import ConversationId, LineId, MemoryId, PersonaId
from app.domain.memory import Line, Memory, NewMemory, Vector
from app.ports.clock import Clock
from app.ports.stores import IndexFingerprint
from app.storage.database import Database
from app.storage.memory_rows import read_memories
from app.storage.memory_schema import holding_view
from app.storage.memory_schema import memory_table as memory
from app.storage.memory_schema import source_table as source
from app.storage.memory_writing import line_id
from app.storage.message_tree import read_messages
from app.storage.schema import conversation_table as conversation
from app.storage.schema import message_table as message
from app.storage.schema import version_table as version
from app.storage.story_memory_repository import StoryMemoryRepository


class MemoryRepository:
    """Satisfies `MemoryStore`. Owned by the app context; storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Work on an open database."""
        self._database = database
        self._stories = StoryMemoryRepository(database, clock)

    def add(self, memory: Memory, vector: Vector, model_key: str) -> None:
        """Keep a memory, a line for each source, and one vector for all of them.

        A memory that is already there gets the vector only.
        """
        with self._database.reading() as session:
            said = read_messages(session, [one.message_id for one in memory.sources])
        lines = [
            Line(place, said[one.message_id].speaker, said[one.message_id].text, ())
            for place, one in enumerate(memory.sources)
            if one.message_id in said
        ]
        self._stories.keep([NewMemory(memory, tuple(lines), (vector,) * len(lines))], model_key)
        self._stories.give_vectors(
            {line_id(memory.id, line.place): vector for line in lines}, model_key
        )

    def get_many(self, memory_ids: Sequence[MemoryId]) -> list[Memory]:
        """Return the memories that exist and still hold, in the order asked for."""
        ids = select(holding_view.c.id).where(holding_view.c.id.in_(memory_ids))
        with self._database.reading() as session:
            found = {found.id: found for found in read_memories(session, session.scalars(ids))}
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
            return read_memories(session, session.scalars(ids))

    def vectors(self, persona_id: PersonaId, model_key: str) -> list[tuple[LineId, Vector]]:
        """Return the vectors of every line whose memory still holds, as float32 arrays."""
        return self._stories.vectors(persona_id, model_key)

    def fingerprint(self, persona_id: PersonaId, model_key: str) -> IndexFingerprint:
        """Return what an index of this persona must agree with."""
        return self._stories.fingerprint(persona_id, model_key)

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
