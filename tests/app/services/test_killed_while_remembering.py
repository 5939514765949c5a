"""Kills of app and index child while memories are written and the index is made again.

Every memory that was acknowledged stands and is found at the next start, before the index is
whole and after. How many kills is `DRAMATIS_MEMORY_KILLS`; two hundred are for a long evening.
"""

from __future__ import annotations

import logging
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Generator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from app.domain.ids import ConversationId, MemoryId, PersonaId
from app.domain.memory import MemoryKind
from app.paths import AppPaths
from tests.app.services.remember_until_killed import Remembering
from tests.nursery import Nursery, unmeasured

KILLS = int(os.environ.get("DRAMATIS_MEMORY_KILLS", "4"))
# A story is at most some eighty lines, and five steps.
LONGEST_LIFE_LINES = 150
LAST_BREATH_SECONDS = 0.3
WRITING_SECONDS = 0.1
ASKED_AFTER_A_KILL = 3
# Only an index that hangs takes this long.
PATIENCE_SECONDS = 60.0

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or not Path("/proc/self/stat").exists(),
    reason="needs fork, SIGKILL and /proc",
)


_log = logging.getLogger(__name__)


class Promises:
    """What the lives said they were promised, and in which step the last one was."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.last_step = ""
        self.killed_in: list[str] = []

    def note(self, word: str, line: dict[str, Any]) -> None:
        match word:
            case "kept":
                self.kept[line["id"]] = line
            case "rebuilt":
                mine = sum(one["persona"] == line["persona"] for one in self.kept.values())
                assert line["held"] >= mine
                self.last_step = word
            case _:
                self.last_step = word


@pytest.fixture
def promises() -> Promises:
    return Promises()


@pytest.fixture
def nursery(paths: AppPaths, tmp_path: Path, promises: Promises) -> Generator[Nursery]:
    module = "tests.app.services.remember_until_killed"
    nursery = Nursery(module, tmp_path / "dramatis", promises.note, unmeasured())
    nursery.hear("open")
    yield nursery
    nursery.close()


@pytest.mark.slow
@pytest.mark.timeout(max(300, 60 * KILLS))
def test_kills_lose_no_memory_that_was_acknowledged(
    nursery: Nursery, promises: Promises, paths: AppPaths
) -> None:
    chance = random.Random(20261122)
    for kill in range(KILLS):
        nursery.bear(kill)
        live_a_little(nursery, chance)
        if kill % 3 == 1:
            # The app goes on without its index child, and is killed as well a little later.
            kill_children_of(nursery.life)
            live_a_little(nursery, chance)
        children = children_of(nursery.life)
        promises.killed_in.append(promises.last_step)
        nursery.kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        check(promises, paths, chance, until_agreed=kill % 2 == 0)
        _log.info("kill %d fell into “%s”", kill + 1, promises.last_step)
    assert len(promises.kept) > 2 * KILLS
    _log.info("the kills fell into these steps: %s", Counter(promises.killed_in))


def live_a_little(nursery: Nursery, chance: random.Random) -> None:
    """Come to a random moment; every second one is soon after the writing of a story began."""
    nursery.hear_lines(chance.randint(1, LONGEST_LIFE_LINES))
    if chance.random() < 0.5:
        nursery.hear("writing")
        nursery.hear_for(chance.uniform(0, WRITING_SECONDS))
    else:
        nursery.hear_for(chance.uniform(0, LAST_BREATH_SECONDS))


def kill_children_of(process_id: int) -> None:
    for child in children_of(process_id):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def children_of(process_id: int) -> list[int]:
    """Return the processes that a process has begun and that are still there."""
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == process_id and state != "Z":
                found.append(int(status.parent.name))
    return found


def check(
    promises: Promises, paths: AppPaths, chance: random.Random, *, until_agreed: bool
) -> None:
    """Open as the next start does, ask for what was promised, and let all be written."""
    with ExitStack() as stack:
        remembering = Remembering.open(stack, paths)
        parts = remembering.parts
        storage, store = parts.lanes.storage, parts.stores.story_memories
        assert storage.call(parts.database.integrity_problem) is None
        ids = [MemoryId(one) for one in promises.kept]
        standing = {one.id: one.text for one in storage.call(lambda: store.get_many(ids))}
        assert standing == {MemoryId(one["id"]): one["text"] for one in promises.kept.values()}
        lately = [*promises.kept.values()][-100:]
        asked = chance.sample(lately, min(ASKED_AFTER_A_KILL, len(lately)))
        for one in asked:
            assert_found(remembering, one)
        remembering.write_all()
        for persona_id in dict.fromkeys(PersonaId(one["persona"]) for one in asked):
            assert_whole(remembering, persona_id)
            if until_agreed:
                agree(remembering, persona_id)
        for one in asked:
            assert_found(remembering, one)


def assert_found(remembering: Remembering, kept: dict[str, Any]) -> None:
    """Ask with a memory's own words, with all the time that a slow machine takes."""
    story, persona_id = ConversationId(kept["story"]), PersonaId(kept["persona"])
    recalled = remembering.parts.lanes.memory.call(
        lambda: remembering.recall.recall(persona_id, story, kept["text"], exclude=frozenset())
    )
    assert kept["id"] in [found.memory.id for found in recalled]


def assert_whole(remembering: Remembering, persona_id: PersonaId) -> None:
    """Every exchange is an episode once, however often its writing was cut off."""
    parts = remembering.parts
    memories = remembering.memories.list_all(persona_id).result()
    episodes = [one for one in memories if one.kind is MemoryKind.EPISODE]
    assert len({one.sources for one in episodes}) == len(episodes)
    store = parts.stores.story_memories
    pending = parts.lanes.storage.call(lambda: store.pending_part(persona_id, "").exchanges)
    assert pending == []
    [story] = {one.conversation_id for one in episodes}
    path = parts.lanes.storage.call(lambda: parts.stores.conversations.path(story))
    assert len(episodes) * 2 == len(path)


def agree(remembering: Remembering, persona_id: PersonaId) -> None:
    """Let Chroma come into agreement by itself, then count it vector by vector."""
    index = remembering.parts.index
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not index.is_agreed(persona_id):
        assert time.monotonic() < deadline, "the index never came into agreement"
        index.refresh(persona_id)
        time.sleep(0.01)
    assert index.verify(persona_id).agrees
