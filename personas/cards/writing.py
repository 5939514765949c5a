"""A persona out as a card: PNG with both texts, JSON of V2 or V3, charx, byaf.

Other programs get the fields that they know; what those cannot say travels in our extension,
so that the same persona comes back. Touches no disk.
"""

from __future__ import annotations

import base64
import json
from enum import StrEnum

from personas.cards import png_chunks
from personas.cards.archive import CardArchive
from personas.cards.archive_cards import read_archive
from personas.cards.byaf import write_byaf
from personas.cards.card_data import DRAMATIS, V2, V3, data_from, persona_from
from personas.cards.card_source import CardSource
from personas.cards.charx import write_charx
from personas.cards.coercion import JsonObject, mapping, without
from personas.cards.dramatis_extension import extension_for
from personas.cards.portrait import blank_portrait, reencode_portrait
from personas.cards.receipt import ReceiptRows
from personas.persona import Persona

_SPECS = {V2: "chara_card_v2", V3: "chara_card_v3"}
_BESIDE = frozenset({"spec", "spec_version", "data"})


class CardFormat(StrEnum):
    """What a card can be written as."""

    PNG = "png"
    JSON_V2 = "json-v2"
    JSON_V3 = "json-v3"
    CHARX = "charx"
    BYAF = "byaf"

    @property
    def suffix(self) -> str:
        """What the file's name ends in."""
        return ".json" if self in (CardFormat.JSON_V2, CardFormat.JSON_V3) else f".{self.value}"


def write_card(persona: Persona, portrait: bytes | None, form: CardFormat) -> bytes:
    """Return a card file. `portrait` is any picture, or None; what cannot be opened is left out."""
    picture = None if portrait is None else reencode_portrait(portrait, ReceiptRows(), "portrait")
    if form == CardFormat.JSON_V2:
        return _json(_card(persona, V2))
    if form == CardFormat.JSON_V3:
        return _json(_card(persona, V3))
    if form == CardFormat.CHARX:
        return write_charx(_card(persona, V3), picture)
    if form == CardFormat.BYAF:
        return _byaf(persona, picture)
    texts = [
        (keyword, base64.b64encode(json.dumps(_card(persona, version)).encode()))
        for keyword, version in (("chara", V2), ("ccv3", V3))
    ]
    return png_chunks.with_texts(picture or blank_portrait(), texts)


def _card(persona: Persona, version: str) -> JsonObject:
    """Return the whole JSON of a card, our extension in it where it says more."""
    data = data_from(persona, version)
    plain = persona_from(CardSource("", data), persona.name)
    extension = extension_for(persona, plain, data)
    if extension is not None:
        data["extensions"] = {**mapping(data.get("extensions")), DRAMATIS: extension}
    outer = without(mapping(persona.origin.foreign.get("card")), _BESIDE)
    return {"spec": _SPECS[version], "spec_version": version, "data": data, **outer}


def _byaf(persona: Persona, picture: bytes | None) -> bytes:
    data = data_from(persona, V2)
    # What the archive says without us is told by reading it.
    file = "export"
    content = write_byaf(data, None, picture)
    source = read_archive(CardArchive(content, file, ReceiptRows()), file, ReceiptRows())
    plain = persona_from(source, persona.name)
    extension = extension_for(persona, plain, source.data or {})
    return content if extension is None else write_byaf(data, extension, picture)


def _json(card: JsonObject) -> bytes:
    return json.dumps(card, ensure_ascii=False, indent=2).encode()
