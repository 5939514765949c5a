"""What tests of storage share: a store over one file, a ticking clock, memories, vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.conversation import Author, Conversation, Message, MessageState, PersonaRecord
from app.domain.ids import MemoryId, MessageId, PersonaId, new_id
from app.domain.memory import Line, Memory, MemoryKind, MemorySource, NewMemory, Vector
from app.ports.stores import NewMessage
from app.storage.conversation_repository import ConversationRepository
from app.storage.database import Database
from app.storage.persona_repository import PersonaRepository
from app.storage.story_memory_repository import StoryMemoryRepository
from personas.persona import Persona


class TickingClock:
    """Every look at it is a millisecond later."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now


@dataclass
class Store:
    """All that a test of storage needs, over one file."""

    path: Path
    backups: Path
    database: Database
    personas: PersonaRepository
    conversations: ConversationRepository
    memories: StoryMemoryRepository

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open, or make, the database of a folder."""
        path, backups = folder / "dramatis.db", folder / "backups"
        database = Database.open(path, backups)
        clock = TickingClock()
        return cls(
            path,
            backups,
            database,
            PersonaRepository(database, clock),
            ConversationRepository(database, clock),
            StoryMemoryRepository(database, clock),
        )

    def add_persona(self, name: str = "Morag") -> PersonaRecord:
        return self.personas.add(Persona(name=name))

    def open_conversation(self, persona: PersonaRecord | None = None) -> Conversation:
        persona = persona or self.add_persona()
        return self.conversations.create(persona, title="Evening", user_name="Ana")

    def say(self, conversation: Conversation, parent: MessageId | None, text: str) -> Message:
        return self.conversations.append(
            conversation.id, parent, NewMessage(Author.USER, "Ana", text)
        )

    def reply(
        self,
        conversation: Conversation,
        parent: MessageId | None,
        text: str,
        state: MessageState = MessageState.COMPLETE,
    ) -> Message:
        return self.conversations.append(
            conversation.id, parent, NewMessage(Author.CHARACTER, "Morag", text, state)
        )

    def exchange(
        self, conversation: Conversation, parent: MessageId | None, asked: str, replied: str
    ) -> tuple[Message, Message]:
        question = self.say(conversation, parent, asked)
        return question, self.reply(conversation, question.id, replied)

    def keep(self, memory: Memory, vector: Vector, model_key: str = "mini") -> None:
        """Keep a memory with a line for each source; all have the same vector."""
        said = [self.conversations.message(source.message_id) for source in memory.sources]
        lines = tuple(Line(place, one.speaker, one.text, ()) for place, one in enumerate(said))
        self.memories.keep([NewMemory(memory, lines, (vector,) * len(lines))], model_key)

    def texts(self, conversation: Conversation) -> list[str]:
        return [message.text for message in self.conversations.path(conversation.id)]


def memory_of(conversation: Conversation, *messages: Message, text: str = "we talked") -> Memory:
    return Memory(
        id=MemoryId(new_id()),
        persona_id=PersonaId(conversation.persona_id),
        conversation_id=conversation.id,
        kind=MemoryKind.EPISODE,
        text=text,
        happened_at=messages[0].created_at,
        sources=tuple(MemorySource(message.id, message.version_id) for message in messages),
    )


def unit_vector(place: int, width: int = 384) -> tuple[float, ...]:
    """A vector that is 1 at one place."""
    return tuple(1.0 if index == place else 0.0 for index in range(width))


StoreOpener = Callable[[Path], Store]
