"""Databases of 0001 and 0002 are brought to 0003: memories get lines, messages their path."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from app.domain.ids import MessageId
from app.domain.memory import Scope
from app.storage.database import Database
from app.storage.driver import connect
from app.storage.migration import CURRENT_SCHEMA, Schema
from app.storage.story_memory_repository import StoryMemoryRepository
from tests.app.storage.memory_world import stems_of
from tests.app.storage.storage_world import Store, StoreOpener, TickingClock, unit_vector
from tests.app.storage.test_storage_0002 import FIRST_LIGHT

BRANCHED = """
    INSERT INTO message(id, conversation_id, parent_id, position, author, speaker, state, revision,
        created_at)
    SELECT 'other', conversation_id, parent_id, 1, author, speaker, state, 1, created_at
    FROM message WHERE id = (SELECT leaf_id FROM conversation WHERE id = :story);
    INSERT INTO message_version(id, message_id, number, text, created_at)
    VALUES ('other-1', 'other', 1, 'Sleep well.', '2026-11-21T10:00:00.000000+00:00');
    UPDATE message SET current_version_id = 'other-1' WHERE id = 'other';
    INSERT INTO memory(id, persona_id, conversation_id, kind, text, happened_at, created_at)
    SELECT 'swiped', persona_id, id, 'episode', 'they said sleep well',
        '2026-11-21T10:00:00.000000+00:00', '2026-11-21T10:00:00.000000+00:00'
    FROM conversation WHERE id = :story;
    INSERT INTO memory_source VALUES ('swiped', 0, 'other', 'other-1');
    INSERT INTO memory_vector VALUES ('swiped', 'bge', x'0000')
"""


@pytest.fixture(params=["0001", "0002"])
def used(request: pytest.FixtureRequest, tmp_path: Path, open_store: StoreOpener) -> Store:
    """A database in which people talked and swiped, as an older program left it."""
    path = tmp_path / "dramatis.db"
    path.write_bytes(gzip.decompress(FIRST_LIGHT.read_bytes()))
    if request.param == "0002":
        older = tmp_path / "older"
        older.mkdir()
        for name in ("0001_first_light.py", "0002_authoring.py"):
            shutil.copy(CURRENT_SCHEMA.folders[0] / name, older)
        Database.open(path, tmp_path / "earlier", schema=Schema(1, 1, (older,))).close()
    connection = connect(path, busy_seconds=0)
    [story] = connection.execute("SELECT conversation_id FROM memory").fetchone() or [""]
    for statement in BRANCHED.split(";"):
        connection.execute(statement.replace(":story", f"'{story}'"))
    connection.close()
    return open_store(tmp_path)


def test_what_was_remembered_has_lines_and_stands_on_its_path_only(used: Store):
    assert used.database.user_version == 1002
    assert used.database.integrity_problem() is None
    memories = StoryMemoryRepository(used.database, TickingClock())
    isla = used.personas.list_all()[1]
    evening = used.conversations.list_all(isla.id)[0]
    scope = Scope(isla.id, evening.id)
    [kept] = memories.in_scope(scope)
    assert kept.text == "they said good night"
    assert (kept.importance, kept.layer, kept.provenance) == (3.0, "short", "user")
    said = {one.id: one for one in used.conversations.path(evening.id)}
    lines = [line for line in memories.lines_without_stems(9) if line[0].startswith(kept.id)]
    assert [line.text for _, line in lines] == [said[one.message_id].text for one in kept.sources]
    assert memories.vectors(isla.id, "bge") == []
    missing = memories.without_vectors(isla.id, "bge", 9)
    assert {key for key, _ in missing} == {"swiped-0", *(key for key, _ in lines)}

    used.conversations.select(evening.id, MessageId("other"))
    assert [one.id for one in memories.in_scope(scope)] == ["swiped"]


def test_what_is_missing_can_be_made_up_for(used: Store):
    memories = StoryMemoryRepository(used.database, TickingClock())
    isla = used.personas.list_all()[1]
    evening = used.conversations.list_all(isla.id)[0]
    lines = memories.lines_without_stems(9)
    memories.give_stems({key: stems_of(line.text) for key, line in lines})
    memories.give_vectors({key: unit_vector(0) for key, _ in lines}, "bge")
    assert memories.lines_without_stems(9) == []
    assert memories.without_vectors(isla.id, "bge", 9) == []
    assert memories.fingerprint(isla.id, "bge").count == len(lines)
    [first, *_] = memories.lines_with(Scope(isla.id, evening.id), ["night"], 9)
    near = memories.lines_around(Scope(isla.id, evening.id), [first], "bge")
    assert "Good night." in [one.text for one in near]
    assert used.database.integrity_problem() is None


def test_every_message_knows_its_depth_and_whether_it_is_on_the_path(used: Store):
    with used.database.reading() as session:
        rows = session.execute(
            text("SELECT id, conversation_id, parent_id, depth, on_path FROM message")
        ).all()
    depths = {row.id: row.depth for row in rows}
    for row in rows:
        assert row.depth == (0 if row.parent_id is None else depths[row.parent_id] + 1)
    stories = used.conversations.list_all()
    marked = {row.id for row in rows if row.on_path}
    assert marked == {one.id for story in stories for one in used.conversations.path(story.id)}
    assert "other" not in marked
