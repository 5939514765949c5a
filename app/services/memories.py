"""Remembering: every finished exchange becomes a memory, and those that fit are recalled.

Recording waits while a reply is being written; recall is bounded in time and never breaks
a conversation. Knows ports only; what an exchange becomes is in `episodes`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from threading import Lock

from app.domain.conversation import Message
from app.domain.ids import ConversationId, LineId, MemoryId, MessageId, PersonaId
from app.domain.memory import Memory, Recalled, Vector
from app.errors import AppError
from app.ports.engine import Embedder
from app.ports.memory_index import RebuildableIndex
from app.ports.stores import ConversationStore, MemoryStore
from app.services.episodes import embedded_text, is_worth_keeping, make_episode
from app.settings import Settings
from app.tasks import Lane

RECALL_SECONDS = 2.0
SIMILARITY_FLOOR = 0.15

_FIRST_REACH = 4  # So many candidates for each memory that is wanted, before filtering.
_LAST_REACH = 512

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    """What one recall looks for, and what it must leave out."""

    persona_id: PersonaId
    conversation_id: ConversationId
    vector: Vector
    exclude: Collection[MessageId]
    path_ids: Collection[MessageId]
    wanted: int

    def admits(
        self, memory: Memory, path_of: Callable[[ConversationId], Collection[MessageId]]
    ) -> bool:
        """Whether a memory may be recalled: not in sight, and on its conversation's path.

        What was said on a branch that was given up did not happen, here or elsewhere.
        """
        sources = [source.message_id for source in memory.sources]
        if any(message_id in self.exclude for message_id in sources):
            return False
        if memory.conversation_id == self.conversation_id:
            return all(message_id in self.path_ids for message_id in sources)
        path = path_of(memory.conversation_id)
        return all(message_id in path for message_id in sources)


@dataclass(slots=True)
class _Recording:
    """A wish to have everything recorded, and how far it got."""

    persona_id: PersonaId | None
    done: Future[int] = field(default_factory=Future[int])
    recorded: int = 0

    def covers(self, persona_id: PersonaId | None) -> bool:
        return self.persona_id is None or self.persona_id == persona_id


class MemoryService:
    """What a character remembers. Owned by the app context; call from any thread.

    Satisfies what turns need (`recall`) and what idle work is (`pause`, `resume`).
    """

    def __init__(
        self,
        *,
        store: MemoryStore,
        conversations: ConversationStore,
        index: RebuildableIndex,
        embedder: Embedder,
        storage_lane: Lane,
        memory_lane: Lane,
        settings: Callable[[], Settings],
        recall_seconds: float = RECALL_SECONDS,
    ) -> None:
        """Take the ports; nothing happens yet."""
        self._store = store
        self._conversations = conversations
        self._index = index
        self._embedder = embedder
        self._storage = storage_lane
        self._memory = memory_lane
        self._settings = settings
        self._recall_seconds = recall_seconds
        self._lock = Lock()
        self._must_wait = False
        self._waiting: list[_Recording] = []
        self._is_closed = False

    def recall(
        self,
        persona_id: PersonaId,
        conversation_id: ConversationId,
        query_text: str,
        *,
        exclude: frozenset[MessageId],
        path_ids: frozenset[MessageId],
    ) -> list[Recalled]:
        """Return memories, best first; none when they cannot be had in time.

        `exclude` is what the model reads anyway; `path_ids` is the whole path of this
        conversation. Not on the storage lane, which is needed meanwhile.
        """
        wanted = self._settings().remembering.recall_count
        if not self._settings().remembering.enabled or not wanted or not query_text.strip():
            return []

        def work() -> list[Recalled]:
            try:
                [vector] = self._embedder.embed([query_text])
                return self._search(
                    _Question(persona_id, conversation_id, vector, exclude, path_ids, wanted)
                )
            except AppError as error:
                _log.warning("nothing was recalled (%s): %s", error.code, error.message)
                return []

        if self._memory.is_current:
            return work()
        future = self._memory.submit(work)
        try:
            return future.result(self._recall_seconds)
        except TimeoutError:
            future.cancel()
            _log.warning("nothing was recalled within %g seconds", self._recall_seconds)
            return []

    def record_pending(self, persona_id: PersonaId | None = None) -> Future[int]:
        """Make memories of finished exchanges that have none; resolves with how many.

        While paused it waits, and so does the future. What cannot be recorded now, because
        the embedding model fails, stays pending and fails nothing.
        """
        recording = _Recording(persona_id)
        self._memory.submit(lambda: self._carry_out(recording))
        return recording.done

    def pause(self) -> None:
        """Record nothing more after the exchange that is being recorded."""
        with self._lock:
            self._must_wait = True

    def resume(self, persona_id: PersonaId | None = None) -> None:
        """Go on where the pause fell, and record what is pending with this persona."""
        with self._lock:
            if self._is_closed:
                return
            self._must_wait = False
            recordings, self._waiting = self._waiting, []
        if not any(recording.covers(persona_id) for recording in recordings):
            recordings.append(_Recording(persona_id))
        for recording in recordings:
            self._memory.submit(lambda one=recording: self._carry_out(one))

    def list_all(self, persona_id: PersonaId) -> Future[list[Memory]]:
        """Resolve with a persona's memories that still hold, oldest first."""
        return self._storage.submit(lambda: self._store.list_all(persona_id))

    def rebuild_index(self, persona_id: PersonaId) -> Future[int]:
        """Make a persona's index anew; resolves with how many memories it holds."""
        return self._memory.submit(lambda: self._index.rebuild(persona_id))

    def close(self) -> None:
        """Record nothing any more; what is pending is recorded next time. Idempotent."""
        with self._lock:
            self._is_closed = True
            recordings, self._waiting = self._waiting, []
        for recording in recordings:
            recording.done.set_result(recording.recorded)

    def _search(self, question: _Question) -> list[Recalled]:
        """Look further and further until enough is admitted. Memory lane."""
        reach = question.wanted * _FIRST_REACH
        path_of = cache(self._path_of)
        while True:
            neighbours = self._index.nearest(question.persona_id, question.vector, reach)
            near = [one for one in neighbours if one.similarity >= SIMILARITY_FLOOR]
            similar = {_memory_of(one.line_id): one.similarity for one in near}
            memories = self._storage.call(lambda ids=list(similar): self._store.get_many(ids))
            admitted = [memory for memory in memories if question.admits(memory, path_of)]
            is_exhausted = len(near) < reach or reach >= _LAST_REACH
            if len(admitted) >= question.wanted or is_exhausted:
                return [
                    Recalled(memory, similar[memory.id], _reason(similar[memory.id]))
                    for memory in admitted[: question.wanted]
                ]
            reach = min(reach * 4, _LAST_REACH)

    def _carry_out(self, recording: _Recording) -> None:
        """Record until done or paused. Memory lane."""
        is_parked = False
        try:
            is_parked = not self._record(recording)
        except AppError as error:
            _log.warning("no memory was made (%s): %s", error.code, error.message)
        finally:
            if not is_parked:
                recording.done.set_result(recording.recorded)

    def _record(self, recording: _Recording) -> bool:
        """Record exchange by exchange, so that a pause waits for one at most.

        Returns False when the recording was parked for `resume`.
        """
        if not self._settings().remembering.enabled:
            return True
        if self._parks(recording):
            return False
        for said, reply in self._pending(recording.persona_id):
            if self._parks(recording):
                return False
            if self._is_closed:
                break
            self._remember(said, reply)
            recording.recorded += 1
        return True

    def _parks(self, recording: _Recording) -> bool:
        """Put the recording aside when paused, in one step with the look at it."""
        with self._lock:
            if self._must_wait and not self._is_closed:
                self._waiting.append(recording)
                return True
            return False

    def _path_of(self, conversation_id: ConversationId) -> frozenset[MessageId]:
        return self._storage.call(lambda: self._conversations.path_ids(conversation_id))

    def _pending(self, persona_id: PersonaId | None) -> Sequence[tuple[Message, Message]]:
        pending = self._storage.call(lambda: self._store.pending(persona_id))
        return [(said, reply) for said, reply in pending if is_worth_keeping(said, reply)]

    def _remember(self, said: Message, reply: Message) -> None:
        [vector] = self._embedder.embed([embedded_text(said, reply)])
        model_key = self._embedder.model_key

        def commit() -> Memory:
            persona_id = self._conversations.get(said.conversation_id).persona_id
            memory = make_episode(persona_id, said, reply)
            self._store.add(memory, vector, model_key)
            return memory

        memory = self._storage.call(commit)
        lines = [LineId(f"{memory.id}-{place}") for place in range(len(memory.sources))]
        self._index.add(memory.persona_id, [(line_id, vector) for line_id in lines])


def _memory_of(line_id: LineId) -> MemoryId:
    return MemoryId(line_id.rpartition("-")[0])


def _reason(similarity: float) -> str:
    return f"meaning {similarity:.2f}".replace(" 0.", " .")
