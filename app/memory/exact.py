"""Exact search over the stored vectors: always right, and fast enough for one person.

Answers while the index child starts, rebuilds or is off, and tells tests what is right.
Follows the store by its fingerprint, so that nothing has to be told to it. Knows no Chroma.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.ids import LineId, PersonaId
from app.domain.memory import Vector
from app.ports.memory_index import Neighbour
from app.ports.stores import IndexFingerprint

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

ReadVectors = Callable[[PersonaId], Sequence[tuple[LineId, Vector]]]
ReadFingerprint = Callable[[PersonaId], IndexFingerprint]


@dataclass(frozen=True, slots=True)
class _Matrix:
    """One persona's vectors as rows, and the state of the store that they were read at."""

    fingerprint: IndexFingerprint
    ids: tuple[LineId, ...]
    rows: NDArray[float32]


class ExactIndex:
    """Multiplies the query with every vector. Owned by CheckedIndex; any one thread at a time.

    The two callables block until the storage lane has answered, so it is never that one.
    """

    def __init__(self, vectors: ReadVectors, fingerprint: ReadFingerprint) -> None:
        """Remember where vectors come from; nothing is read yet."""
        self._vectors = vectors
        self._fingerprint = fingerprint
        self._matrices: dict[PersonaId, _Matrix] = {}

    def add(self, persona_id: PersonaId, entries: Sequence[tuple[LineId, Vector]]) -> None:
        """Do nothing: the store already has them and the fingerprint tells."""

    def remove(self, persona_id: PersonaId, line_ids: Sequence[LineId]) -> None:
        """Do nothing: the store no longer has them and the fingerprint tells."""

    def nearest(self, persona_id: PersonaId, query: Vector, count: int) -> list[Neighbour]:
        """Return up to `count` neighbours, nearest first; raises what the store raises."""
        import numpy as np

        matrix = self._matrix(persona_id)
        wanted = min(count, len(matrix.ids))
        if wanted <= 0:
            return []
        similarities = matrix.rows @ np.asarray(query, dtype=np.float32)
        order = np.argsort(-similarities, kind="stable")[:wanted]
        rows: list[int] = order.tolist()
        return [Neighbour(matrix.ids[row], float(similarities[row])) for row in rows]

    def nearest_soon(
        self, persona_id: PersonaId, query: Vector, count: int
    ) -> Future[list[Neighbour]]:
        """Return what `nearest` does, found already."""
        found = Future[list[Neighbour]]()
        found.set_result(self.nearest(persona_id, query, count))
        return found

    def count(self, persona_id: PersonaId) -> int:
        """Return how many vectors the store has."""
        return self._fingerprint(persona_id).count

    def release(self, persona_id: PersonaId) -> None:
        """Give a persona's matrix back to the machine; it is read again when needed."""
        self._matrices.pop(persona_id, None)

    def close(self) -> None:
        """Forget everything; idempotent."""
        self._matrices.clear()

    def _matrix(self, persona_id: PersonaId) -> _Matrix:
        import numpy as np

        # The fingerprint is read first: a change in between makes the matrix newer than
        # its fingerprint, and the next call reads again.
        fingerprint = self._fingerprint(persona_id)
        known = self._matrices.get(persona_id)
        if known is not None and known.fingerprint == fingerprint:
            return known
        entries = self._vectors(persona_id)
        rows = np.array([vector for _, vector in entries], dtype=np.float32)
        matrix = _Matrix(fingerprint, tuple(key for key, _ in entries), rows)
        self._matrices[persona_id] = matrix
        return matrix
