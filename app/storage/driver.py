"""The SQLite driver, typed: sqlcipher3 ships no stubs.

The one module that imports it. Not the standard library's sqlite3: the system's SQLite may
have the WAL-reset bug (before 3.51.3). Knows no table and no path of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from sqlcipher3 import dbapi2  # pyright: ignore[reportMissingTypeStubs] - ships none

DRIVER: Any = dbapi2
DriverError = cast("type[Exception]", DRIVER.Error)
SQLITE_VERSION = cast("str", DRIVER.sqlite_version)


class DriverCursor(Protocol):
    """What a statement returns."""

    def fetchone(self) -> tuple[Any, ...] | None: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


class DriverConnection(Protocol):
    """The part of a driver's connection that we call. One thread at a time."""

    def execute(
        self, statement: str, values: tuple[Any, ...] | Mapping[str, Any] = (), /
    ) -> DriverCursor: ...
    def set_progress_handler(self, handler: Callable[[], int] | None, steps: int, /) -> None: ...
    def close(self) -> None: ...


def connect(path: Path, *, busy_seconds: float) -> DriverConnection:
    """Open a file in the driver's autocommit mode, so that every BEGIN is ours.

    The connection may be closed from another thread than the one that opened it.
    """
    connection = DRIVER.connect(
        str(path), isolation_level=None, check_same_thread=False, timeout=busy_seconds
    )
    return cast("DriverConnection", connection)


def read_value(
    connection: DriverConnection,
    statement: str,
    values: tuple[Any, ...] | Mapping[str, Any] = (),
) -> Any:  # noqa: ANN401 - SQLite's
    """Return the first column of the first row, or None when there is no row."""
    row = connection.execute(statement, values).fetchone()
    return row[0] if row else None
