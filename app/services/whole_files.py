"""Writes files that appear whole or not at all.

A file is written beside its place and moved there, so that a full disk leaves what was there
before.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from app.errors import MachineError


def write_whole(path: Path, content: bytes, *, what: str, safe: str) -> None:
    """Write, flush to disk, move into place.

    Raises MachineError with a sentence of `what` was to be written and what is `safe`.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        message = (
            f"{what} could not be written to {path} ({error.strerror}). "
            f"Choose another place, or free some space; {safe} is safe."
        )
        raise MachineError(message, code="export-write") from error
