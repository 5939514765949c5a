"""What a picture is and how large it says it is, from its first bytes, before any decoding.

Decodes nothing and knows no card.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from personas.cards.png_chunks import PNG_SIGNATURE

_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PLAIN_FRAMES = frozenset({0xC0, 0xC1})


@dataclass(frozen=True, slots=True)
class ImageSize:
    """A picture's format by Pillow's name, and its size in pixels. A value."""

    name: str
    width: int
    height: int
    is_progressive: bool = False


def image_size(data: bytes) -> ImageSize | None:
    """Return the size that a PNG, JPEG, WEBP or GIF claims; None for anything else."""
    if data.startswith(PNG_SIGNATURE) and data[12:16] == b"IHDR" and len(data) >= 24:
        return ImageSize("PNG", *struct.unpack_from(">II", data, 16))
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        return ImageSize("GIF", *struct.unpack_from("<HH", data, 6))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    return _jpeg(data) if data.startswith(b"\xff\xd8\xff") else None


def _webp(data: bytes) -> ImageSize | None:
    if len(data) < 30:
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return ImageSize("WEBP", width, height)
    if kind == b"VP8L":
        packed = int.from_bytes(data[21:25], "little")
        return ImageSize("WEBP", (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack_from("<HH", data, 26)
    return ImageSize("WEBP", width & 0x3FFF, height & 0x3FFF)


def _jpeg(data: bytes) -> ImageSize | None:
    position = 2
    while position + 9 <= len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", data, position + 5)
            return ImageSize("JPEG", width, height, is_progressive=marker not in _PLAIN_FRAMES)
        (length,) = struct.unpack_from(">H", data, position + 2)
        position += 2 + length
    return None
