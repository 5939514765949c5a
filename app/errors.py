"""Every error that Dramatis raises on purpose.

    AppError
    ├── UserError        they can fix it: a missing file, a bad card, a full form
    ├── MachineError     the machine is in the way: disk full, read-only, out of memory
    ├── EngineError      the engine or index child failed
    ├── Cancelled        somebody asked to stop; never shown
    └── Bug              our fault; shown with a way to report it

Foreign exceptions are translated into these at an adapter's border and nowhere else.
The code is stable and maps to a translated title and hint in `ui/`; the message is a
sentence that names the thing and the remedy. Keep this module free of heavy imports.
"""

from __future__ import annotations


class AppError(Exception):
    """Root of the tree. `code` is stable, `message` a full sentence for a person."""

    code = "app"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        """Keep the sentence, and a more specific code where there is one."""
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class UserError(AppError):
    """Something the person can put right."""

    code = "user"


class MachineError(AppError):
    """Something about the machine: disk, memory, permissions, a newer database."""

    code = "machine"


class EngineError(AppError):
    """A child process failed, hung or refused."""

    code = "engine"


class Cancelled(AppError):  # noqa: N818 - it is no error to have stopped
    """Asked for, so never shown."""

    code = "cancelled"


class Bug(AppError):  # noqa: N818 - the plain word
    """Ours to mend."""

    code = "bug"
