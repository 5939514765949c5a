"""Where files live: platformdirs decides, `DRAMATIS_HOME` moves all of it.

Knows what is where and creates folders on request; reads and writes nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app.errors import MachineError

HOME_VARIABLE = "DRAMATIS_HOME"


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The folders of one installation. A value; any thread."""

    data: Path
    cache: Path
    config: Path
    log: Path

    @property
    def database(self) -> Path:
        """The SQLite file that holds the truth."""
        return self.data / "dramatis.db"

    @property
    def backups(self) -> Path:
        """Copies set aside before migrations."""
        return self.data / "backups"

    @property
    def index(self) -> Path:
        """Chroma's folder; may be deleted at any time."""
        return self.cache / "index"

    @property
    def models(self) -> Path:
        """Model files that the app made or fetched."""
        return self.cache / "models"

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.config / "settings.json"

    @property
    def lock(self) -> Path:
        """Held by the one process that uses the data folder."""
        return self.data / "dramatis.lock"

    @property
    def crash_marker(self) -> Path:
        """Present while a model loads or the engine crashed: the next start does not autoload."""
        return self.data / "engine-crashed"

    def create(self) -> None:
        """Make the folders; raises MachineError naming the one that cannot be made."""
        for folder in (self.data, self.cache, self.config, self.log, self.models):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                message = (
                    f"Dramatis cannot make its folder {folder} ({error.strerror}). "
                    f"Make the place writable, or set {HOME_VARIABLE} to a folder that is."
                )
                raise MachineError(message, code="folder") from error


def find_paths(environment: Mapping[str, str] = os.environ) -> AppPaths:
    """Return the folders for this user, or those under `DRAMATIS_HOME`."""
    home = environment.get(HOME_VARIABLE)
    if home:
        root = Path(home).expanduser().absolute()
        return AppPaths(root / "data", root / "cache", root / "config", root / "log")
    dirs = platformdirs.PlatformDirs("dramatis", appauthor=False)
    return AppPaths(
        Path(dirs.user_data_dir),
        Path(dirs.user_cache_dir),
        Path(dirs.user_config_dir),
        Path(dirs.user_log_dir),
    )
