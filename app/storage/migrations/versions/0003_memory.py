"""Memories as they stand in their stories: lines, links, what was read, and the path itself.

Only adds, in SQLite's own words where Alembic would rebuild a table and lose what stands on it.
Vectors are of lines now; the old ones go, and are made again from the lines. The table that held
them stays for programs that know only 0002, and what those write gets its lines by a trigger.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns, tables, views and triggers, and fill what follows from what is there."""
    for statement in (*_COLUMNS, *_PATH):
        op.execute(statement)
    _make_lines()
    _make_ties()
    _make_readings()
    for statement in (*_VIEWS, *_SEARCH, *_GENERATIONS, *_LINES):
        op.execute(statement)


def _make_lines() -> None:
    op.create_table(
        "memory_line",
        sa.Column("ordinal", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("memory_id", sa.Text(), sa.ForeignKey("memory.id"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Text(), sa.ForeignKey("message.id"), nullable=True),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("stems", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("ix_memory_line_id", "memory_line", ["id"], unique=True)
    op.create_index("ix_memory_line_memory", "memory_line", ["memory_id", "place"], unique=True)
    op.create_index("ix_memory_line_message", "memory_line", ["message_id"])
    op.execute("CREATE INDEX ix_memory_line_unstemmed ON memory_line (ordinal) WHERE stems IS NULL")
    op.create_table(
        "line_vector",
        sa.Column(
            "line_id",
            sa.Text(),
            sa.ForeignKey("memory_line.id"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("model_key", sa.Text(), primary_key=True, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
    )


def _make_ties() -> None:
    op.create_table(
        "memory_link",
        _of_memory("newer_id"),
        sa.Column("relation", sa.Text(), primary_key=True, nullable=False),
        sa.Column("place", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("older_id", sa.Text(), sa.ForeignKey("memory.id"), nullable=False),
    )
    op.create_index("ix_memory_link_older", "memory_link", ["older_id", "relation"])
    op.create_table(
        "memory_enrichment",
        _of_memory("newer_id"),
        _of_memory("older_id"),
        sa.Column("keywords", sa.Text(), nullable=False),
    )
    op.create_index("ix_memory_enrichment_older", "memory_enrichment", ["older_id"])
    op.create_table(
        "memory_triple",
        _of_memory("memory_id"),
        sa.Column("place", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
    )
    op.create_table(
        "memory_bond",
        _of_memory("memory_id"),
        sa.Column("familiarity", sa.Float(), nullable=False),
        sa.Column("affection_of_user", sa.Float(), nullable=False),
        sa.Column("affection_of_character", sa.Float(), nullable=False),
        sa.Column("mood", sa.Text(), nullable=False),
    )
    op.create_table(
        "memory_name",
        sa.Column("name", sa.Text(), primary_key=True, nullable=False),
        sa.Column(
            "memory_ordinal",
            sa.Integer(),
            sa.ForeignKey("memory.ordinal"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("given_by", sa.Text(), primary_key=True, nullable=False),
    )
    op.create_index("ix_memory_name_memory", "memory_name", ["memory_ordinal"])
    op.create_index("ix_memory_name_giver", "memory_name", ["given_by"])


def _make_readings() -> None:
    version = sa.ForeignKey("message_version.id")
    op.create_table(
        "memory_read",
        sa.Column("extractor", sa.Text(), primary_key=True, nullable=False),
        sa.Column("replied_id", sa.Text(), version, primary_key=True, nullable=False),
        sa.Column(
            "asked_id",
            sa.Text(),
            sa.ForeignKey("message_version.id"),
            primary_key=True,
            nullable=False,
        ),
    )
    op.create_table(
        "memory_rewording",
        _of_memory("memory_id"),
        sa.Column("number", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
    )


def _of_memory(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), sa.ForeignKey("memory.id"), primary_key=True, nullable=False)


_COLUMNS = (
    "ALTER TABLE memory ADD COLUMN note_kind TEXT",
    "ALTER TABLE memory ADD COLUMN about TEXT",
    "ALTER TABLE memory ADD COLUMN provenance TEXT NOT NULL DEFAULT 'user'",
    "ALTER TABLE memory ADD COLUMN importance FLOAT NOT NULL DEFAULT 3.0",
    "ALTER TABLE memory ADD COLUMN keywords TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE memory ADD COLUMN speaks_of TEXT",
    "ALTER TABLE memory ADD COLUMN layer TEXT NOT NULL DEFAULT 'short'",
    "ALTER TABLE memory ADD COLUMN pinned_at TEXT",
    "ALTER TABLE memory ADD COLUMN quarantine TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE memory ADD COLUMN uses INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE memory ADD COLUMN last_used_at TEXT",
    "ALTER TABLE memory ADD COLUMN forgotten_at TEXT",
    "CREATE INDEX ix_memory_story ON memory (conversation_id, happened_at)",
    """
    CREATE INDEX ix_memory_day ON memory (conversation_id, speaks_of)
    WHERE speaks_of IS NOT NULL
    """,
    "ALTER TABLE recalled_memory ADD COLUMN signals TEXT NOT NULL DEFAULT '[]'",
    "CREATE INDEX ix_recalled_memory ON recalled_memory (memory_id)",
)

# `on_path` is 1 for exactly the messages from the root to the conversation's leaf, deleted ones
# included, and `depth` counts the steps from the root. Triggers keep both, so that no code can
# forget to, not even an older program's.
_PATH = (
    "ALTER TABLE message ADD COLUMN on_path INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE message ADD COLUMN depth INTEGER NOT NULL DEFAULT 0",
    """
    WITH RECURSIVE down(ordinal, id, depth) AS (
        SELECT ordinal, id, 0 FROM message WHERE parent_id IS NULL
        UNION ALL
        SELECT message.ordinal, message.id, down.depth + 1
        FROM down JOIN message ON message.parent_id = down.id
    )
    UPDATE message SET depth = down.depth FROM down WHERE down.ordinal = message.ordinal
    """,
    """
    WITH RECURSIVE up(id, parent_id) AS (
        SELECT message.id, message.parent_id
        FROM conversation JOIN message ON message.id = conversation.leaf_id
        UNION ALL
        SELECT message.id, message.parent_id
        FROM up JOIN message ON message.id = up.parent_id
    )
    UPDATE message SET on_path = 1 WHERE id IN (SELECT id FROM up)
    """,
    "CREATE INDEX ix_message_story ON message (conversation_id, depth) WHERE on_path = 1",
    """
    CREATE TRIGGER message_placed AFTER INSERT ON message WHEN new.parent_id IS NOT NULL
    BEGIN
        UPDATE message SET depth = (SELECT depth + 1 FROM message WHERE id = new.parent_id)
        WHERE ordinal = new.ordinal;
    END
    """,
    """
    CREATE TRIGGER conversation_went_on AFTER UPDATE OF leaf_id ON conversation
    WHEN new.leaf_id IS NOT NULL AND new.leaf_id IS NOT old.leaf_id
        AND (SELECT parent_id FROM message WHERE id = new.leaf_id) IS old.leaf_id
    BEGIN
        UPDATE message SET on_path = 1 WHERE id = new.leaf_id;
    END
    """,
    """
    CREATE TRIGGER conversation_turned AFTER UPDATE OF leaf_id ON conversation
    WHEN new.leaf_id IS NOT old.leaf_id AND (
        new.leaf_id IS NULL
        OR (SELECT parent_id FROM message WHERE id = new.leaf_id) IS NOT old.leaf_id
    )
    BEGIN
        UPDATE message SET on_path = 1 - on_path
        WHERE conversation_id = new.id AND on_path <> (id IN (
            WITH RECURSIVE up(id, parent_id) AS (
                SELECT id, parent_id FROM message WHERE id = new.leaf_id
                UNION ALL
                SELECT message.id, message.parent_id
                FROM up JOIN message ON message.id = up.parent_id
            )
            SELECT id FROM up
        ));
    END
    """,
)

# What holds is what an index follows: a swipe leaves it alone. What stands is the story as it is
# told now. A reflection stands while all it rests on does; `rests` are the evidence's own.
_VIEWS = (
    "DROP VIEW holding_memory",
    """
    CREATE VIEW holding_memory AS
    SELECT memory.ordinal AS ordinal, memory.id AS id, memory.persona_id AS persona_id
    FROM memory JOIN conversation ON conversation.id = memory.conversation_id
    WHERE memory.forgotten_at IS NULL AND conversation.set_aside_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM memory_source JOIN message ON message.id = memory_source.message_id
        WHERE memory_source.memory_id = memory.id AND (
            message.deleted_at IS NOT NULL
            OR message.current_version_id IS NOT memory_source.version_id
        )
    )
    """,
    """
    CREATE VIEW grounded_memory AS
    SELECT memory.ordinal AS ordinal, memory.id AS id, memory.persona_id AS persona_id,
        memory.conversation_id AS conversation_id, memory.kind AS kind,
        memory.happened_at AS happened_at, memory.quarantine AS quarantine
    FROM memory JOIN conversation ON conversation.id = memory.conversation_id
    WHERE memory.forgotten_at IS NULL AND conversation.set_aside_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM memory_source JOIN message ON message.id = memory_source.message_id
        WHERE memory_source.memory_id = memory.id AND (
            message.on_path = 0 OR message.deleted_at IS NOT NULL
            OR message.current_version_id IS NOT memory_source.version_id
        )
    )
    """,
    """
    CREATE VIEW standing_memory AS
    SELECT * FROM grounded_memory WHERE NOT EXISTS (
        SELECT 1 FROM memory_link
        WHERE memory_link.newer_id = grounded_memory.id
            AND memory_link.relation IN ('evidence', 'rests')
            AND NOT EXISTS (
                SELECT 1 FROM grounded_memory AS ground WHERE ground.id = memory_link.older_id
            )
    )
    """,
)

# Stems come ready and in one piece each: whatever is no space belongs to one.
_SEARCH = (
    """
    CREATE VIEW searchable_line AS
    SELECT ordinal, stems FROM memory_line WHERE stems IS NOT NULL
    """,
    """
    CREATE VIRTUAL TABLE memory_line_search USING fts5(
        stems, content='searchable_line', content_rowid='ordinal',
        tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
    )
    """,
    "INSERT INTO memory_line_search(memory_line_search, rank) VALUES ('secure-delete', 1)",
    "CREATE VIRTUAL TABLE memory_line_term USING fts5vocab(memory_line_search, 'row')",
    """
    CREATE TRIGGER memory_line_made AFTER INSERT ON memory_line WHEN new.stems IS NOT NULL
    BEGIN
        INSERT INTO memory_line_search(rowid, stems) VALUES (new.ordinal, new.stems);
    END
    """,
    """
    CREATE TRIGGER memory_line_written AFTER UPDATE OF stems ON memory_line
    WHEN old.stems IS NOT new.stems
    BEGIN
        INSERT INTO memory_line_search(memory_line_search, rowid, stems)
        SELECT 'delete', old.ordinal, old.stems WHERE old.stems IS NOT NULL;
        INSERT INTO memory_line_search(rowid, stems)
        SELECT new.ordinal, new.stems WHERE new.stems IS NOT NULL;
    END
    """,
    """
    CREATE TRIGGER memory_line_erased AFTER DELETE ON memory_line WHEN old.stems IS NOT NULL
    BEGIN
        INSERT INTO memory_line_search(memory_line_search, rowid, stems)
        VALUES ('delete', old.ordinal, old.stems);
    END
    """,
)

_COUNT_ON = """
        INSERT INTO index_generation(persona_id, model_key, generation)
        SELECT memory.persona_id, {row}.model_key, 1
        FROM memory_line JOIN memory ON memory.id = memory_line.memory_id
        WHERE memory_line.id = {row}.line_id
        ON CONFLICT(persona_id, model_key) DO UPDATE SET generation = generation + 1;
"""

_GENERATIONS = (
    "DROP TRIGGER memory_vector_added",
    "DROP TRIGGER memory_vector_replaced",
    f"""
    CREATE TRIGGER line_vector_added AFTER INSERT ON line_vector
    BEGIN {_COUNT_ON.format(row="new")} END
    """,
    f"""
    CREATE TRIGGER line_vector_replaced AFTER UPDATE ON line_vector
    BEGIN {_COUNT_ON.format(row="new")} END
    """,
    f"""
    CREATE TRIGGER line_vector_erased AFTER DELETE ON line_vector
    BEGIN {_COUNT_ON.format(row="old")} END
    """,
)

# Old episodes say who said what; their stems are for the program to find.
_FROM_SOURCES = """
    INSERT INTO memory_line(id, memory_id, place, message_id, speaker, stems, text)
    SELECT memory.id || '-' || memory_source.place, memory.id, memory_source.place, message.id,
        message.speaker, NULL, message_version.text
    FROM memory
    JOIN memory_source ON memory_source.memory_id = memory.id
    JOIN message ON message.id = memory_source.message_id
    JOIN message_version ON message_version.id = memory_source.version_id
    WHERE trim(message_version.text, ' ' || char(9, 10, 13)) <> ''
"""

_VECTOR_ADDED = """
    CREATE TRIGGER memory_vector_added AFTER INSERT ON memory_vector
    BEGIN
        {lines} AND memory.id = new.memory_id
        AND NOT EXISTS (SELECT 1 FROM memory_line WHERE memory_id = new.memory_id);
    END
"""

_LINES = (
    "DELETE FROM memory_vector",
    _FROM_SOURCES + " ORDER BY memory.ordinal, memory_source.place",
    _VECTOR_ADDED.format(lines=_FROM_SOURCES),
)
