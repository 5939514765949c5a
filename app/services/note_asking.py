"""Lets the model take notes while nobody speaks: one exchange after the other, oldest first.

Each is an aside that gives way to all others and to whoever speaks; what was given up stays
pending and is read again later. The memory lane never waits for the model: what it noted is
handed over as a step of its own. Knows ports and asides only; what is asked and what is believed
of the answer is in `noting`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Generator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from app.domain.generation import ModelDescription
from app.domain.ids import MessageVersionId, PersonaId
from app.errors import AppError, Bug, Cancelled
from app.ports.extractor import Note
from app.services.asides import Aside, AsideService, Compose
from app.services.note_writing import Unread
from app.services.noting.model_extractor import ModelExtractor
from app.services.spare_time import NOTES

MOST_FAILURES = 3
"""In a row, until it is left alone for as long as Dramatis runs."""

_log = logging.getLogger(__name__)

Write = Callable[[Generator[int, None, None]], Future[int]]
"""Carries out steps on the memory lane while nobody speaks."""


class NoteKeeper(Protocol):
    """Knows what is to be read, and keeps what was noted of it."""

    def next_unread(
        self, persona_id: PersonaId | None, passed_over: Collection[MessageVersionId]
    ) -> Unread | None:
        """Return the oldest exchange that nobody read, but for replies that are passed over."""
        ...

    def keep_read(
        self, unread: Unread, notes: Sequence[Note], key: str
    ) -> Generator[int, None, None]:
        """Keep what was noted, in steps."""
        ...


@dataclass(frozen=True, slots=True)
class _Noted:
    """What the model noted of an exchange. A value."""

    unread: Unread
    notes: list[Note]
    key: str


class NoteAsker:
    """Asks the model for notes. Owned by the app context; any thread."""

    def __init__(
        self,
        *,
        asides: AsideService,
        model: Callable[[], ModelDescription | None],
        is_wanted: Callable[[], bool],
    ) -> None:
        """Take the asides; `is_wanted` says whether the model is the one to take notes."""
        self._asides = asides
        self._model = model
        self._is_wanted = is_wanted
        self._keeping: tuple[NoteKeeper, Write] | None = None
        self._lock = Lock()
        self._waiting: set[PersonaId | None] = set()
        self._is_asking = False
        self._is_closed = False
        self._asked_model = ""
        self._passed_over: set[MessageVersionId] = set()
        self._failures = 0

    def serve(self, keeper: NoteKeeper, write: Write) -> None:
        """Take whom to ask what is unread, and who carries out the steps of keeping."""
        self._keeping = (keeper, write)

    def begin(self, persona_id: PersonaId | None) -> bool:
        """Read what is pending with a persona, unless the rules are to; return whether so.

        Nothing is read while no model is loaded: notes are no reason to load one.
        """
        if not self._is_wanted():
            return False
        with self._lock:
            self._waiting.add(persona_id)
            if self._is_asking or self._is_closed:
                return True
            self._is_asking = True
        self._ask()
        return True

    def close(self) -> None:
        """Ask for nothing more; what is being asked is given up. Idempotent."""
        with self._lock:
            self._is_closed = True
        self._asides.stop(NOTES)

    def _ask(self) -> None:
        """Queue the next question behind all that others ask."""
        try:
            self._asides.ask(NOTES, self._read).add_done_callback(self._go_on)
        except Cancelled:
            self._rest()

    def _go_on(self, asked: Future[_Noted | None]) -> None:
        """Have kept what was noted, and ask again once nobody speaks; then also what gave way."""
        try:
            noted = asked.result()
        except Cancelled:
            steps = _nothing()
        except BaseException:
            self._rest()
            raise
        else:
            if noted is None:
                self._asides.read_again()
                return
            steps = self._keep(noted)
        try:
            self._keeper_and_write()[1](steps).add_done_callback(lambda _: self._ask())
        except Cancelled:
            self._rest()

    def _rest(self) -> None:
        with self._lock:
            self._is_asking = False

    def _read(self, aside: Aside) -> _Noted | None:
        """Return what the model notes of the next exchange, None when nothing is left."""
        while True:
            model = self._model()
            with self._lock:
                if model is None or self._is_closed or not self._may_ask(model):
                    self._waiting.clear()
                if not self._waiting or model is None:
                    self._is_asking = False
                    return None
                persona_id = self._waiting.pop()
            unread = self._keeper_and_write()[0].next_unread(
                persona_id, frozenset(self._passed_over)
            )
            if unread is None:
                continue
            with self._lock:
                self._waiting.add(persona_id)
            noted = self._extract(aside, model, unread)
            if noted is not None:
                return noted

    def _may_ask(self, model: ModelDescription) -> bool:
        """Whether the model is to take notes and did not fail too often; another begins anew."""
        if model.path != self._asked_model:
            self._asked_model = model.path
            self._passed_over.clear()
            self._failures = 0
        return self._failures < MOST_FAILURES and self._is_wanted()

    def _extract(self, aside: Aside, model: ModelDescription, unread: Unread) -> _Noted | None:
        """Ask for the notes of one exchange; None when the model failed, which is passed over."""

        def ask(compose: Compose) -> str:
            written = aside.write(compose)
            # What it wrote until it had to give way is half an answer.
            aside.check()
            return written.text

        extractor = ModelExtractor(ask, model)
        try:
            notes = extractor.extract(unread.exchange, unread.speakers)
        except Cancelled:
            raise
        except AppError as error:
            self._passed_over.add(unread.exchange.reply.version_id)
            self._failures += 1
            _log.warning("the model took no notes of an exchange (%s)", error.code)
            if self._failures == MOST_FAILURES:
                _log.warning("it is asked for no more until another is loaded")
            return None
        self._failures = 0
        return _Noted(unread, notes, extractor.key)

    def _keep(self, noted: _Noted) -> Generator[int, None, None]:
        version = noted.unread.exchange.reply.version_id
        # What cannot be kept stays pending, and must not be read again and again.
        self._passed_over.add(version)
        keeper, _ = self._keeper_and_write()
        yield from keeper.keep_read(noted.unread, noted.notes, noted.key)
        self._passed_over.discard(version)

    def _keeper_and_write(self) -> tuple[NoteKeeper, Write]:
        if self._keeping is None:
            message = "The model was asked for notes that nobody keeps."
            raise Bug(message)
        return self._keeping


def _nothing() -> Generator[int, None, None]:
    """A step that only waits for its turn."""
    yield 0
