"""What a file is, told from its bytes; its name is never asked.

Reads no card: it only says which reader should.
"""

from __future__ import annotations

import re
from enum import StrEnum

from personas.cards.archive import LOCAL_SIGNATURE, holds_archive
from personas.cards.image_size import image_size

_BLANK = b" \t\r\n"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HEAD = 64 * 1024
SECTION = re.compile(r"^-{3,}[ \t]*//[ \t]*(?P<title>[^\n]*?)[ \t]*$", re.MULTILINE)


class Container(StrEnum):
    """What holds the card."""

    PICTURE = "picture"
    ARCHIVE = "archive"
    JSON = "json"
    SECTIONS = "sections"
    YAML = "yaml"


def sniff(data: bytes) -> Container | None:
    """Return what the file is, None for nothing that could hold a card."""
    if image_size(data) is not None:
        return Container.PICTURE
    head = data[:_HEAD].lstrip(_BLANK)
    is_marked_text = head.startswith(_MARKS)
    plain = head.replace(b"\x00", b"") if head.startswith(_MARKS[1:]) else head
    for mark in _MARKS:
        plain = plain.removeprefix(mark)
    plain = plain.lstrip(_BLANK)
    if plain.startswith((b"{", b"[")):
        return Container.JSON
    # A program or a broken picture may stand before an archive.
    if head.startswith(LOCAL_SIGNATURE) or holds_archive(data):
        return Container.ARCHIVE
    if not plain or (b"\x00" in plain and not is_marked_text):
        return None
    if SECTION.search(plain.decode("utf-8", "replace").replace("\r", "")):
        return Container.SECTIONS
    return Container.YAML
