"""Two small files about loading models: the crash marker and the measured thread counts.

Both are conveniences: when they cannot be read or written, that is logged and life goes
on. Knows no process.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import cast

_log = logging.getLogger(__name__)
_MOST_HINTS = 50


class CrashMarker:
    """A file that is there while the engine may be about to crash, or did. Any one thread.

    Owned by the engine client. A program that finds it at its start does not load a model
    by itself.
    """

    def __init__(self, path: Path) -> None:
        """Look whether the program before us left the file."""
        self._path = path
        self.was_set = path.exists()

    def set(self, text: str) -> None:
        """Write the marker; `text` says why, for whoever opens the file."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            _log.warning("the crash marker cannot be written: %s", error)

    def clear(self) -> None:
        """Remove the marker."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("the crash marker cannot be removed: %s", error)


class ThreadHints:
    """Which thread count was measured best for which model on this machine.

    A JSON file of fingerprint to threads. Owned by the engine client; one thread at a time.
    """

    def __init__(self, path: Path) -> None:
        """Remember where the file is; it is read when needed."""
        self._path = path

    def find(self, model: Path) -> int:
        """Return the count for this very file on this machine, 0 when there is none."""
        fingerprint = _fingerprint(model)
        return 0 if fingerprint is None else self._read().get(fingerprint, 0)

    def store(self, model: Path, threads: int) -> None:
        """Keep a measured count."""
        fingerprint = _fingerprint(model)
        if fingerprint is None or threads < 1:
            return
        hints = self._read()
        hints.pop(fingerprint, None)
        hints[fingerprint] = threads
        newest = dict(list(hints.items())[-_MOST_HINTS:])
        part = self._path.with_name(f"{self._path.name}.part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(newest, indent=1), encoding="utf-8")
            part.replace(self._path)
        except OSError as error:
            _log.warning("measured thread counts cannot be kept: %s", error)

    def _read(self) -> dict[str, int]:
        try:
            value = cast("object", json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            _log.warning("measured thread counts cannot be read: %s", error)
            return {}
        if not isinstance(value, dict):
            return {}
        hints = cast("dict[str, object]", value)
        return {key: count for key, count in hints.items() if type(count) is int and count > 0}


def _fingerprint(model: Path) -> str | None:
    try:
        status = model.stat()
    except OSError:
        return None
    return f"{model.absolute()}|{status.st_size}|{status.st_mtime_ns}|{os.cpu_count()}"
