"""A question to the model beside the conversation: asked, awaited, taken back.

Says in words how it stands, so that every place that asks says the same. A question that
the model gave up for a turn ends like one that was stopped, and is told apart from it.
Knows no widget and no service by name.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from shiboken6 import isValid

from app.errors import AppError, Cancelled
from ui.bridge import deliver
from ui.viewmodels.status_view_model import EngineFacts

_T = TypeVar("_T")
Tell = Callable[[object], None]
SEED_STEP = 100
"""The answers to one question have seeds that follow each other; another asking shares none."""
_WRITING = "The model is writing \u2026"
_GAVE_WAY = "The model was needed elsewhere. Ask once more."


class AskingState(StrEnum):
    """How a question stands."""

    IDLE = "idle"
    WAITING = "waiting"
    WRITING = "writing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class EngineStatus(Protocol):
    """How the engine is, and when that changes; `StatusViewModel` is one."""

    @property
    def engine(self) -> EngineFacts:
        """How the engine is now."""
        ...

    @property
    def engine_changed(self) -> SignalInstance:
        """Emitted with EngineFacts."""
        ...


class Asking(QObject):
    """One question at a time. GUI thread; owned by the view-model that asks.

    Signals:
        changed: another state, or other words for it.
    """

    changed = Signal()
    _news_came = Signal(int, object)

    def __init__(
        self,
        status: EngineStatus,
        stop: Callable[[], None],
        parent: QObject,
        words: str = _WRITING,
    ) -> None:
        """Ask nothing yet. `stop` ends what the service is at; `words` tell of a ready model."""
        super().__init__(parent)
        self._status = status
        self._stop = stop
        self._words = words
        self._number = 0
        self._state = AskingState.IDLE
        self._sentence = ""
        self._hear: Callable[[Any], None] | None = None
        self._news_came.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        status.engine_changed.connect(self._follow_engine)

    @property
    def state(self) -> AskingState:
        """How it stands; WAITING while the model is not there yet."""
        if self.is_running and self._status.engine.state != "ready":
            return AskingState.WAITING
        return self._state

    @property
    def is_running(self) -> bool:
        """Whether an answer is awaited."""
        return self._state == AskingState.WRITING

    @property
    def sentence(self) -> str:
        """What to say of it; empty when there is nothing to say."""
        if self.state == AskingState.WAITING:
            return self._status.engine.sentence or "Waiting for the model \u2026"
        return self._words if self.is_running else self._sentence

    def ask(
        self,
        question: Callable[[Tell], Future[_T]],
        take: Callable[[_T], None],
        hear: Callable[[Any], None] | None = None,
    ) -> None:
        """Ask, and have the answer taken; whatever was asked before is given up.

        `question` is handed a function that may be called on any thread with what comes
        before the end; `hear` gets it on this one, as long as nothing else is asked.
        """
        self.stop()
        self._number += 1
        number = self._number
        self._hear = hear

        def tell(news: object) -> None:
            if isValid(self):
                self._news_came.emit(number, news)

        def end(answer: tuple[_T] | None) -> None:
            if number != self._number:
                return
            if answer is None:
                self._set(AskingState.STOPPED, _GAVE_WAY)
                return
            self._state = AskingState.DONE
            take(answer[0])
            self.changed.emit()

        def fail(error: AppError) -> None:
            if number == self._number:
                self._set(AskingState.FAILED, error.message)

        self._set(AskingState.WRITING)
        deliver(_with_stops_told(question(tell)), self, end, fail)

    def stop(self) -> None:
        """End what is asked; its answer is not taken any more."""
        if not self.is_running:
            return
        self._number += 1
        self._stop()
        self._set(AskingState.STOPPED, "Stopped.")

    def forget(self) -> None:
        """End what is asked and be as new."""
        self.stop()
        if self._state != AskingState.IDLE:
            self._set(AskingState.IDLE)

    def _set(self, state: AskingState, sentence: str = "") -> None:
        self._state, self._sentence = state, sentence
        self.changed.emit()

    def _pass_on(self, number: int, news: object) -> None:
        if number == self._number and self.is_running and self._hear is not None:
            self._hear(news)

    def _follow_engine(self) -> None:
        if self.is_running:
            self.changed.emit()


class AskingViewModel(QObject):
    """A view-model that asks, and says how its question stands. GUI thread; owned by what shows it.

    Signals:
        changed: another state, or other things to show.
    """

    changed = Signal()

    def __init__(
        self, status: EngineStatus, stop: Callable[[], None], words: str = _WRITING
    ) -> None:
        """Ask nothing yet; the arguments are those of `Asking`."""
        super().__init__()
        self._asking = Asking(status, stop, self, words)
        self._asking.changed.connect(self.changed.emit)

    @property
    def state(self) -> AskingState:
        """How it stands."""
        return self._asking.state

    @property
    def is_running(self) -> bool:
        """Whether an answer is being written."""
        return self._asking.is_running

    @property
    def sentence(self) -> str:
        """What to say of it."""
        return self._asking.sentence

    def stop(self) -> None:
        """End the writing; what has come stays."""
        self._asking.stop()


def _with_stops_told(future: Future[_T]) -> Future[tuple[_T] | None]:
    """Return a future of the answer, None where it was given up: `deliver` is quiet about that."""
    told: Future[tuple[_T] | None] = Future()

    def pass_on(done: Future[_T]) -> None:
        error = None if done.cancelled() else done.exception()
        if done.cancelled() or isinstance(error, Cancelled):
            told.set_result(None)
        elif error is not None:
            told.set_exception(error)
        else:
            told.set_result((done.result(),))

    future.add_done_callback(pass_on)
    return told
