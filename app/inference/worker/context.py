"""The chat model's context: which tokens are in its cache, and how more get in.

The cache holds two sequences: the conversation, and what is asked beside it. The token lists
here are always what the cache really holds, whatever was cancelled or went wrong, because the
next prompt is compared with them. Knows no template and no sampling.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import cast

from app.inference.worker.batch import Batch
from app.inference.worker.bindings import Library
from app.inference.worker.failure import fail
from app.inference.worker.model import Model
from app.inference.worker.thread_governor import MOST_TOKENS as SLICE_TOKENS
from app.inference.worker.thread_governor import ThreadGovernor

_CONVERSATION, _BESIDE = 0, 1
_SEQUENCES = (_CONVERSATION, _BESIDE)


class ChatContext:
    """A context with its cache. Owned by the loaded chat; compute thread."""

    def __init__(self, library: Library, model: Model, context_tokens: int, threads: int) -> None:
        """Make the context; raises RequestFailed when its memory is not to be had."""
        self._calls = library.calls
        self._cached: list[list[int]] = [[] for _ in _SEQUENCES]
        self._sequence = _CONVERSATION
        self._has_logits = False
        self._fixed = ThreadGovernor([threads])
        self.handle = self._make(library, model, context_tokens, threads)
        self._memory = cast("int | None", self._calls.llama_get_memory(self.handle))
        # llama.cpp rounds up; never past what the model was trained for.
        self.size = min(
            cast("int", self._calls.llama_n_ctx(self.handle)),
            max(context_tokens, model.trained_context_tokens),
        )
        self._batch = Batch(library, SLICE_TOKENS, len(_SEQUENCES), model.vocabulary.size)

    @property
    def tokens(self) -> list[int]:
        """What the cache holds of the sequence that is turned to."""
        return self._cached[self._sequence]

    def turn_to(self, *, beside: bool) -> None:
        """Go on with the conversation, or beside it with a sequence that leaves it as it is.

        What was asked beside is forgotten when the conversation goes on: a cache that holds
        less is read faster.
        """
        self._sequence = _BESIDE if beside else _CONVERSATION
        self._has_logits = False
        if not beside:
            self._forget(_BESIDE)

    def set_threads(self, threads: int) -> None:
        if threads < 1:
            fail("bug", f"Nothing computes with {threads} threads.")
        self._calls.llama_set_n_threads(self.handle, threads, threads)

    def reuse(self, prompt: Sequence[int]) -> int:
        """Keep what the cache shares with the prompt's start; return how many tokens.

        The prompt's last token is never kept, because reading it gives the logits.
        """
        shared = _shared_length(self.tokens, prompt[:-1])
        if shared < len(self.tokens) and not self._remove_from(shared):
            self._forget(self._sequence)
            shared = 0
        self._has_logits = False
        return shared

    def read(
        self,
        tokens: Sequence[int],
        governor: ThreadGovernor | None = None,
        *,
        is_cancelled: Callable[[], bool] = lambda: False,
        on_progress: Callable[[], None] = lambda: None,
    ) -> bool:
        """Read tokens behind those in the cache, in slices; False when it was cancelled.

        The governor says with how many threads and how much at a time; without one it is the
        threads of the start. Afterwards the logits of the last one can be sampled.
        """
        if len(self.tokens) + len(tokens) > self.size:
            fail("bug", f"{len(tokens)} tokens do not fit behind {len(self.tokens)}.")
        if sum(map(len, self._cached)) + len(tokens) > self.size:
            self._forget(_CONVERSATION if self._sequence == _BESIDE else _BESIDE)
        governor = governor or self._fixed
        at = 0
        while at < len(tokens):
            if is_cancelled():
                return False
            part = tokens[at : at + governor.slice_tokens]
            self.set_threads(governor.threads)
            begun = time.monotonic()
            self._decode(part)
            governor.note(len(part), time.monotonic() - begun)
            at += len(part)
            on_progress()
        return True

    def require_logits(self) -> None:
        """Raise unless the last call read a token: sampling without logits ends the process."""
        if not self._has_logits:
            fail("bug", "There is nothing to sample from before a token was read.")

    def clear(self) -> None:
        """Forget everything."""
        self._calls.llama_memory_clear(self._memory, False)
        self._cached = [[] for _ in _SEQUENCES]
        self._has_logits = False

    def free(self) -> None:
        """Give the memory back; idempotent."""
        if self.handle:
            self._batch.free()
            self._calls.llama_free(self.handle)
            self.handle = 0

    def _make(self, library: Library, model: Model, context_tokens: int, threads: int) -> int:
        parameters = self._calls.llama_context_default_params()
        parameters.n_ctx = context_tokens
        parameters.n_batch = SLICE_TOKENS
        parameters.n_ubatch = SLICE_TOKENS
        parameters.n_seq_max = len(_SEQUENCES)
        parameters.n_threads = threads
        parameters.n_threads_batch = threads
        # The rest is said aloud because prefix reuse is only right with it: the whole window
        # of sliding-window models is kept, in f16, in one buffer.
        parameters.flash_attn_type = self._calls.LLAMA_FLASH_ATTN_TYPE_AUTO
        parameters.type_k = parameters.type_v = self._calls.GGML_TYPE_F16
        parameters.swa_full = True
        parameters.kv_unified = True
        parameters.no_perf = True
        library.take_errors()
        handle = self._calls.llama_init_from_model(model.handle, parameters)
        if not handle:
            fail(
                "out-of-memory",
                f"There is not enough memory for a context of {context_tokens:,} tokens; choose a "
                f"smaller context or a smaller model. llama.cpp says: {library.take_errors()}.",
            )
        return cast("int", handle)

    def _decode(self, tokens: Sequence[int]) -> None:
        self._has_logits = False
        self._batch.clear()
        self._batch.add(tokens, len(self.tokens), self._sequence)
        code = cast("int", self._calls.llama_decode(self.handle, self._batch.native))
        if code != 0:
            # Part of the slice may be in the cache now; only an empty one is certain.
            self.clear()
            fail("decode", f"llama.cpp could not read the prompt (code {code}). Try again.")
        self.tokens.extend(tokens)
        self._has_logits = True

    def _remove_from(self, position: int) -> bool:
        removed = bool(self._calls.llama_memory_seq_rm(self._memory, self._sequence, position, -1))
        if removed:
            del self.tokens[position:]
        return removed

    def _forget(self, sequence: int) -> None:
        """Empty one sequence, or all where that is refused."""
        if not self._cached[sequence]:
            return
        if self._calls.llama_memory_seq_rm(self._memory, sequence, -1, -1):
            self._cached[sequence] = []
        else:
            self.clear()


def _shared_length(first: Sequence[int], second: Sequence[int]) -> int:
    for number, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return number
    return min(len(first), len(second))
