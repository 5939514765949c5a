"""Remembering: every finished exchange becomes a memory, and what is worth it a note.

Done while nobody speaks, a batch at a time, and put aside at once when somebody does. Knows
ports only; what an exchange becomes is in `episodes`, what is noted of it in `note_writing`.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock

from app.domain.ids import LineId, PersonaId
from app.domain.memory import Line, Memory, NewMemory, Vector
from app.errors import AppError
from app.ports.engine import Embedder
from app.ports.memory_index import RebuildableIndex
from app.ports.memory_store import Exchange, StoryMemoryStore
from app.ports.stores import ConversationStore
from app.services.episodes import Episode, embedded_text, is_worth_keeping, make_episode
from app.services.note_writing import NoteWriter
from app.services.stems import stems
from app.settings import Settings
from app.tasks import Lane

LINES_A_CALL = 64
"""Enough that the embedding model works at its full rate, and a turn waits for little."""

_EPISODES_AT_ONCE = 384  # Their lines are sorted by length: a batch is as slow as its longest.
_MADE_AT_ONCE = 48
_KEPT_AT_ONCE = 48  # Exchanges; a reply that wants the store waits for no more.
_TOLD_AT_ONCE = 512  # Lines; a hundred at a time cost Chroma four tenths more, measured once.
_OLD_LINES_AT_ONCE = 256

_log = logging.getLogger(__name__)

_Steps = Generator[int, None, None]


@dataclass(slots=True)
class _Task:
    """A wish to have something written, and how far it got.

    Its steps go on where a pause fell; each is short enough to be waited for.
    """

    persona_id: PersonaId | None
    begin: Callable[[PersonaId | None], _Steps]
    steps: _Steps | None = None
    done: Future[int] = field(default_factory=Future[int])
    written: int = 0

    def covers(self, persona_id: PersonaId | None) -> bool:
        return self.persona_id is None or self.persona_id == persona_id


class MemoryService:
    """Writes what a character remembers. Owned by the app context; call from any thread.

    Satisfies what idle work is (`pause`, `resume`).
    """

    def __init__(
        self,
        *,
        store: StoryMemoryStore,
        conversations: ConversationStore,
        index: RebuildableIndex,
        embedder: Embedder,
        notes: NoteWriter,
        storage_lane: Lane,
        memory_lane: Lane,
        settings: Callable[[], Settings],
    ) -> None:
        """Take the ports; nothing happens yet."""
        self._store = store
        self._conversations = conversations
        self._index = index
        self._embedder = embedder
        self._notes = notes
        self._storage = storage_lane
        self._memory = memory_lane
        self._settings = settings
        self._lock = Lock()
        self._must_wait = False
        self._waiting: list[_Task] = []
        self._is_closed = False
        self._untold = defaultdict[PersonaId, list[tuple[LineId, Vector]]](list)
        self._whole: set[tuple[PersonaId, str]] = set()
        # Embeds while the memory lane stores what was embedded before; never beyond a step.
        self._beside = Lane("embedding")

    def record_pending(self, persona_id: PersonaId | None = None) -> Future[int]:
        """Make memories of finished exchanges that have none; resolves with how many.

        While paused it waits, and so does the future. What cannot be recorded now, because
        the embedding model fails, stays pending and fails nothing. Notes follow by themselves.
        """
        recording = self._begin(_Task(persona_id, self._record))
        self._begin(_Task(persona_id, self._notes.steps))
        return recording

    def note_pending(self, persona_id: PersonaId | None = None) -> Future[int]:
        """Make notes of exchanges that were not read for any; resolves with how many."""
        return self._begin(_Task(persona_id, self._notes.steps))

    def write(self, steps: Generator[int, None, None]) -> Future[int]:
        """Carry out other writing in the same way: in steps, put aside while somebody speaks.

        Resolves with the sum of what the steps yield, also when it was closed in between.
        """
        return self._begin(_Task(None, lambda _: steps, steps))

    def pause(self) -> None:
        """Write nothing more after the batch that is being written."""
        with self._lock:
            self._must_wait = True

    def resume(self, persona_id: PersonaId | None = None) -> None:
        """Go on where the pause fell, and write what is pending with this persona."""
        with self._lock:
            if self._is_closed:
                return
            self._must_wait = False
            tasks, self._waiting = self._waiting, []
        fresh = [task for task in tasks if task.steps is None]
        for begin in (self._record, self._notes.steps):
            # What goes on has seen what was pending when it began, not what was said since.
            if not any(task.begin == begin and task.covers(persona_id) for task in fresh):
                tasks.append(_Task(persona_id, begin))
        for task in tasks:
            self._begin(task)

    def list_all(self, persona_id: PersonaId) -> Future[list[Memory]]:
        """Resolve with what stands with a persona, oldest first."""
        return self._storage.submit(lambda: self._store.of_persona(persona_id))

    def rebuild_index(self, persona_id: PersonaId) -> Future[int]:
        """Make a persona's index anew; resolves with how many lines it holds."""
        return self._memory.submit(lambda: self._index.rebuild(persona_id))

    def close(self) -> None:
        """Write nothing any more; what is pending is written next time. Idempotent."""
        with self._lock:
            self._is_closed = True
            tasks, self._waiting = self._waiting, []
        for task in tasks:
            task.done.set_result(task.written)
        self._beside.close()

    def _begin(self, task: _Task) -> Future[int]:
        self._memory.submit(lambda: self._carry_out(task))
        return task.done

    def _carry_out(self, task: _Task) -> None:
        """Write until done or paused. Memory lane."""
        is_parked = False
        try:
            try:
                is_parked = not self._advance(task)
            finally:
                self._tell_index()
        except AppError as error:
            _log.warning("no memory was made (%s): %s", error.code, error.message)
        finally:
            if not is_parked:
                task.done.set_result(task.written)

    def _advance(self, task: _Task) -> bool:
        """Go on step by step, so that a pause waits for one at most; False when parked."""
        if not self._settings().remembering.enabled:
            return True
        while not self._is_closed:
            if self._parks(task):
                return False
            if task.steps is None:
                task.steps = task.begin(task.persona_id)
            written = next(task.steps, None)
            if written is None:
                break
            task.written += written
        return True

    def _parks(self, task: _Task) -> bool:
        """Put the task aside when paused, in one step with the look at it."""
        with self._lock:
            if self._must_wait and not self._is_closed:
                self._waiting.append(task)
                return True
            return False

    def _record(self, persona_id: PersonaId | None) -> _Steps:
        """Keep episodes of what is pending, window by window; then mend older lines."""
        episodes = self._episodes(persona_id)
        window: list[Episode] = []
        embedded: list[list[NewMemory]] = []
        while True:
            while len(window) < _EPISODES_AT_ONCE and (made := next(episodes, None)) is not None:
                window += made
                yield 0
            if not window:
                break
            embedded, window = yield from self._embed(window, embedded, episodes)
        for kept in embedded:
            yield self._keep(kept)
        self._tell_index()
        yield from self._find_stems()
        for one in self._personas_of(persona_id):
            yield from self._embed_again(one)

    def _episodes(self, persona_id: PersonaId | None) -> Iterator[list[Episode]]:
        """Make episodes of what is pending and says something, oldest first, some at a time.

        An empty list where a look through a part of the story found none.
        """
        place: int | None = 0
        while place is not None:
            part = self._storage.call(
                lambda after=place: self._store.pending_part(persona_id, "", after)
            )
            exchanges = [exchange for exchange in part.exchanges if is_worth_keeping(exchange)]
            personas = self._storage.call(lambda told=exchanges: self._persona_ids(told))
            for start in range(0, max(1, len(exchanges)), _MADE_AT_ONCE):
                owned = zip(personas, exchanges, strict=True)
                some = islice(owned, start, start + _MADE_AT_ONCE)
                yield [make_episode(owner, exchange) for owner, exchange in some]
            place = part.following

    def _embed(
        self,
        episodes: Sequence[Episode],
        before: list[list[NewMemory]],
        more: Iterator[list[Episode]],
    ) -> Generator[int, None, tuple[list[list[NewMemory]], list[Episode]]]:
        """Embed the lines of episodes in batches of like length; return what is to be kept.

        Beside each batch a part of what came `before` is kept and some `more` episodes are made,
        which come back as well: the embedding model waits for neither.
        """
        vectors: dict[str, Vector] = {}
        unkept = before[::-1]
        following: list[Episode] = []
        for batch in batches_by_length(_texts(episodes)):
            found = self._beside.submit(lambda batch=batch: self._embedder.embed(batch))
            count = self._keep(unkept.pop()) if unkept else 0
            if len(following) < _EPISODES_AT_ONCE:
                following += next(more, list[Episode]())
            try:
                vectors.update(zip(batch, found.result(), strict=True))
            except AppError:
                while unkept:  # What fails here must not cost what succeeded before.
                    self._keep(unkept.pop())
                raise
            yield count
        while unkept:
            yield self._keep(unkept.pop())
        made = [
            episode.with_vectors(tuple(vectors[embedded_text(line)] for line in episode.lines))
            for episode in episodes
        ]
        parts = range(0, len(made), _KEPT_AT_ONCE)
        return [made[start : start + _KEPT_AT_ONCE] for start in parts], following

    def _keep(self, made: Sequence[NewMemory]) -> int:
        """Keep episodes together, to be told to the index soon; return how many."""
        key = self._embedder.model_key
        self._storage.call(lambda: self._store.keep(made, key))
        for new in made:
            self._untold[new.memory.persona_id] += [
                (LineId(f"{new.memory.id}-{line.place}"), vector)
                for line, vector in zip(new.lines, new.vectors, strict=True)
            ]
        if sum(map(len, self._untold.values())) >= _TOLD_AT_ONCE:
            self._tell_index()
        return len(made)

    def _tell_index(self) -> None:
        """Tell the index what was kept. Before anybody else has the memory lane."""
        while self._untold:
            self._index.add(*self._untold.popitem())

    def _find_stems(self) -> _Steps:
        """Give lines of older versions of Dramatis their stems."""
        while True:
            lines = self._storage.call(lambda: self._store.lines_without_stems(_OLD_LINES_AT_ONCE))
            if not lines:
                return
            found = {line_id: stems(line.text) for line_id, line in lines}
            self._storage.call(lambda found=found: self._store.give_stems(found))
            yield 0

    def _embed_again(self, persona_id: PersonaId) -> _Steps:
        """Give lines a vector of the model in use, where another model made the one they have.

        Looked for once: it takes a look at all lines, and new ones have theirs from the start.
        """
        key = self._embedder.model_key
        while (persona_id, key) not in self._whole:
            lines = self._storage.call(
                lambda: self._store.without_vectors(persona_id, key, LINES_A_CALL)
            )
            if not lines:
                self._whole.add((persona_id, key))
                return
            vectors = self._embedder.embed([embedded_text(line) for _, line in lines])
            given = {line_id: one for (line_id, _), one in zip(lines, vectors, strict=True)}
            self._storage.call(lambda given=given: self._store.give_vectors(given, key))
            self._index.add(persona_id, list(given.items()))
            yield 0

    def _persona_ids(self, exchanges: Sequence[Exchange]) -> list[PersonaId]:
        """Return whose memories these become. Storage lane."""
        stories = {exchange.said.conversation_id for exchange in exchanges}
        known = {story: self._conversations.get(story).persona_id for story in stories}
        return [known[exchange.said.conversation_id] for exchange in exchanges]

    def _personas_of(self, persona_id: PersonaId | None) -> list[PersonaId]:
        if persona_id is not None:
            return [persona_id]
        stories = self._storage.call(self._conversations.list_all)
        return list(dict.fromkeys(story.persona_id for story in stories))


def batches_by_length(texts: Sequence[str], size: int = LINES_A_CALL) -> list[list[str]]:
    """Return the texts in batches of like length, each text once."""
    ordered = sorted(dict.fromkeys(texts), key=len)
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def _texts(episodes: Sequence[Episode]) -> list[str]:
    lines: list[Line] = [line for episode in episodes for line in episode.lines]
    return [embedded_text(line) for line in lines]
