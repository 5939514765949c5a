"""Finding one row by its id, or saying which one is not there.

Knows the tables and no rule.
"""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.errors import Bug, UserError
from app.storage.schema import (
    ConversationRow,
    LorebookRow,
    MessageRow,
    MessageVersionRow,
    PersonaRow,
    PersonaVersionRow,
    Row,
    UserPersonaRow,
)

_R = TypeVar("_R", bound=Row)


def find_persona(session: Session, persona_id: str) -> PersonaRow:
    """Return a persona; raises UserError when there is none with that id."""
    return _require(session.get(PersonaRow, persona_id), "character", persona_id)


def find_persona_version(session: Session, version_id: str) -> PersonaVersionRow:
    """Return a persona's version; raises UserError when there is none with that id."""
    return _require(
        session.get(PersonaVersionRow, version_id), "version of a character", version_id
    )


def find_lorebook(session: Session, lorebook_id: str) -> LorebookRow:
    """Return a lorebook; raises UserError when there is none with that id."""
    return _require(session.get(LorebookRow, lorebook_id), "lorebook", lorebook_id)


def find_user_persona(session: Session, user_persona_id: str) -> UserPersonaRow:
    """Return a user persona; raises UserError when there is none with that id."""
    return _require(session.get(UserPersonaRow, user_persona_id), "user persona", user_persona_id)


def find_conversation(session: Session, conversation_id: str) -> ConversationRow:
    """Return a conversation; raises UserError when there is none with that id."""
    return _require(session.get(ConversationRow, conversation_id), "conversation", conversation_id)


def find_message(
    session: Session, message_id: str, conversation_id: str | None = None
) -> MessageRow:
    """Return a message, of that conversation if one is named; else raises UserError."""
    statement = select(MessageRow).where(col(MessageRow.id) == message_id)
    if conversation_id is not None:
        statement = statement.where(col(MessageRow.conversation_id) == conversation_id)
    kind = "message" if conversation_id is None else f"message in conversation {conversation_id}"
    return _require(session.scalars(statement).one_or_none(), kind, message_id)


def find_current_version(session: Session, message: MessageRow) -> MessageVersionRow:
    """Return the version of a message's text that is in force."""
    version = session.get(MessageVersionRow, message.current_version_id)
    if version is None:
        text = f"the message {message.id} has no text in the database"
        raise Bug(text)
    return version


def _require(row: _R | None, kind: str, identifier: str) -> _R:
    if row is None:
        message = (
            f"There is no {kind} with the id {identifier}. "
            "It may belong to another data folder; see the list for those that are here."
        )
        raise UserError(message, code="not-found")
    return row
