"""The Embedder port over the engine child that also runs the chat model.

A batch waits behind a reply that is being written, because the child computes one thing
at a time. Knows no vector library: rows are arrays of float32.
"""

from __future__ import annotations

import base64
import binascii
import sys
import threading
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

from app.domain.memory import Vector
from app.errors import AppError, EngineError
from app.inference import protocol
from app.inference.engine_child import EngineChild, Partial
from app.inference.failures import translate_failed

MODEL_KEY = "all-MiniLM-L6-v2/mean/384"
BATCH_TEXTS = 64
_FLOAT_BYTES = 4


class EmbeddingClient:
    """The embedding model in the engine child. Owned by the context; one thread at a time."""

    def __init__(
        self,
        child: EngineChild,
        embedder_path: Callable[[], Path],
        *,
        model_key: str = MODEL_KEY,
        threads: int = 0,
    ) -> None:
        """Move in with the child; `embedder_path` is called at the first use and may take long."""
        self._child = child
        self._embedder_path = embedder_path
        self._model_key = model_key
        self._threads = threads
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._is_loaded = False
        child.add_tenant(self)

    @property
    def model_key(self) -> str:
        """Names the model and its settings; vectors of different keys do not compare."""
        return self._model_key

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return a unit vector (float32, 384 long) for each text."""
        vectors: list[Vector] = []
        with self._lock:
            for start in range(0, len(texts), BATCH_TEXTS):
                vectors += self._embed_batch(tuple(texts[start : start + BATCH_TEXTS]))
        return vectors

    def restore(self, ask: Callable[[protocol.Request, Partial | None], protocol.Answer]) -> None:
        """Load the model again into a new child; a failure shows at the next use."""
        path = self._path
        self._is_loaded = False
        if path is not None:
            answer = ask(self._load_request(path, self._child.new_ticket()), None)
            self._is_loaded = isinstance(answer, protocol.EmbedderLoaded)

    def child_changed(self, state: str, detail: str) -> None:
        """Nothing to say: `restore` learns of every new child."""

    def _embed_batch(self, texts: tuple[str, ...]) -> list[Vector]:
        self._ensure_loaded()
        answer = self._child.ask_again(lambda ticket: protocol.Embed(ticket, texts))
        if not isinstance(answer, protocol.Embedded):
            raise self._unexpected(answer)
        return _decode_rows(answer, len(texts))

    def _ensure_loaded(self) -> None:
        # A child that dies takes the model along; `restore` gives it to the next one.
        if self._is_loaded:
            return
        path = self._path or self._embedder_path()
        answer = self._child.ask_again(lambda ticket: self._load_request(path, ticket))
        if not isinstance(answer, protocol.EmbedderLoaded):
            raise self._unexpected(answer, str(path))
        self._path = path
        self._is_loaded = True

    def _load_request(self, path: Path, ticket: int) -> protocol.LoadEmbedder:
        return protocol.LoadEmbedder(ticket, str(path), threads=self._threads)

    def _unexpected(self, answer: protocol.Answer, path: str = "") -> AppError:
        if isinstance(answer, protocol.Failed):
            return translate_failed(answer, path)
        message = f"The engine answered with {type(answer).__name__}, which was not asked for."
        return EngineError(message)


def _decode_rows(answer: protocol.Embedded, count: int) -> list[Vector]:
    try:
        data = base64.b64decode(answer.data, validate=True)
    except (ValueError, binascii.Error) as error:
        message = "The engine sent vectors that cannot be read."
        raise EngineError(message) from error
    row_bytes = answer.width * _FLOAT_BYTES
    if answer.count != count or row_bytes < 1 or len(data) != count * row_bytes:
        message = "The engine sent another number of vectors than there were texts."
        raise EngineError(message)
    rows: list[Vector] = []
    for start in range(0, len(data), row_bytes):
        row = array("f")
        row.frombytes(data[start : start + row_bytes])
        if sys.byteorder == "big":
            row.byteswap()
        rows.append(row)
    return rows
