"""Writes memories and makes their index again until it is killed, and says what it was promised.

Opens everything once and then forks a fresh process for every line on stdin. Each writes lines
to stdout, every one in one piece: what it is `telling`, `writing` or `rebuilding` from now on,
and `kept` for every memory once the future that it is kept by has resolved. The services are the
app's own, on real storage and a real index child; words are all that the embedding knows.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np  # noqa: F401 - imported once here, not in the middle of every life

from app.adapters import Parts, open_parts
from app.domain.ids import ConversationId, PersonaId
from app.inference.scripted import ScriptedEngine
from app.paths import HOME_VARIABLE, AppPaths, find_paths
from app.ports.clock import SystemClock
from app.remembering import make_memory_service, make_recall_service
from app.services.memories import MemoryService
from app.services.recall import RecallService
from app.services.recall_trials import card_of

MOST_EXCHANGES = 40
BEGINNING = datetime(2026, 3, 1, 12, tzinfo=UTC)
_LETTERS = "bdfgklmnprstvz"


def tell(word: str, **what: object) -> None:
    os.write(1, (json.dumps({"word": word, **what}) + "\n").encode())


@dataclass
class Remembering:
    """The app's services of memory over one home. One process; lanes inside."""

    parts: Parts
    memories: MemoryService
    recall: RecallService

    @classmethod
    def open(cls, stack: ExitStack, paths: AppPaths) -> Remembering:
        """Open everything that remembering stands on."""
        parts = open_parts(stack, paths, None, ScriptedEngine(), SystemClock())
        memories = make_memory_service(parts)
        stack.callback(memories.close)
        return cls(parts, memories, make_recall_service(parts))

    def write_all(self, persona_id: PersonaId | None = None) -> None:
        """Make memories and notes of everything that is pending."""
        self.memories.record_pending(persona_id).result()
        self.memories.note_pending(persona_id).result()


def some_word(chance: random.Random) -> str:
    """A word that nobody has said before."""
    return "".join(chance.choice(_LETTERS) + chance.choice("aeiou") for _ in range(5))


def tell_a_story(
    remembering: Remembering, chance: random.Random
) -> tuple[PersonaId, ConversationId]:
    """Keep a conversation of a new character, as an import does; nothing is remembered yet."""
    said: list[tuple[bool, str, datetime]] = []
    for number in range(chance.randint(3, MOST_EXCHANGES)):
        moment = BEGINNING + timedelta(hours=7 * number)
        thing, place, friend = (some_word(chance) for _ in range(3))
        said.append((True, f"I have a {thing} at the {place}.", moment))
        said.append((False, f"{friend.capitalize()} asked for your {thing} again.", moment))
    card = card_of(some_word(chance).capitalize(), "Ana", said)

    def keep() -> tuple[PersonaId, ConversationId]:
        stores = remembering.parts.stores
        [kept] = stores.cards.add_all([card], even_duplicates=True)
        [conversation_id] = kept.conversations
        return stores.conversations.get(conversation_id).persona_id, conversation_id

    return remembering.parts.lanes.storage.call(keep)


def live(paths: AppPaths, seed: int) -> None:
    """Remember one story after the other, each with an index made again, until the end."""
    chance = random.Random(seed)
    remembering = Remembering.open(ExitStack(), paths)
    # What the last life was cut off at is taken up where it fell.
    tell("catching-up")
    remembering.write_all()
    while True:
        tell("telling")
        persona_id, conversation_id = tell_a_story(remembering, chance)
        tell("writing")
        remembering.write_all(persona_id)
        for memory in remembering.memories.list_all(persona_id).result():
            tell("kept", id=memory.id, persona=persona_id, story=conversation_id, text=memory.text)
        for _ in range(2):
            tell("rebuilding")
            held = remembering.memories.rebuild_index(persona_id).result()
            tell("rebuilt", persona=persona_id, held=held)


def main(paths: AppPaths) -> None:
    """Fork a life for every seed on stdin; go when stdin closes."""
    with ExitStack() as stack:
        Remembering.open(stack, paths)
    assert threading.active_count() == 1, "only a process without threads can be forked"
    tell("open")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            tell("pid", id=str(os.getpid()))
            live(paths, int(line))
        os.waitpid(child, 0)
        tell("gone")


if __name__ == "__main__":
    main(find_paths({HOME_VARIABLE: str(Path(sys.argv[1]))}))
