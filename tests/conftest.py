"""What every test stands on: no real user folders, fresh paths, the converted embedding model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.conversion import ensure_embedding_model
from app.paths import HOME_VARIABLE, AppPaths, find_paths

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / ".build" / "models"


@pytest.fixture(scope="session", autouse=True)
def no_real_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A person's own folders are out of reach, for child processes too."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.delenv(HOME_VARIABLE, raising=False)
        for name in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.delenv(f"XDG_{name}_HOME", raising=False)
        yield home


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    """The folders of an installation of its own, made."""
    found = find_paths({HOME_VARIABLE: str(tmp_path / "dramatis")})
    found.create()
    return found


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The folder with the embedding model, converted once for all test runs of a clone.

    `packaging/prepare.py test` has usually done so already.
    """
    ensure_embedding_model(MODELS)
    return MODELS
