"""Reflects on a story when enough that matters is new, and keeps what comes of it.

A reflection stands while the notes stand that it rests on. Knows ports only; what follows from
notes is in `noting.reflections`. Memory lane.
"""

from __future__ import annotations

from app.domain.conversation import Conversation
from app.domain.ids import ConversationId, LineId
from app.domain.memory import Line, Memory, MemoryKind, NewMemory, Provenance, Scope
from app.ports.engine import Embedder
from app.ports.memory_index import MemoryIndex
from app.ports.memory_store import StoryMemoryStore
from app.ports.stores import ConversationStore, PersonaStore
from app.services.noting.layers import first_layer
from app.services.noting.reflections import Insight, insights_of, missing_importance
from app.services.stems import stems
from app.tasks import Lane
from personas.immersion import name_in_play


class ReflectionWriter:
    """Keeps reflections on stories. Owned by the context; memory lane."""

    def __init__(
        self,
        *,
        store: StoryMemoryStore,
        conversations: ConversationStore,
        personas: PersonaStore,
        index: MemoryIndex,
        embedder: Embedder,
        storage_lane: Lane,
    ) -> None:
        """Take the ports; nothing happens yet."""
        self._store = store
        self._conversations = conversations
        self._personas = personas
        self._index = index
        self._embedder = embedder
        self._storage = storage_lane
        # How much must still come in a story before it is worth looking at again.
        self._missing: dict[ConversationId, float] = {}

    def count(self, story: ConversationId, importance: float) -> None:
        """Take note of what is new in a story."""
        if story in self._missing:
            self._missing[story] -= importance

    def reflect(self, story: ConversationId) -> int:
        """Keep what follows from a story's notes and is not kept yet; return how much it is."""
        if self._missing.get(story, 0.0) > 0.0:
            return 0
        conversation, names, memories = self._storage.call(lambda: self._read(story))
        notes = [memory for memory in memories if memory.kind is MemoryKind.NOTE]
        known = {memory.id for memory in memories}
        insights = insights_of(notes, names)
        self._missing[story] = missing_importance(notes, names)
        new = [insight for insight in insights if insight.id not in known]
        if not new:
            return 0
        vectors = self._embedder.embed([insight.text for insight in new])
        kept_ids = known | {insight.id for insight in new}
        kept = [
            NewMemory(
                _memory(insight, conversation),
                (Line(0, "", insight.text, stems(insight.text)),),
                (vector,),
                supersedes=tuple(one for one in (insight.replaces,) if one in kept_ids and one),
            )
            for insight, vector in zip(new, vectors, strict=True)
        ]
        key = self._embedder.model_key
        self._storage.call(lambda: self._store.keep(kept, key))
        entries = [(LineId(f"{one.memory.id}-0"), one.vectors[0]) for one in kept]
        self._index.add(conversation.persona_id, entries)
        return len(kept)

    def _read(
        self, story: ConversationId
    ) -> tuple[Conversation, dict[Provenance, str], list[Memory]]:
        """Return a story, who speaks in it, and what stands there. Storage lane."""
        conversation = self._conversations.get(story)
        persona = self._personas.get(conversation.persona_id).persona
        names = {
            Provenance.USER: name_in_play(conversation.user_name),
            Provenance.CHARACTER: persona.called,
        }
        scope = Scope(conversation.persona_id, story, conversation.user_persona_id)
        return conversation, names, self._store.in_scope(scope)


def _memory(insight: Insight, conversation: Conversation) -> Memory:
    last = insight.evidence[-1]
    return Memory(
        id=insight.id,
        persona_id=conversation.persona_id,
        conversation_id=conversation.id,
        kind=MemoryKind.REFLECTION,
        text=insight.text,
        happened_at=last.happened_at,
        sources=(),
        about=last.about,
        provenance=last.provenance,
        importance=insight.importance,
        keywords=insight.keywords,
        layer=first_layer(insight.importance),
        evidence=tuple(note.id for note in insight.evidence),
    )
