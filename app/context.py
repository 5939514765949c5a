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
        resources: ExitStack,
    ) -> None:
        """Take over what was built, and the stack that closes it."""
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

    def __init__(
        self,
        database: Database,
        engine: Engine,
        embedder: Embedder,
        index: CheckedIndex,
        storage_lane: Lane,
    ) -> None:
        self._database = database
        self._engine = engine
        self._embedder = embedder
        self._index = index
        self._storage = storage_lane

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
    from app.models.bundled import find_bundled_model

    with ExitStack() as stack:
        paths.create()
        hub = EventHub()
        settings_service = SettingsService(SettingsFile(paths.settings), hub, settings)

        def current() -> Settings:
            return settings_service.current

        lanes = _open_lanes(stack)
        database = _open_database(stack, paths, lanes.storage)
        stores = _Stores(database, clock or SystemClock())
        chat_engine, embedder = _open_engine(stack, paths, hub, engine)
        index = _open_index(stack, paths, hub, lanes, stores.memories, embedder)
        memories = MemoryService(
            store=stores.memories,
            conversations=stores.conversations,
            index=index,
            embedder=embedder,
            storage_lane=lanes.storage,
            memory_lane=lanes.memory,
            settings=current,
        )
        models = ModelService(
            engine=chat_engine,
            bundled_path=find_bundled_model,
            settings=current,
            hub=hub,
            turn_lane=lanes.turn,
        )
        chat = ChatService(
            personas=stores.personas,
            conversations=stores.conversations,
            engine=chat_engine,
            runner=TurnRunner(
                store=stores.conversations,
                engine=chat_engine,
                memories=memories,
                require_model=models.require,
                hub=hub,
                storage_lane=lanes.storage,
                settings=current,
            ),
            idle_work=memories,
            hub=hub,
            storage_lane=lanes.storage,
            turn_lane=lanes.turn,
        )
        _close_in_order(stack, chat, memories, chat_engine, index, lanes)
        personas = PersonaService(stores.personas, hub, lanes.storage)
        conversations = ConversationService(
            personas=stores.personas,
            conversations=stores.conversations,
            hub=hub,
            storage_lane=lanes.storage,
            settings=current,
        )
        conversations.settle().result()
        personas.welcome(load_library()).result()
        return AppContext(
            paths=paths,
            hub=hub,
            settings=settings_service,
            personas=personas,
            conversations=conversations,
            chat=chat,
            memories=memories,
            transcripts=TranscriptService(stores.personas, stores.conversations, lanes.storage),
            models=models,
            reports=_Reports(database, chat_engine, embedder, index, lanes.storage),
            resources=stack.pop_all(),
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
    stack: ExitStack,
    chat: ChatService,
    memories: MemoryService,
    engine: Engine,
    index: CheckedIndex,
    lanes: _Lanes,
) -> None:
    """Arrange the end: the reply's text first, children next, then the lanes and the database.

    A lane that waits for a child ends when the child does; nothing is waited for twice.
    """
    steps: list[Callable[[], object]] = [
        chat.stop_all,
        lambda: lanes.turn.settle(_CLOSING_SECONDS),
        memories.close,
        lambda: lanes.memory.settle(_CLOSING_SECONDS),
        engine.close,
        index.close,
        lanes.turn.close,
        lanes.memory.close,
        lanes.index.close,
    ]
    for step in reversed(steps):
        stack.callback(step)
