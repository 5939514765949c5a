"""One child process: its pipes, its threads, and how it ended.

Three threads serve the pipes, so that neither a slow reader nor a full pipe can block a
caller. Knows no request and no restart; that is the supervisor's business.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, cast

from app.children.protocol import Codec, LineReader, ProtocolError
from app.children.stdio import PARENT_VARIABLE

_ROOT = Path(__file__).resolve().parents[2]
_STDERR_LINES = 40
_STDERR_LINE_CHARACTERS = 500
_LOG_BYTES = 1024 * 1024
_REAP_SECONDS = 2.0


def python_command(module: str) -> tuple[str, ...]:
    """Return the command that runs a module in this interpreter.

    `-P` keeps the current folder off the module path; faulthandler writes where a native
    crash happened to stderr, whose last lines become the error's text.
    """
    return (sys.executable, "-P", "-X", "faulthandler", "-m", module)


def child_environment() -> dict[str, str]:
    """Return our environment without its Python settings, with the repository importable."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {
        "PYTHONPATH": str(_ROOT),
        "PYTHONUTF8": "1",
        PARENT_VARIABLE: str(os.getpid()),
    }


class ChildProcess:
    """A running child and its pipes. Owned by the supervisor.

    Build it on a thread that lives at least as long as the child: on Linux the kernel kills
    the child when that *thread* ends. Everything else may be called from any thread.
    """

    def __init__(
        self,
        command: Sequence[str],
        codec: Codec,
        on_message: Callable[[object], None],
        on_exit: Callable[[], None],
        log_path: Path | None = None,
    ) -> None:
        """Start the process; raises OSError. The callbacks run on the reader's thread."""
        self._codec = codec
        self._on_message = on_message
        self._on_exit = on_exit
        self._log_path = log_path
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._stderr_lines: deque[str] = deque(maxlen=_STDERR_LINES)
        self._complaint = ""
        self.exited = threading.Event()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=child_environment(),
            # Ctrl+C in the parent's terminal is for the parent.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._threads = [
            threading.Thread(target=work, name=f"child-{name}", daemon=True)
            for name, work in (
                ("answers", self._read_answers),
                ("requests", self._write_requests),
                ("stderr", self._read_stderr),
            )
        ]
        for thread in self._threads:
            thread.start()

    @property
    def process_id(self) -> int:
        """The operating system's number for the child."""
        return self._process.pid

    def send(self, message: object) -> None:
        """Queue a message; never blocks. Raises ProtocolError; a dead child swallows it."""
        self._outgoing.put(self._codec.encode(message))

    def close_input(self) -> None:
        """Close the child's stdin once everything queued was written: it should leave."""
        self._outgoing.put(None)

    def kill(self, complaint: str = "") -> None:
        """End the child at once; `complaint` is the reason, for the description."""
        self._complaint = self._complaint or complaint
        self._process.kill()

    def finish(self) -> str:
        """Make sure that the child is gone, join the threads, close the pipes.

        Returns how it ended, with the last lines of its stderr.
        """
        if not self.exited.is_set():
            self._process.kill()
        self._process.wait()
        self._outgoing.put(None)
        for thread in self._threads:
            thread.join(_REAP_SECONDS)
        # Something that the child started may hold its stderr open; that thread keeps its pipe.
        for pipe, thread in zip(
            (self._process.stdout, self._process.stdin, self._process.stderr),
            self._threads,
            strict=True,
        ):
            if pipe is not None and not thread.is_alive():
                with contextlib.suppress(OSError):
                    pipe.close()
        return self._describe_end()

    def _describe_end(self) -> str:
        code = self._process.returncode
        if self._complaint:
            how = self._complaint
        elif code < 0:
            how = f"it was ended by {_signal_name(-code)}"
        elif code > 0:
            how = f"it left with code {code}"
        else:
            how = "it left without being asked"
        tail = "\n".join(self._stderr_lines)
        return f"{how}\n{tail}" if tail else how

    def _read_answers(self) -> None:
        stdout = cast("IO[bytes]", self._process.stdout)
        lines = LineReader(stdout.read, self._codec.max_line_bytes)
        try:
            while (line := lines.next_line()) is not None:
                self._on_message(self._codec.decode(line))
        except ProtocolError as error:
            self.kill(f"it sent something that is no answer: {error}")
        try:
            self._process.wait(_REAP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill("it closed its output without leaving")
            self._process.wait()
        self.exited.set()
        self._on_exit()

    def _write_requests(self) -> None:
        stdin = cast("IO[bytes]", self._process.stdin)
        with contextlib.suppress(OSError):
            while (line := self._outgoing.get()) is not None:
                view = memoryview(line)
                while view:
                    view = view[stdin.write(view) :]
        with contextlib.suppress(OSError):
            stdin.close()

    def _read_stderr(self) -> None:
        stderr = cast("IO[bytes]", self._process.stderr)
        with self._open_log() as log:
            rest = b""
            while chunk := stderr.read(65536):
                log.write(chunk)
                log.flush()
                *lines, rest = (rest + chunk).split(b"\n")
                rest = rest[-_STDERR_LINE_CHARACTERS:]
                self._note(lines)
            self._note([rest])

    def _note(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            text = line[:_STDERR_LINE_CHARACTERS].decode("utf-8", "replace").rstrip()
            if text:
                self._stderr_lines.append(text)

    def _open_log(self) -> IO[bytes]:
        # A log that cannot be written is no reason to be without an engine.
        if self._log_path is not None:
            with contextlib.suppress(OSError):
                is_long = self._log_path.exists() and self._log_path.stat().st_size > _LOG_BYTES
                return self._log_path.open("wb" if is_long else "ab")
        return Path(os.devnull).open("ab")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
