"""A tiny worker for the tests of the supervisor: real pipes, real crashes."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from dataclasses import dataclass

from app.children.protocol import Codec
from app.children.worker_loop import Send, serve

VERSION = 7


@dataclass(frozen=True, slots=True)
class Hello:
    version: int
    process_id: int


@dataclass(frozen=True, slots=True)
class Say:
    """`how` chooses what happens before the answer."""

    ticket: int
    text: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    ticket: int
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    ticket: int
    text: str


@dataclass(frozen=True, slots=True)
class Release:
    ticket: int


@dataclass(frozen=True, slots=True)
class Ping:
    ticket: int


@dataclass(frozen=True, slots=True)
class Pong:
    ticket: int
    busy: bool
    progress: int


@dataclass(frozen=True, slots=True)
class Shutdown:
    ticket: int


@dataclass(frozen=True, slots=True)
class Failed:
    ticket: int
    detail: str


CODEC = Codec([Hello, Say, Piece, Said, Release, Ping, Pong, Shutdown, Failed])


class EchoWorker:
    """Says what it is told."""

    def __init__(self, version: int, is_deaf: bool) -> None:
        self._version = version
        self._is_deaf = is_deaf
        self._busy = False
        self._released = threading.Event()

    def hello(self) -> object:
        return Hello(self._version, os.getpid())

    def urgent(self, message: object, send: Send) -> bool:
        if isinstance(message, Ping):
            if not self._is_deaf:
                send(Pong(message.ticket, self._busy, 1))
            return True
        if isinstance(message, Release):
            self._released.set()
            return True
        return False

    def handle(self, message: object, send: Send) -> bool:
        if isinstance(message, Shutdown):
            return False
        assert isinstance(message, Say)
        self._busy = True
        self._act(message, send)
        self._busy = False
        send(Said(message.ticket, message.text))
        return True

    def failed(self, message: object, error: Exception) -> object:
        self._busy = False
        assert isinstance(message, Say)
        return Failed(message.ticket, f"{type(error).__name__}: {error}")

    def closing(self) -> None:
        pass

    def _act(self, message: Say, send: Send) -> None:
        if message.how.startswith("pieces"):
            for word in message.text.split():
                send(Piece(message.ticket, word))
        if message.how.endswith("abort"):
            sys.stderr.write("about to abort\n")
            os.abort()
        if message.how == "wait":
            self._released.wait()
        assert message.how != "raise", message.text
        if message.how == "print":
            print_everywhere()
        if message.how == "exit":
            os._exit(5)
        if message.how == "garble":
            os.write(_PROTOCOL_FD, b"this is no message\n")
        if message.how == "hang":
            hang()
        if message.how == "close output":
            os.close(_PROTOCOL_FD)
            hang()


def hang() -> None:
    threading.Event().wait()


def print_everywhere() -> None:
    print("printed by Python", flush=True)  # noqa: T201 - the point of it
    library = ctypes.CDLL(None)
    library.puts(b"printed by native code")
    library.fflush(None)


_PROTOCOL_FD = 4  # the second descriptor that claim_stdio duplicates in this process

if __name__ == "__main__":
    arguments = sys.argv[1:]
    if "silent" in arguments:
        threading.Event().wait(60)
    if "broken" in arguments:
        sys.exit("this child cannot start")
    version = 8 if "newer" in arguments else VERSION
    sys.exit(serve(CODEC, lambda: EchoWorker(version, "deaf" in arguments)))
