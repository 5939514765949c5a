"""What is looked at before a file is trusted: the place, the settings, the structure.

Everything here either passes or raises MachineError, and changes nothing that it refuses.
Knows no table.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.errors import MachineError
from app.storage.driver import DriverConnection, read_value
from app.storage.faults import describe

# What is asked for and what SQLite must answer when asked again.
_SETTINGS: tuple[tuple[str, str, str | int], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("secure_delete", "ON", 1),
    # KiB: recall looks into many places of a large file.
    ("cache_size", "-32768", -32768),
    ("fullfsync", "ON", 1),
    ("checkpoint_fullfsync", "ON", 1),
)


def check_place(path: Path) -> None:
    """Raise MachineError when the file or its folder may not be written.

    SQLite would find out as well, but says no more than that something with the disk failed.
    The file must not be opened to see: closing it again would drop SQLite's locks on it.
    """
    for place in (path.parent, path):
        if place.exists() and not os.access(place, os.W_OK):
            code = "read-only"
            raise describe(code, path)


def apply_settings(connection: DriverConnection, path: Path) -> None:
    """Set what keeps the file safe, and believe only what SQLite answers."""
    for name, value, expected in _SETTINGS:
        if "fullfsync" in name and sys.platform != "darwin":
            continue
        connection.execute(f"PRAGMA {name} = {value}")
        if read_value(connection, f"PRAGMA {name}") != expected:
            message = (
                f"The disk or folder of {path} does not allow the setting {name}={value}, without "
                "which what is stored would not be safe. Set DRAMATIS_HOME to a folder on "
                "a local disk."
            )
            raise MachineError(message, code="database-setting")


def check_quickly(connection: DriverConnection, path: Path) -> None:
    """Raise MachineError when the file's structure does not hold, or it cannot be written."""
    found = read_value(connection, "PRAGMA quick_check(1)")
    if found != "ok":
        message = (
            f"The database {path} is damaged ({found}). Nothing was changed in it; move it aside "
            "and put the newest file of the backups folder beside it in its place."
        )
        raise MachineError(message, code="database-corrupt")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("ROLLBACK")
