"""From the app's threads to the GUI thread: events as Qt signals, futures as callbacks.

Nothing polls: whatever arrives on another thread is queued to the GUI thread by a signal.
Knows no widget and no adapter.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
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
    UserPersonasChanged,
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
    user_personas_changed = Signal(object)
    error_raised = Signal(object)
    _published = Signal(object)

    def __init__(self, hub: EventHub, parent: QObject | None = None) -> None:
        """Listen from now on, until `close`."""
        super().__init__(parent)
        self._published.connect(self._repeat, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe: Callable[[], None] | None = hub.subscribe(self._published.emit)

    def close(self) -> None:
        """Stop listening; events and results still queued are dropped. Idempotent.

        Close it before what the services run on: a result that arrived later would find them
        gone.
        """
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
            _find_mailbox().drop_all()

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
    UserPersonasChanged: "user_personas_changed",
}


def deliver(
    future: Future[_T],
    receiver: QObject,
    success: Callable[[_T], object] | None,
    failure: Callable[[AppError], object],
) -> None:
    """Call `success` or `failure` on the GUI thread when the future is done.

    Call it on the GUI thread. Neither is called when `receiver` was destroyed meanwhile, when
    the bridge was closed, or when the work was cancelled: a stop is never shown. A foreign
    exception arrives as Bug.
    """
    mailbox = _find_mailbox()
    parcel = _Parcel(
        receiver,
        cast("Callable[[object], object] | None", success),
        failure,
        mailbox.generation,
    )

    def send(done: Future[_T]) -> None:
        if isValid(mailbox):
            mailbox.arrived.emit((parcel, done))

    future.add_done_callback(send)


@dataclass(frozen=True, slots=True)
class _Parcel:
    """Whom a result is for, and what to do with it. GUI thread."""

    receiver: QObject
    success: Callable[[object], object] | None
    failure: Callable[[AppError], object]
    generation: int


class _Mailbox(QObject):
    """Takes results from every thread. Lives on the GUI thread as long as the application.

    One for all deliveries: an object of its own for each could be destroyed on the GUI
    thread while the thread that sends is still inside its signal.
    """

    arrived = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.generation = 0
        self.arrived.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    def drop_all(self) -> None:
        """Pass over whatever was asked for until now."""
        self.generation += 1

    def _hand_over(self, letter: tuple[_Parcel, Future[Any]]) -> None:
        parcel, future = letter
        is_wanted = parcel.generation == self.generation and isValid(parcel.receiver)
        if future.cancelled() or not is_wanted:
            return
        error = future.exception()
        if error is None:
            if parcel.success is not None:
                parcel.success(future.result())
        elif not isinstance(error, Cancelled):
            parcel.failure(_as_app_error(error))


def _find_mailbox() -> _Mailbox:
    """Return the application's mailbox, made with the first delivery."""
    application = QCoreApplication.instance()
    if application is None:
        message = "results were asked for before the application began"
        raise Bug(message)
    known = application.findChild(_Mailbox, "", Qt.FindChildOption.FindDirectChildrenOnly)
    return known if known is not None else _Mailbox(application)


def _as_app_error(error: BaseException) -> AppError:
    if isinstance(error, AppError):
        return error
    name = type(error).__name__
    message = f"Something went wrong in Dramatis itself ({name}: {error}). Please report it."
    return Bug(message)
