"""Copies of the database that are known to be good before anybody relies on them.

What is forgotten goes from them as well: a copy that holds it is overwritten and removed, for
the database that it was made before is in use by then. Knows the driver's connection, and of the
tables the one of memories by its name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from app.errors import AppError, MachineError
from app.storage.driver import DriverConnection, DriverError, connect, read_value
from app.storage.faults import translated

_AT_ONCE = 1024**2


def copy_to(connection: DriverConnection, target: Path) -> None:
    """Write a verified copy to `target`, which appears only when it is whole.

    Must not be called inside a transaction. Raises MachineError when the disk refuses.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with translated(target):
            connection.execute("VACUUM INTO ?", (str(part),))
            _verify(connection, part, target)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except AppError:
        part.unlink(missing_ok=True)
        raise
    except OSError as error:
        message = (
            f"A copy of the database could not be written to {target} ({error.strerror}). "
            "Nothing was changed; make that folder writable or free some space, and try again."
        )
        raise MachineError(message, code="backup") from error


def remove_copies_with(folder: Path, stem: str, memory_ids: Sequence[str]) -> None:
    """Remove the copies in a folder that hold any of these memories, or cannot tell.

    Raises MachineError when one cannot be removed.
    """
    try:
        copies = sorted(path for path in folder.glob(f"{stem}-*") if path.is_file())
    except OSError as error:
        raise _cannot_remove(folder, error) from error
    for copy in copies:
        if _may_hold(copy, memory_ids):
            _remove(copy)


def _may_hold(copy: Path, memory_ids: Sequence[str]) -> bool:
    """Whether a copy has any of the memories; one that cannot be read may."""
    values = (json.dumps(list(memory_ids)),)
    question = "SELECT count(*) FROM memory WHERE id IN (SELECT value FROM json_each(?))"
    try:
        connection = connect(copy, busy_seconds=0)
        try:
            connection.execute("PRAGMA query_only = ON")
            return bool(read_value(connection, question, values))
        finally:
            connection.close()
    except DriverError:
        return True


def _remove(copy: Path) -> None:
    """Overwrite a file with nothing and remove it, so that its place on the disk tells nothing."""
    try:
        with copy.open("rb+") as file:
            left = os.fstat(file.fileno()).st_size
            while left > 0:
                left -= file.write(bytes(min(left, _AT_ONCE)))
            file.flush()
            os.fsync(file.fileno())
        copy.unlink()
    except OSError as error:
        raise _cannot_remove(copy, error) from error


def _cannot_remove(place: Path, error: OSError) -> MachineError:
    message = (
        f"What is to be forgotten also stands in an older copy of the database, and {place} "
        f"cannot be removed ({error.strerror}). Nothing was forgotten: make that folder writable, "
        "or remove the copy yourself, and try again."
    )
    return MachineError(message, code="backup-kept")


def _verify(connection: DriverConnection, part: Path, target: Path) -> None:
    copy = connect(part, busy_seconds=0)
    try:
        same = all(
            read_value(copy, question) == read_value(connection, question)
            for question in ("PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        )
        if not same or read_value(copy, "PRAGMA quick_check(1)") != "ok":
            message = (
                f"The copy of the database at {target} did not turn out whole, and was removed. "
                "Nothing was changed; check the disk, then start Dramatis again."
            )
            raise MachineError(message, code="backup")
    finally:
        copy.close()
