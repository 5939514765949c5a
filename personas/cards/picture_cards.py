"""A card inside a picture: text chunks of a PNG, a comment in its EXIF, or a zip behind it.

`ccv3` counts before `chara`; where the better one is broken the other is taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from personas.cards import coercion, exif, png_chunks
from personas.cards.archive import CardArchive, holds_archive
from personas.cards.archive_cards import read_archive
from personas.cards.bounded_json import parse_json
from personas.cards.card_source import CardSource, Picture
from personas.cards.card_text import decode_card_text
from personas.cards.errors import CardError
from personas.cards.image_size import image_size
from personas.cards.json_cards import read_object
from personas.cards.receipt import ReceiptRows

_KEYWORDS = ("ccv3", "chara")
_END_OF_JPEG = b"\xff\xd9"
_BEGINNINGS = (png_chunks.PNG_SIGNATURE, b"\xff\xd8\xff")


def read_picture(data: bytes, file: str, rows: ReceiptRows) -> CardSource:
    """Return the card of a picture. Raises CardError when there is none that can be read."""
    size = image_size(data)
    name = "picture" if size is None else size.name
    problem: CardError | None = None
    for place, held in _held_texts(data, name, rows):
        try:
            found = decode_card_text(held)
            if found is None:
                problem = problem or _unreadable(file, place)
                continue
            parsed = coercion.mapping(parse_json(found, file, place))
            source = read_object(parsed, name, file, rows)
        except CardError as error:
            problem = problem or error
            continue
        if problem is not None:
            rows.left("The newer text of the card", problem.place, problem.problem)
        return _with_picture(source, data, file)
    if holds_archive(data):
        source = read_archive(CardArchive(data, file, rows), file, rows)
        return _with_picture(source, data, file)
    if not _is_whole(data, name):
        raise broken_off(file)
    raise problem or CardError(
        file,
        "The picture holds no character.",
        "Chat programs and picture hosts strip cards of their text: ask for the original file.",
    )


def begins_as_picture(data: bytes) -> bool:
    """Return whether bytes that are no picture begin like one."""
    return data.startswith(_BEGINNINGS) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP")


def broken_off(file: str) -> CardError:
    """Return what to say of a picture whose end is missing, where cards mostly keep their text."""
    return CardError(
        file,
        "The file ends early or is damaged, and no character is in what is left of it.",
        "A download or a copy may have broken off: fetch the file once more.",
    )


def _is_whole(data: bytes, name: str) -> bool:
    if name == "PNG":
        return png_chunks.is_whole(data)
    if name == "WEBP":
        return int.from_bytes(data[4:8], "little") + 8 <= len(data)
    return name != "JPEG" or _END_OF_JPEG in data


def _held_texts(data: bytes, name: str, rows: ReceiptRows) -> Iterator[tuple[str, bytes]]:
    """Give the texts that may be a card, the most telling first."""
    block = b""
    if name == "PNG":
        texts = png_chunks.read_texts(data, frozenset(_KEYWORDS))
        for text in texts:
            if text.is_oversized:
                rows.hostile(
                    "A text of enormous size", text.keyword, "It was not read; no card needs it."
                )
        # The last of several is what programs that replace a card write.
        for keyword in _KEYWORDS:
            yield from (
                (keyword, text.content)
                for text in reversed(texts)
                if text.keyword == keyword and not text.is_oversized
            )
        block = png_chunks.exif_of(data)
    elif name == "WEBP":
        block = exif.webp_exif(data)
    elif name == "JPEG":
        block = exif.jpeg_exif(data)
    comment = exif.user_comment(block)
    if comment:
        yield "EXIF", comment


def _with_picture(source: CardSource, data: bytes, file: str) -> CardSource:
    """Return the card with the picture itself as the last resort for a portrait."""
    if source.data is None:
        return source
    pictures = (*source.pictures, Picture(data, file))
    return CardSource(source.file_format, source.data, source.outer, pictures, source.books)


def _unreadable(file: str, place: str) -> CardError:
    return CardError(
        file,
        "The picture's text is no card: it is neither JSON nor base64 of it.",
        "Ask for the original file.",
        place=place,
    )
