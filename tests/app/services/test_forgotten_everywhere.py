"""What a person has forgotten for good is in no file of the home folder any more."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.domain.memory import MemoryKind
from app.paths import AppPaths
from tests.stage import MakeContext, open_with_isla, say

SECRET = "zyzzyva quokkabeard"


def files_with(folder: Path, words: str) -> set[str]:
    return {
        path.name
        for path in folder.rglob("*")
        if path.is_file() and words.encode() in path.read_bytes()
    }


def test_no_file_of_the_home_folder_keeps_what_was_forgotten(
    make_context: MakeContext, paths: AppPaths, tmp_path: Path
):
    context = make_context()
    conversation = open_with_isla(context)
    say(context, conversation, "My sister lives in Lyon.")
    persona_id = conversation.persona_id
    context.memories.record_pending(persona_id).result()
    context.memories.note_pending(persona_id).result()
    note = next(
        one for one in context.memories.list_all(persona_id).result() if one.kind is MemoryKind.NOTE
    )
    context.memory_room.reword(note.id, f"Their sister is called {SECRET}.").result()
    context.close()
    home = tmp_path
    assert paths.database.is_relative_to(home)
    copy = paths.backups / "dramatis-1001-20260101T000000000000.db"
    copy.parent.mkdir(exist_ok=True)
    shutil.copy(paths.database, copy)
    assert files_with(home, SECRET) == {paths.database.name, copy.name}

    context = make_context()
    assert context.memory_room.forget([note.id]).result() == 1
    assert files_with(home, SECRET) == set()
    context.close()
    assert files_with(home, SECRET) == set()
    assert not copy.exists()
