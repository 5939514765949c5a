"""The loaded chat model with all that belongs to it: context, format, thread choice.

Knows no request and no sampling.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from app.inference.protocol import Load, WireMessage
from app.inference.worker.bindings import Library
from app.inference.worker.chat_format import ChatFormat
from app.inference.worker.context import ChatContext
from app.inference.worker.failure import fail
from app.inference.worker.model import Model
from app.inference.worker.thread_governor import ThreadGovernor, thread_candidates
from app.inference.worker.threads import (
    logical_cores,
    measure_threads,
    physical_cores,
    quickest,
)

DEFAULT_CONTEXT_TOKENS = 8192
SMALLEST_CONTEXT_TOKENS = 256
LARGEST_CONTEXT_TOKENS = 1024 * 1024
MOST_THREADS = 256
_WRITING_WINDOW_TOKENS = 8


class Chat:
    """A chat model that is ready. Owned by the server; compute thread."""

    def __init__(
        self,
        library: Library,
        request: Load,
        *,
        may_measure: bool,
        on_progress: Callable[[float], None] | None = None,
    ) -> None:
        """Load what the request names; raises RequestFailed and leaves nothing behind.

        On a busy machine `may_measure` is false, and every core is taken for a good choice.
        """
        _check(request)
        self.notes: tuple[str, ...] = ()
        self.model = Model(
            library, Path(request.path), gpu_layers=request.gpu_layers, on_progress=on_progress
        )
        self._context: ChatContext | None = None
        self._format: ChatFormat | None = None
        try:
            self.model.require_chat()
            self._prepare(library, request, may_measure=may_measure)
        except BaseException:
            self.free()
            raise

    @property
    def context(self) -> ChatContext:
        if self._context is None:
            fail("no-model", "The chat model was unloaded.")
        return self._context

    @property
    def format(self) -> ChatFormat:
        if self._format is None:
            fail("no-model", "The chat model was unloaded.")
        return self._format

    def render(
        self, messages: Sequence[WireMessage], reply_prefix: str
    ) -> tuple[list[int], tuple[str, ...]]:
        """Return the prompt's tokens and the stop strings that its format needs."""
        rendered = self.format.render(messages, reply_prefix)
        return self.model.vocabulary.tokenise_prompt(rendered.segments), rendered.stops

    def begin(self, free_threads: int) -> None:
        """Begin with a request while the machine has room for so many threads."""
        self.reading.begin(free_threads)
        self.writing.begin(free_threads)

    def free(self) -> None:
        """Give everything back; idempotent."""
        if self._format is not None:
            self._format.close()
            self._format = None
        if self._context is not None:
            self._context.free()
            self._context = None
        self.model.free()

    def _prepare(self, library: Library, request: Load, *, may_measure: bool) -> None:
        trained = self.model.trained_context_tokens
        wanted = request.context_tokens or min(trained, DEFAULT_CONTEXT_TOKENS)
        tokens = max(min(wanted, trained), SMALLEST_CONTEXT_TOKENS)
        notes = list(self.model.notes)
        if wanted > trained:
            notes.append(f"This model was trained for {trained:,} tokens, so it gets no more.")
        self.threads_are_fixed = request.threads > 0
        self.threads = request.threads or request.thread_hint or physical_cores()
        self._context = ChatContext(library, self.model, tokens, self.threads)
        vocabulary = self.model.vocabulary
        self._format = ChatFormat(
            self.model.facts.chat_template,
            beginning=vocabulary.beginning_text,
            ending=vocabulary.ending_text,
        )
        if self._format.complaint:
            notes.append(
                "The file's chat template cannot be used, so names and colons take its place: "
                f"{self._format.complaint}."
            )
        self.notes = tuple(notes)
        rates: dict[int, float] = {}
        self.is_measured = may_measure and not request.threads and not request.thread_hint
        if self.is_measured:
            candidates = {1, physical_cores(), logical_cores()}
            seconds = measure_threads(self._time_step, candidates)
            self.threads = quickest(seconds)
            rates = {threads: 1 / max(taken, 1e-6) for threads, taken in seconds.items()}
            self._context.clear()
        self._make_governors(rates)

    def _make_governors(self, writing_rates: Mapping[int, float]) -> None:
        candidates = thread_candidates(self.threads)
        if self.threads_are_fixed:
            candidates = (self.threads,)
        self.reading = ThreadGovernor(candidates)
        self.writing = ThreadGovernor(
            candidates,
            fewest_tokens=1,
            window_tokens=_WRITING_WINDOW_TOKENS,
            best_rates=writing_rates,
        )

    def _time_step(self, threads: int) -> float:
        """Read a token and return the seconds."""
        begun = time.monotonic()
        # Token 0 is as good as any: only the time counts, nothing is sampled.
        self.context.read([0], ThreadGovernor([threads]))
        return time.monotonic() - begun


def _check(request: Load) -> None:
    if not request.path or "\0" in request.path:
        fail("bad-request", "No model file was named.")
    if request.context_tokens and not (
        SMALLEST_CONTEXT_TOKENS <= request.context_tokens <= LARGEST_CONTEXT_TOKENS
    ):
        fail(
            "bad-request",
            f"The context has to be between {SMALLEST_CONTEXT_TOKENS} and "
            f"{LARGEST_CONTEXT_TOKENS:,} tokens, not {request.context_tokens:,}.",
        )
    if not (0 <= request.threads <= MOST_THREADS and 0 <= request.thread_hint <= MOST_THREADS):
        fail("bad-request", f"Between 1 and {MOST_THREADS} threads can compute.")
    if request.gpu_layers < -1:
        fail("bad-request", "The number of GPU layers is negative.")
