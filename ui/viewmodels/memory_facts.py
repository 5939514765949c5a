"""What is known of one memory: whence, how far to be trusted, when and why it was last used.

Facts are lines with places to go to. Knows the services by type and no widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from app.domain.ids import ConversationId, MemoryId, MessageId
from app.domain.memory import Memory
from app.errors import AppError
from app.services.conversations import ConversationService, ReplyDetails
from app.services.memory_room import MemoryDetails, MemoryRoomService
from ui.bridge import deliver
from ui.viewmodels.days import say_day
from ui.viewmodels.memory_alarm import LOOK_TOGETHER, alarm_in_words
from ui.viewmodels.memory_words import DOT, say_signals, say_time, say_trust, shorten, why_aside

_QUOTED = 56
_MOST_SIGNALS = 4
_MOST_LINKS = 6


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """A message to go to. A value."""

    conversation_id: ConversationId
    message_id: MessageId


@dataclass(frozen=True, slots=True)
class FactLine:
    """Words, and where they lead: to a message, to a memory, to several, or nowhere. A value."""

    text: str
    link: str = ""
    message: MessagePlace | None = None
    memory_id: MemoryId | None = None
    together: tuple[MemoryId, ...] = ()
    is_struck: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """What is said under one title. A value."""

    title: str
    lines: tuple[FactLine, ...]


class MemoryFacts(QObject):
    """Looks one memory up. GUI thread; owned by the window's memories.

    Signals:
        changed: other facts; empty while they are looked up.
        failed(AppError): they could not be read.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        room: MemoryRoomService,
        conversations: ConversationService,
        parent: QObject | None = None,
    ) -> None:
        """Begin with no memory."""
        super().__init__(parent)
        self._room = room
        self._conversations = conversations
        self._facts: tuple[Fact, ...] = ()
        self._memory: Memory | None = None
        self._character = ""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is known."""
        return self._facts

    @property
    def memory(self) -> Memory | None:
        """Of which memory."""
        return self._memory

    def look_up(self, memory: Memory | None, character: str) -> None:
        """Find out about a memory; what is known of the same one stays until then."""
        is_other = memory is None or self._memory is None or memory.id != self._memory.id
        self._memory, self._character = memory, character
        if is_other:
            self._facts = ()
            self.changed.emit()
        if memory is not None:
            deliver(self._room.details(memory.id), self, self._take, self._fail)

    def _take(self, details: MemoryDetails) -> None:
        if self._memory is None or details.memory.id != self._memory.id:
            return
        last_reply = details.ties.last_reply
        if last_reply is None:
            self._show(details, None)
            return

        def take(reply: ReplyDetails) -> None:
            self._show(details, reply)

        def pass_over(_error: AppError) -> None:
            # The reply was thrown away since: all else is still worth reading.
            self._show(details, None)

        deliver(self._conversations.details(last_reply), self, take, pass_over)

    def _show(self, details: MemoryDetails, reply: ReplyDetails | None) -> None:
        if self._memory is not None and details.memory.id == self._memory.id:
            now = datetime.now(UTC)
            self._facts = tell_facts(details, reply, self._character, now)
            self.changed.emit()

    def _fail(self, error: AppError) -> None:
        self._facts = ()
        self.changed.emit()
        self.failed.emit(error)


def tell_facts(
    details: MemoryDetails, reply: ReplyDetails | None, character: str, now: datetime
) -> tuple[Fact, ...]:
    """Return what is known of a memory, in the order in which one asks."""
    memory, ties = details.memory, details.ties
    facts = [
        Fact("said by", _said_by(details, now)),
        Fact("trust", (FactLine(say_trust(memory, character)),)),
        Fact("set aside", (FactLine(why_aside(memory)),) if memory.quarantine else ()),
        Fact("last used", _last_used(memory, reply, now)),
        Fact("found by", _found_by(memory, reply)),
        Fact("much alike", _much_alike(memory, reply)),
        Fact("linked to", _links(details, (*memory.evidence, *ties.related, *ties.cited_by))),
        Fact("superseded", _links(details, ties.supersedes, now, is_struck=True)),
        Fact("superseded by", _links(details, ties.superseded_by, now)),
        Fact("worded before", tuple(FactLine(one) for one in ties.wordings)),
    ]
    return tuple(fact for fact in facts if fact.lines)


def _said_by(details: MemoryDetails, now: datetime) -> tuple[FactLine, ...]:
    lines = [
        FactLine(
            f"{one.speaker}, {say_day(one.created_at, now)}, {say_time(one.created_at)}",
            "go to the line \u203a",
            message=MessagePlace(one.conversation_id, one.id),
        )
        for one in details.sources[:_MOST_LINKS]
    ]
    left = len(details.sources) - len(lines)
    return (*lines, FactLine(f"and in {left} more lines")) if left > 0 else tuple(lines)


def _last_used(memory: Memory, reply: ReplyDetails | None, now: datetime) -> tuple[FactLine, ...]:
    if memory.last_used_at is None:
        return (FactLine("never yet"),)
    times = "once" if memory.uses == 1 else f"{memory.uses} times in all"
    when = f"{say_day(memory.last_used_at, now)}, {times}"
    if reply is None:
        return (FactLine(when),)
    place = MessagePlace(reply.message.conversation_id, reply.message.id)
    quote = f"in \u201c{shorten(reply.message.text, _QUOTED)}\u201d \u203a"
    return (FactLine(when, quote, message=place),)


def _found_by(memory: Memory, reply: ReplyDetails | None) -> tuple[FactLine, ...]:
    recalled = reply.recalled if reply is not None else ()
    found = next((one for one in recalled if one.memory.id == memory.id), None)
    if found is None:
        return ()
    said = say_signals(found.signals)[:_MOST_SIGNALS]
    reason = FactLine(found.reason)
    return (reason, FactLine(DOT.join(said))) if said else (reason,)


def _much_alike(memory: Memory, reply: ReplyDetails | None) -> tuple[FactLine, ...]:
    """Return what is said of the set that it was recalled with, where that is marked."""
    recalled = reply.recalled if reply is not None else ()
    alarm = alarm_in_words(recalled)
    if alarm is None or memory.id not in alarm.memory_ids:
        return ()
    told = FactLine(f"{alarm.text} {alarm.check}")
    return (told, FactLine("", LOOK_TOGETHER, together=alarm.memory_ids))


def _links(
    details: MemoryDetails,
    ids: Iterable[MemoryId],
    now: datetime | None = None,
    *,
    is_struck: bool = False,
) -> tuple[FactLine, ...]:
    known = details.near
    near = [known[one] for one in dict.fromkeys(ids) if one in known]
    return tuple(
        FactLine(
            say_day(one.happened_at, now) if now is not None else "",
            shorten(one.text, _QUOTED),
            memory_id=one.id,
            is_struck=is_struck,
        )
        for one in near[:_MOST_LINKS]
    )
