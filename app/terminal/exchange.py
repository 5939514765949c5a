"""Waits in the terminal for a reply that the chat service writes.

Turns events into one result or an error. Knows services and events only.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from app.domain.conversation import Message
from app.domain.ids import ConversationId
from app.domain.turn import TurnPhase
from app.errors import EngineError
from app.events import Event, EventHub, ReplyDelta, ReplyFailed, ReplyFinished, TurnPhaseChanged


@dataclass(frozen=True, slots=True)
class Exchange:
    """A finished reply as its event told it."""

    finished: ReplyFinished


def follow(
    hub: EventHub,
    conversation_id: ConversationId,
    begin: Callable[[], Future[Message]],
    on_text: Callable[[str], None] | None = None,
    on_interrupt: Callable[[], None] | None = None,
) -> Exchange:
    """Begin a turn and wait for its end; raises the reason when it failed.

    With `on_interrupt` Ctrl+C calls it and the end is still waited for.
    """
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    unsubscribe = hub.subscribe(events.put)
    try:
        begin().result()
        while True:
            try:
                return _wait(events, conversation_id, on_text)
            except KeyboardInterrupt:
                if on_interrupt is None:
                    raise
                on_interrupt()
    finally:
        unsubscribe()


def _wait(
    events: queue.SimpleQueue[Event],
    conversation_id: ConversationId,
    on_text: Callable[[str], None] | None,
) -> Exchange:
    finished: ReplyFinished | None = None
    failed: ReplyFailed | None = None
    while True:
        match events.get():
            case ReplyDelta(conversation_id=where, text=text) if where == conversation_id:
                if on_text is not None:
                    on_text(text)
            case ReplyFinished() as event if event.message.conversation_id == conversation_id:
                finished = event
            case ReplyFailed(conversation_id=where) as event if where == conversation_id:
                failed = event
            case TurnPhaseChanged(conversation_id=where, phase=TurnPhase.IDLE) if (
                where == conversation_id
            ):
                break
            case _:
                continue
    if failed is not None:
        raise failed.error or EngineError(failed.detail, code=failed.code)
    if finished is None:
        message = "The turn ended without a reply."
        raise EngineError(message)
    return Exchange(finished)
