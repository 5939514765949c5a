"""Questions to the tree of messages: one message, the way up, the newest leaf below.

Walks by indices and stops as early as it can: a page of a long conversation costs a page.
Knows no transaction and changes nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ScalarSelect, Select, case, func, literal, select
from sqlalchemy import Row as ResultRow
from sqlalchemy.orm import Session

from app.domain.conversation import Author, Message, MessageState
from app.domain.ids import ConversationId, MessageId, MessageVersionId
from app.errors import Bug
from app.storage.schema import message_table as message
from app.storage.schema import version_table as version


def _count_siblings(*, only_before: bool) -> ScalarSelect[int]:
    """Count the siblings that are not deleted, or those of them in front of the message."""
    sibling = message.alias("sibling")
    statement = (
        select(func.count())
        .select_from(sibling)
        .where(
            sibling.c.conversation_id == message.c.conversation_id,
            sibling.c.parent_id.is_not_distinct_from(message.c.parent_id),
            sibling.c.deleted_at.is_(None),
        )
        .correlate(message)
    )
    if only_before:
        statement = statement.where(sibling.c.position < message.c.position)
    return statement.scalar_subquery()


def message_query() -> Select[*tuple[Any, ...]]:
    """Return the query for messages as `to_message` reads them; narrow it by `message.c`."""
    return select(
        message.c.id,
        message.c.conversation_id,
        message.c.parent_id,
        _count_siblings(only_before=True).label("position"),
        _count_siblings(only_before=False).label("siblings"),
        message.c.author,
        message.c.speaker,
        message.c.state,
        message.c.failure,
        message.c.revision,
        message.c.created_at,
        version.c.id.label("version_id"),
        version.c.text,
    ).join_from(message, version, version.c.id == message.c.current_version_id)


def to_message(row: ResultRow[*tuple[Any, ...]]) -> Message:
    """Build a message from a row of `message_query`."""
    return Message(
        id=MessageId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        parent_id=None if row.parent_id is None else MessageId(row.parent_id),
        position=row.position,
        siblings=row.siblings,
        author=Author(row.author),
        speaker=row.speaker,
        text=row.text,
        state=MessageState(row.state),
        version_id=MessageVersionId(row.version_id),
        revision=row.revision,
        created_at=row.created_at,
        failure=row.failure,
    )


def read_message(session: Session, message_id: str) -> Message:
    """Return a message that is known to exist."""
    row = session.execute(message_query().where(message.c.id == message_id)).one_or_none()
    if row is None:
        text = f"the message {message_id} has no text in the database"
        raise Bug(text)
    return to_message(row)


def read_messages(session: Session, ids: list[str]) -> dict[str, Message]:
    """Return messages by id; unknown ids are left out."""
    rows = session.execute(message_query().where(message.c.id.in_(ids)))
    return {row.id: to_message(row) for row in rows}


def read_siblings(session: Session, conversation_id: str, parent_id: str | None) -> list[Message]:
    """Return the children of a message (None: the roots) in order, deleted ones left out."""
    rows = session.execute(
        message_query()
        .where(
            message.c.conversation_id == conversation_id,
            message.c.parent_id.is_not_distinct_from(parent_id),
            message.c.deleted_at.is_(None),
        )
        .order_by(message.c.position)
    )
    return [to_message(row) for row in rows]


def read_deleted(session: Session, conversation_id: str) -> list[Message]:
    """Return the deleted messages of every branch that have words, the last deleted first."""
    rows = session.execute(
        message_query()
        .where(
            message.c.conversation_id == conversation_id,
            message.c.deleted_at.is_not(None),
            version.c.text != "",
        )
        .order_by(message.c.deleted_at.desc(), message.c.ordinal.desc())
    )
    return [to_message(row) for row in rows]


def read_path(session: Session, start: str | None, limit: int | None) -> list[Message]:
    """Return `start` and what is above it, oldest first, deleted messages left out.

    With a limit only the nearest ones, and the walk ends when it has them.
    """
    if start is None or (limit is not None and limit <= 0):
        return []
    up = _way_up(start, limit)
    rows = session.execute(
        message_query()
        .join(up, up.c.id == message.c.id)
        .where(message.c.deleted_at.is_(None))
        .order_by(up.c.depth.desc())
    )
    return [to_message(row) for row in rows]


def is_above(session: Session, message_id: str, leaf_id: str | None) -> bool:
    """Whether a message, deleted or not, is `leaf_id` or above it."""
    if leaf_id is None:
        return False
    up = _way_up(leaf_id, limit=None)
    return session.execute(select(up.c.id).where(up.c.id == message_id)).first() is not None


def find_leaf_beside(session: Session, message_id: str, leaf_id: str | None) -> str | None:
    """Return where to read on when a message was just deleted, None to stay.

    When nothing that stands is below it on the path, that is the newest branch of the nearest
    sibling that stands, the earlier of two as near.
    """
    if leaf_id is None:
        return None
    up = _way_up(leaf_id, limit=1)
    ends = select(up.c.id).where(up.c.id == message_id, up.c.kept == 0)
    if session.execute(ends).first() is None:
        return None
    sibling = message.alias("sibling")
    nearest = session.execute(
        select(sibling.c.id)
        .join_from(
            message,
            sibling,
            (sibling.c.conversation_id == message.c.conversation_id)
            & sibling.c.parent_id.is_not_distinct_from(message.c.parent_id),
        )
        .where(message.c.id == message_id, sibling.c.deleted_at.is_(None))
        .order_by(func.abs(sibling.c.position - message.c.position), sibling.c.position)
        .limit(1)
    ).scalar_one_or_none()
    return None if nearest is None else find_newest_leaf(session, nearest)


def _way_up(start: str, limit: int | None) -> CTE:
    """Return the walk from a message to its root.

    `depth` counts the steps; `own` is 0 for a deleted message, `kept` adds those up, and the
    walk ends where that reaches the limit.
    """
    own = case((message.c.deleted_at.is_(None), 1), else_=0)
    up = (
        select(
            message.c.id,
            message.c.parent_id,
            literal(0).label("depth"),
            own.label("own"),
            own.label("kept"),
        )
        .where(message.c.id == start)
        .cte("up", recursive=True)
    )
    step = select(
        message.c.id, message.c.parent_id, up.c.depth + 1, own, up.c.kept + own
    ).join_from(up, message, message.c.id == up.c.parent_id)
    if limit is not None:
        step = step.where(up.c.kept < limit)
    return up.union_all(step)


def find_newest_leaf(session: Session, message_id: str) -> str:
    """Return the leaf that shows the newest descendant which is not deleted.

    Deleted messages below that one are included, so that bringing them back shows them.
    """
    newest = _find_newest_below(session, message_id, with_deleted=False) or message_id
    return _find_newest_below(session, newest, with_deleted=True) or newest


def _find_newest_below(session: Session, message_id: str, *, with_deleted: bool) -> str | None:
    """Return the message itself or the descendant that was made last."""
    columns = (message.c.id, message.c.ordinal, message.c.deleted_at)
    down = select(*columns).where(message.c.id == message_id).cte("down", recursive=True)
    down = down.union_all(
        select(*columns).join_from(down, message, message.c.parent_id == down.c.id)
    )
    statement = select(down.c.id).order_by(down.c.ordinal.desc()).limit(1)
    if not with_deleted:
        statement = statement.where(down.c.deleted_at.is_(None))
    return session.execute(statement).scalar_one_or_none()
