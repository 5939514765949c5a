"""From the app's threads to the GUI thread: events as Qt signals, futures as callbacks.

Nothing polls: whatever arrives on another thread is queued to the GUI thread by a signal.
Knows no widget and no adapter.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from shiboken6 import isValid

from app.errors import AppError, Bug, Cancelled
from app.events import (
    ConversationsChanged,
    EngineStateChanged,
    Event,
    EventHub,
    IndexStateChanged,
    MessageStored,
    PersonasChanged,
    ReplyDelta,
    ReplyFailed,
    ReplyFinished,
    SettingsChanged,
    TranscriptChanged,
    TurnPhaseChanged,
)

_T = TypeVar("_T")


class EventBridge(QObject):
    """Repeats the hub's events as signals on the GUI thread.

    Lives on the GUI thread; owned by the application's start, which closes it before the
    hub's owner. Signals carry the event itself; `event_arrived` carries every one, the
    others one kind each. `error_raised(AppError)` tells of work that failed and whose
    caller named no place for it.
    """

    event_arrived = Signal(object)
    turn_phase_changed = Signal(object)
    message_stored = Signal(object)
    reply_delta = Signal(object)
    reply_finished = Signal(object)
    reply_failed = Signal(object)
    transcript_changed = Signal(object)
    conversations_changed = Signal(object)
    personas_changed = Signal(object)
    engine_state_changed = Signal(object)
    index_state_changed = Signal(object)
    settings_changed = Signal(object)
    error_raised = Signal(object)
    _published = Signal(object)

    def __init__(self, hub: EventHub, parent: QObject | None = None) -> None:
        """Listen from now on, until `close`."""
        super().__init__(parent)
        self._published.connect(self._repeat, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe: Callable[[], None] | None = hub.subscribe(self._published.emit)

    def close(self) -> None:
        """Stop listening; events still queued are dropped. Idempotent."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def deliver(
        self,
        future: Future[_T],
        receiver: QObject,
        success: Callable[[_T], object] | None = None,
        failure: Callable[[AppError], object] | None = None,
    ) -> None:
        """Like the function `deliver`, with `error_raised` for failures nobody else takes."""
        deliver(future, receiver, success, failure or self.error_raised.emit)

    def _repeat(self, event: Event) -> None:
        if self._unsubscribe is None:
            return
        self.event_arrived.emit(event)
        signal_name = _SIGNALS.get(type(event))
        if signal_name is not None:
            getattr(self, signal_name).emit(event)


_SIGNALS: dict[type[Event], str] = {
    TurnPhaseChanged: "turn_phase_changed",
    MessageStored: "message_stored",
    ReplyDelta: "reply_delta",
    ReplyFinished: "reply_finished",
    ReplyFailed: "reply_failed",
    TranscriptChanged: "transcript_changed",
    ConversationsChanged: "conversations_changed",
    PersonasChanged: "personas_changed",
    EngineStateChanged: "engine_state_changed",
    IndexStateChanged: "index_state_changed",
    SettingsChanged: "settings_changed",
}


def deliver(
    future: Future[_T],
    receiver: QObject,
    success: Callable[[_T], object] | None,
    failure: Callable[[AppError], object],
) -> None:
    """Call `success` or `failure` on the GUI thread when the future is done.

    Call it on the GUI thread. Neither is called when `receiver` was destroyed meanwhile, or
    when the work was cancelled: a stop is never shown. A foreign exception arrives as Bug.
    """
    delivery = _Delivery(receiver, cast("Callable[[object], object] | None", success), failure)
    future.add_done_callback(delivery.send)


class _Delivery(QObject):
    """Carries one result over. Lives on the GUI thread; owned by the application object.

    It is no child of the receiver: the thread that sends must not meet it half destroyed.
    """

    _done = Signal(object)

    def __init__(
        self,
        receiver: QObject,
        success: Callable[[object], object] | None,
        failure: Callable[[AppError], object],
    ) -> None:
        super().__init__(QCoreApplication.instance())
        self._receiver = receiver
        self._success = success
        self._failure = failure
        self._done.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    def send(self, future: Future[Any]) -> None:
        """Queue the result; called on the thread that finished the work."""
        if isValid(self):
            self._done.emit(future)

    def _arrive(self, future: Future[Any]) -> None:
        self.deleteLater()
        if future.cancelled() or not isValid(self._receiver):
            return
        error = future.exception()
        if error is None:
            if self._success is not None:
                self._success(future.result())
        elif not isinstance(error, Cancelled):
            self._failure(_as_app_error(error))


def _as_app_error(error: BaseException) -> AppError:
    if isinstance(error, AppError):
        return error
    name = type(error).__name__
    message = f"Something went wrong in Dramatis itself ({name}: {error}). Please report it."
    return Bug(message)
