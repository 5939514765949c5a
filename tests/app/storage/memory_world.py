"""What tests of memories in their stories share: exchanges and notes that are kept in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.conversation import Conversation, Message
from app.domain.ids import LineId, MemoryId, MessageId, PersonaId, UserPersonaId, new_id
from app.domain.memory import (
    Enrichment,
    Line,
    Memory,
    MemoryKind,
    MemorySource,
    NewMemory,
    NoteKind,
    Scope,
)
from app.storage.story_memory_repository import StoryMemoryRepository
from tests.app.storage.storage_world import Store, TickingClock, memory_of, unit_vector

MODEL = "mini"


def stems_of(words: str) -> tuple[str, ...]:
    return tuple(word.strip("?.,").casefold() for word in words.split())


def new_episode(conversation: Conversation, *messages: Message) -> NewMemory:
    """An exchange with one line for each message, found by its words."""
    memory = memory_of(conversation, *messages, text=" ".join(one.text for one in messages))
    lines = tuple(
        Line(place, one.speaker, one.text, stems_of(one.text)) for place, one in enumerate(messages)
    )
    vectors = tuple(unit_vector(place) for place in range(len(lines)))
    return NewMemory(memory, lines, vectors)


def new_note(
    conversation: Conversation,
    words: str,
    *messages: Message,
    supersedes: Sequence[MemoryId] = (),
    related: Sequence[MemoryId] = (),
    evidence: Sequence[MemoryId] = (),
    enriches: dict[MemoryId, tuple[str, ...]] | None = None,
    **particulars: object,
) -> NewMemory:
    """A note, or a reflection when it has evidence."""
    memory = Memory(
        id=MemoryId(new_id()),
        persona_id=PersonaId(conversation.persona_id),
        conversation_id=conversation.id,
        kind=MemoryKind.REFLECTION if evidence else MemoryKind.NOTE,
        text=words,
        happened_at=messages[0].created_at if messages else conversation.created_at,
        sources=tuple(MemorySource(one.id, one.version_id) for one in messages),
        note_kind=NoteKind.FACT,
        evidence=tuple(evidence),
    )
    return NewMemory(
        replace(memory, **particulars),  # pyright: ignore[reportArgumentType] - any of its fields
        (Line(0, "", words, stems_of(words)),),
        (unit_vector(7),),
        tuple(supersedes),
        tuple(related),
        tuple(Enrichment(key, words) for key, words in (enriches or {}).items()),
    )


@dataclass
class Tale:
    """A story that is being told, and everything of it kept as it goes. One test's thread."""

    store: Store
    memories: StoryMemoryRepository
    conversation: Conversation

    @classmethod
    def begin(cls, store: Store, conversation: Conversation | None = None) -> Tale:
        memories = StoryMemoryRepository(store.database, TickingClock())
        return cls(store, memories, conversation or store.open_conversation())

    @property
    def persona_id(self) -> PersonaId:
        return self.conversation.persona_id

    def scope(
        self, *, between: bool = False, user_persona_id: UserPersonaId | None = None
    ) -> Scope:
        return Scope(self.persona_id, self.conversation.id, user_persona_id, between)

    def tell(
        self, asked: str, replied: str, parent: MessageId | None = None
    ) -> tuple[Memory, Message, Message]:
        """Keep one exchange, below the leaf or below `parent`."""
        leaf = parent or self.store.conversations.get(self.conversation.id).leaf_id
        question, reply = self.store.exchange(self.conversation, leaf, asked, replied)
        return self.keep(new_episode(self.conversation, question, reply)), question, reply

    def note(self, words: str, *messages: Message, **how: object) -> Memory:
        return self.keep(new_note(self.conversation, words, *messages, **how))  # pyright: ignore[reportArgumentType] - passed on

    def keep(self, new: NewMemory) -> Memory:
        self.memories.keep([new], MODEL)
        return new.memory

    def standing(self, *, between: bool = False) -> dict[MemoryId, Memory]:
        return {one.id: one for one in self.memories.in_scope(self.scope(between=between))}


def line_of(memory: Memory, place: int = 0) -> LineId:
    return LineId(f"{memory.id}-{place}")
