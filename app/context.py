"""The one place that names concrete adapters: builds everything and owns it.

Heavy libraries are imported inside the functions, so that a window can be painted first. What
is opened is closed in reverse order by one ExitStack. Knows all of `app` and nothing of `ui`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from app.domain.generation import ModelDescription
from app.domain.ids import MemoryId, PersonaId
from app.domain.memory import Vector
from app.events import EngineStateChanged, EventHub, IndexStateChanged
from app.paths import AppPaths
from app.ports.clock import Clock, SystemClock
from app.ports.engine import Embedder, Engine
from app.ports.stores import IndexFingerprint
from app.services.chat import ChatService
from app.services.conversations import ConversationService
from app.services.memories import MemoryService
from app.services.models import ModelService
from app.services.personas import PersonaService
from app.services.settings import SettingsService
from app.services.transcripts import TranscriptService
from app.services.turn import TurnRunner
from app.settings import Settings, SettingsFile
from app.tasks import Lane
from personas.library import load_library

if TYPE_CHECKING:
    from app.memory.checked import CheckedIndex
    from app.storage.database import Database
    from app.storage.memory_repository import MemoryRepository

VERSION = "0.1.0"
_CLOSING_SECONDS = 10.0


class EngineAndEmbedder(Engine, Embedder, Protocol):
    """One thing that is both, such as the scripted engine."""


@dataclass(frozen=True, slots=True)
class _Lanes:
    """The named threads of one context."""

    storage: Lane
    turn: Lane
    memory: Lane
    index: Lane


class AppContext:
    """Everything that runs, for as long as the process. Made by `build_context`; any thread."""

    version = VERSION

    def __init__(
        self,
        *,
        paths: AppPaths,
        hub: EventHub,
        settings: SettingsService,
        personas: PersonaService,
        conversations: ConversationService,
        chat: ChatService,
        memories: MemoryService,
        transcripts: TranscriptService,
        models: ModelService,
        reports: _Reports,
    ) -> None:
        """Take over what was built."""
        self.paths = paths
        self.hub = hub
        self.settings = settings
        self.personas = personas
        self.conversations = conversations
        self.chat = chat
        self.memories = memories
        self.transcripts = transcripts
        self.models = models
        self.reports = reports
        self._resources = ExitStack()

    def own(self, resources: ExitStack) -> None:
        """Take over the stack that closes everything."""
        self._resources = resources

    def close(self) -> None:
        """Stop the reply that is being written, keep its text, and end everything; idempotent."""
        self._resources.close()

    def __enter__(self) -> Self:
        """Return itself; leaving closes it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()


class _Reports:
    """What `doctor` asks the adapters. Owned by the context; any thread."""

    def __init__(self, parts: _Parts) -> None:
        self._database = parts.database
        self._engine = parts.engine
        self._embedder = parts.embedder
        self._index = parts.index
        self._storage = parts.lanes.storage

    @property
    def embedding_model(self) -> str:
        return self._embedder.model_key

    def database(self) -> Future[dict[str, object]]:
        def work() -> dict[str, object]:
            return {
                "path": str(self._database.path),
                "sqlite": self._database.sqlite_version,
                "schema": self._database.user_version,
                "bytes": self._database.path.stat().st_size,
                "problem": self._database.integrity_problem(),
            }

        return self._storage.submit(work)

    def index(self, persona_ids: Sequence[PersonaId]) -> dict[str, object]:
        """Bring every persona's index into agreement and say what it holds."""
        return {
            "memories": {persona_id: self._index.rebuild(persona_id) for persona_id in persona_ids}
        }

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._engine.count_tokens(texts)

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        return self._embedder.embed(texts)


def build_context(
    paths: AppPaths,
    settings: Settings | None = None,
    *,
    engine: EngineAndEmbedder | None = None,
    clock: Clock | None = None,
) -> AppContext:
    """Open everything and return it; takes up to a second, so not on a GUI thread.

    Raises MachineError when the data folder or the database cannot be used. `engine` takes
    the place of the engine child. No model is loaded yet: the first turn does that, or
    `context.models.load()`.
    """
    with ExitStack() as stack:
        parts = _open_parts(stack, paths, settings, engine, clock or SystemClock())
        context = _furnish(parts, stack)
        context.conversations.settle().result()
        context.personas.welcome(load_library()).result()
        context.own(stack.pop_all())
        return context


@dataclass(frozen=True, slots=True)
class _Parts:
    """The adapters, opened, before services are built on them."""

    paths: AppPaths
    hub: EventHub
    settings: SettingsService
    lanes: _Lanes
    database: Database
    stores: _Stores
    engine: Engine
    embedder: Embedder
    index: CheckedIndex

    def current_settings(self) -> Settings:
        return self.settings.current


def _open_parts(
    stack: ExitStack,
    paths: AppPaths,
    settings: Settings | None,
    engine: EngineAndEmbedder | None,
    clock: Clock,
) -> _Parts:
    """Open every adapter; what was opened is closed again when a later one fails."""
    paths.create()
    hub = EventHub()
    settings_service = SettingsService(SettingsFile(paths.settings), hub, settings)
    lanes = _open_lanes(stack)
    database = _open_database(stack, paths, lanes.storage)
    stores = _Stores(database, clock)
    chat_engine, embedder = _open_engine(stack, paths, hub, engine)
    index = _open_index(stack, paths, hub, lanes, stores.memories, embedder)
    return _Parts(
        paths, hub, settings_service, lanes, database, stores, chat_engine, embedder, index
    )


def _furnish(parts: _Parts, stack: ExitStack) -> AppContext:
    """Build the services on the adapters."""
    stores, lanes = parts.stores, parts.lanes
    memories = MemoryService(
        store=stores.memories,
        conversations=stores.conversations,
        index=parts.index,
        embedder=parts.embedder,
        storage_lane=lanes.storage,
        memory_lane=lanes.memory,
        settings=parts.current_settings,
    )
    models = _model_service(parts)
    chat = _chat_service(parts, memories, models)
    _close_in_order(stack, chat, memories, parts)
    return AppContext(
        paths=parts.paths,
        hub=parts.hub,
        settings=parts.settings,
        personas=PersonaService(stores.personas, parts.hub, lanes.storage),
        conversations=ConversationService(
            personas=stores.personas,
            conversations=stores.conversations,
            hub=parts.hub,
            storage_lane=lanes.storage,
            settings=parts.current_settings,
        ),
        chat=chat,
        memories=memories,
        transcripts=TranscriptService(stores.personas, stores.conversations, lanes.storage),
        models=models,
        reports=_Reports(parts),
    )


def _model_service(parts: _Parts) -> ModelService:
    from app.models.bundled import find_bundled_model

    return ModelService(
        engine=parts.engine,
        bundled_path=find_bundled_model,
        settings=parts.current_settings,
        hub=parts.hub,
        turn_lane=parts.lanes.turn,
    )


def _chat_service(parts: _Parts, memories: MemoryService, models: ModelService) -> ChatService:
    runner = TurnRunner(
        store=parts.stores.conversations,
        engine=parts.engine,
        memories=memories,
        require_model=models.require,
        hub=parts.hub,
        storage_lane=parts.lanes.storage,
        settings=parts.current_settings,
    )
    return ChatService(
        personas=parts.stores.personas,
        conversations=parts.stores.conversations,
        engine=parts.engine,
        runner=runner,
        idle_work=memories,
        hub=parts.hub,
        storage_lane=parts.lanes.storage,
        turn_lane=parts.lanes.turn,
    )


class _Stores:
    """The repositories over one database. Storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        from app.storage.conversation_repository import ConversationRepository
        from app.storage.memory_repository import MemoryRepository
        from app.storage.persona_repository import PersonaRepository

        self.personas = PersonaRepository(database, clock)
        self.conversations = ConversationRepository(database, clock)
        self.memories = MemoryRepository(database, clock)


def _open_lanes(stack: ExitStack) -> _Lanes:
    lanes = _Lanes(Lane("storage"), Lane("turn"), Lane("memory"), Lane("index"))
    for lane in (lanes.storage, lanes.turn, lanes.memory, lanes.index):
        stack.callback(lane.close)
    return lanes


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
    lanes: _Lanes,
    store: MemoryRepository,
    embedder: Embedder,
) -> CheckedIndex:
    from app.memory.checked import CheckedIndex
    from app.memory.index import ChromaIndex

    def vectors(persona_id: PersonaId) -> list[tuple[MemoryId, Vector]]:
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


def _close_in_order(
    stack: ExitStack, chat: ChatService, memories: MemoryService, parts: _Parts
) -> None:
    """Arrange the end: the reply's text first, children next, then the lanes and the database.

    A lane that waits for a child ends when the child does; nothing is waited for twice.
    """
    lanes = parts.lanes
    steps: list[Callable[[], object]] = [
        chat.stop_all,
        lambda: lanes.turn.settle(_CLOSING_SECONDS),
        memories.close,
        lambda: lanes.memory.settle(_CLOSING_SECONDS),
        parts.engine.close,
        parts.index.close,
        lanes.turn.close,
        lanes.memory.close,
        lanes.index.close,
    ]
    for step in reversed(steps):
        stack.callback(step)
