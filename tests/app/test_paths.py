"""Where files live, and that one variable moves all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import MachineError
from app.paths import HOME_VARIABLE, AppPaths, find_paths


def test_one_variable_moves_everything(tmp_path: Path):
    paths = find_paths({HOME_VARIABLE: str(tmp_path)})
    named = [
        getattr(paths, name)
        for name in vars(AppPaths)
        if not name.startswith("_") and isinstance(getattr(paths, name), Path)
    ]
    assert len(named) >= 11
    assert all(one.is_relative_to(tmp_path) and one != tmp_path for one in named)
    assert len(set(named)) == len(named)


def test_a_home_may_be_relative_or_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "ana"))
    assert find_paths({HOME_VARIABLE: "here"}).data == tmp_path / "here" / "data"
    assert find_paths({HOME_VARIABLE: "~/there"}).data == tmp_path / "ana" / "there" / "data"


@pytest.mark.parametrize("environment", [{}, {HOME_VARIABLE: ""}])
def test_without_it_the_system_decides(
    environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    paths = find_paths(environment)
    for folder in (paths.data, paths.cache, paths.config, paths.log):
        assert "dramatis" in str(folder)
    assert len({paths.data, paths.cache, paths.config, paths.log}) == 4


def test_making_the_folders_twice_does_no_harm(tmp_path: Path):
    paths = find_paths({HOME_VARIABLE: str(tmp_path / "new" / "home")})
    paths.create()
    (paths.data / "kept").touch()
    paths.create()
    for folder in (paths.data, paths.cache, paths.config, paths.log, paths.models):
        assert folder.is_dir()
    assert (paths.data / "kept").exists()


@pytest.mark.parametrize("occupied", ["home", "home/data", "home/cache/models"])
def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(tmp_path: Path, occupied: str):
    place = tmp_path / occupied
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file")
    with pytest.raises(MachineError) as caught:
        find_paths({HOME_VARIABLE: str(tmp_path / "home")}).create()
    assert caught.value.code == "folder"
    assert str(place) in caught.value.message
    assert HOME_VARIABLE in caught.value.message
