"""A process that forks lives to be killed, and what those said before they died.

A life is measured in lines heard, not in seconds: a slow machine kills as much as a quick one.
What the lines mean is for the tests that use it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

_ROOT = Path(__file__).parents[1]
# Only a process that hangs is ever this silent.
_PATIENCE_SECONDS = 60.0


def unmeasured() -> dict[str, str]:
    """Return an environment without coverage: what a killed process measured is lost anyway.

    Measuring would slow its life down.
    """
    return {key: value for key, value in os.environ.items() if not key.startswith("COV")}


class Nursery:
    """The parent of the lives. Owned by one test, on its thread.

    `module` is run with `folder`; for every line on stdin it forks a life, which says `pid`,
    and it says `gone` when that one is dead. Every line is one JSON object with a `word`.
    """

    def __init__(
        self,
        module: str,
        folder: Path,
        note: Callable[[str, dict[str, Any]], None],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(folder)],
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._note = note
        self._child = 0
        self._rest = b""

    @property
    def life(self) -> int:
        """The process id of the life; 0 while there is none."""
        return self._child

    def bear(self, seed: int) -> None:
        """Fork a life and wait for its first breath."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{seed}\n".encode())
        self.hear("pid")

    def hear(self, word: str) -> None:
        """Wait for a word."""
        words: list[str] = []
        while word not in words:
            words = self._listen(_PATIENCE_SECONDS)
            assert words, f"no {word} within {_PATIENCE_SECONDS:g} s"

    def hear_lines(self, count: int) -> None:
        """Wait for so many lines, whatever they say."""
        while count > 0:
            words = self._listen(_PATIENCE_SECONDS)
            assert words, f"{count} lines are missing after {_PATIENCE_SECONDS:g} s"
            count -= len(words)

    def hear_for(self, seconds: float) -> None:
        """Listen for a while; nothing needs to be said."""
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            self._listen(left)

    def kill(self) -> None:
        """Kill the life at once and hear what it still had said."""
        os.kill(self._child, signal.SIGKILL)
        self.hear("gone")
        self._child = 0

    def close(self) -> None:
        """End everything; idempotent."""
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            self._child = 0
        if self._process.poll() is None:
            self._process.communicate(timeout=_PATIENCE_SECONDS)

    def _listen(self, seconds: float) -> list[str]:
        """Return the words of the whole lines that come next; none when nothing came."""
        assert self._process.stdout is not None
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            if select.select([self._process.stdout], [], [], left)[0]:
                heard = self._process.stdout.read(65536)
                assert heard, "the parent of the lives left"
                *lines, self._rest = (self._rest + heard).split(b"\n")
                if lines:
                    return [self._take(json.loads(line)) for line in lines]
        return []

    def _take(self, line: dict[str, Any]) -> str:
        word = line["word"]
        if word == "pid":
            self._child = int(line["id"])
        elif word not in {"open", "gone"}:
            self._note(word, line)
        return word
