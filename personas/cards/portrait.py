"""Pictures made safe: judged by their header, decoded once, written anew as a plain PNG.

What comes out holds pixels and nothing else: no text, no place, no profile. Knows no card.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

from personas.cards import limits
from personas.cards.exif import jpeg_exif, jpeg_picture_only, orientation, webp_exif
from personas.cards.image_size import ImageSize, image_size
from personas.cards.png_chunks import exif_of, picture_only
from personas.cards.receipt import ReceiptRows

if TYPE_CHECKING:
    from PIL import Image

_BLANK_SIZE = (400, 600)
_BLANK_COLOUR = (226, 222, 212)


def reencode_portrait(data: bytes, rows: ReceiptRows, where: str) -> bytes | None:
    """Return a picture as a plain PNG no larger than a portrait needs to be.

    None, with a row that says why, when it is no picture, broken or too large to decode.
    """
    size = image_size(data)
    if size is None:
        rows.left("Picture", where, "It is none of PNG, JPEG, WEBP and GIF.")
        return None
    if not _is_bearable(size):
        rows.hostile(
            "Picture",
            where,
            f"It claims {size.width:,} by {size.height:,} pixels, too many to open safely.",
        )
        return None
    try:
        written = _written(data, size)
    # What Pillow lets through of its decoders' own failures.
    except (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        EOFError,
        struct.error,
        zlib.error,
        RuntimeError,
        AttributeError,
    ):
        rows.left("Picture", where, "It is damaged.")
        return None
    if max(size.width, size.height) > limits.PORTRAIT_SIDE:
        rows.mapped("Picture", "portrait", "Made smaller, to the size that a screen can show.")
    else:
        rows.carried("Picture", "portrait", "Its pixels only; what else the file held is gone.")
    return written


def blank_portrait() -> bytes:
    """Return a plain picture for a card whose character has none."""
    from PIL import Image

    return _saved(Image.new("RGB", _BLANK_SIZE, _BLANK_COLOUR))


def is_blank_portrait(data: bytes) -> bool:
    """Return whether a picture is `blank_portrait`, which stands for none, saved by whomever."""
    from PIL import Image

    size = image_size(data)
    if size is None or size.name != "PNG" or (size.width, size.height) != _BLANK_SIZE:
        return False
    png = reencode_portrait(data, ReceiptRows(), "")
    if png is None:
        return False
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        return picture.convert("RGB").getcolors(1) == [(size.width * size.height, _BLANK_COLOUR)]


def _is_bearable(size: ImageSize) -> bool:
    if not size.width or not size.height or max(size.width, size.height) > limits.IMAGE_SIDE:
        return False
    # A plain JPEG is decoded at a fraction of its size; others are held whole at some point.
    is_plain = size.name == "JPEG" and not size.is_progressive
    return is_plain or size.width * size.height <= limits.IMAGE_PIXELS


def _written(data: bytes, size: ImageSize) -> bytes:
    from PIL import Image

    # Pillow warns of broken EXIF and would inflate any text, so it never sees either.
    content, turn = data, 1
    if size.name == "PNG":
        content, turn = picture_only(data), orientation(exif_of(data))
    elif size.name == "JPEG":
        content, turn = jpeg_picture_only(data), orientation(jpeg_exif(data))
    elif size.name == "WEBP":
        turn = orientation(webp_exif(data))
    side = limits.PORTRAIT_SIDE
    with Image.open(io.BytesIO(content), formats=[size.name]) as opened:
        if size.name == "JPEG":
            opened.draft("RGB", (side, side))
        opened.load()
        picture = _in_colour(opened)
        picture.thumbnail((side, side))
        return _saved(_upright(picture, turn))


def _upright(picture: Image.Image, turn: int) -> Image.Image:
    """Return the picture the way that its EXIF orientation, 1 to 8, says it is seen."""
    from PIL.Image import Transpose

    turns = (
        None,
        Transpose.FLIP_LEFT_RIGHT,
        Transpose.ROTATE_180,
        Transpose.FLIP_TOP_BOTTOM,
        Transpose.TRANSPOSE,
        Transpose.ROTATE_270,
        Transpose.TRANSVERSE,
        Transpose.ROTATE_90,
    )
    method = turns[turn - 1]
    return picture if method is None else picture.transpose(method)


def _in_colour(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        # Sixteen bits of grey: Pillow would cut them off at 255 instead of scaling.
        picture = picture.convert("I").point(lambda grey: grey / 256).convert("L")
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    mode = "RGBA" if has_alpha else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _saved(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    # Level 3: a third of the default's time for a few per cent more bytes.
    picture.save(stream, "PNG", compress_level=3, pnginfo=None)
    return picture_only(stream.getvalue())
