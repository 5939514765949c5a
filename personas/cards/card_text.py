"""The text that a picture carries: base64 as forgiving as the programs that write it.

Padding may be missing, spaces and URL letters may be in it, and some pictures hold the JSON
plainly. Knows no picture format.
"""

from __future__ import annotations

import base64
import binascii
import re

_URL_LETTERS = bytes.maketrans(b"-_", b"+/")
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/]+")


def decode_card_text(content: bytes) -> bytes | None:
    """Return the JSON bytes that a text chunk or a comment holds; None for no such thing."""
    plain = content.strip(b" \t\r\n\x00")
    if plain.startswith((b"{", b"[", b"\xef\xbb\xbf{")):
        return plain
    decoded = decode_base64(plain)
    if decoded is None or not decoded.lstrip(b" \t\r\n\xef\xbb\xbf").startswith((b"{", b"[")):
        return None
    return decoded


def decode_base64(content: bytes) -> bytes | None:
    """Return the bytes of a base64 text with or without padding; None when it is none."""
    letters = _FOREIGN.sub(b"", content.translate(_URL_LETTERS))
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4)) or None
    except binascii.Error:
        return None
