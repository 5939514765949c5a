"""Exchanges in a line, and what is noted of them."""

from __future__ import annotations

from datetime import UTC, datetime

from app.domain.conversation import Author, Message, MessageState
from app.domain.ids import ConversationId, MessageId, MessageVersionId
from app.ports.memory_store import Exchange

SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


def message(text: str, author: Author, *, at: datetime = SATURDAY) -> Message:
    name = author.value
    return Message(
        id=MessageId(name),
        conversation_id=ConversationId("story"),
        parent_id=None,
        position=0,
        siblings=1,
        author=author,
        speaker="Ana" if author is Author.USER else "Morag",
        text=text,
        state=MessageState.COMPLETE,
        version_id=MessageVersionId(f"{name}-1"),
        revision=1,
        created_at=at,
    )


def exchange(said: str, replied: str = "Aye.") -> Exchange:
    return Exchange(message(said, Author.USER), message(replied, Author.CHARACTER))
