"""Cuts a part out of a portrait.

Works on pictures that `cards.portrait` has made safe. Knows no card and no file.
"""

from __future__ import annotations

import io
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CropBox:
    """A part of a picture: its edges as fractions of width and height, from the upper left."""

    left: float
    top: float
    right: float
    bottom: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return the edges in pixels, inside the picture and at least a pixel apart."""
        left = min(max(round(self.left * width), 0), width - 1)
        top = min(max(round(self.top * height), 0), height - 1)
        right = min(max(round(self.right * width), left + 1), width)
        bottom = min(max(round(self.bottom * height), top + 1), height)
        return left, top, right, bottom


def crop_picture(png: bytes, box: CropBox) -> bytes:
    """Return that part of a PNG as a PNG."""
    from PIL import Image

    stream = io.BytesIO()
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        part = picture.crop(box.pixels(picture.width, picture.height))
        part.save(stream, "PNG", compress_level=3)
    return stream.getvalue()
