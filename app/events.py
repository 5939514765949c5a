"""What happens, told to whoever listens: frozen events through plain callbacks.

Events are published on the thread where they happen; a listener that needs another thread
(the Qt bridge) changes over by itself. A failing listener is logged and the others still
hear. Knows no Qt and no service.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from app.domain.conversation import Message
from app.domain.generation import FinishReason, ModelDescription, Usage
from app.domain.ids import ConversationId, MessageId, PersonaId
from app.domain.lore import FiredLore
from app.domain.memory import Recalled
from app.domain.turn import TurnPhase
from app.errors import AppError
from app.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Root of all events."""


@dataclass(frozen=True, slots=True)
class TurnPhaseChanged(Event):
    """A turn entered a phase."""

    conversation_id: ConversationId
    phase: TurnPhase


@dataclass(frozen=True, slots=True)
class MessageStored(Event):
    """A message was committed: a new one, or a new text or state of a known one."""

    message: Message
    is_new: bool


@dataclass(frozen=True, slots=True)
class ReplyDelta(Event):
    """More text of a reply that is being written; append it to the message."""

    conversation_id: ConversationId
    message_id: MessageId
    text: str


@dataclass(frozen=True, slots=True)
class ReplyFinished(Event):
    """A reply was committed; what it cost, what was recalled and what lore came up for it."""

    message: Message
    reason: FinishReason
    usage: Usage
    recalled: tuple[Recalled, ...]
    prompt_tokens: int
    context_tokens: int
    fired_lore: tuple[FiredLore, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyFailed(Event):
    """A reply broke off; the text so far is kept in the message when there was any."""

    conversation_id: ConversationId
    message: Message | None
    code: str
    detail: str
    error: AppError | None = None


@dataclass(frozen=True, slots=True)
class TranscriptChanged(Event):
    """The path of a conversation changed other than by growing: edit, delete, swipe, undo."""

    conversation_id: ConversationId


@dataclass(frozen=True, slots=True)
class ConversationsChanged(Event):
    """Conversations of a persona were added, renamed or removed."""

    persona_id: PersonaId


@dataclass(frozen=True, slots=True)
class PersonasChanged(Event):
    """The cast changed."""


@dataclass(frozen=True, slots=True)
class LorebooksChanged(Event):
    """Lorebooks, or whom they are attached to, changed."""


@dataclass(frozen=True, slots=True)
class UserPersonasChanged(Event):
    """Whom the user can be, or is by default, changed."""


@dataclass(frozen=True, slots=True)
class EngineStateChanged(Event):
    """The engine started, loads (0 to 1), is ready, or failed.

    `state` is one of "starting", "loading", "ready", "restarting", "failed", "off".
    """

    state: str
    progress: float = 0.0
    model: ModelDescription | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class IndexStateChanged(Event):
    """The memory index is "ready", "rebuilding" or "off" (exact search answers)."""

    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SettingsChanged(Event):
    """Other settings are in force."""

    settings: Settings


class EventHub:
    """Hands events to listeners. Owned by the app context; publish from any thread."""

    def __init__(self) -> None:
        """Start with nobody listening."""
        self._listeners: list[Callable[[Event], None]] = []
        self._lock = Lock()

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on; return how to stop that."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Tell every listener; one that raises is logged and passed over."""
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(event)
            except Exception:  # noqa: BLE001 - one of the four permitted places: the event boundary
                _log.exception("a listener failed on %s", type(event).__name__)
