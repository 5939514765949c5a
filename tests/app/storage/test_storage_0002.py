"""A database that 0001 made and people used is brought to 0002 with everything in it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from app.domain.user_persona import UserPersona
from app.storage.driver import connect, read_value
from app.storage.lore_repository import LoreRepository
from app.storage.user_persona_repository import UserPersonaRepository
from personas.lorebook import Lorebook, LoreEntry
from tests.app.storage.storage_world import Store, StoreOpener, TickingClock

FIRST_LIGHT = Path(__file__).with_name("first_light.db.gz")
"""Written by the program as it was when 0001 was the only migration."""


@pytest.fixture
def used(tmp_path: Path, open_store: StoreOpener) -> Store:
    (tmp_path / "dramatis.db").write_bytes(gzip.decompress(FIRST_LIGHT.read_bytes()))
    connection = connect(tmp_path / "dramatis.db", busy_seconds=0)
    assert read_value(connection, "PRAGMA user_version") == 1000
    connection.close()
    return open_store(tmp_path)


def test_an_old_database_keeps_its_cast_and_what_was_said(used: Store):
    assert used.database.user_version == 1002
    assert used.database.integrity_problem() is None
    ada, isla = used.personas.list_all()
    assert (ada.persona.tagline, ada.version) == ("counts twice", 2)
    assert isla.from_library == "isla-macrae"
    assert isla.problem is None
    evening = used.conversations.list_all(isla.id)[0]
    assert used.texts(evening) == ["Who is there?", "Nobody but me.", "Good night.", "Aye."]
    assert [hit.message.text for hit in used.conversations.search("nobody")] == ["Nobody but me."]
    assert [memory.text for memory in used.memories.of_persona(isla.id)] == ["they said good night"]
    assert used.memories.fingerprint(isla.id, "bge").count == 0


def test_what_0002_adds_is_empty_for_old_rows(used: Store):
    ada, isla = used.personas.list_all(include_archived=True)
    assert {ada.folder, ada.portrait, ada.archived_at} == {"", None}
    assert isla.last_spoken_at is not None
    assert used.personas.portrait(isla.id) is None
    assert {row.user_persona_id for row in used.conversations.list_all()} == {None}


def test_an_old_database_can_do_all_that_a_new_one_can(used: Store):
    clock = TickingClock()
    isla = used.personas.list_all()[1]
    lore, users = LoreRepository(used.database, clock), UserPersonaRepository(used.database, clock)
    book = lore.attach(lore.add(Lorebook(entries=(LoreEntry(content="Fog."),))).id, isla.id)
    user = users.add(UserPersona(name="Ana"))
    conversation = used.conversations.list_all(isla.id)[0]
    used.conversations.set_user(conversation.id, "Ana", user.id)
    used.personas.set_portrait(isla.id, b"png")
    assert lore.attached_to(isla.id) == [book]
    assert used.conversations.get(conversation.id).user_persona_id == user.id
    used.say(conversation, conversation.leaf_id, "Still there?")
    assert len(used.conversations.search("still")) == 1
    assert used.database.integrity_problem() is None


def test_a_copy_of_the_old_database_is_set_aside(used: Store):
    (copy,) = used.backups.iterdir()
    assert copy.name.startswith("dramatis-1000-")
