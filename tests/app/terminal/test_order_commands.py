"""Folders, tags and portraits, from the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from app.context import AppContext
from app.errors import MachineError, UserError
from tests.app.terminal.typed import names, run
from tests.pictures import RIGHT, halves


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "a picture.png"
    file.write_bytes(halves())
    return file


def test_a_character_goes_into_a_folder_and_comes_out(context: AppContext) -> None:
    assert run(context, "personas", "folder", "Isla MacRae", " Islands ")["folder"] == "Islands"
    assert names(run(context, "personas", "list", "--folder", "islands")) == ["Isla MacRae"]
    everybody = run(context, "personas", "list")
    assert len(run(context, "personas", "list", "--folder", "")) == len(everybody) - 1
    assert run(context, "personas", "folder", "Isla MacRae", "")["folder"] == ""
    assert run(context, "personas", "list", "--folder", "Islands") == []


def test_tags_are_added_taken_off_and_listed_by(context: AppContext) -> None:
    here = run(context, "personas", "show", "Isla MacRae")["tags"]
    tagged = run(context, "personas", "tag", "Isla MacRae", "Night watch", "salt", "SALT")
    assert tagged["tags"] == [*here, "Night watch", "salt"]
    assert names(run(context, "personas", "list", "--tag", "Salt")) == ["Isla MacRae"]
    both = ("--tag", "salt", "--tag", "night watch")
    assert names(run(context, "personas", "list", *both)) == ["Isla MacRae"]
    assert run(context, "personas", "list", "--tag", "salt", "--tag", "nowhere") == []
    off = run(context, "personas", "tag", "Isla MacRae", "Salt", "night watch", "--remove")
    assert off["tags"] == here
    with pytest.raises(UserError, match="has no tag “salt”, so nothing was changed"):
        run(context, "personas", "tag", "Isla MacRae", "salt", "--remove")


def test_a_portrait_comes_from_a_file_and_goes_to_one(
    context: AppContext, picture: Path, tmp_path: Path
) -> None:
    given = run(context, "personas", "portrait", "Isla MacRae", "--file", str(picture))
    assert given["portrait"]
    out = tmp_path / "isla.png"
    written = run(context, "personas", "portrait", "Isla MacRae", "--output", str(out))
    assert (written["output"], written["bytes"]) == (str(out), out.stat().st_size)
    assert Image.open(io.BytesIO(out.read_bytes())).size == (80, 40)
    assert run(context, "personas", "portrait", "Isla MacRae", "--remove")["portrait"] is None
    with pytest.raises(UserError, match="Isla MacRae has no portrait"):
        run(context, "personas", "portrait", "Isla MacRae", "--output", str(out))


def test_a_part_of_a_picture_is_taken(context: AppContext, picture: Path) -> None:
    words = ("personas", "portrait", "Isla MacRae", "--file", picture.as_uri())
    given = run(context, *words, "--crop", "0.5,0,0.5,1")
    png = context.personas.portrait(given["id"]).result()
    assert png is not None
    part = Image.open(io.BytesIO(png))
    assert (part.size, part.getpixel((0, 0))) == ((40, 40), RIGHT)


@pytest.mark.parametrize("crop", ["", "1,2,3", "a,b,c,d", "0,0,2,1", "-1,0,1,1", "0.5,0,0,1"])
def test_a_crop_that_is_no_part_is_explained(context: AppContext, picture: Path, crop: str) -> None:
    with pytest.raises(UserError, match="is no part of a picture"):
        run(
            context, "personas", "portrait", "Isla MacRae", "--file", str(picture), f"--crop={crop}"
        )


def test_a_crop_needs_a_picture(context: AppContext) -> None:
    with pytest.raises(UserError, match="name the picture with --file"):
        run(context, "personas", "portrait", "Isla MacRae", "--remove", "--crop", "0,0,1,1")


def test_nothing_is_fetched_and_nothing_is_written_where_it_cannot_be(
    context: AppContext, picture: Path, tmp_path: Path
) -> None:
    words = ("personas", "portrait", "Isla MacRae")
    with pytest.raises(UserError, match="Dramatis fetches nothing"):
        run(context, *words, "--file", "https://example.com/isla.png")
    run(context, *words, "--file", str(picture))
    with pytest.raises(MachineError, match="The portrait could not be written"):
        run(context, *words, "--output", str(tmp_path / "nowhere" / "isla.png"))


def test_characters_are_found_by_what_their_sheets_say(context: AppContext) -> None:
    found = run(context, "personas", "search", "BISCUIT", "radio")
    assert "Isla MacRae" in names(found)
    assert {"id", "name", "where", "text"} == set(found[0])
    assert run(context, "personas", "search", "zeppelin") == []
