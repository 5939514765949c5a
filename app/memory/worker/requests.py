"""What the index child does with each request.

Translates between the protocol and `VectorCollections`; knows nothing of how Chroma does it.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

import chromadb
import numpy as np
from chromadb.errors import ChromaError

from app.children.worker_loop import Send
from app.memory.protocol import (
    UNMARKED,
    VERSION,
    Add,
    Check,
    Checked,
    Done,
    Drop,
    Failed,
    Listed,
    ListIds,
    Mark,
    Neighbours,
    Ping,
    Pong,
    Query,
    Ready,
    Remove,
    Request,
    Shutdown,
)
from app.memory.worker.collections import VectorCollections

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DETAIL_CHARACTERS = 500


class IndexWorker:
    """Carries out requests. Owned by the child's loop; see `app.children.worker_loop.Worker`."""

    def __init__(self, folder: Path) -> None:
        """Serve the collections of a folder; it is opened with the first request."""
        self._collections = VectorCollections(folder)
        self._busy = False
        self._handled = 0

    def hello(self) -> Ready:
        """Say who is there."""
        return Ready(VERSION, os.getpid(), chromadb.__version__)

    def urgent(self, message: object, send: Send) -> bool:
        """Answer a heartbeat."""
        if not isinstance(message, Ping):
            return False
        send(Pong(message.ticket, self._busy, self._handled))
        return True

    def handle(self, message: object, send: Send) -> bool:
        """Carry out one request; False after Shutdown."""
        self._busy = True
        try:
            send(self._answer(cast("Request", message)))
        finally:
            self._busy = False
            self._handled += 1
        return not isinstance(message, Shutdown)

    def failed(self, message: object, error: Exception) -> Failed:
        """Say what went wrong, without anything that was said in a conversation."""
        code = "bug"
        if isinstance(error, ChromaError | OSError):
            code = "chroma"
        elif isinstance(error, ValueError):
            code = "bad-request"
        detail = f"{type(error).__name__}: {error}"[:_DETAIL_CHARACTERS]
        return Failed(cast("Request", message).ticket, code, detail)

    def closing(self) -> None:
        """Nothing needs to be broken off: the loop leaves by force if need be."""

    def _answer(self, message: Request) -> object:
        match message:
            case Check(ticket, collection):
                count, mark = self._collections.check(collection)
                return Checked(ticket, count, UNMARKED if mark is None else mark)
            case ListIds(ticket, collection):
                return Listed(ticket, tuple(self._collections.ids(collection)))
            case Query(ticket, collection, count, data):
                found = self._collections.nearest(collection, _floats(data), count)
                return Neighbours(
                    ticket,
                    tuple(key for key, _ in found),
                    tuple(similarity for _, similarity in found),
                )
            case _:
                self._change(message)
                return Done(message.ticket)

    def _change(self, message: Request) -> None:
        match message:
            case Add(_, collection, ids, width, data):
                self._collections.add(collection, ids, _floats(data).reshape(len(ids), width))
            case Remove(_, collection, ids):
                self._collections.remove(collection, ids)
            case Mark(_, collection, generation):
                self._collections.mark(collection, generation)
            case Drop(_, collection):
                self._collections.drop(collection)
            case _:
                return


def _floats(data: str) -> NDArray[np.float32]:
    """Return base64 of little-endian float32 as an array; raises ValueError."""
    return np.frombuffer(base64.b64decode(data, validate=True), dtype="<f4")
