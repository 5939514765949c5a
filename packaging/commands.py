"""Runs the commands of the set-up quietly: their output goes to a log, ours to the person.

Knows nothing of what is being set up. Standard library only, because it runs before
anything is installed; see prepare.py.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

TAIL_LINES = 12
NOISE = ("is ignored: it is neither a file nor a directory",)


class PreparationError(Exception):
    """The set-up cannot go on; the text is a sentence for a person."""


class CommandLog:
    """Runs commands and keeps what they print in one file. Owned by one set-up, one thread."""

    def __init__(self, path: Path) -> None:
        """Remember the file; it is begun anew by the first command."""
        self.path = path
        self._begun = False

    def run(
        self,
        command: Sequence[str],
        problem: str,
        *,
        environment: Mapping[str, str] | None = None,
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        """Run to the end; raise PreparationError with `problem` and the last lines on failure."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        tail: list[str] = []
        with self.path.open("a" if self._begun else "w", encoding="utf-8") as log:
            self._begun = True
            log.write("$ " + " ".join(command) + "\n")
            try:
                code = _follow(command, environment, log.write, tail, on_line)
            except OSError as error:
                message = f"{problem}: {command[0]} cannot be started ({error.strerror})."
                raise PreparationError(message) from error
        if code:
            shown = "".join(f"    {line}\n" for line in tail)
            message = f"{problem} (exit code {code}). It ended with\n{shown}All of it: {self.path}"
            raise PreparationError(message)


def _follow(
    command: Sequence[str],
    environment: Mapping[str, str] | None,
    write: Callable[[str], int],
    tail: list[str],
    on_line: Callable[[str], None] | None,
) -> int:
    with subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=None if environment is None else dict(environment),
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            if any(noise in line for noise in NOISE):
                continue
            write(line)
            if line.strip():
                tail.append(line.rstrip()[:400])
                del tail[:-TAIL_LINES]
            if on_line is not None:
                on_line(line)
    return process.returncode
