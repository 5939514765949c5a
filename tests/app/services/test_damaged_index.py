"""A damaged index folder in the life of the app: the reply comes with its memories, and a note."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.context import AppContext
from app.events import Event, IndexStateChanged, ReplyFailed
from app.paths import AppPaths
from tests.stage import MakeContext, open_with_isla, say


def truncate(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def fill_with_noise(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(random.Random(path.name).randbytes(max(64, path.stat().st_size)))


def put_a_file_there(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder at all")


def let_stories_meet(context: AppContext) -> None:
    settings = context.settings.current
    remembering = settings.remembering.model_copy(update={"between_stories": True})
    context.settings.replace(settings.model_copy(update={"remembering": remembering}))


def ask_for_the_valve(context: AppContext) -> None:
    """A reply in a new conversation has the old one's words in its prompt."""
    finished = say(context, open_with_isla(context), "Where is the copper valve?").finished
    assert any("biscuit tin" in item.memory.text for item in finished.recalled if item.injected)


@pytest.mark.parametrize("damage", [truncate, fill_with_noise, shutil.rmtree, put_a_file_there])
def test_a_damaged_folder_is_made_again_without_a_word_beyond_a_note(
    make_context: MakeContext, paths: AppPaths, damage: Callable[[Path], None]
) -> None:
    context = make_context("In the biscuit tin.", "Aye.")
    say(context, open_with_isla(context), "Where is the copper valve?")
    context.memories.record_pending().result()
    isla = context.conversations.list_all().result()[0].persona_id
    context.memories.rebuild_index(isla).result()
    context.close()
    damage(paths.index)
    again = make_context("Aye.")
    let_stories_meet(again)
    heard: list[Event] = []
    again.hub.subscribe(heard.append)
    ask_for_the_valve(again)
    # The folder goes once more, now under a child that has it open.
    assert again.memories.rebuild_index(isla).result() >= 2
    damage(paths.index)
    ask_for_the_valve(again)
    assert again.memories.rebuild_index(isla).result() >= 4
    assert again.memory_room.verify_index(isla).result().agrees
    ask_for_the_valve(again)
    assert not [event for event in heard if isinstance(event, ReplyFailed)]
    notes = [event for event in heard if isinstance(event, IndexStateChanged)]
    assert {note.state for note in notes} <= {"rebuilding", "ready"}
