"""Kills at random moments of a real conversation: what was acknowledged is there afterwards.

How many is `DRAMATIS_KILLS`; a hundred take about four times as long as what runs by itself.
"""

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

from app.context import AppContext, build_context
from app.domain.conversation import Conversation, Message, MessageState
from app.domain.ids import MessageId
from app.inference.scripted import ScriptedEngine
from app.paths import AppPaths
from app.settings import Remembering, Settings
from tests.stage import say

KILLS = int(os.environ.get("DRAMATIS_KILLS", "25"))
LONGEST_LIFE_SECONDS = 0.3
ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


class Nursery:
    """The process that forks talks, and what those said they were promised."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-m", "tests.app.services.talk_until_killed", str(home)]
        # What a killed process measured is lost anyway, and measuring would slow its life down.
        plain = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=plain, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self.acknowledged: dict[str, list[Any]] = {}
        self.tried: dict[str, list[Any]] = {}
        self.streamed: dict[str, str] = {}
        self.heard_of: set[str] = set()
        self.child = 0
        self._rest = b""
        self._hear_until("open", 60.0)

    def raise_and_kill(self, seed: int, since: str, life_seconds: float) -> None:
        """Let a talk live that long since its first breath or its first promise; kill it."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{seed}\n".encode())
        for life in (self.tried, self.streamed, self.heard_of):
            life.clear()
        self._hear_until("pid", 30.0)
        if since != "pid":
            self._hear_until(since, 30.0)
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
                assert heard, "the talks' parent left"
                *lines, self._rest = (self._rest + heard).split(b"\n")
                words = [self._note(json.loads(line)) for line in lines]
                if word in words:
                    return
        assert not word, f"no {word} within {seconds} s"

    def _note(self, line: dict[str, Any]) -> str:
        self.heard_of.add(line.get("id", ""))
        match line["word"]:
            case "pid":
                self.child = int(line["pid"])
            case "try":
                self.tried[line["id"]] = line["now"]
            case "delta":
                before = self.acknowledged.get(line["id"], [""])[0]
                self.streamed[line["id"]] = self.streamed.get(line["id"], before) + line["text"]
            case "ack":
                self.acknowledged[line["id"]] = line["now"]
                self.tried.pop(line["id"], None)
                self.streamed.pop(line["id"], None)
            case _:
                assert line["word"] in {"open", "gone"}
        return line["word"]


@pytest.fixture
def nursery(paths: AppPaths, tmp_path: Path) -> Generator[Nursery]:
    nursery = Nursery(tmp_path / "dramatis")
    yield nursery
    nursery.close()


@pytest.mark.slow
def test_kills_lose_nothing_that_was_sent_or_stored(nursery: Nursery, paths: AppPaths) -> None:
    chance = random.Random(20261121)
    half_written = 0
    for kill in range(KILLS):
        since = ("pid", "ack")[kill % 2]
        nursery.raise_and_kill(kill, since, chance.uniform(0, LONGEST_LIFE_SECONDS))
        with reopen(paths) as context:
            assert context.reports.database().result()["problem"] is None
            for conversation in context.conversations.list_all().result()[:2]:
                half_written += check(nursery, context, conversation)
            talk_on(nursery, context)
    with reopen(paths) as context:
        for key, (text, _) in nursery.acknowledged.items():
            assert details_of(context, key).text == text
    assert half_written, "no kill ever fell into a reply"
    assert len(nursery.acknowledged) > 2 * KILLS


def reopen(paths: AppPaths) -> AppContext:
    """Open as the next start does; remembering has tests of its own."""
    settings = Settings(remembering=Remembering(enabled=False))
    return build_context(paths, settings, engine=ScriptedEngine(["Aye, still here."]))


def details_of(context: AppContext, key: str) -> Message:
    return context.conversations.details(MessageId(key)).result().message


def check(nursery: Nursery, context: AppContext, conversation: Conversation) -> int:
    """Compare a conversation with what was promised; return how many replies were settled."""
    path = context.conversations.page(conversation.id, limit=None).result()
    deleted = {one.id for one in context.conversations.deleted(conversation.id).result()}
    found: dict[str, Message] = {one.id: one for one in path}
    for key in nursery.heard_of - {""}:
        message = found.get(key) or details_of(context, key)
        if message.conversation_id == conversation.id:
            found[key] = message
    assert {one.state for one in found.values()} <= {MessageState.COMPLETE, MessageState.STOPPED}
    for key, message in found.items():
        now = [message.text, key in deleted]
        if key in nursery.streamed:
            assert nursery.streamed[key].startswith(message.text)
            assert message.text.startswith(nursery.acknowledged.get(key, [""])[0])
        elif key in nursery.acknowledged:
            acknowledged = nursery.acknowledged[key]
            assert now in [acknowledged, nursery.tried.get(key, acknowledged)]
        if key in nursery.acknowledged or message.text:
            # What was under way when the kill came is settled now, one way or the other.
            nursery.acknowledged[key] = now
    return sum(bool(found[key].text) for key in nursery.streamed if key in found)


def talk_on(nursery: Nursery, context: AppContext) -> None:
    """The turn after a kill is a turn like any other."""
    open_talks = context.conversations.list_all().result()
    if not open_talks:
        return
    exchange = say(context, open_talks[0], "Still there?")
    assert exchange.finished.message.text == "Aye, still here."
    path = context.conversations.page(open_talks[0].id, limit=2).result()
    assert [one.text for one in path] == ["Still there?", "Aye, still here."]
    for message in path:
        nursery.acknowledged[message.id] = [message.text, False]
