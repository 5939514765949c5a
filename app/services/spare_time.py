"""What the engine does while nobody speaks, and how that gives way.

Reading ahead and asides use the engine on the turn lane, one after the other, and never
beside a turn. A turn ends all of them at once. Knows the engine port and what a kind is
called; what is read or written is its callers' affair.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from threading import Event as Flag
from threading import Lock
from typing import TypeVar

from app.domain.memory import Vector
from app.errors import Cancelled
from app.ports.engine import Embedder, Engine

AHEAD = "ahead"
"""Reading ahead, which nobody waits for: it gives way to what is asked."""

NOTES = "notes"
"""Taking notes, which nobody waits for either: it gives way to reading ahead as well."""

_T = TypeVar("_T")


class FirstEmbedder:
    """An embedder that notes give way to: both models live in one child, one at a time.

    Satisfies Embedder. Owned by the app context; any one thread at a time.
    """

    def __init__(self, embedder: Embedder, give_way: Callable[[], object]) -> None:
        """Take the embedder, and how notes are made to give way."""
        self._embedder = embedder
        self._give_way = give_way

    @property
    def model_key(self) -> str:
        """Names the model."""
        return self._embedder.model_key

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return a unit vector for each text."""
        self._give_way()
        return self._embedder.embed(texts)


class Spell:
    """One claim on the engine's spare time. Made by SpareTime; any thread."""

    def __init__(self, kind: str) -> None:
        """Begin unasked to stop."""
        self.kind = kind
        self.stop = Flag()

    @property
    def is_stopped(self) -> bool:
        """Whether somebody asked for its end."""
        return self.stop.is_set()

    def check(self) -> None:
        """Raise Cancelled when its end was asked for."""
        if self.is_stopped:
            message = "gave way"
            raise Cancelled(message)


class SpareTime:
    """Who uses the engine while nobody speaks. Owned by the app context; any thread."""

    def __init__(self, engine: Engine) -> None:
        """Take the engine; nobody uses it yet."""
        self._engine = engine
        self._lock = Lock()
        self._spells: set[Spell] = set()
        self._running: Spell | None = None

    def begin(self, kind: str) -> Spell:
        """Return a new spell, to be handed to `ending` whatever happens."""
        spell = Spell(kind)
        with self._lock:
            self._spells.add(spell)
        return spell

    @contextmanager
    def ending(self, spell: Spell) -> Generator[None]:
        """Forget a spell at the end of the block."""
        try:
            yield
        finally:
            with self._lock:
                self._spells.discard(spell)

    def spend(self, spell: Spell, work: Callable[[], _T]) -> _T:
        """Carry out a part of a spell that uses the engine. Turn lane only.

        Raises Cancelled when the spell was stopped before.
        """
        with self._lock:
            spell.check()
            self._running = spell
        try:
            return work()
        finally:
            with self._lock:
                self._running = None

    def stop(self, kind: str | None = None) -> None:
        """End every spell of a kind, or all: what runs within one slice, what waits now."""
        with self._lock:
            for spell in self._spells:
                if kind is None or spell.kind == kind:
                    spell.stop.set()
        self.press()

    def press(self) -> None:
        """Tell the engine again, where a stopped spell still runs.

        A stop that came before the engine listened was not heard. The lock keeps it from
        hitting a turn that comes next.
        """
        with self._lock:
            if self._running is not None and self._running.is_stopped:
                self._engine.cancel()
