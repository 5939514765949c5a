"""Two tags of an EXIF block: the user comment, where pictures keep a card, and which way is up.

WEBP, JPEG and old Backyard pictures have one. Read by hand, in either byte order, and never
beyond the block. Knows no card.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from personas.cards import limits

_EXIF_POINTER = 0x8769
_USER_COMMENT = 0x9286
_ORIENTATION = 0x0112
_MOST_TAGS = 512
_COMMENT_ENCODINGS = (b"ASCII\x00\x00\x00", b"UNICODE\x00", b"JIS\x00\x00\x00\x00\x00", b"\x00" * 8)


def user_comment(block: bytes) -> bytes:
    """Return the comment without its encoding mark; empty where there is none."""
    block = block.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(block[:4])
    if order is None or len(block) < 8:
        return b""
    (first,) = struct.unpack_from(f"{order}I", block, 4)
    for directory in (first, _find(block, order, first, _EXIF_POINTER)[0]):
        length, start = _find(block, order, directory, _USER_COMMENT)[1:]
        if length and length <= limits.TEXT_CHUNK_BYTES:
            return _plain(block[start : start + length], order)
    return b""


def orientation(block: bytes) -> int:
    """Return how the picture lies, 1 to 8 as the tag has it; 1, upright, where it is not said."""
    block = block.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(block[:4])
    if order is None or len(block) < 8:
        return 1
    (first,) = struct.unpack_from(f"{order}I", block, 4)
    start = _find(block, order, first, _ORIENTATION)[2]
    if not start or start + 2 > len(block):
        return 1
    (said,) = struct.unpack_from(f"{order}H", block, start)
    return said if 1 <= said <= 8 else 1


def webp_exif(data: bytes) -> bytes:
    """Return the EXIF block of a WEBP file, empty where there is none."""
    position = 12
    for _ in range(limits.PNG_CHUNKS):
        if position + 8 > len(data):
            break
        kind, length = struct.unpack_from("<4sI", data, position)
        if kind == b"EXIF" and length <= limits.TEXT_CHUNK_BYTES:
            return data[position + 8 : position + 8 + length]
        position += 8 + length + length % 2
    return b""


def jpeg_exif(data: bytes) -> bytes:
    """Return the EXIF block of a JPEG file, empty where there is none."""
    for marker, start, end in _segments(data):
        if marker == 0xE1 and data.startswith(b"Exif\x00\x00", start + 4):
            return data[start + 4 : end]
    return b""


def jpeg_picture_only(data: bytes) -> bytes:
    """Return the JPEG without its comments, profiles and other programs' notes.

    What its decoder needs beside the picture, JFIF's and Adobe's own segments, stays.
    """
    parts = [data[:2]]
    position = 2
    for marker, start, end in _segments(data):
        is_note = (0xE1 <= marker <= 0xEF and marker != 0xEE) or marker == 0xFE
        if not is_note:
            parts.append(data[start:end])
        position = end
    return b"".join((*parts, data[position:]))


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Give marker, start and end of each segment before the picture's own data."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        (length,) = struct.unpack_from(">H", data, position + 2)
        if marker == 0xDA or length < 2:
            return
        yield marker, position, position + 2 + length
        position += 2 + length


def _find(block: bytes, order: str, directory: int, wanted: int) -> tuple[int, int, int]:
    """Return a tag's value as a pointer, and its length and place as bytes; zeros for none."""
    if not 0 < directory <= len(block) - 2:
        return 0, 0, 0
    (count,) = struct.unpack_from(f"{order}H", block, directory)
    for index in range(min(count, _MOST_TAGS)):
        entry = directory + 2 + index * 12
        if entry + 12 > len(block):
            break
        tag, _, length, value = struct.unpack_from(f"{order}HHII", block, entry)
        if tag == wanted:
            return value, length, entry + 8 if length <= 4 else value
    return 0, 0, 0


def _plain(comment: bytes, order: str) -> bytes:
    for mark in _COMMENT_ENCODINGS:
        if comment.startswith(mark):
            body = comment[len(mark) :]
            if mark.startswith(b"UNICODE"):
                name = "utf-16-le" if order == "<" else "utf-16-be"
                return body.decode(name, errors="replace").encode()
            return body
    return comment
