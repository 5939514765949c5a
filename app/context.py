"""Builds everything and owns it: services on the adapters that `adapters` opens.

What is opened is closed in reverse order by one ExitStack. Knows all of `app` and nothing of
`ui`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from app.adapters import EngineAndEmbedder, Parts, open_parts
from app.domain.ids import PersonaId
from app.domain.memory import Vector
from app.events import EventHub
from app.paths import AppPaths
from app.ports.clock import Clock, SystemClock
from app.remembering import (
    let_notes_give_way,
    make_document_service,
    make_drift_service,
    make_memory_exports,
    make_memory_room,
    make_memory_service,
    make_note_asker,
    make_old_chat_service,
    make_recall_service,
)
from app.services.asides import AsideService
from app.services.card_exports import CardExportService
from app.services.chat import ChatService
from app.services.conversations import ConversationService
from app.services.documents import DocumentService
from app.services.drift import DriftService
from app.services.hearing import HearingService
from app.services.imports import ImportService
from app.services.likeness import LikenessService
from app.services.lore import LoreService
from app.services.memories import MemoryService
from app.services.memory_exports import MemoryExportService
from app.services.memory_room import MemoryRoomService
from app.services.models import ModelService
from app.services.old_chats import OldChatService
from app.services.personas import PersonaService
from app.services.portraits import PortraitService
from app.services.previews import PreviewService
from app.services.settings import SettingsService
from app.services.spare_time import SpareTime
from app.services.suggestions import SuggestionService
from app.services.transcripts import TranscriptService
from app.services.turn import TurnRunner
from app.services.user_personas import UserPersonaService
from app.settings import Settings
from app.tasks import Lane
from personas.library import load_library

VERSION = "0.1.0"
_CLOSING_SECONDS = 10.0


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
        memory_room: MemoryRoomService,
        memory_exports: MemoryExportService,
        documents: DocumentService,
        old_chats: OldChatService,
        drift: DriftService,
        transcripts: TranscriptService,
        models: ModelService,
        lore: LoreService,
        users: UserPersonaService,
        previews: PreviewService,
        hearing: HearingService,
        suggestions: SuggestionService,
        imports: ImportService,
        card_exports: CardExportService,
        portraits: PortraitService,
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
        self.memory_room = memory_room
        self.memory_exports = memory_exports
        self.documents = documents
        self.old_chats = old_chats
        self.drift = drift
        self.transcripts = transcripts
        self.models = models
        self.lore = lore
        self.users = users
        self.previews = previews
        self.hearing = hearing
        self.suggestions = suggestions
        self.imports = imports
        self.card_exports = card_exports
        self.portraits = portraits
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

    def __init__(self, parts: Parts) -> None:
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
        parts = open_parts(stack, paths, settings, engine, clock or SystemClock())
        context = _furnish(parts, stack)
        context.conversations.settle().result()
        context.personas.welcome(load_library()).result()
        context.own(stack.pop_all())
        return context


def _furnish(parts: Parts, stack: ExitStack) -> AppContext:
    """Build the services on the adapters."""
    stores, lanes = parts.stores, parts.lanes
    models = _model_service(parts)
    asides = _aside_service(parts, models)
    parts = let_notes_give_way(parts, asides)
    asker = make_note_asker(parts, asides)
    memories = make_memory_service(parts, asker)
    chat = _chat_service(parts, memories, models, asides)
    imports = _import_service(parts)
    likeness = LikenessService(embedder=parts.embedder, likeness_lane=Lane("likeness"))
    # What it waits for ends with the engine, so it is closed after that.
    stack.callback(likeness.close)
    _close_in_order(stack, chat, memories, imports, parts)
    documents = make_document_service(parts, memories)
    for service in (asides, asker, documents):
        stack.callback(service.close)
    return AppContext(
        paths=parts.paths,
        hub=parts.hub,
        settings=parts.settings,
        personas=PersonaService(stores.personas, parts.hub, lanes.storage),
        conversations=ConversationService(
            personas=stores.personas,
            conversations=stores.conversations,
            users=stores.users,
            hub=parts.hub,
            storage_lane=lanes.storage,
            settings=parts.current_settings,
        ),
        chat=chat,
        memories=memories,
        memory_room=make_memory_room(parts),
        memory_exports=make_memory_exports(parts),
        documents=documents,
        old_chats=make_old_chat_service(parts, memories, stack),
        drift=make_drift_service(parts, asides),
        transcripts=TranscriptService(
            stores.personas, stores.conversations, lanes.storage, lanes.pool
        ),
        models=models,
        lore=_lore_service(parts),
        users=_user_service(parts),
        imports=imports,
        card_exports=CardExportService(
            personas=stores.personas,
            lore=stores.lore,
            storage_lane=lanes.storage,
            pool=lanes.pool,
        ),
        portraits=PortraitService(lanes.pool),
        previews=_preview_service(parts, likeness, stack),
        suggestions=SuggestionService(
            asides=asides, settings=parts.current_settings, user_name=parts.ask_user_name
        ),
        hearing=_hearing_service(parts, asides),
        reports=_Reports(parts),
    )


def _preview_service(parts: Parts, likeness: LikenessService, stack: ExitStack) -> PreviewService:
    lane = Lane("preview")
    stack.callback(lane.close)
    stack.callback(likeness.stop)
    return PreviewService(
        engine=parts.engine,
        likeness=likeness,
        user_name=parts.ask_user_name,
        preview_lane=lane,
        turn_lane=parts.lanes.turn,
    )


def _aside_service(parts: Parts, models: ModelService) -> AsideService:
    return AsideService(
        engine=parts.engine,
        require_model=models.require,
        spare_time=SpareTime(parts.engine),
        aside_lane=Lane("aside"),
        turn_lane=parts.lanes.turn,
    )


def _hearing_service(parts: Parts, asides: AsideService) -> HearingService:
    return HearingService(
        asides=asides,
        circumstances=parts.stores.circumstances,
        settings=parts.current_settings,
        user_name=parts.user_name,
        clock=parts.clock,
        storage_lane=parts.lanes.storage,
    )


def _import_service(parts: Parts) -> ImportService:
    return ImportService(
        store=parts.stores.cards,
        user_name=parts.user_name,
        hub=parts.hub,
        storage_lane=parts.lanes.storage,
        imports_lane=parts.lanes.imports,
        pool=parts.lanes.pool,
    )


def _model_service(parts: Parts) -> ModelService:
    from app.models.bundled import find_bundled_model

    return ModelService(
        engine=parts.engine,
        bundled_path=find_bundled_model,
        settings=parts.current_settings,
        hub=parts.hub,
        turn_lane=parts.lanes.turn,
    )


def _user_service(parts: Parts) -> UserPersonaService:
    return UserPersonaService(
        store=parts.stores.users,
        personas=parts.stores.personas,
        settings=parts.current_settings,
        hub=parts.hub,
        storage_lane=parts.lanes.storage,
    )


def _lore_service(parts: Parts) -> LoreService:
    return LoreService(
        store=parts.stores.lore,
        personas=parts.stores.personas,
        circumstances=parts.stores.circumstances,
        hub=parts.hub,
        storage_lane=parts.lanes.storage,
        pool=parts.lanes.pool,
        engine=parts.engine,
        settings=parts.current_settings,
        user_name=parts.ask_user_name,
    )


def _chat_service(
    parts: Parts, memories: MemoryService, models: ModelService, asides: AsideService
) -> ChatService:
    runner = TurnRunner(
        store=parts.stores.conversations,
        engine=parts.engine,
        memories=make_recall_service(parts),
        require_model=models.require,
        hub=parts.hub,
        storage_lane=parts.lanes.storage,
        settings=parts.current_settings,
    )
    return ChatService(
        conversations=parts.stores.conversations,
        circumstances=parts.stores.circumstances,
        engine=parts.engine,
        runner=runner,
        idle_work=memories,
        asides=asides,
        hub=parts.hub,
        storage_lane=parts.lanes.storage,
        turn_lane=parts.lanes.turn,
    )


def _close_in_order(
    stack: ExitStack,
    chat: ChatService,
    memories: MemoryService,
    imports: ImportService,
    parts: Parts,
) -> None:
    """Arrange the end: the reply's text first, children next, then the lanes and the database.

    A lane that waits for a child ends when the child does; nothing is waited for twice.
    """
    lanes = parts.lanes
    steps: list[Callable[[], object]] = [
        chat.stop_all,
        imports.close,
        lambda: lanes.turn.settle(_CLOSING_SECONDS),
        # The last exchange becomes a memory now, not at some later start.
        lambda: lanes.memory.settle(_CLOSING_SECONDS),
        memories.close,
        lambda: lanes.memory.settle(_CLOSING_SECONDS),
        parts.engine.close,
        parts.index.close,
        lanes.turn.close,
        lanes.memory.close,
        lanes.index.close,
        lanes.imports.close,
        lanes.pool.close,
    ]
    for step in reversed(steps):
        stack.callback(step)
