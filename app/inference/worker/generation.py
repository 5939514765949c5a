"""Writing one reply: read the prompt, pick tokens, hand over text, know when to end.

Knows no wire; what it needs from outside comes in as two functions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.inference.protocol import Generate, WireMessage
from app.inference.worker.bindings import Library
from app.inference.worker.chat import Chat
from app.inference.worker.failure import fail
from app.inference.worker.grammar import ConstrainedSampler, Grammar
from app.inference.worker.sampler import SamplerChain
from app.inference.worker.text_stream import TextStream

_ROLES = frozenset({"system", "user", "assistant"})
_MOST_STOPS = 64
_LONGEST_STOP = 256


@dataclass(slots=True)
class Outcome:
    """How a reply ended and what it cost so far. Owned by its generation."""

    reason: str = "cancelled"
    prompt_read: int = 0
    prompt_reused: int = 0
    generated: int = 0
    read_seconds: float = 0.0
    generate_seconds: float = 0.0


class Generation:
    """One reply. Built for one request, run once, on the compute thread."""

    def __init__(
        self,
        library: Library,
        chat: Chat,
        request: Generate,
        *,
        on_text: Callable[[str], None],
        is_cancelled: Callable[[], bool],
        on_progress: Callable[[], None],
    ) -> None:
        """Check the request and render its prompt; raises RequestFailed."""
        check_request(request)
        self._library = library
        self._chat = chat
        self._on_text = on_text
        self._is_cancelled = is_cancelled
        self._on_progress = on_progress
        self._request = request
        self._prompt, format_stops = chat.render(request.messages, request.reply_prefix)
        # A mark of the format inside a JSON string ends nothing: the grammar says where it ends.
        self._stops = () if request.json_schema else (*request.stop, *format_stops)
        room = chat.context.size - len(self._prompt)
        if not self._prompt:
            fail("bad-request", "There is nothing to reply to: the prompt is empty.")
        if room < 1:
            fail(
                "prompt-too-long",
                f"The prompt has {len(self._prompt):,} tokens, and the model's context holds "
                f"{chat.context.size:,}. Shorten the conversation or choose a larger context.",
            )
        self._budget = min(request.max_tokens, room)

    def run(self) -> Outcome:
        """Write the reply and return how it ended; raises RequestFailed.

        Whatever happens, the context knows afterwards what its cache holds.
        """
        outcome = Outcome()
        sampler = self._make_sampler()
        self._chat.context.turn_to(beside=self._request.beside)
        try:
            if self._read_prompt(outcome):
                sampler.remember(self._prompt)
                self._write(outcome, sampler)
        finally:
            sampler.free()
        return outcome

    def _make_sampler(self) -> SamplerChain | ConstrainedSampler:
        library, vocabulary = self._library, self._chat.model.vocabulary
        if not self._request.json_schema:
            return SamplerChain(library, vocabulary, self._request.sampler)
        grammar = Grammar(library, vocabulary, self._request.json_schema)
        try:
            chain = SamplerChain(library, vocabulary, self._request.sampler)
        except BaseException:
            grammar.free()
            raise
        return ConstrainedSampler(library, vocabulary, chain, grammar)

    def _read_prompt(self, outcome: Outcome) -> bool:
        context = self._chat.context
        begun = time.monotonic()
        outcome.prompt_reused = context.reuse(self._prompt)
        finished = context.read(
            self._prompt[outcome.prompt_reused :],
            self._chat.reading,
            is_cancelled=self._is_cancelled,
            on_progress=self._on_progress,
        )
        outcome.prompt_read = len(context.tokens) - outcome.prompt_reused
        outcome.read_seconds = time.monotonic() - begun
        return finished

    def _write(self, outcome: Outcome, sampler: SamplerChain | ConstrainedSampler) -> None:
        begun = time.monotonic()
        stream = TextStream(self._stops)
        try:
            outcome.reason = self._write_tokens(outcome, sampler, stream)
            self._hand_over(stream.finish())
        finally:
            outcome.generate_seconds = time.monotonic() - begun

    def _write_tokens(
        self, outcome: Outcome, sampler: SamplerChain | ConstrainedSampler, stream: TextStream
    ) -> str:
        context, vocabulary = self._chat.context, self._chat.model.vocabulary
        while not self._is_cancelled():
            token = sampler.sample(context)
            self._on_progress()
            if vocabulary.is_end(token):
                return "end"
            outcome.generated += 1
            self._hand_over(stream.feed(vocabulary.piece(token)))
            if stream.is_stopped:
                return "stop"
            if sampler.is_over:
                return "end"
            if outcome.generated >= self._budget:
                return "length"
            context.read([token], self._chat.writing)
        return "cancelled"

    def _hand_over(self, text: str) -> None:
        if text:
            self._on_text(text)


def check_request(request: Generate) -> None:
    """Raise RequestFailed for a request that makes no sense."""
    if not request.messages and not request.reply_prefix:
        fail("bad-request", "There is nothing to reply to: the prompt is empty.")
    check_roles(request.messages)
    if request.max_tokens < 1:
        fail("bad-request", "A reply needs room for at least one token.")
    if request.json_schema and (request.reply_prefix or request.stop):
        fail(
            "bad-request", "A reply in a shape has neither a beginning of its own nor stop strings."
        )
    if len(request.stop) > _MOST_STOPS or any(len(stop) > _LONGEST_STOP for stop in request.stop):
        fail(
            "bad-request",
            f"There may be {_MOST_STOPS} stop strings of {_LONGEST_STOP} characters, no more.",
        )


def check_roles(messages: Sequence[WireMessage]) -> None:
    """Raise RequestFailed for a role that no template knows."""
    for message in messages:
        if message.role not in _ROLES:
            fail("bad-request", f"There is no role {message.role!r} in a conversation.")
