"""What the tests of the index stand on: a store in memory, a bench with a real child."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np

from app.domain.ids import LineId, PersonaId
from app.domain.memory import Vector
from app.memory.checked import CheckedIndex
from app.memory.index import ChromaIndex
from app.ports.stores import IndexFingerprint
from app.tasks import Lane

WIDTH = 384
ISLA = PersonaId("isla")


def unit_vectors(count: int, seed: int = 0, width: int = WIDTH) -> list[Vector]:
    """Random directions, rounded to f16 as the store keeps them."""
    rows = np.random.default_rng(seed).standard_normal((count, width))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return list(rows.astype(np.float16).astype(np.float32))


def entries(count: int, seed: int = 0, prefix: str = "m") -> list[tuple[LineId, Vector]]:
    vectors = unit_vectors(count, seed)
    return [(LineId(f"{prefix}{place}"), vectors[place]) for place in range(count)]


def wait_until(is_so: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.01)


@dataclass
class VectorTruth:
    """What the store says: vectors, and a generation that grows with every change."""

    vectors_of: dict[PersonaId, dict[LineId, Vector]] = field(default_factory=dict)
    generations: dict[PersonaId, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    error: Exception | None = None

    def keep(self, persona_id: PersonaId, added: list[tuple[LineId, Vector]]) -> None:
        with self.lock:
            self.vectors_of.setdefault(persona_id, {}).update(added)
            self.generations[persona_id] = self.generations.get(persona_id, 0) + len(added)

    def retract(self, persona_id: PersonaId, memory_ids: list[LineId]) -> None:
        with self.lock:
            for memory_id in memory_ids:
                del self.vectors_of[persona_id][memory_id]
            self.generations[persona_id] += len(memory_ids)

    def vectors(self, persona_id: PersonaId) -> list[tuple[LineId, Vector]]:
        if self.error is not None:
            raise self.error
        with self.lock:
            return list(self.vectors_of.get(persona_id, {}).items())

    def fingerprint(self, persona_id: PersonaId) -> IndexFingerprint:
        with self.lock:
            held = self.vectors_of.get(persona_id, {})
            return IndexFingerprint(len(held), self.generations.get(persona_id, 0))

    def nearest_ids(self, persona_id: PersonaId, query: Vector, count: int) -> list[LineId]:
        """The right answer, worked out the long way."""
        with self.lock:
            held = self.vectors_of.get(persona_id, {})
            scored = [(float(np.dot(vector, query)), key) for key, vector in held.items()]
        return [key for _, key in sorted(scored, reverse=True)[:count]]


@dataclass
class Bench:
    """A CheckedIndex over a real child and a store, with what it said of its state."""

    folder: Path
    truth: VectorTruth
    index: CheckedIndex
    chroma: ChromaIndex
    lane: Lane
    states: list[str]

    def ids(self, query: Vector, count: int = 5, persona_id: PersonaId = ISLA) -> list[LineId]:
        return [found.line_id for found in self.index.nearest(persona_id, query, count)]

    def agree(self, persona_id: PersonaId = ISLA) -> None:
        """Ask as a conversation would, until Chroma answers."""
        query = unit_vectors(1, seed=99)[0]

        def is_agreed() -> bool:
            self.index.nearest(persona_id, query, 1)
            return self.index.is_agreed(persona_id)

        wait_until(is_agreed)
        self.lane.call(lambda: None)

    def remember(self, added: list[tuple[LineId, Vector]], persona_id: PersonaId = ISLA) -> None:
        """Commit to the store, then tell the index, as the service does."""
        for entry in added:
            self.truth.keep(persona_id, [entry])
            self.index.add(persona_id, [entry])

    def kill(self, number: int = signal.SIGKILL) -> None:
        process_id = self.chroma.process_id
        if process_id is not None:
            os.kill(process_id, number)

    def close(self) -> None:
        self.index.close()
        self.lane.close()
