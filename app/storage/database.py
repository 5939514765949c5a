"""The one connection to the one file: opened, checked, migrated, and closed.

`reading` and `writing` hand out a session inside an explicit transaction; whatever goes
wrong inside leaves as an AppError. Knows no table: the repositories do.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import get_ident

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool
from sqlmodel import create_engine

from app.errors import Bug
from app.storage.backup import copy_to, remove_copies_with
from app.storage.driver import (
    DRIVER,
    SQLITE_VERSION,
    DriverConnection,
    DriverError,
    connect,
    read_value,
)
from app.storage.faults import explain, translated
from app.storage.migration import CURRENT_SCHEMA, Schema, read_user_version, upgrade
from app.storage.opening import apply_settings, check_place, check_quickly

_log = logging.getLogger(__name__)

# One connection only, so nobody is worth waiting for; a moment covers an instance that is leaving.
_BUSY_SECONDS = 0.25

_CHECK_SEARCH = (
    "INSERT INTO message_search(message_search, rank) VALUES ('integrity-check', 1)",
    "INSERT INTO memory_line_search(memory_line_search, rank) VALUES ('integrity-check', 1)",
)


class Database:
    """The open database. Owned by the app context; only the thread that opened it may use it.

    Closing alone is allowed from elsewhere, once that thread has nothing left to do. Nobody in
    this process may open the file by other means: closing it would drop SQLite's locks.
    """

    def __init__(
        self, path: Path, backups: Path, connection: DriverConnection, user_version: int
    ) -> None:
        """Take over a connection that `open` has checked."""
        self.path = path
        self._backups = backups
        self.user_version = user_version
        self.sqlite_version = SQLITE_VERSION
        self._connection = connection
        self._thread = get_ident()
        self._is_closed = False
        self._engine = _make_engine(connection)
        self._writing = self._engine.execution_options(begin="BEGIN IMMEDIATE")

    @classmethod
    def open(cls, path: Path, backups: Path, *, schema: Schema = CURRENT_SCHEMA) -> Database:
        """Open the file, making or migrating it where needed; the folder must exist.

        Before a migration a verified copy is set aside in `backups`. Raises MachineError for
        a file or folder that cannot be written, that is in use by another process, damaged,
        not ours or from a newer Dramatis, and for a full disk.
        """
        check_place(path)
        with ExitStack() as undo, translated(path):
            connection = connect(path, busy_seconds=_BUSY_SECONDS)
            undo.callback(connection.close)
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            version = read_user_version(connection, path, schema)
            apply_settings(connection, path)
            check_quickly(connection, path)
            database = cls(path, backups, connection, version)
            if version < schema.user_version:
                database._migrate(schema)
            undo.pop_all()
        return database

    @contextmanager
    def reading(self) -> Generator[Session]:
        """Hand out a session that only reads."""
        with self._transaction(self._engine) as session:
            yield session

    @contextmanager
    def glancing(self) -> Generator[DriverConnection]:
        """Hand out the driver itself, to read a lot in little time; one statement or a few.

        Nobody else can write meanwhile, so it needs no transaction.
        """
        self._require_usable()
        with translated(self.path):
            yield self._connection

    @contextmanager
    def writing(self) -> Generator[Session]:
        """Hand out a session whose work is committed, durably, when the block is left.

        On any exception nothing of it was done.
        """
        with self._transaction(self._writing) as session:
            yield session

    def backup_to(self, target: Path) -> None:
        """Write a verified copy to `target`, replacing what is there."""
        self._require_usable()
        copy_to(self._connection, target)

    def remove_copies_with(self, memory_ids: Sequence[str]) -> None:
        """Remove the copies that were set aside before a migration and hold these memories."""
        remove_copies_with(self._backups, self.path.stem, memory_ids)

    def empty_log(self) -> None:
        """Write the log into the file and cut it to nothing, so that it keeps no old words."""
        self._require_usable()
        with translated(self.path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def integrity_problem(self) -> str | None:
        """Return what is wrong with the file, or None. Reads all of it."""
        self._require_usable()
        try:
            found = read_value(self._connection, "PRAGMA integrity_check(1)")
            if found != "ok":
                return f"The database {self.path} is damaged: {found}."
            if self._connection.execute("PRAGMA foreign_key_check").fetchone():
                return f"The database {self.path} has rows that point at nothing."
            for check in _CHECK_SEARCH:
                self._connection.execute(check)
        except DriverError as error:
            return explain(error, self.path).message
        return None

    def close(self) -> None:
        """Write everything from the log into the file and let go of it; idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except DriverError:
            # Nothing is lost: what was committed stays in the log and is found at the next open.
            _log.warning("the log of %s could not be written back", self.path, exc_info=True)
        self._engine.dispose()
        self._connection.close()

    @contextmanager
    def _transaction(self, engine: Engine) -> Generator[Session]:
        self._require_usable()
        with (
            translated(self.path),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def _migrate(self, schema: Schema) -> None:
        """Bring the file to `schema`, or leave it exactly as it was and raise."""
        if self.user_version:
            moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            name = f"{self.path.stem}-{self.user_version}-{moment}.db"
            copy_to(self._connection, self._backups / name)
        # SQLite ignores this pragma inside a transaction.
        self._connection.execute("PRAGMA foreign_keys = OFF")
        with self._writing.begin() as connection:
            upgrade(connection, schema)
        self._connection.execute("PRAGMA foreign_keys = ON")
        self.user_version = schema.user_version

    def _require_usable(self) -> None:
        if self._is_closed:
            message = "the database was used after it was closed"
            raise Bug(message)
        if get_ident() != self._thread:
            message = "the database was used off the storage lane"
            raise Bug(message)


def _make_engine(connection: DriverConnection) -> Engine:
    """Wrap the one connection; every transaction opens with a BEGIN of our choosing.

    The driver's own transactions would leave DDL outside, so it is in autocommit mode.
    """
    # Parameters are what people wrote; an exception that names them would carry it into the log.
    engine = create_engine(
        "sqlite://",
        module=DRIVER,
        creator=lambda: connection,
        poolclass=StaticPool,
        hide_parameters=True,
    )

    def begin(sessions_connection: Connection) -> None:
        statement = sessions_connection.get_execution_options().get("begin", "BEGIN")
        sessions_connection.exec_driver_sql(statement)

    event.listen(engine, "begin", begin)
    return engine
