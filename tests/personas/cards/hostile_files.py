"""The issue's hostile files and the worst that the caps let through, made when asked for."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image

from personas.cards import limits
from tests.personas.cards import fixtures
from tests.personas.cards.fixtures import card_json, chunk, encoded, png_with, text_chunk, zipped

MEGABYTE = 1024**2


def _v2(**fields: Any) -> dict[str, Any]:
    return {**fixtures.V2, "data": {**fixtures.V2_DATA, **fields}}


def _text_chunk_of_five_megabytes() -> bytes:
    room = 5 * MEGABYTE * 3 // 4
    body = encoded(_v2(extensions={"blob": "x" * room}))
    assert len(body) > 5 * MEGABYTE
    return png_with(text_chunk("chara", body))


def _picture_header(width: int, height: int) -> bytes:
    rows = zlib.compress(b"\x00" * (width // 8 + 1) * height, 9)
    return (
        fixtures.SIGNATURE
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + text_chunk("chara", encoded(fixtures.V1))
        + chunk(b"IEND", b"")
    )


def _largest(form: str, mode: str, size: tuple[int, int], **options: Any) -> bytes:
    """A card whose picture is as large as the caps let through; it packs well, as bombs do."""
    stream = io.BytesIO()
    Image.new(mode, size, 90).save(stream, form, **options)
    return _stored({"card.json": card_json(fixtures.V3), "assets/main.png": stream.getvalue()})


def _largest_that_does_not_pack() -> bytes:
    """Noise in an archive that is as large as a file may be."""
    side = 2800
    rows = b"".join(b"\x00" + os.urandom(side * 4) for _ in range(side))
    noise = (
        fixtures.SIGNATURE
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows, 0))
        + chunk(b"IEND", b"")
    )
    assert len(noise) < limits.PICTURE_BYTES
    card = card_json(fixtures.V3)
    rest = os.urandom(limits.FILE_BYTES - len(noise) - len(card) - 1000)
    return _stored({"card.json": card, "assets/main.png": noise, "x.bin": rest})


def _stored(members: dict[str, bytes]) -> bytes:
    with io.BytesIO() as whole:
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return whole.getvalue()


def _many_members(count: int) -> bytes:
    return zipped({f"{number}.json": b"{}" for number in range(count)})


def _lists(depth: int) -> bytes:
    nested = b"[" * depth + b"]" * depth
    return b'{"name": "Morag", "description": ' + nested + b"}"


def _odd_values(value: Any) -> bytes:
    return card_json(_v2(**dict.fromkeys(fixtures.V2_DATA, value)))


def _patterns() -> bytes:
    keys = ["/((((/", "/[/", "/(?P<a/", "/*/", "/(a+)+$/", "/\\/"] * 100
    entries = [{"keys": keys, "content": "x", "use_regex": True, "enabled": True}] * 20
    return card_json(_v2(character_book={"entries": entries, "extensions": {}}))


def _prose(letter: str, size: int) -> bytes:
    """JSON of nearly the cap in texts that are each short enough to be kept."""
    letters = size // len(letter.encode())
    pieces = {str(number): letter * 100_000 for number in range(letters // 100_000)}
    return json.dumps(_v2(extensions=pieces), ensure_ascii=False).encode()


FILES: dict[str, Callable[[], bytes]] = {
    "PNG with a text chunk of 5 MB": _text_chunk_of_five_megabytes,
    "PNG with a compressed chunk that swells": lambda: png_with(
        chunk(b"zTXt", b"chara\x00\x00" + zlib.compress(b"\x00" * (100 * MEGABYTE), 9))
    ),
    "zip slip": lambda: zipped(
        {"../../evil.json": b"{}", "/etc/x": b"x", "card.json": card_json(fixtures.V3)}
    ),
    "zip of 10,000 entries": lambda: _many_members(10_000),
    "zip of as many entries as are let through": lambda: _many_members(limits.ZIP_ENTRIES),
    "picture of 30000 by 30000": lambda: _picture_header(30_000, 30_000),
    "largest PNG": lambda: _largest("PNG", "RGBA", (4096, 4096)),
    "largest PNG of 16 bits": lambda: _largest("PNG", "I;16", (4096, 4096)),
    "largest PNG that is not reduced": lambda: _largest("PNG", "LA", (3071, 3071)),
    "largest PNG that does not pack": _largest_that_does_not_pack,
    "largest JPEG": lambda: _largest("JPEG", "RGB", (limits.IMAGE_SIDE, limits.IMAGE_SIDE)),
    "largest JPEG in layers": lambda: _largest(
        "JPEG", "CMYK", (2048, 3072), progressive=True, subsampling=0
    ),
    "largest WEBP": lambda: _largest("WEBP", "RGBA", (2048, 3072), lossless=True, method=0),
    "largest GIF": lambda: _largest("GIF", "P", (4096, 4096)),
    "base64 without padding": lambda: png_with(
        text_chunk("chara", encoded({**fixtures.V1, "name": "Mo"}).rstrip(b"="))
    ),
    "JSON 200 deep": lambda: _lists(200),
    "JSON 5,000,000 deep": lambda: _lists(5_000_000),
    "JSON of 5,000,000 lists": lambda: b"[" + b"[]," * 5_000_000 + b"[]]",
    "YAML that contains itself": lambda: b"name: &a\n  - *a\ncontext: *a\ngreeting: x\n",
    "YAML that laughs a billion times": lambda: (
        b"name: x\ngreeting: x\na0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(
            b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12)
        )
    ),
    "null in every field": lambda: _odd_values(None),
    "a number in every field": lambda: _odd_values(7.5),
    "invalid patterns": _patterns,
    "JSON of 15 MB of prose": lambda: _prose("y", 15 * MEGABYTE),
    "JSON of 15 MB of pictographs": lambda: _prose("\U0001f600", 15 * MEGABYTE),
    "64 MB of nothing": lambda: b"\x00" * limits.FILE_BYTES,
}
