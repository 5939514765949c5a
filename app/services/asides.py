"""Asking the model something beside the conversation: one aside at a time, and always second.

An aside is led on a lane of its own and writes on the turn lane, so that it never uses the
engine beside a turn; a turn ends it at once and keeps what it has so far. Knows ports only.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass
from threading import Event as Flag
from threading import Lock
from typing import TypeVar

from app.domain.generation import FinishReason, GenerationRequest, ModelDescription
from app.errors import Cancelled
from app.ports.engine import Engine
from app.prompting.memories import TokenCounter
from app.services.spare_time import AHEAD, NOTES, SpareTime, Spell
from app.tasks import Lane

_LOOK_SECONDS = 0.1

_T = TypeVar("_T")

Read = Callable[[Flag], None]
"""Reads something ahead on the turn lane, and leaves off when the flag says so."""

Compose = Callable[[ModelDescription, TokenCounter], GenerationRequest]
"""Makes a request that fits the model; called on the turn lane."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote; cut when it would have written on. A value."""

    text: str
    is_cut: bool


class _Means:
    """What asides are carried out with. Owned by AsideService; any thread."""

    def __init__(
        self,
        engine: Engine,
        require_model: Callable[[], ModelDescription],
        spare_time: SpareTime,
        turn_lane: Lane,
    ) -> None:
        self.engine = engine
        self.require_model = require_model
        self.spare_time = spare_time
        self.turn_lane = turn_lane


class Aside:
    """One question to the model, or several. Made by AsideService; aside lane."""

    def __init__(
        self, means: _Means, spell: Spell, on_use: Callable[[], None] = lambda: None
    ) -> None:
        """Take what it is carried out with; `on_use` hears of each use on the turn lane."""
        self._means = means
        self._spell = spell
        self._on_use = on_use

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped or had to give way."""
        return self._spell.is_stopped

    def check(self) -> None:
        """Raise Cancelled when it was stopped or had to give way."""
        self._spell.check()

    def write(self, compose: Compose, on_piece: Callable[[str], None] | None = None) -> Written:
        """Return what the model wrote, without the request's prefix; all so far when stopped.

        Raises Cancelled when there is not a word of it, besides what the engine raises.
        `on_piece` is called on the turn lane.
        """
        pieces: list[str] = []

        def receive(piece: str) -> None:
            if self._spell.is_stopped:
                self._means.spare_time.press()
                return
            pieces.append(piece)
            if on_piece is not None:
                on_piece(piece)

        def work() -> bool:
            model = self._means.require_model()
            self._spell.check()
            request = compose(model, self._means.engine.count_tokens)
            self._spell.check()
            finished = self._means.engine.generate(request, receive)
            return finished.reason in {FinishReason.LENGTH, FinishReason.CANCELLED}

        is_cut = self.use(work)
        if not pieces:
            self._spell.check()
        return Written("".join(pieces), is_cut or self._spell.is_stopped)

    def use(self, work: Callable[[], _T]) -> _T:
        """Carry out what uses the engine, on the turn lane, and see to it that a stop is heard.

        Raises Cancelled when it was stopped before it began.
        """
        self._spell.check()
        spare_time = self._means.spare_time

        def carry_out() -> _T:
            self._on_use()
            return work()

        using = self._means.turn_lane.submit(lambda: spare_time.spend(self._spell, carry_out))
        while not wait([using], timeout=_LOOK_SECONDS).done:
            if self._spell.kind == NOTES and using.running() and self._means.turn_lane.has_waiting:
                # Somebody wants the engine for what is no aside: tokens counted, a model loaded.
                self._spell.stop.set()
            if not self._spell.is_stopped:
                continue
            # Behind a turn it need not wait for its own end.
            if using.cancel():
                self._spell.check()
            spare_time.press()
        return using.result()


class _Ahead:
    """What is to be read ahead. Owned by AsideService; any thread."""

    def __init__(self, read: Read) -> None:
        self.read = read


class AsideService:
    """Takes questions to the model one after the other. Owned by the app context; any thread."""

    def __init__(
        self,
        *,
        engine: Engine,
        require_model: Callable[[], ModelDescription],
        spare_time: SpareTime,
        aside_lane: Lane,
        turn_lane: Lane,
    ) -> None:
        """Take the engine; nothing is asked yet."""
        self._means = _Means(engine, require_model, spare_time, turn_lane)
        self._spare_time = spare_time
        self._asides = aside_lane
        self._lock = Lock()
        self._ahead: _Ahead | None = None
        self._again: Read | None = None
        self._is_overwritten = False

    def ask(self, kind: str, work: Callable[[Aside], _T]) -> Future[_T]:
        """Carry out an aside after those that were asked for before; it may be stopped by kind.

        What nobody waits for gives way to it, unless it is of that kind itself. The future
        raises Cancelled when the aside was stopped before it had a result.
        """
        if kind != NOTES:
            self._spare_time.stop(NOTES)
            self._spare_time.stop(AHEAD)
        spell = self._spare_time.begin(kind)
        if kind == NOTES:
            aside = Aside(self._means, spell, self._overwrite)
        else:
            aside = Aside(self._means, spell)

        def lead() -> _T:
            with self._spare_time.ending(spell):
                spell.check()
                return work(aside)

        return self._asides.submit(lead)

    def read_ahead(self, read: Read) -> Future[None]:
        """Let something be read on the turn lane once nobody asks anything; the last call counts.

        An aside that comes between overwrites what was read, so it is read again behind it,
        until it was read whole or `give_way` is called. The future resolves when the first
        attempt is over, given way or not; `read` is told by the flag when to leave off.
        """
        ahead = _Ahead(read)
        with self._lock:
            self._ahead, self._again = ahead, read
            self._spare_time.stop(NOTES)
            self._spare_time.stop(AHEAD)
            return self._read(ahead)

    def keep_read(self, read: Read) -> None:
        """Remember how to read what the engine has read, for `read_again`."""
        with self._lock:
            self._again, self._is_overwritten = read, False

    def read_again(self) -> None:
        """Read what was read before, where notes were taken since.

        They leave the conversation in the cache only while there is room for both; where there
        was, this costs next to nothing.
        """
        with self._lock:
            if self._again is None or not self._is_overwritten or self._ahead is not None:
                return
            self._is_overwritten = False
            self._ahead = _Ahead(self._again)
            with suppress(Cancelled):  # The lane is closed: nobody speaks any more.
                self._read(self._ahead)

    def give_way(self) -> None:
        """End everything and forget what was to be read ahead: somebody speaks."""
        with self._lock:
            self._ahead = self._again = None
        self._spare_time.stop()

    def stop(self, kind: str) -> None:
        """End all asides of a kind; each keeps what it has so far."""
        self._spare_time.stop(kind)

    def close(self) -> None:
        """End all of them and take no more; idempotent."""
        self.give_way()
        self._asides.close()

    def _overwrite(self) -> None:
        """Remember that what was read may be there no more."""
        with self._lock:
            self._is_overwritten = True

    def _read(self, ahead: _Ahead) -> Future[None]:
        """Queue an attempt; within the lock, so that whoever gives way meets it."""
        spell = self._spare_time.begin(AHEAD)

        def lead() -> None:
            try:
                with self._spare_time.ending(spell), suppress(Cancelled):
                    Aside(self._means, spell).use(lambda: ahead.read(spell.stop))
            finally:
                with self._lock:
                    if self._ahead is ahead and spell.is_stopped:
                        self._read(ahead)
                    elif self._ahead is ahead:
                        self._ahead = None

        return self._asides.submit(lead)
