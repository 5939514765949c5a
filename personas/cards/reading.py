"""Any card file in, whatever made it: told by its bytes, read within limits, with a receipt.

Touches no disk: the caller hands over the bytes and keeps what comes back.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace
from pathlib import PurePath

from personas.cards import coercion, limits
from personas.cards.archive import CardArchive
from personas.cards.archive_cards import read_archive
from personas.cards.bounded_json import parse_json
from personas.cards.card_data import KNOWN_FIELDS, persona_from
from personas.cards.card_rows import note_book, note_fields
from personas.cards.card_source import CardSource
from personas.cards.dramatis_extension import with_layers
from personas.cards.errors import CardError
from personas.cards.field_size import check_field
from personas.cards.hostile import note_hostile_persona, note_hostile_text
from personas.cards.json_cards import read_object
from personas.cards.picture_cards import begins_as_picture, broken_off, read_picture
from personas.cards.portrait import is_blank_portrait, reencode_portrait
from personas.cards.receipt import Receipt, ReceiptRows
from personas.cards.said import SaidConversation
from personas.cards.sniffing import Container, sniff
from personas.cards.text_cards import read_sections, read_yaml
from personas.lorebook import Lorebook
from personas.persona import Persona

_DATA_PICTURE = "data:image/"


@dataclass(frozen=True, slots=True)
class ImportedCard:
    """What one file held: a character, or lorebooks alone. A value, any thread.

    `portrait` is a PNG written anew. `fingerprint` is equal for files that say the same of
    the character, whatever their format, picture and origin.
    """

    persona: Persona | None
    portrait: bytes | None
    lorebooks: tuple[Lorebook, ...]
    receipt: Receipt
    fingerprint: str
    conversations: tuple[SaidConversation, ...] = ()


def read_card(data: bytes, *, file_name: str) -> ImportedCard:
    """Return what a card file holds. Raises CardError and nothing else."""
    file = PurePath(file_name).name or "card"
    if len(data) > limits.FILE_BYTES:
        raise CardError(
            file,
            f"The file has {len(data):,} bytes, more than a card may have.",
            f"Choose one under {limits.FILE_BYTES:,} bytes.",
        )
    rows = ReceiptRows()
    source = _source(data, file, rows)
    if source.data is None:
        return _imported_books(source, file, rows)
    for field in sorted(KNOWN_FIELDS & source.data.keys() - {"extensions"}):
        check_field(source.data[field], field, file)
    plain = persona_from(source, PurePath(file).stem)
    note_fields(source, plain, rows)
    persona = with_layers(plain, source.data, rows)
    note_hostile_persona(persona, rows)
    portrait = _portrait(source, rows)
    receipt = rows.receipt(file, source.file_format)
    return ImportedCard(
        persona, portrait, (), receipt, fingerprint_of(persona), source.conversations
    )


def with_portrait(card: ImportedCard, picture: bytes, where: str) -> ImportedCard:
    """Return the card with a picture that lay beside it as portrait, and with what to say of it."""
    rows = ReceiptRows()
    portrait = reencode_portrait(picture, rows, where)
    told = rows.receipt(card.receipt.file_name, card.receipt.file_format).rows
    receipt = replace(card.receipt, rows=(*told, *card.receipt.rows))
    return replace(card, portrait=portrait, receipt=receipt)


def fingerprint_of(content: Persona | Lorebook) -> str:
    """Return a digest of what a persona or lorebook says; origin and tags do not count."""
    left_out = {"origin", "tags"} if isinstance(content, Persona) else {"foreign", "extensions"}
    said = content.model_dump(mode="json", exclude_defaults=True, exclude=left_out)
    return hashlib.sha256(coercion.canonical(said).encode()).hexdigest()


def _source(data: bytes, file: str, rows: ReceiptRows) -> CardSource:
    container = sniff(data)
    if container == Container.PICTURE:
        return read_picture(data, file, rows)
    if container == Container.ARCHIVE:
        return read_archive(CardArchive(data, file, rows), file, rows)
    if container == Container.SECTIONS:
        return CardSource("HammerAI", read_sections(data, file))
    if container == Container.YAML:
        return read_object(read_yaml(data, file), "YAML", file, rows)
    if container == Container.JSON:
        return _json_source(data, file, rows)
    if begins_as_picture(data):
        raise broken_off(file)
    if not data.strip(b"\x00"):
        raise CardError(
            file,
            "The file is empty.",
            "A download or a copy may have broken off: fetch the file once more.",
        )
    raise CardError(
        file,
        "The file is neither a picture nor an archive nor text that could be a card.",
        "Choose a PNG, JSON, charx or byaf file of a character.",
    )


def _json_source(data: bytes, file: str, rows: ReceiptRows) -> CardSource:
    parsed = parse_json(data, file)
    if isinstance(parsed, list):
        found = coercion.objects(parsed)
        if len(found) > 1:
            rows.left("Further objects", "JSON", f"Only the first of {len(found)} is read.")
        parsed = found[0] if found else {}
    return read_object(coercion.mapping(parsed), "JSON", file, rows)


def _imported_books(source: CardSource, file: str, rows: ReceiptRows) -> ImportedCard:
    books = tuple(
        book if book.name else book.model_copy(update={"name": PurePath(file).stem})
        for book in source.books
    )
    digests: list[str] = []
    for book in books:
        note_book(book, "lorebook", rows)
        for number, entry in enumerate(book.entries):
            note_hostile_text(entry.content, f"lorebook.entries[{number + 1}]", rows)
        digests.append(fingerprint_of(book))
    return ImportedCard(None, None, books, rows.receipt(file, source.file_format), "".join(digests))


def _portrait(source: CardSource, rows: ReceiptRows) -> bytes | None:
    """Return the first of the card's pictures that can be opened."""
    pictures = [(picture.content, picture.where) for picture in source.pictures]
    inside: list[tuple[bytes, str]] = []
    data = source.data or {}
    icons = [
        (asset.get("uri"), "assets")
        for asset in coercion.objects(data.get("assets"))
        if asset.get("type") == "icon"
    ]
    avatars = [(value.get("avatar"), "avatar") for value in (data, source.outer)]
    agnai = coercion.mapping(coercion.mapping(data.get("extensions")).get("agnai"))
    for address, where in [*icons, *avatars, (agnai.get("avatar"), "avatar")]:
        held = _held_picture(coercion.text(address))
        if held is not None and len(inside) < limits.DATA_PICTURES:
            inside.append((held, where))
    for content, where in (*inside, *pictures):
        if is_blank_portrait(content):
            return None
        portrait = reencode_portrait(content, rows, where)
        if portrait is not None:
            return portrait
    return None


def _held_picture(address: str) -> bytes | None:
    """Return the picture inside a `data:` address; any other address is left alone."""
    head, comma, content = address.partition(",")
    if not comma or not head.startswith(_DATA_PICTURE) or not head.endswith("base64"):
        return None
    try:
        return base64.b64decode(content, validate=False)
    except (binascii.Error, ValueError):
        return None
