"""`lore test` takes a file, a book or a character, and says what comes up and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.context import AppContext
from app.errors import UserError
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona
from tests.app.terminal.typed import run

LAMP = LoreEntry(name="Lamp", keys=("lamp",), content="{{char}} keeps it.")
BOOK = Lorebook(name="Skye", entries=(LAMP,))

WORLD = {
    "entries": {
        "7": {
            "uid": 7,
            "key": ["/l[ai]mp/i"],
            "keysecondary": ["oil"],
            "selective": True,
            "selectiveLogic": 3,
            "comment": "Lamp",
            "content": "It burns oil.",
            "constant": False,
            "order": 100,
            "position": 0,
            "disable": False,
        }
    }
}
BOOK_V3 = {
    "spec": "lorebook_v3",
    "data": {
        "name": "Skye",
        "entries": [
            {
                "keys": ["lamp"],
                "content": "@@depth 2\nIt burns oil.",
                "enabled": True,
                "insertion_order": 1,
                "use_regex": False,
                "constant": False,
                "extensions": {},
            }
        ],
        "extensions": {},
    },
}
CARD = {
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {"name": "Isla", "description": "x", "character_book": BOOK_V3["data"]},
}


def try_book(context: AppContext, book: str, *texts: str, more: tuple[str, ...] = ()) -> Any:
    words = [word for text in texts for word in ("--text", text)]
    return run(context, "lore", "test", book, *words, *more)


@pytest.mark.parametrize("source", [WORLD, BOOK_V3, CARD], ids=["world", "book", "card"])
def test_a_file_s_book_is_tried(context: AppContext, tmp_path: Path, source: object) -> None:
    file = tmp_path / "skye.json"
    file.write_text(json.dumps(source), encoding="utf-8")
    told = try_book(context, str(file), "Hm.", "An oil lamp?")
    (entry,) = told["entries"]
    assert (entry["fired"], entry["placed"], entry["why_not"]) == (True, True, "")
    assert "is in the newest message" in entry["reason"]
    assert told["block"] == "[What is known here:\n- It burns oil.\n]"
    assert told["said"] == ["Hm.", "An oil lamp?"]
    assert told["tokens"] == entry["tokens"] <= told["budget"]
    (silent,) = try_book(context, str(file), "Nothing.")["entries"]
    assert (silent["fired"], bool(silent["why_not"])) == (False, True)


def test_a_kept_book_and_a_character_s_books_are_tried(context: AppContext) -> None:
    kept = context.lore.add(BOOK).result()
    for wanted in (kept.id, "skye"):
        assert try_book(context, wanted, "lamp")["entries"][0]["text"] == "- {{char}} keeps it."
    isla = context.personas.add(Persona(name="Isla Lamont", lore=BOOK)).result()
    told = try_book(context, isla.id, "lamp", more=("--seed", "x"))
    assert told["books"] == ["Skye"]
    assert told["entries"][0]["text"] == "- Isla Lamont keeps it."


def test_what_cannot_be_tried_is_said(context: AppContext, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no file, no book and no character called nothing"):
        try_book(context, "nothing", "lamp")
    with pytest.raises(UserError, match="no file, no book and no character called nnn"):
        try_book(context, "n" * 300, "lamp")
    with pytest.raises(UserError, match="Isla MacRae has no lorebook"):
        try_book(context, "Isla MacRae", "lamp")
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match=r"broken\.json"):
        try_book(context, str(broken), "lamp")
