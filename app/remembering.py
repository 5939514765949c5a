"""Builds what remembers and recalls on the opened parts: for a context, and for benchmarks.

Names no concrete adapter but through `adapters`.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from app.adapters import Parts
from app.models.bundled import is_bundled
from app.services.asides import AsideService
from app.services.documents import DocumentService
from app.services.drift import DriftService
from app.services.memories import MemoryService
from app.services.memory_exports import MemoryExportService
from app.services.memory_room import MemoryRoomService
from app.services.note_asking import NoteAsker
from app.services.note_writing import NoteWriter
from app.services.noting.rule_extractor import RuleExtractor
from app.services.old_chats import OldChatService
from app.services.recall import RecallService
from app.services.reflecting import ReflectionWriter
from app.services.spare_time import NOTES, FirstEmbedder
from app.settings import NoteTaker, Settings
from app.tasks import Lane


def make_memory_room(parts: Parts) -> MemoryRoomService:
    return MemoryRoomService(
        store=parts.stores.story_memories,
        conversations=parts.stores.conversations,
        index=parts.index,
        embedder=parts.embedder,
        clock=parts.clock,
        settings=parts.current_settings,
        storage_lane=parts.lanes.storage,
        memory_lane=parts.lanes.memory,
    )


def make_old_chat_service(
    parts: Parts, memories: MemoryService, stack: ExitStack
) -> OldChatService:
    lane = Lane("chats")
    old_chats = OldChatService(
        chats=parts.stores.chats,
        personas=parts.stores.personas,
        users=parts.stores.users,
        memory_store=parts.stores.story_memories,
        memories=memories,
        settings=parts.current_settings,
        hub=parts.hub,
        storage_lane=parts.lanes.storage,
        chats_lane=lane,
    )
    stack.callback(lane.close)
    stack.callback(old_chats.close)
    return old_chats


def let_notes_give_way(parts: Parts, asides: AsideService) -> Parts:
    """Return the parts with an embedder that does not wait until the model took its notes."""
    return replace(parts, embedder=FirstEmbedder(parts.embedder, lambda: asides.stop(NOTES)))


def make_note_asker(parts: Parts, asides: AsideService) -> NoteAsker:
    return NoteAsker(
        asides=asides,
        model=lambda: parts.engine.model,
        is_wanted=lambda: _model_takes_notes(parts.current_settings()),
    )


def _model_takes_notes(settings: Settings) -> bool:
    """Whether the model is to take notes; the one that ships is too small to, unless told."""
    remembering = settings.remembering
    if not remembering.enabled or remembering.note_taker is not NoteTaker.AUTOMATIC:
        return remembering.enabled and remembering.note_taker is NoteTaker.MODEL
    return bool(settings.model.path) and not is_bundled(Path(settings.model.path))


def make_memory_service(parts: Parts, asker: NoteAsker | None = None) -> MemoryService:
    """Return what remembers; without an asker the rules take all notes."""
    extractor = RuleExtractor()
    reflections = ReflectionWriter(
        store=parts.stores.story_memories,
        conversations=parts.stores.conversations,
        personas=parts.stores.personas,
        index=parts.index,
        embedder=parts.embedder,
        storage_lane=parts.lanes.storage,
    )
    notes = NoteWriter(
        store=parts.stores.story_memories,
        conversations=parts.stores.conversations,
        personas=parts.stores.personas,
        index=parts.index,
        embedder=parts.embedder,
        extractor=lambda: extractor,
        reflections=reflections,
        storage_lane=parts.lanes.storage,
        settings=parts.current_settings,
        hand_over=asker.begin if asker is not None else lambda _: False,
    )
    service = MemoryService(
        store=parts.stores.story_memories,
        conversations=parts.stores.conversations,
        index=parts.index,
        embedder=parts.embedder,
        notes=notes,
        storage_lane=parts.lanes.storage,
        memory_lane=parts.lanes.memory,
        settings=parts.current_settings,
    )
    if asker is not None:
        asker.serve(notes, service.write)
    return service


def make_document_service(parts: Parts, memories: MemoryService) -> DocumentService:
    return DocumentService(
        store=parts.stores.story_memories,
        conversations=parts.stores.conversations,
        index=parts.index,
        embedder=parts.embedder,
        clock=parts.clock,
        write=memories.write,
        settings=parts.current_settings,
        storage_lane=parts.lanes.storage,
    )


def make_drift_service(parts: Parts, asides: AsideService) -> DriftService:
    return DriftService(
        asides=asides,
        recall=make_recall_service(parts),
        conversations=parts.stores.conversations,
        circumstances=parts.stores.circumstances,
        embedder=parts.embedder,
        settings=parts.current_settings,
        clock=parts.clock,
        storage_lane=parts.lanes.storage,
    )


def make_memory_exports(parts: Parts) -> MemoryExportService:
    return MemoryExportService(
        store=parts.stores.story_memories,
        personas=parts.stores.personas,
        clock=parts.clock,
        storage_lane=parts.lanes.storage,
        pool=parts.lanes.pool,
    )


def make_recall_service(parts: Parts) -> RecallService:
    return RecallService(
        store=parts.stores.story_memories,
        conversations=parts.stores.conversations,
        personas=parts.stores.personas,
        index=parts.index,
        embedder=parts.embedder,
        clock=parts.clock,
        storage_lane=parts.lanes.storage,
        memory_lane=parts.lanes.memory,
        settings=parts.current_settings,
    )
