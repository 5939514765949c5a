"""Copies of the database that are known to be good before anybody relies on them.

Knows the driver's connection and no table.
"""

from __future__ import annotations

import os
from pathlib import Path

from app.errors import AppError, MachineError
from app.storage.driver import DriverConnection, connect, read_value
from app.storage.faults import translated


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
