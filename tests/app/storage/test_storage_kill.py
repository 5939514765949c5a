"""A hundred kills at random moments of a real chat loop: nothing acknowledged is missing."""

from __future__ import annotations

import os
import random
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.conversation import MessageState
from app.storage.message_tree import read_messages
from tests.app.storage.storage_world import Store
from tests.nursery import Nursery

KILLS = 100
# A turn says some fifteen lines.
LONGEST_LIFE_LINES = 45
LAST_BREATH_SECONDS = 0.005

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


class Promises:
    """What the chats said they had committed, and what they were about to."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, list[Any]] = {}
        self.tried: dict[str, list[Any]] = {}
        self.memories: set[str] = set()

    def note(self, word: str, line: dict[str, Any]) -> None:
        match word:
            case "try":
                self.tried[line["id"]] = line["now"]
            case "ack":
                self.acknowledged[line["id"]] = line["now"]
                self.tried.pop(line["id"], None)
            case _:
                assert word == "memory"
                self.memories.add(line["id"])


@pytest.fixture
def promises() -> Promises:
    return Promises()


@pytest.fixture
def nursery(tmp_path: Path, promises: Promises) -> Generator[Nursery]:
    nursery = Nursery("tests.app.storage.chat_until_killed", tmp_path, promises.note)
    yield nursery
    nursery.close()


@pytest.mark.slow
def test_a_hundred_kills_lose_nothing_that_was_acknowledged(
    nursery: Nursery, promises: Promises, tmp_path: Path
):
    chance = random.Random(20261121)
    states: set[str] = set()
    for kill in range(KILLS):
        nursery.bear(kill)
        nursery.hear_lines(chance.randint(1, LONGEST_LIFE_LINES))
        nursery.hear_for(chance.uniform(0, LAST_BREATH_SECONDS))
        nursery.kill()
        store = Store.open(tmp_path)
        assert store.database.integrity_problem() is None
        stored = read_all(store)
        for message_id, acknowledged in promises.acknowledged.items():
            allowed = [acknowledged, promises.tried.get(message_id, acknowledged)]
            assert stored[message_id] in allowed, f"after kill {kill}"
        # What was under way when the kill came is settled now, one way or the other.
        promises.acknowledged |= {key: stored[key] for key in promises.acknowledged}
        promises.tried.clear()
        assert promises.memories <= read_memories(store)
        states |= {one.state for one in store.conversations.unfinished()}
        store.database.close()
    assert states == {MessageState.STREAMING}, "no kill ever fell into a reply"
    assert len(promises.acknowledged) > 2 * KILLS


def read_all(store: Store) -> dict[str, list[Any]]:
    """Every message as the chats report theirs, whatever branch it is on."""
    with store.database.reading() as session:
        rows = session.execute(text("SELECT id, deleted_at IS NOT NULL FROM message")).all()
        is_deleted = {key: bool(deleted) for key, deleted in rows}
        messages = read_messages(session, list(is_deleted))
    return {
        key: [message.text, message.state.value, is_deleted[key]]
        for key, message in messages.items()
    }


def read_memories(store: Store) -> set[str]:
    """Every memory with a whole vector, also those that no longer hold."""
    with store.database.reading() as session:
        statement = """
            SELECT line.memory_id FROM line_vector JOIN memory_line AS line ON line.id = line_id
            WHERE length(vector) = 768
        """
        return set(session.execute(text(statement)).scalars())
