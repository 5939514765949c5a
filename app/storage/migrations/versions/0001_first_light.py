"""The first schema: personas, conversations as trees, memories, and the search index.

Frozen the day it ships; later changes are later files. There is no way down: going back
is putting the copy in the backups folder in place.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make everything in an empty database."""
    _make_personas()
    _make_conversations()
    _make_messages()
    _make_memories()
    _make_vectors()
    for statement in (*_SEARCH, *_HOLDING, *_GENERATIONS):
        op.execute(statement)


def _make_personas() -> None:
    op.create_table(
        "persona",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("current_version_id", sa.Text(), nullable=True),
        sa.Column("from_library", sa.Text(), nullable=True),
        sa.Column("set_aside_at", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        _later("current_version_id", "persona_version", "fk_persona_current_version"),
    )
    op.create_table(
        "persona_version",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("persona_id", sa.Text(), sa.ForeignKey("persona.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
    )
    op.create_index(
        "ix_persona_version_number", "persona_version", ["persona_id", "number"], unique=True
    )


def _make_conversations() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("persona_id", sa.Text(), sa.ForeignKey("persona.id"), nullable=False),
        sa.Column(
            "persona_version_id", sa.Text(), sa.ForeignKey("persona_version.id"), nullable=False
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("leaf_id", sa.Text(), nullable=True),
        sa.Column("set_aside_at", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        _later("leaf_id", "message", "fk_conversation_leaf"),
    )
    op.create_index("ix_conversation_persona", "conversation", ["persona_id", "updated_at"])


def _make_messages() -> None:
    op.create_table(
        "message",
        sa.Column("ordinal", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("parent_id", sa.Text(), sa.ForeignKey("message.id"), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("current_version_id", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        _later("current_version_id", "message_version", "fk_message_current_version"),
    )
    op.create_index("ix_message_id", "message", ["id"], unique=True)
    op.create_index(
        "ix_message_siblings", "message", ["conversation_id", "parent_id", "position", "deleted_at"]
    )
    op.create_index("ix_message_parent", "message", ["parent_id"])
    op.create_index("ix_message_state", "message", ["state"])
    op.create_table(
        "message_version",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("message_id", sa.Text(), sa.ForeignKey("message.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Text(), sa.ForeignKey("message_version.id"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
    )
    op.create_index(
        "ix_message_version_number", "message_version", ["message_id", "number"], unique=True
    )


def _make_memories() -> None:
    op.create_table(
        "memory",
        sa.Column("ordinal", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("persona_id", sa.Text(), sa.ForeignKey("persona.id"), nullable=False),
        sa.Column("conversation_id", sa.Text(), sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
    )
    op.create_index("ix_memory_id", "memory", ["id"], unique=True)
    op.create_index("ix_memory_persona", "memory", ["persona_id", "happened_at"])
    op.create_index("ix_memory_conversation", "memory", ["conversation_id"])
    op.create_table(
        "memory_source",
        sa.Column(
            "memory_id", sa.Text(), sa.ForeignKey("memory.id"), primary_key=True, nullable=False
        ),
        sa.Column("place", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("message_id", sa.Text(), sa.ForeignKey("message.id"), nullable=False),
        sa.Column("version_id", sa.Text(), sa.ForeignKey("message_version.id"), nullable=False),
    )
    op.create_index("ix_memory_source_message", "memory_source", ["message_id"])
    op.create_index("ix_memory_source_version", "memory_source", ["version_id"])


def _make_vectors() -> None:
    version = sa.ForeignKey("message_version.id")
    op.create_table(
        "memory_vector",
        sa.Column(
            "memory_id", sa.Text(), sa.ForeignKey("memory.id"), primary_key=True, nullable=False
        ),
        sa.Column("model_key", sa.Text(), primary_key=True, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "index_generation",
        sa.Column(
            "persona_id", sa.Text(), sa.ForeignKey("persona.id"), primary_key=True, nullable=False
        ),
        sa.Column("model_key", sa.Text(), primary_key=True, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
    )
    op.create_table(
        "reply_usage",
        sa.Column("version_id", sa.Text(), version, primary_key=True, nullable=False),
        sa.Column("prompt_read", sa.Integer(), nullable=False),
        sa.Column("prompt_reused", sa.Integer(), nullable=False),
        sa.Column("generated", sa.Integer(), nullable=False),
        sa.Column("read_seconds", sa.Float(), nullable=False),
        sa.Column("generate_seconds", sa.Float(), nullable=False),
    )
    op.create_table(
        "recalled_memory",
        sa.Column(
            "version_id",
            sa.Text(),
            sa.ForeignKey("message_version.id"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("place", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("memory_id", sa.Text(), sa.ForeignKey("memory.id"), nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("injected", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
    )


def _later(column: str, table: str, name: str) -> sa.ForeignKeyConstraint:
    """Return a pointer that is checked at commit, because the two tables point at each other."""
    return sa.ForeignKeyConstraint(
        [column], [f"{table}.id"], name=name, deferrable=True, initially="DEFERRED"
    )


# The search index holds the current text of every message that is neither deleted nor still
# being written, so that a checkpoint costs it nothing. An index over external content has to
# be told the old text when a row leaves it, which is why every trigger looks at old and new.
_SEARCH = (
    """
    CREATE VIEW searchable_message AS
    SELECT message.ordinal AS ordinal, message_version.text AS text
    FROM message JOIN message_version ON message_version.id = message.current_version_id
    WHERE message.deleted_at IS NULL AND message.state <> 'streaming'
    """,
    """
    CREATE VIRTUAL TABLE message_search USING fts5(
        text, content='searchable_message', content_rowid='ordinal',
        tokenize='unicode61 remove_diacritics 2'
    )
    """,
    "INSERT INTO message_search(message_search, rank) VALUES ('secure-delete', 1)",
    """
    CREATE TRIGGER message_version_made AFTER INSERT ON message_version
    BEGIN
        INSERT INTO message_search(rowid, text)
        SELECT ordinal, new.text FROM message
        WHERE id = new.message_id AND current_version_id = new.id
            AND deleted_at IS NULL AND state <> 'streaming';
    END
    """,
    """
    CREATE TRIGGER message_version_written AFTER UPDATE OF text ON message_version
    WHEN old.text IS NOT new.text
    BEGIN
        INSERT INTO message_search(message_search, rowid, text)
        SELECT 'delete', ordinal, old.text FROM message
        WHERE id = new.message_id AND current_version_id = new.id
            AND deleted_at IS NULL AND state <> 'streaming';
        INSERT INTO message_search(rowid, text)
        SELECT ordinal, new.text FROM message
        WHERE id = new.message_id AND current_version_id = new.id
            AND deleted_at IS NULL AND state <> 'streaming';
    END
    """,
    """
    CREATE TRIGGER message_changed AFTER UPDATE OF state, deleted_at, current_version_id ON message
    WHEN old.state IS NOT new.state OR old.deleted_at IS NOT new.deleted_at
        OR old.current_version_id IS NOT new.current_version_id
    BEGIN
        INSERT INTO message_search(message_search, rowid, text)
        SELECT 'delete', old.ordinal, text FROM message_version
        WHERE id = old.current_version_id
            AND old.deleted_at IS NULL AND old.state <> 'streaming';
        INSERT INTO message_search(rowid, text)
        SELECT new.ordinal, text FROM message_version
        WHERE id = new.current_version_id
            AND new.deleted_at IS NULL AND new.state <> 'streaming';
    END
    """,
)

# A memory holds while every message it was made from still says what it said.
_HOLDING = (
    """
    CREATE VIEW holding_memory AS
    SELECT memory.ordinal AS ordinal, memory.id AS id, memory.persona_id AS persona_id
    FROM memory JOIN conversation ON conversation.id = memory.conversation_id
    WHERE conversation.set_aside_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM memory_source JOIN message ON message.id = memory_source.message_id
        WHERE memory_source.memory_id = memory.id AND (
            message.deleted_at IS NOT NULL
            OR message.current_version_id IS NOT memory_source.version_id
        )
    )
    """,
)

# The generation grows with everything that changes which vectors hold.
_GENERATIONS = (
    """
    CREATE TRIGGER memory_vector_added AFTER INSERT ON memory_vector
    BEGIN
        INSERT INTO index_generation(persona_id, model_key, generation)
        SELECT persona_id, new.model_key, 1 FROM memory WHERE id = new.memory_id
        ON CONFLICT(persona_id, model_key) DO UPDATE SET generation = generation + 1;
    END
    """,
    """
    CREATE TRIGGER memory_vector_replaced AFTER UPDATE ON memory_vector
    BEGIN
        UPDATE index_generation SET generation = generation + 1
        WHERE model_key = new.model_key
            AND persona_id = (SELECT persona_id FROM memory WHERE id = new.memory_id);
    END
    """,
    """
    CREATE TRIGGER remembered_message_changed
    AFTER UPDATE OF deleted_at, current_version_id ON message
    WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL)
        OR old.current_version_id IS NOT new.current_version_id
    BEGIN
        UPDATE index_generation SET generation = generation + 1
        WHERE persona_id IN (
            SELECT memory.persona_id
            FROM memory_source JOIN memory ON memory.id = memory_source.memory_id
            WHERE memory_source.message_id = new.id
        );
    END
    """,
    """
    CREATE TRIGGER remembered_conversation_changed AFTER UPDATE OF set_aside_at ON conversation
    WHEN (old.set_aside_at IS NULL) <> (new.set_aside_at IS NULL)
    BEGIN
        UPDATE index_generation SET generation = generation + 1
        WHERE persona_id IN (SELECT persona_id FROM memory WHERE conversation_id = new.id);
    END
    """,
)
