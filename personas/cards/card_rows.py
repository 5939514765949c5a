"""The receipt's rows for a card's own fields: what each became, in words.

Knows the fields of V3; `dramatis_extension`, `portrait` and the readers add their own rows.
"""

from __future__ import annotations

from typing import Any

from personas.cards import coercion
from personas.cards.book_entries import FIELDS_THAT_COUNT
from personas.cards.card_data import DRAMATIS, KNOWN_FIELDS
from personas.cards.card_source import CardSource
from personas.cards.character_note import read_note
from personas.cards.coercion import JsonObject
from personas.cards.hostile import note_hostile_extensions
from personas.cards.receipt import ReceiptRows
from personas.lorebook import Lorebook
from personas.persona import Persona

_CARRIED = {
    "name": ("Name", "name"),
    "nickname": ("Nickname", "nickname"),
    "description": ("Description", "description"),
    "personality": ("Personality", "personality"),
    "scenario": ("Scenario", "scenario"),
    "first_mes": ("Greeting", "greeting"),
    "alternate_greetings": ("Other greetings", "alternate_greetings"),
    "system_prompt": ("Rules of its own", "instructions.system_prompt"),
    "post_history_instructions": ("Last word", "instructions.post_history"),
    "creator": ("Maker", "origin.creator"),
    "creator_notes": ("Maker's notes", "origin.creator_notes"),
    "creator_notes_multilingual": ("Notes by language", "origin.creator_notes_multilingual"),
    "character_version": ("Version", "origin.character_version"),
    "tags": ("Tags", "tags"),
    "source": ("Sources", "origin.source"),
    "creation_date": ("Date of making", "origin.creation_date"),
    "modification_date": ("Date of change", "origin.modification_date"),
}
_PLAIN_LISTS = frozenset({"alternate_greetings", "tags", "source", "group_only_greetings"})
_OBJECTS = frozenset({"creator_notes_multilingual", "character_book"})
_DATES = frozenset({"creation_date", "modification_date"})


def note_fields(source: CardSource, persona: Persona, rows: ReceiptRows) -> None:
    """Note what became of each field of a card's data."""
    data = source.data or {}
    for field, (what, where) in _CARRIED.items():
        if data.get(field) not in (None, "", [], {}):
            _note_plain(field, data[field], what, where, rows)
    _note_mapped(data, persona, rows)
    for field in sorted(data.keys() - KNOWN_FIELDS):
        rows.left(field, f"data.{field}", "A field that Dramatis does not know; kept for export.")
    for field in sorted(source.outer):
        rows.left(field, field, "Another program's own field; kept for export.")
    _note_extensions(coercion.mapping(data.get("extensions")), rows)
    _note_assets(data, rows)


def note_book(book: Lorebook, where: str, rows: ReceiptRows) -> None:
    """Note a lorebook and those of its fields that have no effect."""
    rows.carried("Lorebook", where, f"{_counted(len(book.entries), 'entry', 'entries')}.")
    others = {name for entry in book.entries for name in entry.extensions}
    others |= {name for entry in book.entries for name in entry.foreign}
    others = {name for name in others - FIELDS_THAT_COUNT if ":" not in name}
    if others:
        rows.left(
            "Fields of its entries",
            where,
            f"Nothing here reads {', '.join(sorted(others)[:12])}; kept for export.",
        )


def _note_plain(field: str, value: Any, what: str, where: str, rows: ReceiptRows) -> None:  # noqa: ANN401
    expected = str
    if field in _PLAIN_LISTS:
        expected = list
    elif field in _OBJECTS:
        expected = dict
    elif field in _DATES:
        expected = int
    if isinstance(value, expected):
        rows.carried(what, where)
    else:
        rows.mapped(what, where, f"The file holds {_kind(value)} there; read as what belongs.")


def _note_mapped(data: JsonObject, persona: Persona, rows: ReceiptRows) -> None:
    if coercion.text(data.get("mes_example")).strip():
        count = _counted(len(persona.voice.examples), "exchange", "exchanges")
        rows.mapped("Example dialogue", "voice.examples", f"Read as {count}.")
    if data.get("group_only_greetings"):
        rows.left(
            "Greetings for groups",
            "origin.group_only_greetings",
            "There are no groups here yet; kept for export.",
        )
    if not coercion.text(data.get("name")).strip():
        rows.mapped("Name", "name", f"The card has none; called {persona.name} after its file.")
    elif coercion.text(data["name"]).strip() != persona.name:
        rows.mapped("Name", "name", "Cut short; the whole is kept for export.")
    if isinstance(data.get("character_book"), dict) and persona.lore is not None:
        note_book(persona.lore, "lore", rows)


def _note_extensions(extensions: JsonObject, rows: ReceiptRows) -> None:
    note_hostile_extensions(extensions, rows)
    for name, value in extensions.items():
        if name == DRAMATIS or value in (None, "", [], {}):
            continue
        where = f"extensions.{name}"
        if name == "depth_prompt":
            if read_note(value):
                rows.mapped("Character's note", "lore", "An entry that is always on, at its depth.")
        elif name == "world":
            rows.left(
                "World",
                where,
                f"The card asks for the world file “{coercion.text(value)[:80]}”; import that too.",
            )
        else:
            rows.left(name, where, "Another program's own settings; kept for export.")


def _note_assets(data: JsonObject, rows: ReceiptRows) -> None:
    for asset in coercion.objects(data.get("assets")):
        address = coercion.text(asset.get("uri"))
        if address.startswith(("http://", "https://", "//", "file:")):
            rows.left(
                f"Asset {coercion.text(asset.get('name'))[:40]}".strip(),
                "origin.assets",
                f"It lies elsewhere ({address[:80]}) and is never fetched.",
            )


def _counted(count: int, one: str, several: str) -> str:
    return f"1 {one}" if count == 1 else f"{count} {several}"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"
