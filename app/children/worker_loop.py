"""The request loop of a worker process: one thread reads, the main thread computes.

    stdin -> reader thread -> urgent? answered there
                           -> else queued -> main thread -> handle -> answers

The worker leaves when stdin closes, within two seconds even from the middle of native code.
Knows no message: what they mean is the `Worker`'s business.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

from app.children.protocol import Codec, LineReader, ProtocolError
from app.children.stdio import claim_stdio, die_with_parent, write_all

Send = Callable[[object], None]

_EXIT_GARBLED = 3
_GRACE_SECONDS = 2.0


class ParentGone(Exception):  # noqa: N818 - says what happened
    """Nobody reads our answers any more. Raised by `send`; let it pass."""


class Worker(Protocol):
    """What a worker does with its requests. Built and owned by its process's main."""

    def hello(self) -> object:
        """Return the first message, sent before anything is read. Main thread."""
        ...

    def urgent(self, message: object, send: Send) -> bool:
        """Deal with a message that cannot wait and return True, else return False.

        Reader thread, while the main thread computes; must return at once.
        """
        ...

    def handle(self, message: object, send: Send) -> bool:
        """Carry out a request and send its answers; return False to leave. Main thread."""
        ...

    def failed(self, message: object, error: Exception) -> object:
        """Return the answer to a request whose `handle` raised. Main thread."""
        ...

    def closing(self) -> None:
        """Break off what is running: stdin has closed. Reader thread."""
        ...


def serve(codec: Codec, make_worker: Callable[[], Worker]) -> int:
    """Run a worker until it is told to leave; returns the process's exit code.

    `make_worker` is called after stdout was secured, so heavy imports belong into it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is the parent's to answer.
    reading, writing = claim_stdio()
    die_with_parent()
    return WorkerLoop(codec, make_worker(), reading, writing).run()


class WorkerLoop:
    """Reads requests from one descriptor and answers on another. Owned by `serve`."""

    def __init__(self, codec: Codec, worker: Worker, reading: int, writing: int) -> None:
        """Prepare; nothing is read or written yet."""
        self._codec = codec
        self._worker = worker
        self._lines = LineReader(partial(os.read, reading), codec.max_line_bytes)
        self._writing = writing
        self._write_lock = threading.Lock()
        self._requests: queue.SimpleQueue[object | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._left = threading.Event()
        self._exit_code = 0

    def run(self) -> int:
        """Say hello and serve until the end; returns the exit code. Main thread."""
        reader = threading.Thread(target=self._read, name="requests", daemon=True)
        try:
            self.send(self._worker.hello())
            reader.start()
            while (message := self._requests.get()) is not None:
                if self._closing.is_set() or not self._handle(message):
                    break
        except ParentGone:
            pass
        finally:
            self._left.set()
        return self._exit_code

    def send(self, message: object) -> None:
        """Send an answer whole, from any thread; raises ParentGone."""
        line = self._codec.encode(message)
        with self._write_lock:
            try:
                write_all(self._writing, line)
            except OSError as error:
                raise ParentGone from error

    def _handle(self, message: object) -> bool:
        try:
            return self._worker.handle(message, self.send)
        except ParentGone:
            raise
        except Exception as error:  # noqa: BLE001 - one of the four permitted places: the request loop
            self.send(self._worker.failed(message, error))
            return True

    def _read(self) -> None:
        try:
            while (line := self._lines.next_line()) is not None:
                message = self._codec.decode(line)
                if not self._worker.urgent(message, self.send):
                    self._requests.put(message)
        except ProtocolError as error:
            # Without a ticket there is nobody to answer, and the two sides are out of step.
            sys.stderr.write(f"{error}\n")
            self._exit_code = _EXIT_GARBLED
        except (ParentGone, OSError):
            pass
        self._closing.set()
        self._requests.put(None)
        self._worker.closing()
        if not self._left.wait(_GRACE_SECONDS):
            os._exit(self._exit_code)
