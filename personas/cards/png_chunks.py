"""The chunks of a PNG or APNG, walked by hand with caps on everything that a file may claim.

Pillow would load any tEXt whole; here a chunk's length is judged first and a compressed one
is inflated no further than the cap. Knows no card.
"""

from __future__ import annotations

import io
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from personas.cards import limits

if TYPE_CHECKING:
    from typing_extensions import Buffer

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXT_KINDS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_PICTURE_KINDS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


@dataclass(frozen=True, slots=True)
class PngChunk:
    """One chunk's kind and where its data lies in the file. A value."""

    kind: bytes
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class PngText:
    """One text of a PNG; `is_oversized` ones have no content. A value."""

    keyword: str
    content: bytes
    is_oversized: bool = False


def walk_chunks(data: bytes) -> Iterator[PngChunk]:
    """Give the chunks up to IEND, the first that does not fit, or the cap on their number."""
    position = len(PNG_SIGNATURE)
    for _ in range(limits.PNG_CHUNKS):
        if position + 12 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, position)
        if position + 12 + length > len(data):
            return
        yield PngChunk(kind, position + 8, length)
        if kind == b"IEND":
            return
        position += 12 + length


def is_whole(data: bytes) -> bool:
    """Return whether the file is there up to its end."""
    return any(chunk.kind == b"IEND" for chunk in walk_chunks(data))


def read_texts(data: bytes, keywords: frozenset[str]) -> list[PngText]:
    """Return the texts whose keyword, in any case, is among those named, in order."""
    found: list[PngText] = []
    for chunk in walk_chunks(data):
        if chunk.kind not in _TEXT_KINDS:
            continue
        head = data[chunk.start : chunk.start + min(chunk.length, 80)]
        keyword = head.partition(b"\x00")[0].decode("latin-1").lower()
        if keyword in keywords:
            content = _text_content(data, chunk, len(keyword))
            found.append(PngText(keyword, content or b"", is_oversized=content is None))
    return found


def exif_of(data: bytes) -> bytes:
    """Return the EXIF block, empty where there is none."""
    for chunk in walk_chunks(data):
        if chunk.kind == b"eXIf" and chunk.length <= limits.TEXT_CHUNK_BYTES:
            return data[chunk.start : chunk.start + chunk.length]
    return b""


def picture_only(data: bytes) -> bytes:
    """Return the PNG with nothing in it but the first picture."""
    return b"".join(_picture_parts(data))


class PictureFile(io.RawIOBase):
    """The PNG with nothing in it but the first picture, to be read as a file. One reading.

    It lies in the bytes that are there already: a copy would double a large picture.
    """

    def __init__(self, data: bytes) -> None:
        """Look up the parts; nothing is copied."""
        super().__init__()
        self._parts = _picture_parts(data)
        self._starts = list(accumulate(map(len, self._parts), initial=0))
        self._at = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that any place can be gone to."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, counted from the start, from here or from the end."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._starts[-1]}[whence]
        self._at = max(origin + offset, 0)
        return self._at

    def readinto(self, buffer: Buffer, /) -> int:
        """Read on, at most to the end of a part; nothing at the end."""
        if self._at >= self._starts[-1]:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        from_here = self._parts[number][self._at - self._starts[number] :]
        room = memoryview(buffer).cast("B")
        count = min(len(room), len(from_here))
        room[:count] = from_here[:count]
        self._at += count
        return count


def with_texts(data: bytes, texts: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the picture with these texts before its end, and no other text or comment."""
    plain = picture_only(data)
    end = plain.rindex(b"IEND") - 4
    written = b"".join(
        _chunk(b"tEXt", keyword.encode("latin-1") + b"\x00" + content) for keyword, content in texts
    )
    return plain[:end] + written + plain[end:]


def _picture_parts(data: bytes) -> list[memoryview]:
    whole = memoryview(data)
    return [
        memoryview(PNG_SIGNATURE),
        *(
            whole[chunk.start - 8 : chunk.start + chunk.length + 4]
            for chunk in walk_chunks(data)
            if chunk.kind in _PICTURE_KINDS
        ),
    ]


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _text_content(data: bytes, chunk: PngChunk, keyword_length: int) -> bytes | None:
    """Return a text's bytes, empty where they are broken, None beyond the cap."""
    if chunk.length > limits.TEXT_CHUNK_BYTES:
        return None
    body = data[chunk.start + keyword_length + 1 : chunk.start + chunk.length]
    if chunk.kind == b"tEXt":
        return body
    if chunk.kind == b"zTXt":
        return _inflated(body[1:])
    # iTXt: a flag, a method, then a language and a translated keyword, each ended by a zero.
    is_compressed, rest = body[:1] == b"\x01", body[2:]
    parts = rest.split(b"\x00", 2)
    if len(parts) < 3:
        return b""
    return _inflated(parts[2]) if is_compressed else parts[2]


def _inflated(content: bytes) -> bytes | None:
    machine = zlib.decompressobj()
    try:
        inflated = machine.decompress(content, limits.TEXT_CHUNK_BYTES)
    except zlib.error:
        return b""
    return None if machine.unconsumed_tail else inflated
