"""The schema as migrated is the schema as written; older files are brought to it or left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from app.errors import Bug, MachineError
from app.storage.database import Database
from app.storage.driver import connect, read_value
from app.storage.migration import CURRENT_SCHEMA, Schema
from app.storage.schema import Row
from tests.app.storage.storage_world import Store, StoreOpener

REVISION = """
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {work}
"""

# What SQLModel cannot say, and what only programs of minor version 1 still write into.
UNDECLARED = ("message_search", "memory_line_search", "memory_line_term", "memory_vector")

ADD_MOOD = """
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("mood", sa.Text(), nullable=False, server_default="calm"))
    op.execute("UPDATE message SET mood = 'curious' WHERE author = 'user'")
"""


@pytest.fixture
def newer(tmp_path: Path):
    """Makes a schema one minor version on, with one more revision that does `work`."""

    def make(work: str) -> Schema:
        folder = tmp_path / "newer 100%"
        folder.mkdir(exist_ok=True)
        source = REVISION.format(work=work.strip())
        (folder / "9001_newer.py").write_text(source)
        return Schema(1, CURRENT_SCHEMA.minor + 1, (*CURRENT_SCHEMA.folders, folder))

    return make


@pytest.fixture
def talked(store: Store) -> Store:
    """A store with a conversation in it, closed."""
    conversation = store.open_conversation()
    store.exchange(conversation, None, "Who is there?", "Nobody.")
    store.database.close()
    return store


def differences(store: Store) -> list[object]:
    with store.database.reading() as session:
        context = MigrationContext.configure(
            session.connection(),
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: (
                    not (kind == "table" and str(name).startswith(UNDECLARED))
                ),
            },
        )
        return compare_metadata(context, Row.metadata)


def test_the_migrations_make_what_the_models_say(store: Store):
    assert differences(store) == []


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE more (id TEXT)",
        "ALTER TABLE persona ADD COLUMN more TEXT",
        "DROP INDEX ix_message_siblings",
    ],
)
def test_a_difference_between_the_two_would_be_seen(store: Store, change: str):
    with store.database.writing() as session:
        session.execute(text(change))
    assert len(differences(store)) == 1


def test_a_migration_keeps_what_was_said_and_sets_a_copy_aside(
    talked: Store, newer, open_store: StoreOpener, tmp_path: Path
):
    database = Database.open(talked.path, talked.backups, schema=newer(ADD_MOOD))
    with database.reading() as session:
        moods = session.execute(text("SELECT mood FROM message ORDER BY ordinal")).scalars().all()
        found = session.execute(text("SELECT count(*) FROM message_search('nobody')")).scalar()
    assert (list(moods), found, database.user_version) == (["curious", "calm"], 1, 1003)
    assert database.integrity_problem() is None
    database.close()

    (copy,) = talked.backups.iterdir()
    assert copy.name.startswith("dramatis-1002-")
    folder = tmp_path / "older"
    folder.mkdir()
    copy.rename(folder / "dramatis.db")
    older = open_store(folder)
    (conversation,) = older.conversations.list_all()
    assert older.texts(conversation) == ["Who is there?", "Nobody."]
    assert older.database.user_version == 1002


def test_a_new_database_needs_no_copy(store: Store):
    assert not store.backups.exists()


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (
            ADD_MOOD + "    op.execute('CREATE TABLE extra (id)')\n    op.execute('nonsense')",
            "database",
        ),
        (ADD_MOOD + "    op.execute(\"UPDATE message SET parent_id = 'nowhere'\")", "migration"),
    ],
)
def test_a_migration_that_fails_leaves_everything_as_it_was(
    talked: Store, newer, open_store: StoreOpener, work: str, code: str
):
    before = contents(talked.path)
    with pytest.raises(Bug) as caught:
        Database.open(talked.path, talked.backups, schema=newer(work))
    assert caught.value.code == code
    assert contents(talked.path) == before
    (copy,) = talked.backups.iterdir()
    assert contents(copy) == before
    again = open_store(talked.path.parent)
    (conversation,) = again.conversations.list_all()
    assert again.texts(conversation) == ["Who is there?", "Nobody."]


def test_a_file_at_an_unknown_revision_is_left_as_it_was(talked: Store, newer):
    connection = connect(talked.path, busy_seconds=0)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = contents(talked.path)
    with pytest.raises(Bug, match="could not be migrated"):
        Database.open(talked.path, talked.backups, schema=newer(ADD_MOOD))
    assert contents(talked.path) == before


def test_without_a_copy_nothing_is_migrated(talked: Store, newer):
    before = contents(talked.path)
    talked.backups.write_text("a file where the folder should be")
    with pytest.raises(MachineError, match="backups") as caught:
        Database.open(talked.path, talked.backups, schema=newer(ADD_MOOD))
    assert caught.value.code == "backup"
    assert contents(talked.path) == before


def contents(path: Path) -> list[tuple[object, ...]]:
    """Version, schema and every row of the ordinary tables."""
    connection = connect(path, busy_seconds=0)
    try:
        found: list[tuple[object, ...]] = [(read_value(connection, "PRAGMA user_version"),)]
        schema = connection.execute("SELECT name, type, sql FROM sqlite_master ORDER BY name")
        found += schema.fetchall()
        for name in [row[0] for row in found[1:] if row[1] == "table"]:
            if not str(name).startswith(UNDECLARED):
                found += connection.execute(f'SELECT * FROM "{name}"').fetchall()
    finally:
        connection.close()
    return found
