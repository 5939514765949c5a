"""A full disk and a disk that may only be read: a sentence, and nothing lost."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Generator
from itertools import count
from pathlib import Path

import pytest

from app.domain.conversation import Conversation, Message, MessageState
from app.errors import MachineError
from app.storage.database import Database
from tests.app.storage.storage_world import Store, StoreOpener

LINE = "It is blowing from the west, and the boats stay in. " * 20
SECRET = "The heirloom lies under the hearthstone. "


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    """A disk of its own with 2 MB, where this machine lets us mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if _mount("-t", "tmpfs", "-o", "size=2m", "dramatis-test", str(folder)) != 0:
        pytest.skip("mounting a small disk needs root; the page limit is tested without")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _mount(*arguments: str) -> int:
    try:
        return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode
    except FileNotFoundError:
        return 1


def talk_until_full(store: Store, conversation: Conversation) -> list[Message]:
    """Append until the disk is full; return what was acknowledged."""
    said: list[Message] = []
    with pytest.raises(MachineError) as caught:  # noqa: PT012 - which one fills it is not known
        for number in count():
            parent = said[-1].id if said else None
            said.append(store.say(conversation, parent, f"{number} {LINE}"))
    assert caught.value.code == "disk-full"
    assert "Nothing that was stored is lost" in caught.value.message
    assert str(store.path) in caught.value.message
    assert len(said) > 5
    return said


def test_a_file_that_may_not_grow_loses_nothing(store: Store, open_store: StoreOpener):
    conversation = store.open_conversation()
    connection = store.database._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone() or (0,)
    connection.execute(f"PRAGMA max_page_count = {pages + 40}")

    said = talk_until_full(store, conversation)

    assert store.conversations.path(conversation.id) == said
    connection.execute("PRAGMA max_page_count = 100000")
    said.append(store.say(conversation, said[-1].id, "There is room again."))
    store.database.close()
    again = open_store(store.path.parent)
    assert again.conversations.path(conversation.id) == said
    assert again.database.integrity_problem() is None


def test_what_could_not_be_stored_is_not_in_the_log_either(
    store: Store, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    conversation = store.open_conversation()
    connection = store.database._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone() or (0,)
    connection.execute(f"PRAGMA max_page_count = {pages}")

    for wrapped in (True, False):
        with pytest.raises(MachineError) as caught:
            store.say(conversation, None, SECRET * 2000)
        error = caught.value if wrapped else caught.value.__cause__
        logging.getLogger("storage").error("it failed", exc_info=error)

    assert "database or disk is full" in caplog.text
    assert "heirloom" not in caplog.text
    assert "hearthstone" not in caplog.text


def test_a_full_disk_loses_nothing_and_works_again_with_space(
    small_disk: Path, open_store: StoreOpener
):
    store = open_store(small_disk)
    conversation = store.open_conversation()
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(400_000))

    said = talk_until_full(store, conversation)
    assert store.conversations.path(conversation.id) == said
    with pytest.raises(MachineError):
        store.database.backup_to(store.backups / "copy.db")
    assert list(store.backups.glob("*")) == []

    ballast.unlink()
    said.append(store.say(conversation, said[-1].id, LINE))
    store.database.close()
    again = open_store(small_disk)
    assert again.conversations.path(conversation.id) == said
    assert again.database.integrity_problem() is None
    again.database.close()


def test_a_reply_keeps_its_last_checkpoint_when_the_disk_fills(
    small_disk: Path, open_store: StoreOpener
):
    store = open_store(small_disk)
    conversation = store.open_conversation()
    reply = store.reply(conversation, None, "", MessageState.STREAMING)
    text = kept = ""
    with pytest.raises(MachineError) as caught:  # noqa: PT012 - which one fills it is not known
        for _ in count():
            text += LINE
            kept = store.conversations.checkpoint(reply.id, text, MessageState.STREAMING).text
    assert caught.value.code == "disk-full"
    assert kept
    assert store.conversations.message(reply.id).text == kept
    store.database.close()
    again = open_store(small_disk)
    assert again.conversations.message(reply.id).text == kept
    again.database.close()


def test_there_is_no_room_for_a_new_database(small_disk: Path):
    (small_disk / "ballast").write_bytes(bytes(2_000_000))
    with pytest.raises(MachineError) as caught:
        Database.open(small_disk / "dramatis.db", small_disk / "backups")
    assert caught.value.code == "disk-full"


def test_a_disk_that_may_only_be_read_is_named(small_disk: Path, open_store: StoreOpener):
    store = open_store(small_disk)
    store.add_persona()
    store.database.close()
    assert _mount("-o", "remount,ro", str(small_disk)) == 0
    with pytest.raises(MachineError) as caught:
        Database.open(store.path, store.backups)
    assert (caught.value.code, str(store.path) in caught.value.message) == ("read-only", True)
    with pytest.raises(MachineError) as caught:
        Database.open(small_disk / "other.db", store.backups)
    assert (caught.value.code, "writable" in caught.value.message) == ("read-only", True)


def test_a_disk_that_turns_read_only_while_open_is_named(store: Store):
    conversation = store.open_conversation()
    store.database._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(MachineError) as caught:
        store.say(conversation, None, "Hello")
    assert caught.value.code == "read-only"
    assert store.texts(conversation) == []
