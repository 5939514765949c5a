"""The user comment of an EXIF block: where WEBP, JPEG and old Backyard pictures keep a card.

Reads the one tag by hand, in either byte order, and never beyond the block. Knows no card.
"""

from __future__ import annotations

import struct

from personas.cards import limits

_EXIF_POINTER = 0x8769
_USER_COMMENT = 0x9286
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
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        (length,) = struct.unpack_from(">H", data, position + 2)
        block = data[position + 4 : position + 2 + length]
        if marker == 0xE1 and block.startswith(b"Exif\x00\x00"):
            return block
        if marker == 0xDA or length < 2:
            break
        position += 2 + length
    return b""


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
