"""A story on real storage with the real embedding model, told and asked by tests of recall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.conversation import Author, Conversation, Message, PersonaRecord
from app.domain.ids import MemoryId, MessageId, new_id
from app.domain.memory import (
    Line,
    Memory,
    MemoryKind,
    MemorySource,
    NewMemory,
    Recalled,
    Vector,
)
from app.memory.exact import ExactIndex
from app.ports.engine import Embedder
from app.ports.stores import NewMessage
from app.services.recall import RecallService
from app.services.stems import stems
from app.settings import Settings
from app.storage.conversation_repository import ConversationRepository
from app.storage.database import Database
from app.storage.persona_repository import PersonaRepository
from app.storage.story_memory_repository import StoryMemoryRepository
from app.tasks import Lane
from personas.persona import Persona


@dataclass
class SetClock:
    moment: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment


class PatientEmbedder:
    """An embedder that works out each text once: tests tell the same story again and again."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vector] = {}

    @property
    def model_key(self) -> str:
        return self._embedder.model_key

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        missing = [text for text in texts if text not in self._known]
        self._known.update(zip(missing, self._embedder.embed(missing), strict=True))
        return [self._known[text] for text in texts]


@dataclass
class RecallWorld:
    """Tells exchanges and asks; the storage lane is the database's."""

    folder: Path
    embedder: Embedder
    settings: Settings = field(default_factory=Settings)
    clock: SetClock = field(default_factory=SetClock)

    def __post_init__(self) -> None:
        self.storage, self.memory = Lane("storage"), Lane("memory")
        self.storage.call(self._open)

    def _open(self) -> None:
        path = self.folder / "dramatis.db"
        self.database = Database.open(path, self.folder / "backups")
        self.personas = PersonaRepository(self.database, self.clock)
        self.conversations = ConversationRepository(self.database, self.clock)
        self.store = StoryMemoryRepository(self.database, self.clock)
        key = self.embedder.model_key
        self.index = ExactIndex(
            vectors=lambda one: self.storage.call(lambda: self.store.vectors(one, key)),
            fingerprint=lambda one: self.storage.call(lambda: self.store.fingerprint(one, key)),
        )
        self.isla = self.personas.add(Persona(name="Isla MacRae", nickname="Isla"))

    def close(self) -> None:
        self.memory.close()
        self.storage.call(self.database.close)
        self.storage.close()

    def service(self, *, recall_seconds: float = 60.0) -> RecallService:
        return RecallService(
            store=self.store,
            conversations=self.conversations,
            personas=self.personas,
            index=self.index,
            embedder=self.embedder,
            clock=self.clock,
            storage_lane=self.storage,
            memory_lane=self.memory,
            settings=lambda: self.settings,
            recall_seconds=recall_seconds,
        )

    def open_story(self, persona: PersonaRecord | None = None) -> Conversation:
        whom = persona or self.isla
        return self.storage.call(
            lambda: self.conversations.create(whom, title="Evening", user_name="Ana")
        )

    def tell(
        self, story: Conversation, *exchanges: tuple[str, str], on: datetime | None = None
    ) -> list[Message]:
        """Say exchanges one after the other; they are remembered as episodes."""
        if on is not None:
            self.clock.moment = on
        told = self.storage.call(lambda: self._say(story, exchanges))
        vectors = iter(self.embedder.embed([f"{one.speaker}: {one.text}" for one in told]))
        kept = [
            self._episode(story, said, reply, (next(vectors), next(vectors)))
            for said, reply in zip(told[::2], told[1::2], strict=True)
        ]
        self.storage.call(lambda: self.store.keep(kept, self.embedder.model_key))
        return told

    def note(self, source: Message, text: str, **particulars: object) -> Memory:
        """Keep a note that was made from a message."""
        supersedes = particulars.pop("supersedes", ())
        memory = Memory(
            id=MemoryId(new_id()),
            persona_id=self.isla.id,
            conversation_id=source.conversation_id,
            kind=MemoryKind.NOTE,
            text=text,
            happened_at=source.created_at,
            sources=(MemorySource(source.id, source.version_id),),
            **particulars,
        )
        [vector] = self.embedder.embed([text])
        new = NewMemory(
            memory, (Line(0, "Ana", text, stems(text)),), (vector,), supersedes=supersedes
        )
        self.storage.call(lambda: self.store.keep([new], self.embedder.model_key))
        return memory

    def ask(
        self, story: Conversation, text: str, exclude: Sequence[MessageId] = (), before: str = ""
    ) -> list[Recalled]:
        return self.service().recall(
            story.persona_id, story.id, text, exclude=frozenset(exclude), before=before
        )

    def change(self, **remembering: object) -> None:
        """Change settings of remembering."""
        changed = self.settings.remembering.model_copy(update=remembering)
        self.settings = self.settings.model_copy(update={"remembering": changed})

    def _say(self, story: Conversation, exchanges: Sequence[tuple[str, str]]) -> list[Message]:
        told: list[Message] = []
        parent = self.conversations.get(story.id).leaf_id
        for said, replied in exchanges:
            for author, speaker, text in (
                (Author.USER, "Ana", said),
                (Author.CHARACTER, "Isla", replied),
            ):
                told.append(
                    self.conversations.append(story.id, parent, NewMessage(author, speaker, text))
                )
                parent = told[-1].id
        return told

    def _episode(
        self, story: Conversation, said: Message, reply: Message, vectors: tuple[Vector, Vector]
    ) -> NewMemory:
        memory = Memory(
            id=MemoryId(new_id()),
            persona_id=story.persona_id,
            conversation_id=story.id,
            kind=MemoryKind.EPISODE,
            text=f"{said.text} {reply.text}",
            happened_at=said.created_at,
            sources=tuple(MemorySource(one.id, one.version_id) for one in (said, reply)),
        )
        lines = tuple(
            Line(place, one.speaker, one.text, stems(one.text))
            for place, one in enumerate((said, reply))
        )
        return NewMemory(memory, lines, vectors)
