"""The tables of what is remembered, as SQLModel rows: one class a table, named after it.

Whether a memory stands is derived, by the views of the third migration, which also holds the
search index over the lines and the triggers. Knows no query.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Float, Index, Integer, LargeBinary, Text, text
from sqlmodel import Field

from app.storage.columns import Day, FreeText, Timestamp
from app.storage.schema import Row, filled


class MemoryRow(Row, table=True):
    """Something remembered; whether it holds or stands is what the views say. Storage lane.

    `keywords` is JSON. What the user had forgotten stays as an empty row with its sources, so
    that it is not recorded again.
    """

    __table_args__ = (
        Index("ix_memory_persona", "persona_id", "happened_at"),
        Index("ix_memory_conversation", "conversation_id"),
        Index("ix_memory_story", "conversation_id", "happened_at"),
        Index(
            "ix_memory_day",
            "conversation_id",
            "speaks_of",
            sqlite_where=text("speaks_of IS NOT NULL"),
        ),
    )

    ordinal: int | None = Field(default=None, primary_key=True)
    id: str = Field(sa_type=Text, unique=True, index=True)
    persona_id: str = Field(foreign_key="persona.id", sa_type=Text)
    conversation_id: str = Field(foreign_key="conversation.id", sa_type=Text)
    kind: str = Field(sa_type=Text)
    text: str = Field(sa_type=FreeText)
    happened_at: datetime = Field(sa_type=Timestamp)
    created_at: datetime = Field(sa_type=Timestamp)
    note_kind: str | None = Field(default=None, sa_type=Text)
    about: str | None = Field(default=None, sa_type=Text)
    provenance: str = filled("user", Text)
    importance: float = filled(3.0, Float)
    keywords: str = filled("[]", FreeText)
    speaks_of: date | None = Field(default=None, sa_type=Day)
    layer: str = filled("short", Text)
    pinned_at: datetime | None = Field(default=None, sa_type=Timestamp)
    quarantine: str = filled("", FreeText)
    uses: int = filled(0, Integer)
    last_used_at: datetime | None = Field(default=None, sa_type=Timestamp)
    forgotten_at: datetime | None = Field(default=None, sa_type=Timestamp)


class MemorySourceRow(Row, table=True):
    """A message version that a memory was made from, in the order of speaking. Storage lane."""

    __table_args__ = (
        Index("ix_memory_source_message", "message_id"),
        Index("ix_memory_source_version", "version_id"),
    )

    memory_id: str = Field(primary_key=True, foreign_key="memory.id", sa_type=Text)
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    message_id: str = Field(foreign_key="message.id", sa_type=Text)
    version_id: str = Field(foreign_key="message_version.id", sa_type=Text)


class MemoryLineRow(Row, table=True):
    """What one speaker said in a memory; the search index's row number is `ordinal`.

    `stems` are joined by spaces, and NULL until they were found. `message_id` is the message of
    an episode's line, NULL for the others. Storage lane.
    """

    __table_args__ = (
        Index("ix_memory_line_memory", "memory_id", "place", unique=True),
        Index("ix_memory_line_message", "message_id"),
        Index("ix_memory_line_unstemmed", "ordinal", sqlite_where=text("stems IS NULL")),
    )

    ordinal: int | None = Field(default=None, primary_key=True)
    id: str = Field(sa_type=Text, unique=True, index=True)
    memory_id: str = Field(foreign_key="memory.id", sa_type=Text)
    place: int
    message_id: str | None = Field(default=None, foreign_key="message.id", sa_type=Text)
    speaker: str = Field(sa_type=FreeText)
    stems: str | None = Field(default=None, sa_type=FreeText)
    text: str = Field(sa_type=FreeText)


class LineVectorRow(Row, table=True):
    """A line's vector under one embedding model: little-endian f16. Storage lane."""

    line_id: str = Field(primary_key=True, foreign_key="memory_line.id", sa_type=Text)
    model_key: str = Field(primary_key=True, sa_type=Text)
    vector: bytes = Field(sa_type=LargeBinary)


class MemoryLinkRow(Row, table=True):
    """What a memory does to an older one: supersedes, related, evidence, or rests.

    A reflection `rests` on whatever its evidence has as evidence, however deep. Storage lane.
    """

    __table_args__ = (Index("ix_memory_link_older", "older_id", "relation"),)

    newer_id: str = Field(primary_key=True, foreign_key="memory.id", sa_type=Text)
    relation: str = Field(primary_key=True, sa_type=Text)
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    older_id: str = Field(foreign_key="memory.id", sa_type=Text)


class MemoryEnrichmentRow(Row, table=True):
    """Keywords that a newer memory gives to an older one, as JSON. Storage lane."""

    __table_args__ = (Index("ix_memory_enrichment_older", "older_id"),)

    newer_id: str = Field(primary_key=True, foreign_key="memory.id", sa_type=Text)
    older_id: str = Field(primary_key=True, foreign_key="memory.id", sa_type=Text)
    keywords: str = Field(sa_type=FreeText)


class MemoryTripleRow(Row, table=True):
    """A relation that a memory states. Storage lane."""

    memory_id: str = Field(primary_key=True, foreign_key="memory.id", sa_type=Text)
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    subject: str = Field(sa_type=FreeText)
    relation: str = Field(sa_type=FreeText)
    object: str = Field(sa_type=FreeText)


class MemoryBondRow(Row, table=True):
    """What a memory changed between the two. Storage lane."""

    memory_id: str = Field(primary_key=True, foreign_key="memory.id", sa_type=Text)
    familiarity: float = Field(sa_type=Float)
    affection_of_user: float = Field(sa_type=Float)
    affection_of_character: float = Field(sa_type=Float)
    mood: str = Field(sa_type=FreeText)


class MemoryNameRow(Row, table=True):
    """A name that leads to a memory: a keyword, subject or object, folded. Storage lane.

    `given_by` is the memory that enriched it with the name, "" for its own.
    """

    __table_args__ = (
        Index("ix_memory_name_memory", "memory_ordinal"),
        Index("ix_memory_name_giver", "given_by"),
    )

    name: str = Field(primary_key=True, sa_type=FreeText)
    memory_ordinal: int = Field(
        primary_key=True, foreign_key="memory.ordinal", sa_column_kwargs={"autoincrement": False}
    )
    given_by: str = Field(primary_key=True, sa_type=Text)


class MemoryReadRow(Row, table=True):
    """The versions of an exchange that an extractor has read. Storage lane."""

    extractor: str = Field(primary_key=True, sa_type=Text)
    replied_id: str = Field(primary_key=True, foreign_key="message_version.id", sa_type=Text)
    asked_id: str = Field(primary_key=True, foreign_key="message_version.id", sa_type=Text)


class MemoryRewordingRow(Row, table=True):
    """An earlier sentence of a memory that a person reworded. Storage lane."""

    memory_id: str = Field(primary_key=True, foreign_key="memory.id", sa_type=Text)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    text: str = Field(sa_type=FreeText)
    created_at: datetime = Field(sa_type=Timestamp)


class IndexGenerationRow(Row, table=True):
    """How often the vectors of a persona and model have changed. Written by triggers."""

    persona_id: str = Field(primary_key=True, foreign_key="persona.id", sa_type=Text)
    model_key: str = Field(primary_key=True, sa_type=Text)
    generation: int


_tables = Row.metadata.tables
memory_table = _tables["memory"]
source_table = _tables["memory_source"]
line_table = _tables["memory_line"]
vector_table = _tables["line_vector"]
link_table = _tables["memory_link"]
enrichment_table = _tables["memory_enrichment"]
triple_table = _tables["memory_triple"]
bond_table = _tables["memory_bond"]
name_table = _tables["memory_name"]
read_table = _tables["memory_read"]
rewording_table = _tables["memory_rewording"]
