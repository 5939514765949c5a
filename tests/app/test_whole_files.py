"""A file is whole or as it was, and nothing lies beside it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from app.errors import MachineError
from app.whole_files import replace_file, write_whole


def test_a_file_is_made_and_replaced(tmp_path: Path):
    file = tmp_path / ("n" * 250)
    replace_file(file, b"one")
    replace_file(file, b"two", is_flushed=False)
    assert file.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    file = tmp_path / "card.png"
    file.write_bytes(b"kept")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), refuse)
    with pytest.raises(MachineError) as caught:
        write_whole(file, b"new", what="The card", safe="the character")
    assert caught.value.message == (
        f"The card could not be written to {file} (No space left on device). "
        "Choose another place, or free some space; the character is safe."
    )
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("card.png", b"kept")]


def test_a_folder_that_is_not_there_is_the_callers_to_make(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "no" / "file", b"")


def test_a_place_without_a_name_is_refused_like_any_folder(tmp_path: Path):
    for place in (Path(tmp_path.anchor), tmp_path):
        with pytest.raises(MachineError, match="could not be written"):
            write_whole(place, b"", what="The card", safe="the character")
    assert list(tmp_path.iterdir()) == []
