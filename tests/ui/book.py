"""A conversation in memory that pages as storage does, and messages to fill it with."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.conversation import Author, Message, MessageState
from app.domain.ids import ConversationId, MessageId, MessageVersionId, PersonaId
from app.domain.memory import Memory, MemoryKind, Recalled
from app.errors import MachineError
from app.services.conversations import ReplyDetails

CONVERSATION = ConversationId("the-lamp-room")
START = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


def make_message(number: int, text: str = "", **changes: object) -> Message:
    """Return message `number`: even ones are the user's, odd ones the character's."""
    is_user = number % 2 == 0
    message = Message(
        id=MessageId(f"m{number}"),
        conversation_id=CONVERSATION,
        parent_id=MessageId(f"m{number - 1}") if number else None,
        position=0,
        siblings=1,
        author=Author.USER if is_user else Author.CHARACTER,
        speaker="Daniel" if is_user else "Isla MacRae",
        text=text or f"Line {number}. *She waits.* " + "Then the lamp turns. " * (number % 5),
        state=MessageState.COMPLETE,
        version_id=MessageVersionId(f"v{number}"),
        revision=1,
        created_at=START + timedelta(minutes=number),
    )
    return replace(message, **changes)


def make_recalled(text: str = "He takes his tea black.", *, injected: bool = True) -> Recalled:
    memory = Memory(
        id="memory",
        persona_id=PersonaId("isla"),
        conversation_id=CONVERSATION,
        kind=MemoryKind.EPISODE,
        text=text,
        happened_at=START,
        sources=(),
    )
    tokens = 14 if injected else 0
    return Recalled(memory, 0.71, "close in meaning", injected=injected, tokens=tokens)


class Book:
    """Satisfies MessageSource. `held` keeps answers back until `answer_all`."""

    def __init__(self, count: int) -> None:
        self.messages = [make_message(number) for number in range(count)]
        self.recalled: dict[MessageId, tuple[Recalled, ...]] = {}
        self.asked_details: list[MessageId] = []
        self.requests: list[tuple[MessageId | None, int | None]] = []
        self.is_held = False
        self.is_broken = False
        self._waiting: list[tuple[Future[list[Message]], list[Message]]] = []

    def page(
        self,
        conversation_id: ConversationId,
        *,
        before: MessageId | None = None,
        limit: int | None = 50,
    ) -> Future[list[Message]]:
        self.requests.append((before, limit))
        future: Future[list[Message]] = Future()
        if self.is_broken:
            future.set_exception(MachineError("The disk is gone. Plug it in again."))
            return future
        messages = [one for one in self.messages if one.conversation_id == conversation_id]
        ids = [one.id for one in messages]
        end = ids.index(before) if before is not None else len(ids)
        answer = messages[max(0, end - limit) if limit else 0 : end]
        if self.is_held:
            self._waiting.append((future, answer))
        else:
            future.set_result(answer)
        return future

    def answer_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future, answer in waiting:
            future.set_result(answer)

    def details(self, message_id: MessageId) -> Future[ReplyDetails]:
        self.asked_details.append(message_id)
        future: Future[ReplyDetails] = Future()
        number = int(message_id.removeprefix("m")) if message_id.startswith("m") else 1
        known = {one.id: one for one in self.messages}
        message = known.get(message_id) or make_message(number)
        future.set_result(ReplyDetails(message, None, self.recalled.get(message_id, ())))
        return future
