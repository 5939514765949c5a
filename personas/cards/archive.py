"""A zip from strangers, read member by member: nothing is ever unpacked to a disk.

The directory's size is judged before it is parsed, each member's before and while it is
inflated. A zip may have a picture or a program in front of it. Knows no card.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO

from personas.cards import limits
from personas.cards.errors import CardError
from personas.cards.receipt import ReceiptRows

LOCAL_SIGNATURE = b"PK\x03\x04"
_END_SIGNATURE = b"PK\x05\x06"
_END_LENGTH = 22
_COMMENT_LENGTH = 65535
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"^[A-Za-z]:")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def holds_archive(data: bytes) -> bool:
    """Tell whether a zip ends the file, whatever stands before it."""
    return _end_of_directory(data) is not None and LOCAL_SIGNATURE in data


class CardArchive:
    """The members of one zip by name; owned by one reading, not shared between threads."""

    def __init__(self, data: bytes, file: str, rows: ReceiptRows) -> None:
        """Read the directory. Raises CardError for one that is broken or asks too much."""
        self._file = file
        self._zip = _opened(data, file)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._zip.infolist():
            if _is_outside(member.filename):
                rows.hostile(
                    "A file that wants out of its folder",
                    member.filename[:200],
                    "Its name leads elsewhere on the disk. Nothing was unpacked.",
                )
            elif member.filename and not member.filename.endswith("/"):
                self._members[member.filename] = member

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names in the order of the directory."""
        return tuple(self._members)

    def find(self, name: str) -> str | None:
        """Return a member's exact name for one in any case, None where there is none."""
        wanted = name.casefold()
        return next((one for one in self._members if one.casefold() == wanted), None)

    def read(self, name: str, most: int) -> bytes:
        """Return a member's content. Raises CardError for one that is broken or too large."""
        member = self._members[name]
        self._check(member, most)
        try:
            with self._zip.open(member) as stream:
                content = _read_bounded(stream, most)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise CardError(
                self._file,
                "This part of the archive is damaged.",
                "Fetch the file again.",
                place=name,
            ) from error
        if content is None:
            raise self._too_large(name, most)
        return content

    def _check(self, member: zipfile.ZipInfo, most: int) -> None:
        if member.flag_bits & _ENCRYPTED:
            raise CardError(
                self._file,
                "This part of the archive is locked with a password.",
                "Ask its maker for one without.",
                place=member.filename,
            )
        if member.compress_type not in _METHODS:
            raise CardError(
                self._file,
                "This part of the archive is packed in an unusual way.",
                "Unpack it and pack it again as an ordinary zip.",
                place=member.filename,
            )
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > limits.ZIP_RATIO_FROM and ratio > limits.ZIP_RATIO:
            raise CardError(
                self._file,
                f"This part of the archive swells {ratio:,.0f} times when it is unpacked.",
                "Such a file is made to harm; throw it away.",
                place=member.filename,
            )
        if member.file_size > most:
            raise self._too_large(member.filename, most)

    def _too_large(self, name: str, most: int) -> CardError:
        return CardError(
            self._file,
            f"This part of the archive is larger than {most:,} bytes.",
            "No card needs as much; ask its maker for a smaller one.",
            place=name,
        )


def write_archive(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of these members, the same for the same content."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, _EPOCH)
            is_picture = name.endswith(".png")
            member.compress_type = zipfile.ZIP_STORED if is_picture else zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return stream.getvalue()


def _opened(data: bytes, file: str) -> zipfile.ZipFile:
    end = _end_of_directory(data)
    if end is None:
        raise _broken(file)
    entries, directory_bytes = struct.unpack_from("<HI", data, end + 10)
    if entries > limits.ZIP_ENTRIES or directory_bytes > limits.ZIP_DIRECTORY_BYTES:
        raise _too_many(file)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (
        zipfile.BadZipFile,
        struct.error,
        OSError,
        ValueError,
        NotImplementedError,
        IndexError,
    ) as error:
        raise _broken(file) from error
    # The count of the end record may lie; what was parsed does not.
    if len(archive.infolist()) > limits.ZIP_ENTRIES:
        raise _too_many(file)
    return archive


def _end_of_directory(data: bytes) -> int | None:
    """Return where the end record stands, by the rule that zipfile itself goes by."""
    plain = len(data) - _END_LENGTH
    if plain >= 0 and data.startswith(_END_SIGNATURE, plain) and data.endswith(b"\x00\x00"):
        return plain
    found = data.rfind(_END_SIGNATURE, max(0, plain - _COMMENT_LENGTH))
    return found if 0 <= found <= plain else None


def _read_bounded(stream: IO[bytes], most: int) -> bytes | None:
    content = stream.read(most + 1)
    return None if len(content) > most else content


def _is_outside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or name.startswith(("/", "\\")) or bool(_DRIVE.match(name))


def _broken(file: str) -> CardError:
    return CardError(file, "The archive is damaged.", "Fetch the file again.")


def _too_many(file: str) -> CardError:
    return CardError(
        file,
        f"The archive holds more than {limits.ZIP_ENTRIES:,} files.",
        "No card needs as many; ask its maker for a smaller one.",
    )
