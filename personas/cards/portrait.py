"""Pictures made safe: judged by their header, decoded once, written anew as a plain PNG.

What comes out holds pixels and nothing else: no text, no place, no profile. Knows no card.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import IO, TYPE_CHECKING

from personas.cards import limits
from personas.cards.exif import jpeg_exif, jpeg_picture_only, orientation, webp_exif
from personas.cards.image_size import ImageSize, image_size
from personas.cards.png_chunks import PictureFile, exif_of, picture_only
from personas.cards.receipt import ReceiptRows

if TYPE_CHECKING:
    from PIL import Image

_BLANK_SIZE = (400, 600)
_BLANK_COLOUR = (226, 222, 212)
_STRIP_ROWS = 64


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
    if problem := _costs_too_much(data, size):
        rows.left("Picture", where, problem)
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


def _costs_too_much(data: bytes, size: ImageSize) -> str:
    """Return why an honest picture cannot be opened within the memory there is, "" if it can."""
    is_costly = size.name == "WEBP" or size.is_progressive
    if is_costly and size.width * size.height > limits.COSTLY_IMAGE_PIXELS:
        return (
            f"A {size.name} of {size.width:,} by {size.height:,} pixels takes too much memory; "
            "the same as PNG would not."
        )
    packed = len(data)
    if size.name == "PNG" and packed > limits.PICTURE_BYTES:
        # A card's text beside the picture does not count.
        packed = PictureFile(data).seek(0, io.SEEK_END)
    if packed > limits.PICTURE_BYTES:
        return f"It is larger than {limits.PICTURE_BYTES // 1024**2} MB."
    return ""


def _written(data: bytes, size: ImageSize) -> bytes:
    picture, turn = _decoded(data, size)
    picture.thumbnail((limits.PORTRAIT_SIDE, limits.PORTRAIT_SIDE))
    return _saved(_upright(picture, turn))


def _decoded(data: bytes, size: ImageSize) -> tuple[Image.Image, int]:
    """Return the picture, already reduced where it is very large, and which way is up."""
    from PIL import Image

    # Pillow warns of broken EXIF and would inflate any text, so it never sees either.
    content: IO[bytes] = io.BytesIO(data)
    turn = 1
    if size.name == "PNG":
        content, turn = io.BufferedReader(PictureFile(data)), orientation(exif_of(data))
    elif size.name == "JPEG":
        content, turn = io.BytesIO(jpeg_picture_only(data)), orientation(jpeg_exif(data))
    elif size.name == "WEBP":
        turn = orientation(webp_exif(data))
    with content, Image.open(content, formats=[size.name]) as opened:
        if size.name == "JPEG":
            opened.draft("RGB", (limits.PORTRAIT_SIDE, limits.PORTRAIT_SIDE))
        opened.load()
        return _reduced(opened), turn


def _reduced(picture: Image.Image) -> Image.Image:
    """Return it in colour, at a whole fraction of its size that is still as large as needed.

    Strip by strip, so that a large picture is never in memory twice.
    """
    from PIL import Image

    factor = max(picture.size) // limits.PORTRAIT_SIDE
    if factor < 2:
        return _in_colour(picture)
    width, height = picture.size
    reduced: Image.Image | None = None
    step = factor * _STRIP_ROWS
    for top in range(0, height, step):
        strip = _in_colour(picture.crop((0, top, width, min(top + step, height)))).reduce(factor)
        if reduced is None:
            reduced = Image.new(strip.mode, (strip.width, -(-height // factor)))
        reduced.paste(strip, (0, top // factor))
    return reduced or _in_colour(picture)


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
