"""What SQLite's errors mean to a person: the border where foreign exceptions end.

Every sentence names the file and the remedy. Knows the error codes and no table.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.errors import AppError, Bug, MachineError, UserError
from app.storage.driver import DriverError


class _Fault(NamedTuple):
    code: str
    sentence: str


# The primary result codes of SQLite (sqlite.org/rescode.html); extended ones carry them low.
_MACHINE_FAULTS: dict[int, _Fault] = {
    5: _Fault(
        "database-in-use",
        "The database {path} is in use by another Dramatis. "
        "Close the other window, or wait until it has closed, and start again.",
    ),
    7: _Fault(
        "out-of-memory",
        "There was not enough memory to work with the database {path}. "
        "Nothing that was stored is lost; close other programs and try again.",
    ),
    8: _Fault(
        "read-only",
        "Dramatis may not write to its database {path}. "
        "Make the file and its folder writable, or set DRAMATIS_HOME to a folder that is.",
    ),
    10: _Fault(
        "disk-error",
        "The disk reported an error while Dramatis used {path}. What was stored before is "
        "kept; check the disk and its connection, then start Dramatis again.",
    ),
    11: _Fault(
        "database-corrupt",
        "The database {path} is damaged. Nothing was changed in it; move it aside and put "
        "the newest file of the backups folder beside it in its place.",
    ),
    13: _Fault(
        "disk-full",
        "The disk that holds {path} is full. Nothing that was stored is lost; "
        "free some space and try again.",
    ),
    14: _Fault(
        "database-unreachable",
        "The database {path} cannot be opened. Check that its folder exists and is writable, "
        "or set DRAMATIS_HOME to a folder that is.",
    ),
    26: _Fault(
        "not-a-database",
        "The file {path} is not a Dramatis database. Move it aside; Dramatis then starts "
        "with a new one.",
    ),
}
_MACHINE_FAULTS[6] = _MACHINE_FAULTS[5]
_TOO_BIG = 18


def describe(code: str, path: Path) -> MachineError:
    """Return the error with a stable code of the list above."""
    sentence = next(fault.sentence for fault in _MACHINE_FAULTS.values() if fault.code == code)
    return MachineError(sentence.format(path=path), code=code)


def explain(error: BaseException, path: Path) -> AppError:
    """Return what a driver's error means; an unknown one is ours."""
    code = int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
    if code in _MACHINE_FAULTS:
        return describe(_MACHINE_FAULTS[code].code, path)
    if code == _TOO_BIG:
        message = "This is too long to be stored; SQLite holds a gigabyte. Nothing was changed."
        return MachineError(message, code="too-long")
    message = f"The database {path} refused what Dramatis asked of it ({error})."
    return Bug(message, code="database")


@contextmanager
def translated(path: Path) -> Generator[None]:
    """Turn whatever the driver or SQLAlchemy raises inside into an AppError."""
    try:
        yield
    except DBAPIError as error:
        raise explain(error.orig or error, path) from error
    except (SQLAlchemyError, DriverError) as error:
        raise explain(error, path) from error
    except UnicodeEncodeError as error:
        # Texts are mended before they are stored (see `columns`); this is an id or a key, such as
        # a terminal hands over when it was given bytes that are no UTF-8.
        message = f"{error.object!a} holds half a character, which no stored id does. Check it."
        raise UserError(message, code="not-found") from error
