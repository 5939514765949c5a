"""Pictures become safe portraits, cut as asked; what is no picture is said in words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from app.context import AppContext
from app.errors import UserError
from app.services.portraits import find_picture
from personas.persona import Persona
from personas.picture_crop import CropBox
from tests.pictures import LEFT, RIGHT, claiming_thirty_thousand, halves


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


def turned(form: str) -> bytes:
    """A picture that says where it was taken, and to be seen turned by a quarter."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret Camera"
    exif[0x8825] = {1: "N", 2: (57.0, 24.0, 0.0)}
    return halves(form, exif=exif, quality=100)


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
def test_a_photograph_stands_upright_and_tells_nothing_of_its_place(
    context: AppContext, tmp_path: Path, form: str
) -> None:
    file = tmp_path / "photograph"
    file.write_bytes(turned(form))
    assert b"Secret Camera" in file.read_bytes()
    png = context.portraits.read(file).result()
    upright = opened(png)
    assert upright.size == (40, 80)
    top, bottom = upright.getpixel((20, 10)), upright.getpixel((20, 70))
    assert top[0] > 150 > top[2]
    assert bottom[2] > 150 > bottom[0]
    assert b"Secret" not in png
    assert (upright.info, dict(upright.getexif())) == ({}, {})
    lower = opened(context.portraits.read(file, CropBox(0, 0.5, 1, 1)).result())
    assert lower.size == (40, 40)
    assert lower.getpixel((20, 20))[2] > 150


def test_a_picture_of_thirty_thousand_pixels_is_not_opened(
    context: AppContext, tmp_path: Path
) -> None:
    file = tmp_path / "huge.png"
    file.write_bytes(claiming_thirty_thousand())
    with pytest.raises(UserError, match=r"30,000 by 30,000 pixels, too many to open safely"):
        context.portraits.read(file).result()


@pytest.mark.parametrize("form", ["png", "charx", "byaf"])
def test_who_has_no_portrait_comes_back_without_one(
    context: AppContext, tmp_path: Path, form: str
) -> None:
    ada = context.personas.add(Persona(name="Ada", tagline="counts")).result()
    file = tmp_path / f"ada.{form}"
    context.card_exports.export_card(ada.id, form, file).result()
    (outcome,) = context.imports.import_files([file], even_duplicates=True).result()
    assert outcome.record is not None
    assert outcome.record.portrait is None
    assert context.personas.portrait(outcome.record.id).result() is None


def test_a_plain_picture_of_another_colour_is_a_portrait(
    context: AppContext, tmp_path: Path
) -> None:
    ada = context.personas.add(Persona(name="Ada")).result()
    stream = io.BytesIO()
    Image.new("RGB", (400, 600), LEFT).save(stream, "PNG")
    context.personas.set_portrait(ada.id, stream.getvalue()).result()
    file = tmp_path / "ada.png"
    context.card_exports.export_card(ada.id, "png", file).result()
    (outcome,) = context.imports.import_files([file], even_duplicates=True).result()
    assert outcome.record is not None
    assert outcome.record.portrait is not None


def test_a_portrait_is_found_by_path_and_by_file_address_only(tmp_path: Path) -> None:
    file = tmp_path / "a b.png"
    assert find_picture(str(file)) == find_picture(file.as_uri()) == file
    for address in ("https://example.com/x.png", "ftp://x/y.png", "data:image/png;base64,AA=="):
        with pytest.raises(UserError, match="is not a file on this machine"):
            find_picture(address)
    with pytest.raises(UserError, match="is not a file on this machine"):
        find_picture("file://elsewhere/x.png")


@pytest.mark.parametrize("address", ["http://[", "file://[x/y", "//[/x"])
def test_an_address_that_is_none_is_refused_in_words(address: str) -> None:
    with pytest.raises(UserError, match="is not a file on this machine") as caught:
        find_picture(address)
    assert caught.value.code == "picture"


@pytest.mark.parametrize("path", ["~nobody-of-that-name/p.png", "file:///p%00.png"])
def test_a_path_that_leads_nowhere_is_refused_in_words(context: AppContext, path: str) -> None:
    with pytest.raises(UserError, match="cannot be read") as caught:
        context.portraits.read(find_picture(path)).result()
    assert caught.value.code == "picture"
