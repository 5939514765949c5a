"""Talks through the real services until it is killed, and says what it was promised.

Opens everything once and then forks a fresh process for every line on stdin, so that a hundred
kills cost a hundred forks. Each writes lines to stdout, every one in one piece: `try` before a
change, `ack` once its future has resolved, `delta` for every piece of a reply and `ack` again
when the reply is told to be stored.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import numpy as np  # noqa: F401 - imported once here, not in the middle of every life

from app.context import build_context
from app.domain.conversation import Author, Conversation, Message
from app.domain.turn import TurnPhase
from app.events import Event, ReplyDelta, ReplyFinished, TurnPhaseChanged
from app.inference.scripted import ScriptedEngine
from app.paths import HOME_VARIABLE, AppPaths, find_paths
from app.services import turn
from app.settings import Remembering, Settings

LONGEST_PATH = 24
SECONDS_PER_PIECE = 0.001
# In a life of a tenth of a second a reply is to be checkpointed too.
turn.CHECKPOINT_SECONDS = 0.01
WORDS = ["tide", "light", "rope", "salt", "wind", "gull", "lamp", "stone", "storm", "quiet"]


def tell(word: str, **what: object) -> None:
    os.write(1, (json.dumps({"word": word, **what}) + "\n").encode())


class Talk:
    """One process's conversation; goes on where the last one was cut off."""

    def __init__(self, paths: AppPaths, seed: int) -> None:
        self.chance = random.Random(seed)
        self.idle = threading.Event()
        pace = threading.Event()
        engine = ScriptedEngine(
            [lambda _: self.some_words()], wait=lambda: pace.wait(SECONDS_PER_PIECE)
        )
        # With memories the index child starts too, and takes much of so short a life.
        settings = Settings(remembering=Remembering(enabled=seed % 4 == 0))
        self.context = build_context(paths, settings, engine=engine)
        self.context.hub.subscribe(self.hear)
        self.conversation = self.choose()

    def choose(self) -> Conversation:
        conversations = self.context.conversations
        found = conversations.list_all().result()
        if found and found[0].message_count < LONGEST_PATH:
            return found[0]
        cast = self.context.personas.list_all().result()
        return conversations.create(self.chance.choice(cast).id).result()

    def hear(self, event: Event) -> None:
        match event:
            case ReplyDelta(message_id=key, text=text):
                tell("delta", id=key, text=text)
            case ReplyFinished(message=message):
                self.ack(message)
            case TurnPhaseChanged(phase=TurnPhase.IDLE):
                self.idle.set()
            case _:
                pass

    def go_on(self) -> None:
        chat, key = self.context.chat, self.conversation.id
        while True:
            self.turn(lambda: chat.start_turn(key, self.some_words()))
            if self.chance.random() < 0.3:
                self.turn(lambda: chat.regenerate(key))
            if self.chance.random() < 0.2:
                self.turn(lambda: chat.continue_reply(key))
            self.change_something()

    def turn(self, begin: Callable[[], Future[Message]]) -> None:
        self.idle.clear()
        message = begin().result()
        if message.author is Author.USER:
            self.ack(message)
        assert self.idle.wait(30)

    def change_something(self) -> None:
        chat = self.context.chat
        path = self.context.conversations.page(self.conversation.id).result()
        message = self.chance.choice(path)
        if self.chance.random() < 0.3:
            text = self.some_words()
            tell("try", id=message.id, now=[text, False])
            message = chat.edit(message.id, text).result()
            self.ack(message)
        if self.chance.random() < 0.2:
            self.delete_and_bring_back(message)
        if path[-1].siblings > 1 and self.chance.random() < 0.5:
            takes = self.context.conversations.siblings(path[-1].id).result()
            chat.select(self.chance.choice(takes).id).result()

    def delete_and_bring_back(self, message: Message) -> None:
        chat = self.context.chat
        tell("try", id=message.id, now=[message.text, True])
        chat.delete(message.id).result()
        self.ack(message, is_deleted=True)
        tell("try", id=message.id, now=[message.text, False])
        if self.chance.random() < 0.5:
            chat.undo(self.conversation.id).result()
        else:
            chat.bring_back(message.id).result()
        self.ack(message)

    def ack(self, message: Message, *, is_deleted: bool = False) -> None:
        tell("ack", id=message.id, now=[message.text, is_deleted])

    def some_words(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(3, 40)))


def main(paths: AppPaths) -> None:
    """Fork a talk for every seed on stdin; go when stdin closes."""
    build_context(paths, engine=ScriptedEngine()).close()
    assert threading.active_count() == 1, "only a process without threads can be forked"
    tell("open")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            tell("pid", id=str(os.getpid()))
            Talk(paths, int(line)).go_on()
        os.waitpid(child, 0)
        tell("gone")


if __name__ == "__main__":
    main(find_paths({HOME_VARIABLE: str(Path(sys.argv[1]))}))
