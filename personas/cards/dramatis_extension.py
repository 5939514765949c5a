"""Our own extension of a card: the structured layers, which no other format has words for.

    extensions.dramatis = { version, persona, elsewhere: [fields], written: { field: digest } }

`persona` is the persona as stored, without the fields that the card itself gives back
(`elsewhere`). `written` tells which of the card's fields another program changed since: those
are taken from the card. Knows no file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from personas.cards import coercion
from personas.cards.card_data import DRAMATIS, KNOWN_FIELDS
from personas.cards.coercion import JsonObject
from personas.cards.description import layers_block
from personas.cards.receipt import ReceiptRows
from personas.persona import Persona

_VERSION = 1
_DIGITS = 16
_DIGESTED = KNOWN_FIELDS - {"extensions"}
_ORIGIN_FIELDS = (
    "creator",
    "character_version",
    "creator_notes",
    "creator_notes_multilingual",
    "source",
    "creation_date",
    "modification_date",
    "group_only_greetings",
    "assets",
)
_PERSONA_FIELDS = {
    "name": "name",
    "nickname": "nickname",
    "tags": "tags",
    "personality": "personality",
    "scenario": "scenario",
    "first_mes": "greeting",
    "alternate_greetings": "alternate_greetings",
    "character_book": "lore",
}


def extension_for(persona: Persona, plain: Persona, data: JsonObject) -> JsonObject | None:
    """Return the extension for a card that reads as `plain` without it; None if that is all.

    `data` is what the card will hold apart from the extension.
    """
    if _comparable(persona) == _comparable(plain):
        return None
    elsewhere = [
        name
        for name in ("lore", "origin")
        if getattr(_comparable(persona), name) == getattr(_comparable(plain), name)
    ]
    body = persona.model_dump(mode="json", exclude_defaults=True, exclude=set(elsewhere))
    if "origin" in body:
        body["origin"].pop("foreign", None)
    return {
        "version": _VERSION,
        "persona": body,
        "elsewhere": elsewhere,
        "written": {name: _digest(data, name) for name in sorted(_DIGESTED & data.keys())},
    }


def with_layers(plain: Persona, data: JsonObject, rows: ReceiptRows) -> Persona:
    """Return the persona of a card with our extension in it; `plain` where there is none."""
    held = coercion.mapping(data.get("extensions")).get(DRAMATIS)
    if held is None:
        return plain
    extension = coercion.mapping(held)
    own = _own(extension, plain)
    if own is None:
        rows.left(
            "Structured layers",
            f"extensions.{DRAMATIS}",
            "A newer Dramatis or another program wrote them; kept for export.",
        )
        return _keeping(plain, held)
    written = coercion.mapping(extension.get("written"))
    changed = [
        name for name in sorted(_DIGESTED & data.keys()) if written.get(name) != _digest(data, name)
    ]
    rows.carried("Structured layers", "all layers", "As Dramatis wrote them.")
    for name in changed:
        rows.mapped(name, name, "Another program changed it since; taken from the card.")
    return _overlaid(own, plain, frozenset(changed), rows)


def _own(extension: JsonObject, plain: Persona) -> Persona | None:
    """Return the stored persona with what the card gives back; None when it does not hold."""
    if extension.get("version") != _VERSION:
        return None
    try:
        own = Persona.model_validate(extension.get("persona"))
    except (ValidationError, RecursionError):
        return None
    elsewhere = coercion.texts(extension.get("elsewhere"))
    if "lore" in elsewhere:
        own = own.model_copy(update={"lore": plain.lore})
    if "origin" in elsewhere:
        return own.model_copy(update={"origin": plain.origin})
    foreign = {"foreign": plain.origin.foreign}
    return own.model_copy(update={"origin": own.origin.model_copy(update=foreign)})


def _overlaid(own: Persona, plain: Persona, changed: frozenset[str], rows: ReceiptRows) -> Persona:
    """Return our persona with the fields that were changed elsewhere as they are now."""
    update: dict[str, Any] = {
        field: getattr(plain, field) for name, field in _PERSONA_FIELDS.items() if name in changed
    }
    if "description" in changed:
        update["description"] = _prose(own, plain, rows)
    if "mes_example" in changed:
        examples = {"examples": plain.voice.examples}
        update["voice"] = own.voice.model_copy(update=examples)
    instructions = _taken(
        plain.instructions,
        {"system_prompt": "system_prompt", "post_history_instructions": "post_history"},
        changed,
    )
    if instructions:
        update["instructions"] = own.instructions.model_copy(update=instructions)
    origin = _taken(plain.origin, {name: name for name in _ORIGIN_FIELDS}, changed)
    if origin:
        update["origin"] = own.origin.model_copy(update=origin)
    return own.model_copy(update=update)


def _prose(own: Persona, plain: Persona, rows: ReceiptRows) -> str:
    """Return the free prose of a description that somebody else rewrote."""
    block = layers_block(own)
    before, found, after = plain.description.partition(block) if block else ("", "", "")
    if found:
        return f"{before.strip()}\n\n{after.strip()}".strip()
    if block:
        rows.mapped(
            "description",
            "description",
            "Another program rewrote it; the layers stand beside it and may repeat it.",
        )
    return plain.description


def _taken(layer: object, names: Mapping[str, str], changed: frozenset[str]) -> dict[str, Any]:
    return {field: getattr(layer, field) for name, field in names.items() if name in changed}


def _keeping(plain: Persona, held: Any) -> Persona:  # noqa: ANN401 - any JSON value
    foreign = dict(plain.origin.foreign)
    foreign["extensions"] = {**coercion.mapping(foreign.get("extensions")), DRAMATIS: held}
    origin = plain.origin.model_copy(update={"foreign": foreign})
    return plain.model_copy(update={"origin": origin})


def _comparable(persona: Persona) -> Persona:
    """Return the persona without what belongs to the file rather than to them."""
    origin = persona.origin.model_copy(update={"foreign": {}, "file_format": ""})
    return persona.model_copy(update={"origin": origin})


def _digest(data: JsonObject, name: str) -> str:
    value: object = data.get(name)
    if name == "character_book":
        # The character's note is an entry of ours and an extension of theirs.
        value = [value, coercion.mapping(data.get("extensions")).get("depth_prompt")]
    return hashlib.sha256(coercion.canonical(value).encode()).hexdigest()[:_DIGITS]
