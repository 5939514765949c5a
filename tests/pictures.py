"""Pictures whose two halves tell where they were cut, and one that claims too much."""

from __future__ import annotations

import io
import struct

from PIL import Image

LEFT, RIGHT = (200, 30, 30), (30, 30, 200)


def halves(form: str = "PNG", size: tuple[int, int] = (80, 40), **saving: object) -> bytes:
    """A picture that is red on the left and blue on the right."""
    picture = Image.new("RGB", size, LEFT)
    picture.paste(RIGHT, (size[0] // 2, 0, *size))
    stream = io.BytesIO()
    picture.save(stream, form, **saving)
    return stream.getvalue()


def claiming_thirty_thousand() -> bytes:
    """A small file whose head says 30,000 by 30,000 pixels."""
    whole = halves()
    return whole[:16] + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0) + whole[29:]
