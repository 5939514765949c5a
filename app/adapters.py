"""The concrete adapters, opened in order for a context: lanes, database, engine, index.

Heavy libraries are imported inside the functions, so that a window can be painted first.
Only `context` uses this.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.domain.generation import ModelDescription
from app.domain.ids import LineId, PersonaId
from app.domain.memory import Vector
from app.events import EngineStateChanged, EventHub, IndexStateChanged
from app.paths import AppPaths
from app.ports.clock import Clock
from app.ports.engine import Embedder, Engine
from app.ports.stores import IndexFingerprint
from app.services.circumstances import CircumstanceReader
from app.services.settings import SettingsService
from app.services.user_names import name_by_default
from app.settings import Settings, SettingsFile
from app.tasks import Lane

if TYPE_CHECKING:
    from app.memory.checked import CheckedIndex
    from app.storage.database import Database
    from app.storage.story_memory_repository import StoryMemoryRepository


class EngineAndEmbedder(Engine, Embedder, Protocol):
    """One thing that is both, such as the scripted engine."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """The named threads of one context."""

    storage: Lane
    turn: Lane
    memory: Lane
    index: Lane
    imports: Lane
    pool: Lane


@dataclass(frozen=True, slots=True)
class Parts:
    """The adapters, opened, before services are built on them."""

    paths: AppPaths
    hub: EventHub
    settings: SettingsService
    lanes: Lanes
    database: Database
    stores: Stores
    engine: Engine
    embedder: Embedder
    index: CheckedIndex
    clock: Clock

    def current_settings(self) -> Settings:
        return self.settings.current

    def user_name(self) -> str:
        """Return the name of who the user is by default. Storage lane."""
        return name_by_default(self.stores.users, self.current_settings())

    def ask_user_name(self) -> str:
        """Return that name on any other lane."""
        return self.lanes.storage.call(self.user_name)


def open_parts(
    stack: ExitStack,
    paths: AppPaths,
    settings: Settings | None,
    engine: EngineAndEmbedder | None,
    clock: Clock,
) -> Parts:
    """Open every adapter; what was opened is closed again when a later one fails."""
    paths.create()
    hub = EventHub()
    settings_service = SettingsService(SettingsFile(paths.settings), hub, settings)
    lanes = _open_lanes(stack)
    database = _open_database(stack, paths, lanes.storage)
    stores = Stores(database, clock)
    chat_engine, embedder = _open_engine(stack, paths, hub, engine)
    index = _open_index(stack, paths, hub, lanes, stores.story_memories, embedder)
    return Parts(
        paths, hub, settings_service, lanes, database, stores, chat_engine, embedder, index, clock
    )


class Stores:
    """The repositories over one database. Storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        from app.storage.card_repository import CardRepository
        from app.storage.chat_repository import ChatRepository
        from app.storage.conversation_repository import ConversationRepository
        from app.storage.lore_repository import LoreRepository
        from app.storage.persona_repository import PersonaRepository
        from app.storage.story_memory_repository import StoryMemoryRepository
        from app.storage.user_persona_repository import UserPersonaRepository

        self.personas = PersonaRepository(database, clock)
        self.conversations = ConversationRepository(database, clock)
        self.story_memories = StoryMemoryRepository(database, clock)
        self.lore = LoreRepository(database, clock)
        self.cards = CardRepository(database, clock)
        self.chats = ChatRepository(database, clock)
        self.users = UserPersonaRepository(database, clock)
        self.circumstances = CircumstanceReader(self.personas, self.lore, self.users)


def _open_lanes(stack: ExitStack) -> Lanes:
    names = ("storage", "turn", "memory", "index", "imports")
    lanes = Lanes(*map(Lane, names), pool=Lane("pool", _pool_threads()))
    for lane in (lanes.storage, lanes.turn, lanes.memory, lanes.index, lanes.imports, lanes.pool):
        stack.callback(lane.close)
    return lanes


def _pool_threads() -> int:
    """Return how many files are worked on at a time; the rest of the machine stays free."""
    return min(4, max(2, (os.cpu_count() or 2) // 2))


def _open_database(stack: ExitStack, paths: AppPaths, storage_lane: Lane) -> Database:
    from app.storage.database import Database

    database = storage_lane.call(lambda: Database.open(paths.database, paths.backups))
    stack.callback(lambda: storage_lane.call(database.close))
    return database


def _open_engine(
    stack: ExitStack, paths: AppPaths, hub: EventHub, engine: EngineAndEmbedder | None
) -> tuple[Engine, Embedder]:
    """Return the engine and the embedder, which live in one child unless one was handed in."""
    if engine is not None:
        stack.callback(engine.close)
        return engine, engine
    from app.inference.client import EngineClient
    from app.inference.embedding import EmbeddingClient
    from app.inference.engine_child import EngineChild
    from app.models.conversion import ensure_embedding_model

    child = EngineChild(log_path=paths.log / "engine.log")
    stack.callback(child.close)

    def tell(state: str, progress: float, model: ModelDescription | None, detail: str) -> None:
        hub.publish(EngineStateChanged(state, progress, model, detail))

    client = EngineClient(
        child,
        crash_marker=paths.crash_marker,
        thread_hints=paths.cache / "threads.json",
        on_state=tell,
    )

    def embedder_path() -> Path:
        return ensure_embedding_model(paths.models)

    return client, EmbeddingClient(child, embedder_path)


def _open_index(
    stack: ExitStack,
    paths: AppPaths,
    hub: EventHub,
    lanes: Lanes,
    store: StoryMemoryRepository,
    embedder: Embedder,
) -> CheckedIndex:
    from app.memory.checked import CheckedIndex
    from app.memory.index import ChromaIndex

    def vectors(persona_id: PersonaId) -> list[tuple[LineId, Vector]]:
        return lanes.storage.call(lambda: store.vectors(persona_id, embedder.model_key))

    def fingerprint(persona_id: PersonaId) -> IndexFingerprint:
        return lanes.storage.call(lambda: store.fingerprint(persona_id, embedder.model_key))

    def tell(state: str, detail: str) -> None:
        hub.publish(IndexStateChanged(state, detail))

    index = CheckedIndex(
        ChromaIndex(paths.index, lambda: embedder.model_key, log_path=paths.log / "index.log"),
        vectors=vectors,
        fingerprint=fingerprint,
        background=lanes.index.submit,
        on_state=tell,
    )
    stack.callback(index.close)
    return index
