"""Chats into a database until it is killed, and says what was committed, after it was.

Imports once and then forks a fresh process for every line on stdin, so that a hundred kills
cost a hundred forks. Each child opens the database by itself. It writes lines to stdout,
each in one piece: `try` before a change, `ack` once the commit has returned.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

from app.domain.conversation import Message, MessageState
from app.domain.generation import Usage
from app.domain.memory import Memory, MemoryKind, Recalled, Scope
from tests.app.storage.memory_world import new_episode, new_note
from tests.app.storage.storage_world import Store

WORDS = [
    "tide",
    "light",
    "rope",
    "salt",
    "wind",
    "gull",
    "lamp",
    "stone",
    "harbour",
    "storm",
    "quiet",
    "slack",
]


def tell(word: str, **what: object) -> None:
    os.write(1, (json.dumps({"word": word, **what}) + "\n").encode())


class Chat:
    """One process's chat; starts where the last one was cut off."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.chance = random.Random(seed)
        found = store.conversations.list_all()
        self.conversation = found[0] if found else store.open_conversation()
        for message in store.conversations.unfinished():
            self.write(message, message.text, MessageState.STOPPED)
        path = store.conversations.path(self.conversation.id, limit=20)
        self.tail = path[-1].id if path else None
        self.said = path

    def go_on(self) -> None:
        while True:
            question = self.ack(self.store.say(self.conversation, self.tail, self.some_words()))
            reply = self.ack(
                self.store.reply(self.conversation, question.id, "", MessageState.STREAMING)
            )
            text = ""
            for _ in range(self.chance.randint(1, 6)):
                text += self.some_words() + " "
                self.write(reply, text, MessageState.STREAMING)
            reply = self.finish(reply, text)
            self.remember(question, reply)
            self.said += [question, reply]
            self.tail = reply.id
            self.change_something()

    def some_words(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(3, 60)))

    def ack(self, message: Message, is_deleted: bool = False) -> Message:
        tell("ack", id=message.id, now=[message.text, message.state, is_deleted])
        return message

    def write(self, message: Message, text: str, state: MessageState) -> None:
        tell("try", id=message.id, now=[text, state, False])
        self.ack(self.store.conversations.checkpoint(message.id, text, state))

    def finish(self, reply: Message, text: str) -> Message:
        memories = self.store.memories.of_persona(self.conversation.persona_id)[-3:]
        recalled = [Recalled(one, 0.5, "near", injected=True, tokens=9) for one in memories]
        tell("try", id=reply.id, now=[text, MessageState.COMPLETE, False])
        return self.ack(
            self.store.conversations.finish_reply(
                reply.id, text, MessageState.COMPLETE, Usage(1, 2, 3), recalled
            )
        )

    def remember(self, question: Message, reply: Message) -> None:
        """Keep the exchange, and a note of it that replaces what was noted before."""
        episode = new_episode(self.conversation, question, reply)
        older = [one.id for one in self.standing() if one.kind is MemoryKind.NOTE][-1:]
        note = new_note(
            self.conversation,
            self.some_words(),
            question,
            supersedes=older,
            related=[episode.memory.id],
            enriches=dict.fromkeys(older, ("newer",)),
        )
        self.store.memories.keep([episode, note], "mini")
        for one in (episode, note):
            tell("memory", id=one.memory.id)

    def standing(self) -> list[Memory]:
        scope = Scope(self.conversation.persona_id, self.conversation.id)
        return self.store.memories.in_scope(scope)

    def change_something(self) -> None:
        conversations = self.store.conversations
        message = conversations.message(self.chance.choice(self.said).id)
        if self.chance.random() < 0.3:
            text = self.some_words()
            tell("try", id=message.id, now=[text, message.state, False])
            message = self.ack(conversations.edit(message.id, text))
        if self.chance.random() < 0.2:
            for is_deleted in (True, False):
                tell("try", id=message.id, now=[message.text, message.state, is_deleted])
                change = conversations.delete if is_deleted else conversations.undelete
                change(message.id)
                self.ack(message, is_deleted)


def main(folder: Path) -> None:
    """Fork a chat for every seed on stdin; go when stdin closes."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            tell("pid", id=str(os.getpid()))
            Chat(Store.open(folder), int(line)).go_on()
        os.waitpid(child, 0)
        tell("gone")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
