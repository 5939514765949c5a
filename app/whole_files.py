"""Writes files that appear whole or not at all.

A file is written beside its place and moved there, so that a full disk or a kill leaves what
was there before. For settings, drafts and exports alike; knows none of them.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from app.errors import MachineError


def replace_file(path: Path, content: bytes, *, is_flushed: bool = True) -> None:
    """Write beside, flush to disk, move into place; raises OSError and leaves nothing behind.

    Without `is_flushed` a loss of power may cost the file, and nobody waits for the disk.
    """
    # A short name of its own: the full name with a suffix may be longer than a name can be.
    part = path.parent / f".{secrets.token_hex(6)}.part"
    try:
        with part.open("xb") as file:
            file.write(content)
            if is_flushed:
                file.flush()
                os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes, *, what: str, safe: str) -> None:
    """Write a file that a person asked for.

    Raises MachineError with a sentence of `what` was to be written and what is `safe`.
    """
    try:
        replace_file(path, content)
    except OSError as error:
        message = (
            f"{what} could not be written to {path} ({error.strerror}). "
            f"Choose another place, or free some space; {safe} is safe."
        )
        raise MachineError(message, code="export-write") from error
