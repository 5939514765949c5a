"""The embedding model: texts in, unit vectors out, in a context of its own.

Knows no chat model and no wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from app.inference.worker.batch import Batch
from app.inference.worker.bindings import Library
from app.inference.worker.failure import fail
from app.inference.worker.model import Model
from app.inference.worker.threads import physical_cores

# all-MiniLM-L6-v2 was published with 256; what is longer is cut there.
MOST_TOKENS = 256

_BATCH_TOKENS = 512
_BATCH_TEXTS = 32


class Embedder:
    """An embedding model that is ready. Owned by the server; compute thread."""

    def __init__(self, library: Library, path: Path, threads: int) -> None:
        """Load the model; raises RequestFailed and leaves nothing behind."""
        self._calls = library.calls
        self._handle = 0
        self._batch: Batch | None = None
        # Small enough for the processor; the GPU's memory is for the chat model.
        self.model = Model(library, path, gpu_layers=0)
        try:
            self._require_embedding_model()
            self.context_tokens = min(MOST_TOKENS, self.model.trained_context_tokens)
            self.width = self.model.width
            self.threads_are_fixed = threads > 0
            self.threads = threads or physical_cores()
            self._handle = self._make(library)
            self._batch = Batch(library, _BATCH_TOKENS, _BATCH_TEXTS, self.model.vocabulary.size)
        except BaseException:
            self.free()
            raise

    def embed(
        self, texts: Sequence[str], on_progress: Callable[[], None] = lambda: None
    ) -> NDArray[np.float32]:
        """Return one unit vector a text, in order; long texts count up to the context."""
        vectors = np.empty((len(texts), self.width), dtype=np.float32)
        done = 0
        for group in _groups([self._tokenise(text) for text in texts]):
            vectors[done : done + len(group)] = self._embed_group(group)
            done += len(group)
            on_progress()
        return vectors

    def set_threads(self, threads: int) -> None:
        if threads < 1:
            fail("bug", f"Nothing computes with {threads} threads.")
        self._calls.llama_set_n_threads(self._handle, threads, threads)

    def free(self) -> None:
        """Give everything back; idempotent."""
        if self._batch is not None:
            self._batch.free()
            self._batch = None
        if self._handle:
            self._calls.llama_free(self._handle)
            self._handle = 0
        self.model.free()

    def _tokenise(self, text: str) -> list[int]:
        # A token has at most some dozen characters; what lies far behind the cut is not read.
        vocabulary = self.model.vocabulary
        tokens = vocabulary.tokenise_for_embedding(text[: self.context_tokens * 100])
        if not tokens:
            fail("bad-request", "A text came to no tokens, so it has no vector.")
        if len(tokens) > self.context_tokens:
            ending = [] if vocabulary.separator is None else [vocabulary.separator]
            tokens = tokens[: self.context_tokens - len(ending)] + ending
        return tokens

    def _embed_group(self, group: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        batch = cast("Batch", self._batch)
        batch.clear()
        for sequence, tokens in enumerate(group):
            batch.add(tokens, 0, sequence)
        batch.want_every_output()
        code = cast("int", self._calls.llama_encode(self._handle, batch.native))
        if code != 0:
            fail("decode", f"llama.cpp could not read the texts (code {code}). Try again.")
        rows: list[NDArray[np.float32]] = []
        for sequence in range(len(group)):
            pointer = self._calls.llama_get_embeddings_seq(self._handle, sequence)
            if not pointer:
                fail("decode", "llama.cpp gave no vector for a text. Try again.")
            rows.append(np.ctypeslib.as_array(pointer, shape=(self.width,)).astype(np.float32))
        vectors = np.stack(rows)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, np.finfo(np.float32).tiny)

    def _require_embedding_model(self) -> None:
        if self.model.facts.can_chat or not self.model.width:
            fail(
                "model-unsupported",
                f"it holds a model that makes no vectors ({self.model.facts.architecture}).",
            )

    def _make(self, library: Library) -> int:
        parameters = self._calls.llama_context_default_params()
        # Without causal attention a text has to be read in one piece.
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = _BATCH_TOKENS
        parameters.n_seq_max = _BATCH_TEXTS
        parameters.n_threads = parameters.n_threads_batch = self.threads
        parameters.embeddings = True
        parameters.pooling_type = self._calls.LLAMA_POOLING_TYPE_MEAN
        parameters.flash_attn_type = self._calls.LLAMA_FLASH_ATTN_TYPE_AUTO
        parameters.kv_unified = True
        parameters.no_perf = True
        library.take_errors()
        handle = self._calls.llama_init_from_model(self.model.handle, parameters)
        if not handle:
            fail(
                "out-of-memory",
                "There is not enough memory for the embedding model; close other programs. "
                f"llama.cpp says: {library.take_errors()}.",
            )
        return cast("int", handle)


def _groups(texts: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    """Cut a list of token lists into groups that fit into one batch."""
    group: list[list[int]] = []
    for tokens in texts:
        is_full = len(group) == _BATCH_TEXTS
        if is_full or sum(map(len, group)) + len(tokens) > _BATCH_TOKENS:
            yield group
            group = []
        group.append(tokens)
    if group:
        yield group
