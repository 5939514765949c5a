"""A parsed JSON object told apart: which program's card, or which kind of lorebook, it is.

Decides by the fields that are there, because `spec` is often missing or wrong. Knows no file.
"""

from __future__ import annotations

from personas.cards import coercion
from personas.cards.books import read_agnai_book, read_book, read_risu_book, read_world
from personas.cards.card_source import CardSource
from personas.cards.coercion import JsonObject
from personas.cards.errors import CardError
from personas.cards.field_size import check_field
from personas.cards.other_programs import (
    read_agnai,
    read_backyard,
    read_pygmalion,
    read_textgen,
)
from personas.cards.receipt import ReceiptRows

_V1 = frozenset({"name", "description", "personality", "scenario", "first_mes", "mes_example"})
_CARD_MARKS = frozenset({"first_mes", "personality", "mes_example", "char_name", "greeting"})
_BESIDE_DATA = frozenset({"spec", "spec_version", "data"})
_DUPLICATES = {"creatorcomment": "creator_notes", **{name: name for name in (*_V1, "tags")}}
_BOOK_FIELDS = ("entries", "characterBook")
_OUR_LAYERS = frozenset({"social", "personal", "life", "voice"})
_V3_SPEC = "chara_card_v3"


def read_object(source: JsonObject, container: str, file: str, rows: ReceiptRows) -> CardSource:
    """Return the card or lorebook that an object is. Raises CardError when it is neither."""
    for field in _BOOK_FIELDS:
        check_field(source.get(field), field, file)
    _refuse_ours(source, file)
    book = _book(source, container, file)
    if book is not None:
        return book
    if isinstance(source.get("data"), dict):
        return _with_data(source, container, rows)
    if source.get("kind") == "character" or "sampleChat" in source:
        return CardSource(f"Agnai {container}", read_agnai(source, rows))
    if isinstance(source.get("character"), dict):
        return CardSource(f"Backyard {container}", read_backyard(source, rows))
    if "char_name" in source or "char_persona" in source:
        return CardSource(f"Pygmalion {container}", read_pygmalion(source))
    if "context" in source or ("greeting" in source and "first_mes" not in source):
        return CardSource(f"TextGen {container}", read_textgen(source))
    if any(coercion.text(source.get(name)).strip() for name in _V1):
        data = coercion.without(source, frozenset({"spec", "spec_version"}))
        comment = data.pop("creatorcomment", None)
        if comment is not None:
            data.setdefault("creator_notes", comment)
        return CardSource(f"{container} V1", data)
    raise CardError(
        file,
        "The file holds no character: none of the fields that a card has is in it.",
        "Choose the card that the character came as, or export it again.",
    )


def _refuse_ours(source: JsonObject, file: str) -> None:
    """Raise CardError for a whole persona; its kind alone would pass for Agnai's."""
    persona = coercion.mapping(source.get("persona")) or source
    if persona.keys() >= _OUR_LAYERS:
        raise CardError(
            file,
            "The file is a character in Dramatis' own words, as `personas show` says it, and no "
            "card.",
            "Keep it with `python -m app personas save`, or export the character as a card.",
        )


def _book(source: JsonObject, container: str, file: str) -> CardSource | None:
    if source.get("spec") == "lorebook_v3" and isinstance(source.get("data"), dict):
        check_field(source["data"], "data", file)
        book = read_book(coercion.mapping(source["data"]))
        return CardSource(f"{container} lorebook V3", books=(book,))
    if source.get("kind") == "memory":
        return CardSource(f"Agnai {container} lorebook", books=(read_agnai_book(source),))
    if source.get("type") == "risu" and isinstance(source.get("data"), list):
        check_field(source["data"], "data", file)
        return CardSource(f"RisuAI {container} lorebook", books=(read_risu_book(source),))
    entries = source.get("entries")
    if not isinstance(entries, dict | list) or not _CARD_MARKS.isdisjoint(source):
        return None
    if isinstance(source.get("data"), dict):
        return None
    is_world = isinstance(entries, dict) or any("key" in row for row in coercion.objects(entries))
    if is_world:
        return CardSource(f"SillyTavern {container} world", books=(read_world(source),))
    return CardSource(f"{container} lorebook", books=(read_book(source),))


def _with_data(source: JsonObject, container: str, rows: ReceiptRows) -> CardSource:
    """Return a V2 or V3 card; V1 duplicates beside `data` fill what it lacks."""
    data = dict(coercion.mapping(source["data"]))
    outer = coercion.without(source, _BESIDE_DATA)
    for name, field in _DUPLICATES.items():
        if name not in outer:
            continue
        value = outer.pop(name)
        if field not in data and value not in (None, "", []):
            data[field] = value
            rows.mapped(name, field, "Stood beside the card's data, which has no such field.")
        elif value not in (None, "", []) and value != data.get(field):
            rows.left(name, name, "The card says it twice and differently; its data counts.")
    version = coercion.number(source.get("spec_version"))
    spec = coercion.text(source.get("spec"))
    if version is not None and version > 3:
        rows.left(
            "Version",
            "spec_version",
            f"The card is of version {version}, newer than Dramatis; new fields are kept.",
        )
    is_v3 = spec == _V3_SPEC or (version is not None and version >= 3)
    return CardSource(f"{container} {'V3' if is_v3 else 'V2'}", data, outer)
