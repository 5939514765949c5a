"""Finds the stored vectors nearest to a query.

An index is a cache over the store: it may be thrown away at any time. Calls block and
run on the memory lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from app.domain.ids import LineId, PersonaId
from app.domain.memory import Vector


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A line near the query; `similarity` is the cosine, -1 to 1."""

    line_id: LineId
    similarity: float


class MemoryIndex(Protocol):
    """One set of vectors for each persona."""

    def add(self, persona_id: PersonaId, entries: Sequence[tuple[LineId, Vector]]) -> None:
        """Add vectors; they are already committed in the store."""
        ...

    def remove(self, persona_id: PersonaId, line_ids: Sequence[LineId]) -> None:
        """Forget what was erased or replaced, with every trace; unknown ids are ignored."""
        ...

    def nearest(self, persona_id: PersonaId, query: Vector, count: int) -> list[Neighbour]:
        """Return up to `count` neighbours, nearest first."""
        ...

    def nearest_soon(
        self, persona_id: PersonaId, query: Vector, count: int
    ) -> Future[list[Neighbour]]:
        """Begin to look for them, so that the caller can do something else meanwhile."""
        ...

    def close(self) -> None:
        """Stop everything; idempotent."""
        ...


@dataclass(frozen=True, slots=True)
class IndexAgreement:
    """What the index holds of a persona beside what the store has. A value."""

    stored: int
    held: int
    missing: int
    surplus: int

    @property
    def agrees(self) -> bool:
        """Whether every vector of the store is there, and nothing else."""
        return not self.missing and not self.surplus


class RebuildableIndex(MemoryIndex, Protocol):
    """An index that can make itself again from the store."""

    def refresh(self, persona_id: PersonaId) -> None:
        """Follow what the store changed by itself, soon and in the background."""
        ...

    def verify(self, persona_id: PersonaId) -> IndexAgreement:
        """Compare with the store, vector by vector; raises EngineError, changes nothing."""
        ...

    def rebuild(self, persona_id: PersonaId) -> int:
        """Make a persona's vectors anew, wait for it, return how many there are."""
        ...
