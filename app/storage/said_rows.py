"""Whole conversations from outside, written at once inside the transaction of what brings them.

Knows no card format and reads nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.domain.conversation import PersonaRecord
from app.domain.ids import new_id
from app.ports.authoring import NewConversation, NewTakes
from app.storage.schema import ConversationRow, MessageRow, MessageVersionRow


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
    row = ConversationRow(
        id=conversation_id or new_id(),
        persona_id=persona.id,
        persona_version_id=persona.version_id,
        title=new.title,
        user_name=new.user_name,
        user_persona_id=new.user_persona_id,
        created_at=moments[0],
        updated_at=moments[-1] if new.is_dated else now,
    )
    session.add(row)
    session.flush()
    messages: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    parent_id: str | None = None
    for said, moment in zip(new.messages, moments, strict=True):
        ids = [new_id() for _ in said.takes]
        for position, (take, message_id) in enumerate(zip(said.takes, ids, strict=True)):
            version_id = new_id()
            messages.append(
                {
                    "id": message_id,
                    "conversation_id": row.id,
                    "parent_id": parent_id,
                    "position": position,
                    "author": take.author,
                    "speaker": take.speaker,
                    "state": take.state,
                    "current_version_id": version_id,
                    "created_at": moment,
                }
            )
            versions.append(
                {
                    "id": version_id,
                    "message_id": message_id,
                    "number": 1,
                    "text": take.text,
                    "created_at": moment,
                }
            )
        parent_id = ids[said.chosen]
    session.execute(insert(MessageRow), messages)
    session.execute(insert(MessageVersionRow), versions)
    row.leaf_id = parent_id
    session.flush()
    return row.id


def _moments(messages: Sequence[NewTakes], now: datetime) -> list[datetime]:
    """Return when each was said, never before the one above it and never after now."""
    known = next((said.said_at for said in messages if said.said_at is not None), now)
    moments: list[datetime] = []
    for said in messages:
        known = min(max(said.said_at or known, known), now)
        moments.append(known)
    return moments
