"""Lorebooks in and out: a card's book, V3's stand-alone file, and other programs' files.

SillyTavern's world files name everything differently and number their entries; Agnai's and
RisuAI's are smaller. All become the one `Lorebook`. Knows no card.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from personas.cards import coercion
from personas.cards.book_entries import read_entry, write_entry
from personas.cards.coercion import JsonObject
from personas.cards.keeping import kept, restored
from personas.decorators import split_decorators
from personas.lorebook import Lorebook, LoreEntry

_REQUIRED = frozenset({"extensions", "entries"})
_KNOWN = _REQUIRED | {
    "name",
    "description",
    "scan_depth",
    "token_budget",
    "recursive_scanning",
}
_REQUIRED_VALUES: JsonObject = {
    "keys": [],
    "content": "",
    "extensions": {},
    "enabled": True,
    "insertion_order": 100,
    "use_regex": False,
    "constant": False,
}
WORLD_ENTRY = {
    "uid": "id",
    "key": "keys",
    "keysecondary": "secondary_keys",
    "order": "insertion_order",
    "comment": "comment",
    "content": "content",
    "constant": "constant",
    "selective": "selective",
    "position": "position",
}
WORLD_EXTENSIONS = {
    "selectiveLogic": "selectiveLogic",
    "excludeRecursion": "exclude_recursion",
    "preventRecursion": "prevent_recursion",
    "delayUntilRecursion": "delay_until_recursion",
    "probability": "probability",
    "useProbability": "useProbability",
    "depth": "depth",
    "scanDepth": "scan_depth",
    "matchWholeWords": "match_whole_words",
    "useGroupScoring": "use_group_scoring",
    "caseSensitive": "case_sensitive",
    "group": "group",
    "groupOverride": "group_override",
    "groupWeight": "group_weight",
    "sticky": "sticky",
    "cooldown": "cooldown",
    "delay": "delay",
    "role": "role",
    "outletName": "outlet_name",
    "ignoreBudget": "ignore_budget",
    "displayIndex": "display_index",
    "vectorized": "vectorized",
    "automationId": "automation_id",
}
_RISU_ENTRY = {
    "key": "keys",
    "secondkey": "secondary_keys",
    "insertorder": "insertion_order",
    "alwaysActive": "constant",
    "content": "content",
    "comment": "comment",
    "selective": "selective",
    "useRegex": "use_regex",
}
_AGNAI_ENTRY = {
    "name": "name",
    "entry": "content",
    "keywords": "keys",
    "enabled": "enabled",
    "priority": "insertion_order",
    "weight": "priority",
}


def read_book(source: JsonObject) -> Lorebook:
    """Return a V2 or V3 book; entries numbered like SillyTavern's are read as such."""
    if isinstance(source.get("entries"), dict):
        return read_world(source)
    book = _meant(source)
    written = _written(book)
    return book.model_copy(
        update={
            "extensions": coercion.mapping(source.get("extensions")),
            "foreign": kept(
                coercion.without(source, frozenset({"entries"})),
                coercion.without(written, frozenset({"entries"}))
                | {"extensions": coercion.mapping(source.get("extensions"))},
                _REQUIRED,
            ),
        }
    )


def write_book(book: Lorebook) -> JsonObject:
    """Return the book as V2 and V3 share it, with no more in it than came or was written here."""
    written = _written(book)
    written["extensions"] = dict(book.extensions)
    written["entries"] = [write_entry(entry) for entry in book.entries]

    def read(source: JsonObject) -> Lorebook:
        return _meant({**source, "entries": []})

    own = book.model_copy(update={"entries": (), "extensions": {}, "foreign": {}})
    return restored(written, book.foreign, _KNOWN, read, own)


def book_for_v2(book: JsonObject) -> JsonObject:
    """Return a written book without decorators: V2's readers would show them to the model."""
    return _with_entries(
        book,
        lambda entry: {
            **entry,
            "content": split_decorators(coercion.text(entry.get("content"))).text,
        },
    )


def book_for_v3(book: JsonObject) -> JsonObject:
    """Return a written book with the fields that V3 asks for, where they are missing."""
    return {"extensions": {}, **_with_entries(book, lambda entry: {**_REQUIRED_VALUES, **entry})}


def _with_entries(book: JsonObject, change: Callable[[JsonObject], JsonObject]) -> JsonObject:
    entries = book.get("entries")
    if not isinstance(entries, list):
        return book
    changed = [
        change(coercion.mapping(entry)) if isinstance(entry, dict) else entry
        for entry in coercion.items(cast("Any", entries))
    ]
    return {**book, "entries": changed}


def read_world(source: JsonObject) -> Lorebook:
    """Return a SillyTavern world: entries by number, in the order that they are shown in."""
    entries = source.get("entries")
    rows = coercion.items(entries) or list(coercion.mapping(entries).values())
    found = [_world_entry(row) for row in coercion.objects(rows)]
    return Lorebook(
        name=coercion.text(source.get("name")),
        description=coercion.text(source.get("description")),
        scan_depth=coercion.whole(source.get("scan_depth", source.get("scanDepth"))),
        token_budget=coercion.whole(source.get("token_budget", source.get("tokenBudget"))),
        recursive_scanning=coercion.flag(
            source.get("recursive_scanning", source.get("recursiveScanning"))
        ),
        entries=tuple(found),
        extensions=coercion.mapping(source.get("extensions")),
        foreign=coercion.without(
            source,
            _KNOWN | {"scanDepth", "tokenBudget", "recursiveScanning", "originalData"},
        ),
    )


def read_risu_book(source: JsonObject) -> Lorebook:
    """Return a lorebook that RisuAI exported (`type: risu`, entries under `data`)."""
    entries = tuple(_renamed(row, _RISU_ENTRY) for row in coercion.objects(source.get("data")))
    return Lorebook(
        name=coercion.text(source.get("name")),
        entries=entries,
        foreign=coercion.without(source, frozenset({"data", "name"})),
    )


def read_agnai_book(source: JsonObject) -> Lorebook:
    """Return Agnai's memory book (`kind: memory`)."""
    entries = tuple(_renamed(row, _AGNAI_ENTRY) for row in coercion.objects(source.get("entries")))
    return Lorebook(
        name=coercion.text(source.get("name")),
        description=coercion.text(source.get("description")),
        entries=entries,
        foreign=coercion.without(source, frozenset({"entries", "name", "description"})),
    )


def _meant(source: JsonObject) -> Lorebook:
    return Lorebook(
        name=coercion.text(source.get("name")),
        description=coercion.text(source.get("description")),
        scan_depth=coercion.whole(source.get("scan_depth")),
        token_budget=coercion.whole(source.get("token_budget")),
        recursive_scanning=coercion.flag(source.get("recursive_scanning")),
        entries=tuple(read_entry(row) for row in coercion.objects(source.get("entries"))),
    )


def _written(book: Lorebook) -> JsonObject:
    optional: JsonObject = {
        "name": book.name or None,
        "description": book.description or None,
        "scan_depth": book.scan_depth,
        "token_budget": book.token_budget,
        "recursive_scanning": book.recursive_scanning,
    }
    written: JsonObject = {"extensions": {}, "entries": []}
    return written | {name: value for name, value in optional.items() if value is not None}


def _world_entry(row: JsonObject) -> LoreEntry:
    extensions: JsonObject = coercion.mapping(row.get("extensions")) | {
        name: row[key]
        for key, name in WORLD_EXTENSIONS.items()
        if key in row and row[key] not in (None, "")
    }
    # Marks the entry as SillyTavern's: its keys are patterns only between slashes.
    extensions.setdefault("selectiveLogic", 0)
    if "position" in row:
        extensions["position"] = row["position"]
    known = {name: row[key] for key, name in WORLD_ENTRY.items() if key in row}
    known.pop("position", None)
    known["extensions"] = extensions
    known["enabled"] = not coercion.flag(row.get("disable"))
    others = coercion.without(
        row, frozenset({*WORLD_ENTRY, *WORLD_EXTENSIONS, "disable", "extensions"})
    )
    return read_entry(others | known)


def _renamed(row: JsonObject, names: dict[str, str]) -> LoreEntry:
    known: dict[str, Any] = {name: row[key] for key, name in names.items() if key in row}
    known["extensions"] = coercion.mapping(row.get("extensions"))
    return read_entry(coercion.without(row, frozenset({*names, "extensions"})) | known)
