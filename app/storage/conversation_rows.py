"""Reading conversations' particulars from their rows.

Knows no transaction and no message's text.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row as ResultRow
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from app.domain.conversation import Conversation
from app.domain.ids import ConversationId, MessageId, PersonaId, PersonaVersionId, UserPersonaId
from app.storage.schema import conversation_table, message_table


def conversation_query() -> Select[*tuple[Any, ...]]:
    """Return the query for conversations, with how many messages stand on the path of each."""
    message = message_table
    own = case((message.c.deleted_at.is_(None), 1), else_=0)
    up = (
        select(message.c.parent_id, own.label("own"))
        .where(message.c.id == conversation_table.c.leaf_id)
        .correlate(conversation_table)
        .cte("counted", recursive=True)
    )
    up = up.union_all(
        select(message.c.parent_id, own).join_from(up, message, message.c.id == up.c.parent_id)
    )
    count = (
        select(func.coalesce(func.sum(up.c.own), 0)).correlate(conversation_table).scalar_subquery()
    )
    return select(conversation_table, count.label("message_count"))


def read_conversation(session: Session, conversation_id: str) -> Conversation:
    """Return a conversation that is there."""
    statement = conversation_query().where(conversation_table.c.id == conversation_id)
    return to_conversation(session.execute(statement).one())


def to_conversation(row: ResultRow[*tuple[Any, ...]]) -> Conversation:
    """Read a result of `conversation_query`."""
    return Conversation(
        id=ConversationId(row.id),
        persona_id=PersonaId(row.persona_id),
        persona_version_id=PersonaVersionId(row.persona_version_id),
        title=row.title,
        user_name=row.user_name,
        leaf_id=None if row.leaf_id is None else MessageId(row.leaf_id),
        created_at=row.created_at,
        updated_at=row.updated_at,
        message_count=row.message_count,
        user_persona_id=(
            None if row.user_persona_id is None else UserPersonaId(row.user_persona_id)
        ),
    )
