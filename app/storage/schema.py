"""The tables, as SQLModel rows: one class a table, named after it.

Nothing is ever erased: rows are marked (`set_aside_at`, `deleted_at`) or superseded. What
SQLModel cannot say, the views, the search index and the triggers, stands in the
migrations. What is remembered stands in `memory_schema`. Knows no query.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import declared_attr
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

from app.storage.columns import FreeText, Timestamp


class Row(SQLModel):
    """What all rows share: the table is the class's name in snake case without `Row`.

    Rows live as long as the transaction that read them, on the storage lane.
    """

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805  # pyright: ignore[reportIncompatibleVariableOverride]
        """Name the table."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__.removesuffix("Row")).lower()


def _later(table: str, name: str) -> Column[str]:
    """Return a nullable pointer that is checked at commit, because the two point at each other."""
    target = ForeignKey(
        f"{table}.id", name=name, deferrable=True, initially="DEFERRED", use_alter=True
    )
    return Column(Text, target, nullable=True)


def filled(value: str | float, kind: type[TypeEngine[Any]]) -> Any:  # noqa: ANN401 - as Field
    """Return a column that was added later and is filled in the rows that were there."""
    words = f"'{value}'" if isinstance(value, str) else str(value)
    return Field(default=value, sa_type=kind, sa_column_kwargs={"server_default": text(words)})


class PersonaRow(Row, table=True):
    """A persona and which of its versions is in force. Storage lane."""

    id: str = Field(primary_key=True, sa_type=Text)
    current_version_id: str | None = Field(
        default=None, sa_column=_later("persona_version", "fk_persona_current_version")
    )
    from_library: str | None = Field(default=None, sa_type=Text)
    set_aside_at: datetime | None = Field(default=None, sa_type=Timestamp)
    created_at: datetime = Field(sa_type=Timestamp)
    folder: str | None = Field(default=None, sa_type=FreeText)
    archived_at: datetime | None = Field(default=None, sa_type=Timestamp)
    fingerprint: str | None = Field(default=None, sa_type=Text, index=True)


class PersonaVersionRow(Row, table=True):
    """One version of a persona; `body` is JSON with what was filled in. Storage lane."""

    __table_args__ = (Index("ix_persona_version_number", "persona_id", "number", unique=True),)

    id: str = Field(primary_key=True, sa_type=Text)
    persona_id: str = Field(foreign_key="persona.id", sa_type=Text)
    number: int
    body: str = Field(sa_type=FreeText)
    created_at: datetime = Field(sa_type=Timestamp)


class PortraitRow(Row, table=True):
    """A persona's picture as PNG; `sha256` is of those bytes. Storage lane."""

    persona_id: str = Field(primary_key=True, foreign_key="persona.id", sa_type=Text)
    png: bytes = Field(sa_type=LargeBinary)
    sha256: str = Field(sa_type=Text)
    updated_at: datetime = Field(sa_type=Timestamp)


class LorebookRow(Row, table=True):
    """A lorebook and which of its versions is in force. Storage lane."""

    id: str = Field(primary_key=True, sa_type=Text)
    current_version_id: str | None = Field(
        default=None, sa_column=_later("lorebook_version", "fk_lorebook_current_version")
    )
    fingerprint: str | None = Field(default=None, sa_type=Text, index=True)
    set_aside_at: datetime | None = Field(default=None, sa_type=Timestamp)
    created_at: datetime = Field(sa_type=Timestamp)


class LorebookVersionRow(Row, table=True):
    """One version of a lorebook; `body` is JSON with what was filled in. Storage lane."""

    __table_args__ = (Index("ix_lorebook_version_number", "lorebook_id", "number", unique=True),)

    id: str = Field(primary_key=True, sa_type=Text)
    lorebook_id: str = Field(foreign_key="lorebook.id", sa_type=Text)
    number: int
    body: str = Field(sa_type=FreeText)
    created_at: datetime = Field(sa_type=Timestamp)


class LorebookAttachmentRow(Row, table=True):
    """A lorebook that a persona uses. Storage lane."""

    __table_args__ = (Index("ix_lorebook_attachment_persona", "persona_id", "created_at"),)

    lorebook_id: str = Field(primary_key=True, foreign_key="lorebook.id", sa_type=Text)
    persona_id: str = Field(primary_key=True, foreign_key="persona.id", sa_type=Text)
    created_at: datetime = Field(sa_type=Timestamp)


class UserPersonaRow(Row, table=True):
    """Whom the user can be; `body` is JSON with what was filled in. Storage lane."""

    id: str = Field(primary_key=True, sa_type=Text)
    body: str = Field(sa_type=FreeText)
    is_default: int = 0
    set_aside_at: datetime | None = Field(default=None, sa_type=Timestamp)
    created_at: datetime = Field(sa_type=Timestamp)
    updated_at: datetime = Field(sa_type=Timestamp)


class ConversationRow(Row, table=True):
    """A conversation and the leaf that is being read. Storage lane."""

    __table_args__ = (Index("ix_conversation_persona", "persona_id", "updated_at"),)

    id: str = Field(primary_key=True, sa_type=Text)
    persona_id: str = Field(foreign_key="persona.id", sa_type=Text)
    persona_version_id: str = Field(foreign_key="persona_version.id", sa_type=Text)
    title: str = Field(sa_type=FreeText)
    user_name: str = Field(sa_type=FreeText)
    leaf_id: str | None = Field(default=None, sa_column=_later("message", "fk_conversation_leaf"))
    set_aside_at: datetime | None = Field(default=None, sa_type=Timestamp)
    created_at: datetime = Field(sa_type=Timestamp)
    updated_at: datetime = Field(sa_type=Timestamp)
    user_persona_id: str | None = Field(default=None, foreign_key="user_persona.id", sa_type=Text)


class MessageRow(Row, table=True):
    """A node of a conversation's tree. Storage lane.

    `ordinal` counts all messages in the order they were made: children come after their
    parents. It is also the search index's row number. `position` counts among siblings,
    deleted ones included. `on_path` is 1 from the root to the conversation's leaf and `depth`
    counts from the root: triggers write both, nobody else.
    """

    __table_args__ = (
        Index("ix_message_siblings", "conversation_id", "parent_id", "position", "deleted_at"),
        Index("ix_message_parent", "parent_id"),
        Index("ix_message_state", "state"),
        Index("ix_message_story", "conversation_id", "depth", sqlite_where=text("on_path = 1")),
    )

    ordinal: int | None = Field(default=None, primary_key=True)
    id: str = Field(sa_type=Text, unique=True, index=True)
    conversation_id: str = Field(foreign_key="conversation.id", sa_type=Text)
    parent_id: str | None = Field(default=None, foreign_key="message.id", sa_type=Text)
    position: int
    author: str = Field(sa_type=Text)
    speaker: str = Field(sa_type=FreeText)
    state: str = Field(sa_type=Text)
    failure: str | None = Field(default=None, sa_type=FreeText)
    current_version_id: str | None = Field(
        default=None, sa_column=_later("message_version", "fk_message_current_version")
    )
    revision: int = 1
    deleted_at: datetime | None = Field(default=None, sa_type=Timestamp)
    created_at: datetime = Field(sa_type=Timestamp)
    on_path: int = filled(0, Integer)
    depth: int = filled(0, Integer)


class MessageVersionRow(Row, table=True):
    """One text of a message; `replaces_id` is the version that an undo goes back to."""

    __table_args__ = (Index("ix_message_version_number", "message_id", "number", unique=True),)

    id: str = Field(primary_key=True, sa_type=Text)
    message_id: str = Field(foreign_key="message.id", sa_type=Text)
    number: int
    replaces_id: str | None = Field(default=None, foreign_key="message_version.id", sa_type=Text)
    text: str = Field(sa_type=FreeText)
    created_at: datetime = Field(sa_type=Timestamp)


class ReplyUsageRow(Row, table=True):
    """What one version of a reply cost: tokens, and seconds. Storage lane."""

    version_id: str = Field(primary_key=True, foreign_key="message_version.id", sa_type=Text)
    prompt_read: int
    prompt_reused: int
    generated: int
    read_seconds: float = Field(sa_type=Float)
    generate_seconds: float = Field(sa_type=Float)


class RecalledMemoryRow(Row, table=True):
    """A memory recalled for one version of a reply, in the order of recall. Storage lane.

    `signals` is JSON: a list of name, value and weight for each.
    """

    __table_args__ = (Index("ix_recalled_memory", "memory_id"),)

    version_id: str = Field(primary_key=True, foreign_key="message_version.id", sa_type=Text)
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    memory_id: str = Field(foreign_key="memory.id", sa_type=Text)
    similarity: float = Field(sa_type=Float)
    reason: str = Field(sa_type=FreeText)
    injected: int
    tokens: int
    signals: str = filled("[]", FreeText)


# The tables for queries that SQLModel's rows are too wide for.
conversation_table = Row.metadata.tables["conversation"]
message_table = Row.metadata.tables["message"]
version_table = Row.metadata.tables["message_version"]
