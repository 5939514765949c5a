"""Pictures become safe portraits, cut as asked; what is no picture is said in words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from app.context import AppContext
from app.errors import UserError
from personas.persona import Persona
from personas.picture_crop import CropBox

LEFT, RIGHT = (200, 30, 30), (30, 30, 200)


def halves(form: str = "PNG", size: tuple[int, int] = (80, 40)) -> bytes:
    """A picture that is red on the left and blue on the right."""
    picture = Image.new("RGB", size, LEFT)
    picture.paste(RIGHT, (size[0] // 2, 0, *size))
    stream = io.BytesIO()
    picture.save(stream, form)
    return stream.getvalue()


def opened(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    return picture


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_any_picture_file_becomes_a_png(context: AppContext, tmp_path: Path, form: str) -> None:
    file = tmp_path / "picture.txt"
    file.write_bytes(halves(form))
    png = context.portraits.read(file).result()
    assert opened(png).size == (80, 40)


def test_a_part_is_cut_out_and_kept(context: AppContext, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(halves())
    png = context.portraits.read(file, CropBox(0.5, 0, 1, 1)).result()
    part = opened(png)
    assert (part.size, part.getpixel((0, 0))) == ((40, 40), RIGHT)
    ada = context.personas.add(Persona(name="Ada")).result()
    kept = context.personas.set_portrait(ada.id, png).result()
    assert kept.portrait is not None
    assert context.personas.portrait(ada.id).result() == png
    assert context.personas.set_portrait(ada.id, None).result().portrait is None


@pytest.mark.parametrize(
    ("box", "size"),
    [
        (CropBox(0, 0, 0.5, 1), (40, 40)),
        (CropBox(-3, -1, 7, 2), (80, 40)),
        (CropBox(1, 1, 0, 0), (1, 1)),
        (CropBox(0.9, 0.9, 0.9, 0.9), (1, 1)),
    ],
)
def test_a_cut_stays_inside_the_picture(
    context: AppContext, box: CropBox, size: tuple[int, int]
) -> None:
    assert opened(context.portraits.crop(halves(), box).result()).size == size


@pytest.mark.parametrize("content", [b"", b"not a picture", halves()[:60]])
def test_what_is_no_picture_is_said(context: AppContext, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"picture\.png cannot be a portrait\. .* Choose another"):
        context.portraits.read(file).result()


def test_a_missing_file_and_a_folder_are_said(context: AppContext, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.png cannot be read"):
        context.portraits.read(tmp_path / "nowhere.png").result()
    with pytest.raises(UserError, match="is no file"):
        context.portraits.read(tmp_path).result()
