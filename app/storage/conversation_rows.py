"""Reading conversations' particulars from their rows.

Knows no transaction and no message's text.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row as ResultRow
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.domain.conversation import Conversation
from app.domain.ids import ConversationId, MessageId, PersonaId, PersonaVersionId, UserPersonaId
from app.storage.schema import conversation_table, message_table


class PathLengths:
    """How many messages stand on each conversation's path, each counted when first asked for.

    The way up costs with every message, and a list asks for all conversations after every
    line that is said. Owned by ConversationRepository; storage lane.
    """

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._known: dict[str, tuple[str | None, int]] = {}

    def of(self, session: Session, conversation_id: str, leaf_id: str | None) -> int:
        """Return how many messages that are not deleted stand from the root to a leaf."""
        known = self._known.get(conversation_id)
        if known is None or known[0] != leaf_id:
            known = self._known[conversation_id] = (leaf_id, _count_up(session, leaf_id))
        return known[1]

    def forget(self, conversation_id: str) -> None:
        """Count anew the next time: on the same path a message was deleted or brought back."""
        self._known.pop(conversation_id, None)


def _count_up(session: Session, leaf_id: str | None) -> int:
    message = message_table
    own = case((message.c.deleted_at.is_(None), 1), else_=0)
    up = (
        select(message.c.parent_id, own.label("own"))
        .where(message.c.id == leaf_id)
        .cte("counted", recursive=True)
    )
    up = up.union_all(
        select(message.c.parent_id, own).join_from(up, message, message.c.id == up.c.parent_id)
    )
    return session.execute(select(func.coalesce(func.sum(up.c.own), 0))).scalar_one()


def read_conversation(session: Session, conversation_id: str, lengths: PathLengths) -> Conversation:
    """Return a conversation that is there."""
    statement = select(conversation_table).where(conversation_table.c.id == conversation_id)
    return to_conversation(session, session.execute(statement).one(), lengths)


def to_conversation(
    session: Session, row: ResultRow[*tuple[Any, ...]], lengths: PathLengths
) -> Conversation:
    """Read a row of the table."""
    return Conversation(
        id=ConversationId(row.id),
        persona_id=PersonaId(row.persona_id),
        persona_version_id=PersonaVersionId(row.persona_version_id),
        title=row.title,
        user_name=row.user_name,
        leaf_id=None if row.leaf_id is None else MessageId(row.leaf_id),
        created_at=row.created_at,
        updated_at=row.updated_at,
        message_count=lengths.of(session, row.id, row.leaf_id),
        user_persona_id=(
            None if row.user_persona_id is None else UserPersonaId(row.user_persona_id)
        ),
    )
