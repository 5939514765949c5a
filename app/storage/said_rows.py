"""Whole conversations from outside, written at once inside the transaction of what brings them.

Knows no card format and reads nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.domain.conversation import PersonaRecord
from app.domain.ids import new_id
from app.ports.authoring import NewConversation, NewTakes
from app.storage.schema import ConversationRow, MessageRow, MessageVersionRow

# Afterwards, all at once: while messages point at versions that are not there yet, SQLite looks
# through all of them with each version that comes.
_PUT_IN_FORCE = text(
    """
    UPDATE message SET current_version_id =
        (SELECT version.id FROM message_version AS version WHERE version.message_id = message.id)
    WHERE message.conversation_id = :id
    """
)


def add_conversation(
    session: Session,
    persona: PersonaRecord,
    new: NewConversation,
    now: datetime,
    conversation_id: str | None = None,
) -> str:
    """Keep a conversation with all takes of its messages; returns its id.

    A message that does not say when it was said was said when the one before it was.
    """
    moments = _moments(new.messages, now)
    ids = [[new_id() for _ in said.takes] for said in new.messages]
    path = [takes[said.chosen] for takes, said in zip(ids, new.messages, strict=True)]
    row = ConversationRow(
        id=conversation_id or new_id(),
        persona_id=persona.id,
        persona_version_id=persona.version_id,
        title=new.title,
        user_name=new.user_name,
        user_persona_id=new.user_persona_id,
        # The leaf and the path are known: the trigger that finds the way up again, message by
        # message, has nothing to do, which for a long story would take minutes.
        leaf_id=path[-1],
        created_at=moments[0],
        updated_at=moments[-1] if new.is_dated else now,
    )
    session.add(row)
    session.flush()
    messages: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    parents = [None, *path[:-1]]
    for takes, said, parent_id, moment in zip(ids, new.messages, parents, moments, strict=True):
        for position, (take, message_id) in enumerate(zip(said.takes, takes, strict=True)):
            messages.append(
                {
                    "id": message_id,
                    "conversation_id": row.id,
                    "parent_id": parent_id,
                    "position": position,
                    "author": take.author,
                    "speaker": take.speaker,
                    "state": take.state,
                    "created_at": moment,
                    "on_path": int(position == said.chosen),
                }
            )
            versions.append(
                {
                    "id": new_id(),
                    "message_id": message_id,
                    "number": 1,
                    "text": take.text,
                    "created_at": moment,
                }
            )
    session.execute(insert(MessageRow), messages)
    session.execute(insert(MessageVersionRow), versions)
    session.execute(_PUT_IN_FORCE, {"id": row.id})
    return row.id


def _moments(messages: Sequence[NewTakes], now: datetime) -> list[datetime]:
    """Return when each was said, never before the one above it and never after now."""
    known = next((said.said_at for said in messages if said.said_at is not None), now)
    moments: list[datetime] = []
    for said in messages:
        known = min(max(said.said_at or known, known), now)
        moments.append(known)
    return moments
