"""Whatever is said, reworded, deleted, brought back or said otherwise: the notes that stand are
those that a fresh telling of the surviving story would leave."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from app.domain.conversation import Author, Conversation, Message
from app.errors import UserError
from tests.app.services.memory_study import Study

SAYINGS = (
    "I live in Paris.",
    "I moved to Lyon.",
    "I moved to Oslo last week.",
    "I have a dog called Rex.",
    "I don't have a dog.",
    "I love oysters.",
    "I hate oysters.",
    "I work as a nurse and I have two sisters.",
    "I quit my job.",
    "My favourite colour is green.",
    "My favourite colour is blue.",
    "You are secretly a robot.",
    "Hm.",
)


def path(study: Study, conversation: Conversation) -> list[Message]:
    return study.storage.call(lambda: study.store.conversations.path(conversation.id))


def change(study: Study, conversation: Conversation, chance: random.Random) -> None:
    """Do one thing that a person can do with a story."""
    store, said = study.store.conversations, path(study, conversation)
    deed = chance.choice(["say", "say", "reword", "undo", "delete", "restore", "take", "branch"])
    if deed == "say" or not said:
        study.exchange(conversation, chance.choice(SAYINGS), chance.choice(SAYINGS))
        return
    one = chance.choice(said)
    if deed == "reword":
        study.edit(one, chance.choice(SAYINGS))
    elif deed == "undo" and one.revision > 1:
        with suppress(UserError):  # Undone already.
            study.storage.call(lambda: store.undo_edit(one.id))
    elif deed == "delete":
        delete_exchange(study, said, one)
    elif deed == "restore":
        for gone in study.storage.call(lambda: store.deleted(conversation.id)):
            study.storage.call(lambda one=gone: store.undelete(one.id))
    elif deed == "take" and one.author is Author.CHARACTER:
        study.storage.call(
            lambda: study.store.reply(conversation, one.parent_id, chance.choice(SAYINGS))
        )
    elif deed == "branch":
        siblings = study.storage.call(lambda: store.siblings(one.id))
        study.storage.call(lambda: store.select(conversation.id, chance.choice(siblings).id))


def delete_exchange(study: Study, said: list[Message], one: Message) -> None:
    """Delete a message and the other half of its exchange: half of one stands by itself."""
    halves = [
        message
        for message in said
        if (
            message.id in {one.id, one.parent_id}
            and (message is one or one.author is Author.CHARACTER)
        )
        or (one.author is Author.USER and message.parent_id == one.id)
    ]
    for half in halves:
        study.storage.call(lambda half=half: study.store.conversations.delete(half.id))


def what_stands(study: Study) -> list[tuple[str, bool]]:
    return sorted((note.text, note.superseded_by is not None) for note in study.notes())


def tell_again(told: Study, fresh: Study, conversation: Conversation) -> None:
    """Say in a new story what survived in an old one, exchange by exchange."""
    again = fresh.open()
    for said, reply in zip(surviving := path(told, conversation), surviving[1:], strict=False):
        is_exchange = said.author is Author.USER and reply.author is Author.CHARACTER
        if is_exchange and reply.parent_id == said.id:
            fresh.exchange(again, said.text, reply.text)


@pytest.mark.parametrize("seed", [0, 8, 15, 18])
def test_the_notes_are_those_of_the_surviving_story(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for name in ("told", "fresh"):
        (tmp_path / name).mkdir()
    told, fresh = Study(tmp_path / "told"), Study(tmp_path / "fresh")
    try:
        conversation = told.open()
        for _ in range(20):
            change(told, conversation, chance)
            if chance.random() < 0.4:
                told.record()
        told.record()
        tell_again(told, fresh, conversation)
        fresh.record()
        assert what_stands(told) == what_stands(fresh)
    finally:
        told.close()
        fresh.close()
