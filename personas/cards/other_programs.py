"""Cards of other programs in JSON, said in V3's terms: Agnai, Pygmalion, TextGen, Backyard.

Each function takes the parsed object. What has no place in V3 goes into an extension named
after the program, so that it leaves with every export. Knows no file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from personas.cards import coercion
from personas.cards.books import read_agnai_book, write_book
from personas.cards.coercion import JsonObject
from personas.cards.receipt import ReceiptRows

_AGNAI = {
    "name": "name",
    "description": "creator_notes",
    "greeting": "first_mes",
    "scenario": "scenario",
    "sampleChat": "mes_example",
    "tags": "tags",
    "creator": "creator",
    "characterVersion": "character_version",
    "systemPrompt": "system_prompt",
    "postHistoryInstructions": "post_history_instructions",
    "alternateGreetings": "alternate_greetings",
}
_AGNAI_HANDLED = frozenset({*_AGNAI, "persona", "characterBook", "extensions", "kind"})
_PYGMALION = {
    "char_name": "name",
    "char_persona": "description",
    "char_greeting": "first_mes",
    "example_dialogue": "mes_example",
    "world_scenario": "scenario",
}
_TEXTGEN = {
    "name": "name",
    "bot": "name",
    "greeting": "first_mes",
    "context": "description",
    "example_dialogue": "mes_example",
}
_BACKYARD = {
    "aiName": "name",
    "aiPersona": "description",
    "scenario": "scenario",
    "customDialogue": "mes_example",
    "firstMessage": "first_mes",
    "basePrompt": "system_prompt",
}
_BACKYARD_HANDLED = frozenset({*_BACKYARD, "aiDisplayName", "loreItems", "Chat"})
_SINGLE_BRACES = re.compile(r"(?<!\{)\{(user|character)\}(?!\})", re.IGNORECASE)


def read_agnai(source: JsonObject, rows: ReceiptRows) -> JsonObject:
    """Return the data of an Agnai character; its structured persona travels in full."""
    data = _renamed(source, _AGNAI)
    persona = coercion.mapping(source.get("persona"))
    data["description"] = agnai_description(persona)
    if coercion.text(persona.get("kind")) not in ("", "text"):
        rows.mapped(
            "Persona", "description", "Agnai's attributes became lines; kept whole for export."
        )
    book = source.get("characterBook")
    if isinstance(book, dict):
        data["character_book"] = write_book(read_agnai_book(coercion.mapping(book)))
    others = coercion.without(source, _AGNAI_HANDLED)
    data["extensions"] = {
        **coercion.mapping(source.get("extensions")),
        "agnai": {**others, "persona": source.get("persona")},
    }
    return data


def agnai_description(persona: JsonObject) -> str:
    """Return Agnai's persona as prose or as lines of attribute and values."""
    attributes = coercion.mapping(persona.get("attributes"))
    if coercion.text(persona.get("kind")) in ("", "text"):
        texts = attributes.get("text", list(attributes.values()))
        return "\n\n".join(coercion.texts(texts))
    return "\n".join(
        f"{name}: {', '.join(coercion.texts(values))}" for name, values in attributes.items()
    )


def read_pygmalion(source: JsonObject) -> JsonObject:
    """Return the data of a Pygmalion or Gradio character."""
    return _renamed(source, _PYGMALION) | coercion.without(source, frozenset(_PYGMALION))


def read_textgen(source: JsonObject) -> JsonObject:
    """Return the data of a character of TextGen's, whose whole context is one text."""
    return _renamed(source, _TEXTGEN) | coercion.without(source, frozenset(_TEXTGEN))


def read_backyard(source: JsonObject, rows: ReceiptRows) -> JsonObject:
    """Return the data of Backyard's old picture export, versions 1 to 4."""
    character = coercion.mapping(source.get("character"))
    data: JsonObject = {
        name: double_braces(coercion.text(value))
        for name, value in _renamed(character, _BACKYARD).items()
    }
    shown = coercion.text(character.get("aiDisplayName"))
    if not data.get("name"):
        data["name"] = shown
    elif shown and shown != data["name"]:
        # Backyard lists a character under one name and talks with it by another.
        data["nickname"], data["name"] = data["name"], shown
    lore = backyard_lore(character.get("loreItems"))
    if lore:
        data["character_book"] = lore
    if character.get("Chat"):
        why = "Conversations of this old form are not read; a .byaf brings them."
        rows.left("Conversations", "Chat", why)
    settings = coercion.without(character, _BACKYARD_HANDLED)
    data["extensions"] = {"backyard": {"version": source.get("version"), **settings}}
    return data


def backyard_lore(value: object) -> JsonObject | None:
    """Return a book of Backyard's lore items, whose key is words between commas."""
    entries: list[JsonObject] = [
        {
            "keys": list(coercion.words(coercion.text(item.get("key")))),
            "content": double_braces(coercion.text(item.get("value"))),
            "extensions": {},
            "enabled": True,
            "insertion_order": index,
        }
        for index, item in enumerate(coercion.objects(value))
    ]
    return {"extensions": {}, "entries": entries} if entries else None


def double_braces(said: str) -> str:
    """Return Backyard's `{user}` and `{character}` as the macros of cards."""

    def macro(found: re.Match[str]) -> str:
        return "{{user}}" if found[1].casefold() == "user" else "{{char}}"

    return _SINGLE_BRACES.sub(macro, said)


def _renamed(source: JsonObject, names: Mapping[str, str]) -> JsonObject:
    return {name: source[key] for key, name in names.items() if key in source}
