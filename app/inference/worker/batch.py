"""The one structure through which tokens enter llama.cpp, filled without a slip.

A batch that is too long, or asks for a sequence that does not exist, ends the process, so
lengths and numbers are checked here. Knows no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.inference.worker.bindings import Library
from app.inference.worker.failure import fail


class Batch:
    """Room for some tokens, in native memory. Owned by a context; compute thread."""

    def __init__(self, library: Library, room: int, sequences: int, vocabulary_size: int) -> None:
        """Allocate; `sequences` is how many the context was made for."""
        self._calls = library.calls
        self._room = room
        self._sequences = sequences
        self._vocabulary_size = vocabulary_size
        self.count = 0
        self.native: Any = self._calls.llama_batch_init(room, 0, 1)
        as_array = np.ctypeslib.as_array
        self._tokens = as_array(self.native.token, shape=(room,))
        self._positions = as_array(self.native.pos, shape=(room,))
        self._wants_output = as_array(self.native.logits, shape=(room,))
        as_array(self.native.n_seq_id, shape=(room,))[:] = 1

    def clear(self) -> None:
        self.count = 0

    def add(self, tokens: Sequence[int], first_position: int, sequence: int = 0) -> None:
        """Add the tokens of one sequence; the last one's logits are asked for."""
        count, end = len(tokens), self.count + len(tokens)
        if not 0 < count <= self._room - self.count:
            fail(
                "bug", f"A batch with room for {self._room - self.count} was given {count} tokens."
            )
        if not 0 <= sequence < self._sequences or first_position < 0:
            fail("bug", f"There is no place {first_position} in a sequence {sequence}.")
        if min(tokens) < 0 or max(tokens) >= self._vocabulary_size:
            fail("bug", f"A token is none of the {self._vocabulary_size} that the model knows.")
        self._tokens[self.count : end] = tokens
        self._positions[self.count : end] = np.arange(first_position, first_position + count)
        self._wants_output[self.count : end] = 0
        self._wants_output[end - 1] = 1
        for index in range(self.count, end):
            self.native.seq_id[index][0] = sequence
        self.count = end
        self.native.n_tokens = end

    def want_every_output(self) -> None:
        """Ask for the outputs of all tokens, as pooling needs them."""
        self._wants_output[: self.count] = 1

    def free(self) -> None:
        """Give the memory back; idempotent."""
        if self.native is not None:
            self._calls.llama_batch_free(self.native)
            self.native = None
