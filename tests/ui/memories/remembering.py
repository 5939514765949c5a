"""Notes that tests of the memory room keep in a real context, on exchanges that took place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.context import AppContext
from app.domain.conversation import Author, Conversation
from app.domain.ids import ConversationId, MemoryId, PersonaId
from app.domain.memory import About, Line, Memory, MemoryKind, MemorySource, NewMemory, NoteKind
from app.services.stems import stems

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def a_note(key: str, text: str, days_ago: float = 1, **particulars: object) -> Memory:
    memory = Memory(
        id=MemoryId(key),
        persona_id=PersonaId("isla"),
        conversation_id=ConversationId("the-lamp-room"),
        kind=MemoryKind.NOTE,
        text=text,
        happened_at=NOW - timedelta(days=days_ago),
        sources=(),
        note_kind=NoteKind.FACT,
        about=About.USER,
    )
    return replace(memory, **particulars)  # pyright: ignore[reportArgumentType] - any field


def keep(
    context: AppContext,
    conversation: Conversation,
    *memories: Memory,
    supersedes: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Keep notes as made from the first thing that the user said."""
    path = context.conversations.page(conversation.id, limit=None).result()
    said = next(message for message in path if message.author is Author.USER)
    news = [
        NewMemory(
            replace(
                memory,
                persona_id=conversation.persona_id,
                conversation_id=conversation.id,
                sources=(MemorySource(said.id, said.version_id),),
            ),
            (Line(0, "", memory.text, stems(memory.text)),),
            (tuple(1.0 if place == 0 else 0.0 for place in range(384)),),
            supersedes=tuple(MemoryId(one) for one in (supersedes or {}).get(memory.id, ())),
        )
        for memory in memories
    ]
    room = context.memory_room
    room._storage.call(lambda: room._store.keep(news, room._embedder.model_key))
