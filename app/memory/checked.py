"""The index as the rest of the house sees it: checked against the store, never in the way.

    persona not looked at yet --agrees--> agreed --store changed otherwise--> caught up
            |                                |
            +--differs--> rebuilt            +--crash, timeout, error--> all erased, rebuilt

Only an agreed persona is answered by Chroma. In every other case, and whenever the child is
busy with background work, exact search answers, so that no caller waits for the child to
start or to be repaired, and none ever sees it fail. Knows no storage: callables read it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from app.domain.ids import LineId, PersonaId
from app.domain.memory import Vector
from app.errors import AppError, EngineError
from app.memory.exact import ExactIndex, ReadFingerprint, ReadVectors
from app.memory.index import ChromaIndex
from app.ports.memory_index import IndexAgreement, Neighbour
from app.ports.stores import IndexFingerprint

FAILURE_WINDOW_SECONDS = 600.0

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

Work = Callable[[], None]


class CheckedIndex:
    """A MemoryIndex that is always right. Owned by the app context; memory lane.

    `vectors` and `fingerprint` read the store and may be called from the memory lane and
    from the thread of `background`, which runs work one after the other. `on_state` hears
    "ready", "rebuilding" and "off", on either thread. After `failure_limit` failures within
    ten minutes Chroma is left alone until the next start, or until `rebuild`.
    """

    def __init__(
        self,
        index: ChromaIndex,
        *,
        vectors: ReadVectors,
        fingerprint: ReadFingerprint,
        background: Callable[[Work], object],
        on_state: Callable[[str, str], None],
        failure_limit: int = 4,
    ) -> None:
        """Take the parts; the child starts with the first persona that is asked for."""
        self._index = index
        self._exact = ExactIndex(vectors, fingerprint)
        self._vectors = vectors
        self._fingerprint = fingerprint
        self._background = background
        self._on_state = on_state
        self._failure_limit = failure_limit
        self._child = Lock()  # Held while the child is used; writers of `_agreed` hold it too.
        self._agreed: dict[PersonaId, IndexFingerprint] = {}
        self._queue_lock = Lock()
        self._queued: set[PersonaId] = set()
        self._failures: list[float] = []
        self._is_in_doubt = False
        self._is_off = False
        self._is_closed = False
        self._state = ""
        self._searching = ThreadPoolExecutor(1, "nearest")

    def add(self, persona_id: PersonaId, entries: Sequence[tuple[LineId, Vector]]) -> None:
        """Add vectors that were just committed; never raises for the index's sake."""
        self._follow(persona_id, entries)

    def remove(self, persona_id: PersonaId, line_ids: Sequence[LineId]) -> None:
        """Forget vectors that the store has just given up or replaced, with every trace of them.

        Chroma keeps in its log what it deletes, and words can be guessed from a vector. So all
        is erased and made again, in the background.
        """
        if line_ids:
            self._is_in_doubt = True
            self._schedule(persona_id)

    def nearest(self, persona_id: PersonaId, query: Vector, count: int) -> list[Neighbour]:
        """Return up to `count` neighbours, nearest first; raises only what the store raises."""
        return self.nearest_soon(persona_id, query, count).result()

    def nearest_soon(
        self, persona_id: PersonaId, query: Vector, count: int
    ) -> Future[list[Neighbour]]:
        """Begin the same; what the store is asked for is asked before this returns."""
        current = self._fingerprint(persona_id)
        if current.count == 0:
            found = Future[list[Neighbour]]()
            found.set_result([])
            return found
        if self._is_closed or self._agreed.get(persona_id) != current:
            self._schedule(persona_id)
            return self._exact.nearest_soon(persona_id, query, count)

        def search() -> list[Neighbour]:
            found = self._attempt(lambda: self._index.nearest(persona_id, query, count))
            if found is None:
                if self._agreed.get(persona_id) != current:
                    self._schedule(persona_id)
                found = self._exact.nearest(persona_id, query, count)
            return found

        try:
            return self._searching.submit(search)
        except RuntimeError:  # It was closed meanwhile.
            return self._exact.nearest_soon(persona_id, query, count)

    def count(self, persona_id: PersonaId) -> int:
        """Return how many lines can be found, which is how many the store has."""
        return self._fingerprint(persona_id).count

    def is_agreed(self, persona_id: PersonaId) -> bool:
        """Whether Chroma answers for this persona at the moment."""
        return self._agreed.get(persona_id) == self._fingerprint(persona_id)

    def refresh(self, persona_id: PersonaId) -> None:
        """Follow what the store changed by itself, soon and in the background."""
        if self._agreed.get(persona_id) != self._fingerprint(persona_id):
            self._schedule(persona_id)

    def verify(self, persona_id: PersonaId) -> IndexAgreement:
        """Compare with the store, vector by vector; raises EngineError, changes nothing."""
        with self._child:
            stored = {line_id for line_id, _ in self._vectors(persona_id)}
            held = self._index.ids(persona_id)
        return IndexAgreement(len(stored), len(held), len(stored - held), len(held - stored))

    def rebuild(self, persona_id: PersonaId) -> int:
        """Throw a persona's collection away and make it again; returns how many vectors.

        Waits until it stands, and tries twice, the second time with a new folder. Raises
        EngineError. Not on the storage lane.
        """
        with self._child:
            self._is_off = False
            self._failures.clear()
            try:
                self._clear_doubt()
                self._make_again(persona_id)
            except EngineError:
                self._is_in_doubt = True
                self._clear_doubt()
                self._make_again(persona_id)
            held = self._agreed[persona_id].count
        self._announce("ready")
        return held

    def close(self) -> None:
        """Stop the child; background work under way ends. Idempotent, from any thread."""
        self._is_closed = True
        self._index.close()
        self._searching.shutdown(wait=False)
        self._exact.close()

    def _follow(self, persona_id: PersonaId, entries: Sequence[tuple[LineId, Vector]]) -> None:
        """Make a change of the store in the index too, at once if that is possible."""
        before = self._agreed.get(persona_id)
        if before is None or self._is_in_doubt:
            self._schedule(persona_id)
            return

        def apply() -> bool:
            self._index.add(persona_id, entries)
            current = self._fingerprint(persona_id)
            expected = IndexFingerprint(
                before.count + len(entries), before.generation + len(entries)
            )
            if current != expected:  # Something else changed as well; catching up will see it.
                return False
            self._index.mark(persona_id, current.generation)
            self._agreed[persona_id] = current
            return True

        if not self._attempt(apply):
            self._schedule(persona_id)

    def _attempt(self, call: Callable[[], _T]) -> _T | None:
        """Use the child unless it is busy; a failure puts everything in doubt. Never waits."""
        if self._is_off or not self._child.acquire(blocking=False):
            return None
        try:
            return call()
        except EngineError as error:
            self._doubt(error)
            return None
        finally:
            self._child.release()

    def _schedule(self, persona_id: PersonaId) -> None:
        """Have a persona brought into agreement in the background, once."""
        with self._queue_lock:
            if self._is_off or self._is_closed or persona_id in self._queued:
                return
            self._queued.add(persona_id)
        self._background(lambda: self._synchronise(persona_id))

    def _synchronise(self, persona_id: PersonaId) -> None:
        """Bring one persona into agreement. Background thread."""
        with self._child:
            with self._queue_lock:
                self._queued.discard(persona_id)
            if self._is_off or self._is_closed:
                return
            try:
                self._clear_doubt()
                self._match(persona_id)
            except EngineError as error:
                self._doubt(error)
            except AppError as error:
                _log.warning("the store could not be read for the index: %s", error.code)
                return
        if persona_id not in self._agreed:
            self._schedule(persona_id)
            return
        self._exact.release(persona_id)
        if not self._queued:
            self._announce("ready")

    def _match(self, persona_id: PersonaId) -> None:
        if persona_id in self._agreed:
            self._catch_up(persona_id)
            return
        current = self._fingerprint(persona_id)
        found = self._index.check(persona_id, current.count)
        if found == current:
            self._agreed[persona_id] = current
            return
        if found.count:  # It may hold what was forgotten since, and a trace of that would stay.
            self._is_in_doubt = True
            self._clear_doubt()
        if current.count:
            self._announce("rebuilding", "The memory index is being rebuilt.")
        self._make_again(persona_id)

    def _make_again(self, persona_id: PersonaId) -> None:
        self._agreed.pop(persona_id, None)
        # Read before the vectors: a change in between then shows as a difference later.
        current = self._fingerprint(persona_id)
        entries = self._vectors(persona_id)
        self._index.drop(persona_id)
        self._index.add(persona_id, entries)
        self._settle(persona_id, len(entries), current.generation)

    def _catch_up(self, persona_id: PersonaId) -> None:
        """Make only the difference, for a collection that agreed earlier in this run."""
        current = self._fingerprint(persona_id)
        entries = self._vectors(persona_id)
        held = self._index.ids(persona_id)
        self._index.remove(persona_id, list(held - {key for key, _ in entries}))
        self._index.add(persona_id, [entry for entry in entries if entry[0] not in held])
        self._settle(persona_id, len(entries), current.generation)

    def _settle(self, persona_id: PersonaId, expected: int, generation: int) -> None:
        held = self._index.check(persona_id, expected).count
        if held != expected:
            message = f"The memory index holds {held} vectors where there are {expected}."
            raise EngineError(message, code="index-differs")
        self._index.mark(persona_id, generation)
        self._agreed[persona_id] = IndexFingerprint(held, generation)

    def _clear_doubt(self) -> None:
        """Delete what cannot be trusted any more. Holds the child."""
        if self._is_in_doubt:
            self._agreed.clear()
            self._index.erase()
            self._is_in_doubt = False

    def _doubt(self, error: EngineError) -> None:
        """Trust nothing that the child said until all is made again. Holds the child."""
        if self._is_closed:
            return
        _log.warning("the memory index is in doubt (%s): %s", error.code, error.message)
        self._agreed.clear()
        self._is_in_doubt = True
        now = time.monotonic()
        self._failures = [at for at in self._failures if now - at < FAILURE_WINDOW_SECONDS]
        self._failures.append(now)
        if len(self._failures) >= self._failure_limit:
            self._is_off = True
            self._announce("off", error.message)
        else:
            self._announce("rebuilding", error.message)

    def _announce(self, state: str, detail: str = "") -> None:
        if state != self._state:
            self._state = state
            self._on_state(state, detail)
