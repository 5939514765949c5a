"""Which schema this program speaks, and how an older file is brought to it.

Alembic runs on the live connection inside one transaction: either everything took hold,
or the file is as it was. Knows no repository; `Database` sets the copy aside beforehand.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from app.errors import Bug, MachineError
from app.storage.driver import DriverConnection, read_value

# "Dram" in ASCII, in the header of every file of ours; `file` and SQLite's tools show it.
APPLICATION_ID = 0x4472616D
_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Schema:
    """A version of the schema and the folders of the revisions that lead to it. Any thread.

    A minor version only adds what an older program may pass over; a major one does not.
    """

    major: int
    minor: int
    folders: tuple[Path, ...] = (_MIGRATIONS / "versions",)

    @property
    def user_version(self) -> int:
        """What stands in the file's header: major times 1000 plus minor."""
        return self.major * 1000 + self.minor


CURRENT_SCHEMA = Schema(1, 2)


def read_user_version(connection: DriverConnection, path: Path, schema: Schema) -> int:
    """Return the file's version, 0 for an empty one, having only read.

    Raises MachineError for a file that is not ours or that only a newer Dramatis can read.
    """
    version = int(read_value(connection, "PRAGMA user_version"))
    application = int(read_value(connection, "PRAGMA application_id"))
    has_tables = bool(read_value(connection, "SELECT count(*) FROM sqlite_master"))
    if has_tables and application != APPLICATION_ID:
        message = (
            f"The file {path} is a SQLite database, but not one of Dramatis. "
            "Move it aside; Dramatis then starts with a new one."
        )
        raise MachineError(message, code="not-a-database")
    if version // 1000 > schema.major:
        message = (
            f"The database {path} was written by a newer Dramatis (its format is "
            f"{version // 1000}, this one reads up to {schema.major}). Nothing was changed in "
            "it: install the newer Dramatis, or set DRAMATIS_HOME to another folder."
        )
        raise MachineError(message, code="database-too-new")
    return version


def upgrade(connection: Connection, schema: Schema) -> None:
    """Bring the file to `schema` inside the transaction that the caller commits.

    Foreign keys must be off, so that tables can be rebuilt; they are checked here at the end.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    locations = os.pathsep.join(str(folder) for folder in schema.folders)
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", locations.replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "heads")
    except CommandError as error:
        message = f"the database could not be migrated and was left as it was ({error})"
        raise Bug(message, code="migration") from error
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {schema.user_version}")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        message = "after the migration some rows point at nothing; the file was left as it was"
        raise Bug(message, code="migration")
