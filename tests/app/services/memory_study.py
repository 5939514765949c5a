"""Memory services over real storage, with shorthands; a child only for Chroma, if asked for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from app.domain.conversation import Conversation, Message
from app.domain.ids import LineId, MessageId, PersonaId
from app.domain.memory import Memory, MemoryKind, Vector
from app.errors import EngineError
from app.inference.scripted import ScriptedEngine
from app.memory.checked import CheckedIndex
from app.memory.exact import ExactIndex
from app.memory.index import ChromaIndex
from app.ports.stores import IndexFingerprint
from app.services.memories import MemoryService
from app.services.note_writing import NoteWriter
from app.services.noting.rule_extractor import RuleExtractor
from app.services.reflecting import ReflectionWriter
from app.settings import Settings
from app.storage.story_memory_repository import StoryMemoryRepository
from app.tasks import Lane
from tests.app.storage.storage_world import Store, TickingClock


class Embedder:
    """The scripted embedder, which can also fail, or wait at a gate."""

    def __init__(self) -> None:
        self.scripted = ScriptedEngine()
        self.error: Exception | None = None
        self.error_after: int | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.model_key = self.scripted.model_key
        self.calls: list[int] = []

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.entered.set()
        assert self.gate.wait(60)
        if self.error is not None:
            raise self.error
        if self.error_after is not None and len(self.calls) >= self.error_after:
            message = "The embedding model stopped."
            raise EngineError(message, code="engine-crashed")
        self.calls.append(len(texts))
        return self.scripted.embed(texts)


class ExactOnly(ExactIndex):
    """Exact search under the name that the service asks for: starts no child."""

    def rebuild(self, persona_id: PersonaId) -> int:
        return self.count(persona_id)

    def refresh(self, persona_id: PersonaId) -> None:
        """Do nothing: the fingerprint tells."""


class Study:
    """A MemoryService with real storage and shorthands."""

    def __init__(self, folder: Path, *, with_chroma: bool = False) -> None:
        self.folder = folder / "index"
        self.settings = Settings()
        self.embedder = Embedder()
        self.storage, self.memory = Lane("storage"), Lane("memory")
        self.store = self.storage.call(lambda: Store.open(folder))
        self.memories = StoryMemoryRepository(self.store.database, TickingClock())
        self.background = Lane("index")
        self.states: list[str] = []
        self.index = self._chroma() if with_chroma else ExactOnly(self.vectors, self.fingerprint)
        reflections = ReflectionWriter(
            store=self.memories,
            conversations=self.store.conversations,
            personas=self.store.personas,
            index=self.index,
            embedder=self.embedder,
            storage_lane=self.storage,
        )
        notes = NoteWriter(
            store=self.memories,
            conversations=self.store.conversations,
            personas=self.store.personas,
            index=self.index,
            embedder=self.embedder,
            extractor=RuleExtractor,
            reflections=reflections,
            storage_lane=self.storage,
            settings=lambda: self.settings,
        )
        self.service = MemoryService(
            store=self.memories,
            conversations=self.store.conversations,
            index=self.index,
            embedder=self.embedder,
            notes=notes,
            storage_lane=self.storage,
            memory_lane=self.memory,
            settings=lambda: self.settings,
        )
        self.persona = self.storage.call(self.store.add_persona)

    def _chroma(self) -> CheckedIndex:
        return CheckedIndex(
            ChromaIndex(self.folder, lambda: self.embedder.model_key),
            vectors=self.vectors,
            fingerprint=self.fingerprint,
            background=self.background.submit,
            on_state=lambda state, _detail: self.states.append(state),
        )

    @property
    def persona_id(self) -> PersonaId:
        return self.persona.id

    def vectors(self, persona_id: PersonaId) -> list[tuple[LineId, Vector]]:
        key = self.embedder.model_key
        return self.storage.call(lambda: self.memories.vectors(persona_id, key))

    def fingerprint(self, persona_id: PersonaId) -> IndexFingerprint:
        key = self.embedder.model_key
        return self.storage.call(lambda: self.memories.fingerprint(persona_id, key))

    def open(self) -> Conversation:
        return self.storage.call(lambda: self.store.open_conversation(self.persona))

    def exchange(
        self,
        conversation: Conversation,
        asked: str,
        replied: str = "Aye.",
        after: MessageId | None = None,
    ) -> tuple[Message, Message]:
        """Go on after a message, or at the end of the path."""

        def work() -> tuple[Message, Message]:
            parent = after or self.store.conversations.get(conversation.id).leaf_id
            return self.store.exchange(conversation, parent, asked, replied)

        return self.storage.call(work)

    def record(self) -> int:
        """Write everything that is pending, notes too; return how many episodes."""
        recorded = self.service.record_pending().result(60)
        self.service.note_pending().result(60)
        return recorded

    def standing(self, kind: MemoryKind) -> list[Memory]:
        every = self.service.list_all(self.persona_id).result(60)
        return [memory for memory in every if memory.kind is kind]

    def episodes(self) -> list[Memory]:
        return self.standing(MemoryKind.EPISODE)

    def notes(self) -> list[Memory]:
        return self.standing(MemoryKind.NOTE)

    def reflections(self) -> list[Memory]:
        return self.standing(MemoryKind.REFLECTION)

    def note(self, text: str) -> Memory:
        [found] = [memory for memory in self.notes() if memory.text == text]
        return found

    def pass_days(self, days: int) -> None:
        """Let what is said from now on be said so many days later."""
        self.store.conversations._clock._now += timedelta(days=days)  # pyright: ignore[reportAttributeAccessIssue] - a ticking clock

    def edit(self, message: Message, text: str) -> None:
        self.storage.call(lambda: self.store.conversations.edit(message.id, text))

    def close(self) -> None:
        self.embedder.gate.set()
        with ExitStack() as stack:
            stack.callback(self.storage.close)
            stack.callback(lambda: self.storage.call(self.store.database.close))
            stack.callback(self.background.close)
            stack.callback(self.memory.close)
            stack.callback(self.index.close)
            stack.callback(self.service.close)
