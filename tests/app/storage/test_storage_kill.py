"""A hundred kills at random moments of a real chat loop: nothing acknowledged is missing."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.conversation import MessageState
from app.storage.message_tree import read_messages
from tests.app.storage.storage_world import Store

KILLS = 100
LONGEST_LIFE_SECONDS = 0.12
ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


class Nursery:
    """The process that forks chats, and what those said they had committed."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.app.storage.chat_until_killed", str(folder)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self.acknowledged: dict[str, list[Any]] = {}
        self.tried: dict[str, list[Any]] = {}
        self.memories: set[str] = set()
        self.child = 0
        self._rest = b""

    def raise_and_kill(self, seed: int, life_seconds: float) -> None:
        """Let a chat live that long after it started to commit, and kill it at once."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{seed}\n".encode())
        self._hear_until("ack", 30.0)
        self._hear_until("", life_seconds)
        os.kill(self.child, signal.SIGKILL)
        self._hear_until("gone", 30.0)
        self.child = 0

    def close(self) -> None:
        if self.child:
            os.kill(self.child, signal.SIGKILL)
        self.process.communicate(timeout=30)

    def _hear_until(self, word: str, seconds: float) -> None:
        assert self.process.stdout is not None
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            if select.select([self.process.stdout], [], [], left)[0]:
                heard = self.process.stdout.read(65536)
                assert heard, "the chat's parent left"
                *lines, self._rest = (self._rest + heard).split(b"\n")
                words = [self._note(json.loads(line)) for line in lines]
                if word in words:
                    return
        assert not word, f"no {word} within {seconds} s"

    def _note(self, line: dict[str, Any]) -> str:
        match line["word"]:
            case "pid":
                self.child = int(line["id"])
            case "try":
                self.tried[line["id"]] = line["now"]
            case "ack":
                self.acknowledged[line["id"]] = line["now"]
                self.tried.pop(line["id"], None)
            case "memory":
                self.memories.add(line["id"])
            case _:
                assert line["word"] == "gone"
        return line["word"]


@pytest.fixture
def nursery(tmp_path: Path) -> Generator[Nursery]:
    nursery = Nursery(tmp_path)
    yield nursery
    nursery.close()


@pytest.mark.slow
def test_a_hundred_kills_lose_nothing_that_was_acknowledged(nursery: Nursery, tmp_path: Path):
    chance = random.Random(20261121)
    states: set[str] = set()
    for kill in range(KILLS):
        nursery.raise_and_kill(kill, chance.uniform(0, LONGEST_LIFE_SECONDS))
        store = Store.open(tmp_path)
        assert store.database.integrity_problem() is None
        stored = read_all(store)
        for message_id, acknowledged in nursery.acknowledged.items():
            allowed = [acknowledged, nursery.tried.get(message_id, acknowledged)]
            assert stored[message_id] in allowed, f"after kill {kill}"
        # What was under way when the kill came is settled now, one way or the other.
        nursery.acknowledged |= {key: stored[key] for key in nursery.acknowledged}
        nursery.tried.clear()
        assert nursery.memories <= read_memories(store)
        states |= {one.state for one in store.conversations.unfinished()}
        store.database.close()
    assert states == {MessageState.STREAMING}, "no kill ever fell into a reply"
    assert len(nursery.acknowledged) > 2 * KILLS


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
        statement = "SELECT memory_id FROM memory_vector WHERE length(vector) = 768"
        return set(session.execute(text(statement)).scalars())
