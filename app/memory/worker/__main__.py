"""Starts the index child over the folder that is named on the command line.

Chroma is imported only after stdout was secured for the protocol and the environment was
emptied. Knows no request; see `requests`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.children.protocol import Codec
from app.children.worker_loop import Worker, serve
from app.memory.protocol import MESSAGES

_KEPT_VARIABLES = frozenset({"HOME", "PATH", "LANG", "TMPDIR", "TEMP", "SYSTEMROOT"})


def main(arguments: list[str]) -> int:
    """Serve until stdin closes; returns the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m app.memory.worker FOLDER\n")
        return 2
    folder = Path(arguments[0]).absolute()

    def make_worker() -> Worker:
        _seclude()
        from app.memory.worker.requests import IndexWorker

        return IndexWorker(folder)

    return serve(Codec(MESSAGES), make_worker)


def _seclude() -> None:
    """Take away what could steer Chroma from outside.

    Chroma reads each of its settings, addresses of servers and of telemetry among them, from
    the environment and from a file `.env` in the working folder, already when imported.
    """
    for name in list(os.environ):
        if name.upper() not in _KEPT_VARIABLES:
            del os.environ[name]
    os.chdir(Path(__file__).parent)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
