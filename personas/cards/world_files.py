"""A lorebook as a SillyTavern world file: entries by number, under that program's names.

The counterpart of `books.read_world`. What came from such a file goes back as it was; what
only this program knows stands beside it under its own name. Touches no disk.
"""

from __future__ import annotations

import json
from typing import Any

from personas.cards import coercion
from personas.cards.book_entries import write_entry
from personas.cards.books import WORLD_ENTRY, WORLD_EXTENSIONS, write_book
from personas.cards.coercion import JsonObject
from personas.lorebook import Lorebook, LoreEntry, LoreLogic, LorePosition

_POSITIONS = tuple(LorePosition)
_LOGICS = tuple(LoreLogic)


def write_world_file(book: Lorebook) -> bytes:
    """Return the file's content."""
    return json.dumps(write_world(book), ensure_ascii=False, indent=2).encode()


def write_world(book: Lorebook) -> JsonObject:
    """Return the world's JSON; each entry's number is its place in the book."""
    outer = coercion.without(write_book(book.model_copy(update={"entries": ()})), _ENTRIES)
    rows = {str(number): _row(number, entry) for number, entry in enumerate(book.entries)}
    return {**outer, "entries": rows}


_ENTRIES = frozenset({"entries"})
_NOT_IN_WORLDS = frozenset({"id", "enabled", "extensions", "use_regex", "case_sensitive"})


def _row(number: int, entry: LoreEntry) -> JsonObject:
    written = write_entry(entry)
    extensions = coercion.mapping(written.get("extensions"))
    row: JsonObject = {
        **_required(number, entry),
        **{
            name: extensions.pop(known)
            for name, known in WORLD_EXTENSIONS.items()
            if known in extensions
        },
    }
    ours = {known: name for name, known in WORLD_ENTRY.items()}
    for name, value in written.items():
        if name not in _NOT_IN_WORLDS:
            row[ours.get(name, name)] = value
    extensions.pop("position", None)
    if entry.case_sensitive is not None:
        row["caseSensitive"] = entry.case_sensitive
    if extensions:
        row["extensions"] = extensions
    return row | _settled(number, entry)


def _required(number: int, entry: LoreEntry) -> JsonObject:
    """Return the fields that the other program expects in every entry."""
    return {
        "key": [],
        "keysecondary": [],
        "comment": entry.name,
        "content": "",
        "constant": False,
        "selective": False,
        "addMemo": True,
        "order": 100,
        "displayIndex": number,
    }


def _settled(number: int, entry: LoreEntry) -> JsonObject:
    """Return the fields that are always written as the entry is now."""
    return {
        "uid": number,
        "key": [_key(key, entry) for key in entry.keys],
        "keysecondary": [_key(key, entry) for key in entry.secondary_keys],
        "selectiveLogic": _LOGICS.index(entry.logic),
        "position": _POSITIONS.index(entry.position),
        "disable": not entry.enabled,
        "excludeRecursion": entry.exclude_recursion,
        "preventRecursion": entry.prevent_recursion,
        "delayUntilRecursion": entry.delay_until_recursion,
        "probability": entry.probability,
        "useProbability": entry.use_probability,
        "depth": entry.depth,
        "group": entry.group,
        "groupOverride": entry.group_override,
        "groupWeight": entry.group_weight,
    }


def _key(key: str, entry: LoreEntry) -> Any:  # noqa: ANN401 - a JSON value
    """Return a key as it is read there: patterns stand between slashes."""
    is_bare = entry.use_regex and not entry.regex_in_slashes and not _is_slashed(key)
    if not is_bare or not key.strip():
        return key
    flags = "" if entry.case_sensitive else "i"
    return f"/{_with_slashes_escaped(key.strip())}/{flags}"


def _is_slashed(key: str) -> bool:
    text = key.strip()
    return len(text) > 1 and text.startswith("/") and text.rfind("/") > 0


def _with_slashes_escaped(pattern: str) -> str:
    escaped: list[str] = []
    is_escaped = False
    for char in pattern:
        escaped.append("\\/" if char == "/" and not is_escaped else char)
        is_escaped = char == "\\" and not is_escaped
    return "".join(escaped)
