"""Kills at random moments of a real conversation: what was acknowledged is there afterwards.

How many is `DRAMATIS_KILLS`; a hundred take about four times as long as what runs by itself.
"""

from __future__ import annotations

import os
import random
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from app.context import AppContext, build_context
from app.domain.conversation import Conversation, Message, MessageState
from app.domain.ids import MessageId
from app.inference.scripted import ScriptedEngine
from app.paths import AppPaths
from app.settings import Remembering, Settings
from tests.nursery import Nursery, unmeasured
from tests.stage import say

KILLS = int(os.environ.get("DRAMATIS_KILLS", "25"))
# A turn says some forty lines, most of them pieces of a reply.
LONGEST_LIFE_LINES = 120
LAST_BREATH_SECONDS = 0.01
# Every second life is killed while it opens, or soon after.
OPENING_SECONDS = 0.3

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


class Promises:
    """What the talks said they were promised, since the beginning and in the last life."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, list[Any]] = {}
        self.tried: dict[str, list[Any]] = {}
        self.streamed: dict[str, str] = {}
        self.heard_of: set[str] = set()

    def forget_the_last_life(self) -> None:
        for life in (self.tried, self.streamed, self.heard_of):
            life.clear()

    def note(self, word: str, line: dict[str, Any]) -> None:
        key = line["id"]
        self.heard_of.add(key)
        match word:
            case "try":
                self.tried[key] = line["now"]
            case "delta":
                before = self.acknowledged.get(key, [""])[0]
                self.streamed[key] = self.streamed.get(key, before) + line["text"]
            case _:
                assert word == "ack"
                self.acknowledged[key] = line["now"]
                self.tried.pop(key, None)
                self.streamed.pop(key, None)


@pytest.fixture
def promises() -> Promises:
    return Promises()


@pytest.fixture
def nursery(paths: AppPaths, tmp_path: Path, promises: Promises) -> Generator[Nursery]:
    module = "tests.app.services.talk_until_killed"
    nursery = Nursery(module, tmp_path / "dramatis", promises.note, unmeasured())
    nursery.hear("open")
    yield nursery
    nursery.close()


@pytest.mark.slow
def test_kills_lose_nothing_that_was_sent_or_stored(
    nursery: Nursery, promises: Promises, paths: AppPaths
) -> None:
    chance = random.Random(20261121)
    half_written = 0
    for kill in range(KILLS):
        promises.forget_the_last_life()
        nursery.bear(kill)
        if kill % 2:
            nursery.hear_lines(chance.randint(1, LONGEST_LIFE_LINES))
            nursery.hear_for(chance.uniform(0, LAST_BREATH_SECONDS))
        else:
            nursery.hear_for(chance.uniform(0, OPENING_SECONDS))
        nursery.kill()
        with reopen(paths) as context:
            assert context.reports.database().result()["problem"] is None
            for conversation in context.conversations.list_all().result()[:2]:
                half_written += check(promises, context, conversation)
            talk_on(promises, context)
    with reopen(paths) as context:
        for key, (text, _) in promises.acknowledged.items():
            assert details_of(context, key).text == text
    assert half_written, "no kill ever fell into a reply"
    assert len(promises.acknowledged) > 2 * KILLS


def reopen(paths: AppPaths) -> AppContext:
    """Open as the next start does; remembering has tests of its own."""
    settings = Settings(remembering=Remembering(enabled=False))
    return build_context(paths, settings, engine=ScriptedEngine(["Aye, still here."]))


def details_of(context: AppContext, key: str) -> Message:
    return context.conversations.details(MessageId(key)).result().message


def check(promises: Promises, context: AppContext, conversation: Conversation) -> int:
    """Compare a conversation with what was promised; return how many replies were settled."""
    path = context.conversations.page(conversation.id, limit=None).result()
    deleted = {one.id for one in context.conversations.deleted(conversation.id).result()}
    found: dict[str, Message] = {one.id: one for one in path}
    for key in promises.heard_of:
        message = found.get(key) or details_of(context, key)
        if message.conversation_id == conversation.id:
            found[key] = message
    assert {one.state for one in found.values()} <= {MessageState.COMPLETE, MessageState.STOPPED}
    for key, message in found.items():
        now = [message.text, key in deleted]
        if key in promises.streamed:
            assert promises.streamed[key].startswith(message.text)
            assert message.text.startswith(promises.acknowledged.get(key, [""])[0])
        elif key in promises.acknowledged:
            acknowledged = promises.acknowledged[key]
            assert now in [acknowledged, promises.tried.get(key, acknowledged)]
        if key in promises.acknowledged or message.text:
            # What was under way when the kill came is settled now, one way or the other.
            promises.acknowledged[key] = now
    return sum(bool(found[key].text) for key in promises.streamed if key in found)


def talk_on(promises: Promises, context: AppContext) -> None:
    """The turn after a kill is a turn like any other."""
    open_talks = context.conversations.list_all().result()
    if not open_talks:
        return
    exchange = say(context, open_talks[0], "Still there?")
    assert exchange.finished.message.text == "Aye, still here."
    path = context.conversations.page(open_talks[0].id, limit=2).result()
    assert [one.text for one in path] == ["Still there?", "Aye, still here."]
    for message in path:
        promises.acknowledged[message.id] = [message.text, False]
