"""Portraits, lorebooks, who the user is, and what a cast of thousands is sorted by.

Only adds: what 0001 holds stays as it is, and a program that knows only 0001 can pass it over.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and tables."""
    for column in ("folder", "archived_at", "fingerprint"):
        op.add_column("persona", sa.Column(column, sa.Text(), nullable=True))
    op.create_index("ix_persona_fingerprint", "persona", ["fingerprint"])
    op.create_table(
        "portrait",
        sa.Column(
            "persona_id", sa.Text(), sa.ForeignKey("persona.id"), primary_key=True, nullable=False
        ),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
    )
    _make_lorebooks()
    op.create_table(
        "user_persona",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Integer(), nullable=False),
        sa.Column("set_aside_at", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
    )
    # In SQLite's own words: Alembic would rebuild the table for the reference, and the views and
    # triggers that stand on it would go.
    op.execute(
        "ALTER TABLE conversation ADD COLUMN user_persona_id TEXT REFERENCES user_persona (id)"
    )


def _make_lorebooks() -> None:
    op.create_table(
        "lorebook",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("current_version_id", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("set_aside_at", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["current_version_id"],
            ["lorebook_version.id"],
            name="fk_lorebook_current_version",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("ix_lorebook_fingerprint", "lorebook", ["fingerprint"])
    op.create_table(
        "lorebook_version",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("lorebook_id", sa.Text(), sa.ForeignKey("lorebook.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
    )
    op.create_index(
        "ix_lorebook_version_number", "lorebook_version", ["lorebook_id", "number"], unique=True
    )
    op.create_table(
        "lorebook_attachment",
        sa.Column(
            "lorebook_id", sa.Text(), sa.ForeignKey("lorebook.id"), primary_key=True, nullable=False
        ),
        sa.Column(
            "persona_id", sa.Text(), sa.ForeignKey("persona.id"), primary_key=True, nullable=False
        ),
        sa.Column("created_at", sa.Text(), nullable=False),
    )
    op.create_index(
        "ix_lorebook_attachment_persona", "lorebook_attachment", ["persona_id", "created_at"]
    )
