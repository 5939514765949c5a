"""The chain of samplers that picks each token, built from a request's settings.

    penalties -> DRY -> top-k -> typical -> top-p -> min-p -> XTC -> temperature -> dist

Stages with neutral settings are left out. Top-k always stands before typical and top-p,
which are slow over a whole vocabulary. Knows no prompt.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable
from dataclasses import fields
from typing import cast

from app.inference.protocol import WireSampler
from app.inference.worker.bindings import Library
from app.inference.worker.candidates import Candidates
from app.inference.worker.context import ChatContext
from app.inference.worker.failure import fail
from app.inference.worker.vocabulary import Vocabulary

MAX_TOP_K = 200
MAX_LOOK_BACK = 2048

_DRY_LOOK_BACK = 1024
_DRY_BREAKERS = (b"\n", b":", b'"', b"*")
_RANDOM_SEED = 0xFFFFFFFF  # llama.cpp takes this one for "choose a seed yourself"


class SamplerChain:
    """One reply's samplers and what they remember. Owned by a generation; compute thread."""

    def __init__(self, library: Library, vocabulary: Vocabulary, settings: WireSampler) -> None:
        """Build the chain; raises RequestFailed for settings that are no numbers."""
        _require_numbers(settings)
        self._calls = library.calls
        self._vocabulary = vocabulary
        self._settings = settings
        self._look_back = 0
        parameters = self._calls.llama_sampler_chain_default_params()
        self._chain = cast("int", self._calls.llama_sampler_chain_init(parameters))
        self._add_penalties()
        self._add_dry()
        self._add_choice()

    @property
    def stages(self) -> tuple[str, ...]:
        """The names of the stages, in order."""
        calls = self._calls
        count = cast("int", calls.llama_sampler_chain_n(self._chain))
        handles = (calls.llama_sampler_chain_get(self._chain, at) for at in range(count))
        return tuple(
            cast("bytes", calls.llama_sampler_name(handle)).decode("ascii") for handle in handles
        )

    def remember(self, prompt: Iterable[int]) -> None:
        """Let penalties and DRY know the prompt's last tokens.

        Not the marks: to penalise the end of a turn makes replies that never end.
        """
        if self._look_back == 0:
            return
        spoken = [token for token in prompt if self._vocabulary.piece(token)]
        for token in spoken[-self._look_back :]:
            self._calls.llama_sampler_accept(self._chain, token)

    def sample(self, context: ChatContext) -> int:
        """Pick a token after the last one that was read."""
        context.require_logits()
        return cast("int", self._calls.llama_sampler_sample(self._chain, context.handle, -1))

    @property
    def is_over(self) -> bool:
        """Whether the reply may not go on: only a grammar says so."""
        return False

    def choose(self, candidates: Candidates) -> int:
        """Pick one of the candidates; penalties hear of it by `accept` alone."""
        self._calls.llama_sampler_apply(self._chain, candidates.native)
        return candidates.selected

    def accept(self, token: int) -> None:
        """Let penalties and DRY know what was taken."""
        self._calls.llama_sampler_accept(self._chain, token)

    def free(self) -> None:
        """Give the memory back; idempotent."""
        if self._chain:
            self._calls.llama_sampler_free(self._chain)
            self._chain = 0

    def _add(self, sampler: object) -> None:
        # The chain owns it from here on.
        self._calls.llama_sampler_chain_add(self._chain, sampler)

    def _add_penalties(self) -> None:
        settings = self._settings
        last = min(max(settings.repeat_last_n, 0), MAX_LOOK_BACK)
        repeat = min(max(settings.repeat_penalty, 0.01), 10.0)
        frequency = min(max(settings.frequency_penalty, -10.0), 10.0)
        presence = min(max(settings.presence_penalty, -10.0), 10.0)
        if last == 0 or (repeat, frequency, presence) == (1.0, 0.0, 0.0):
            return
        self._look_back = last
        self._add(
            self._calls.llama_sampler_init_penalties(
                self._vocabulary.size, last, repeat, frequency, presence
            )
        )

    def _add_dry(self) -> None:
        settings = self._settings
        if settings.dry_multiplier <= 0:
            return
        self._look_back = max(self._look_back, _DRY_LOOK_BACK)
        breakers = (ctypes.c_char_p * len(_DRY_BREAKERS))(*_DRY_BREAKERS)
        self._add(
            self._calls.llama_sampler_init_dry(
                self._vocabulary.handle,
                min(settings.dry_multiplier, 100.0),
                min(max(settings.dry_base, 1.0), 10.0),
                min(max(settings.dry_allowed_length, 1), _DRY_LOOK_BACK),
                _DRY_LOOK_BACK,
                breakers,
                len(_DRY_BREAKERS),
            )
        )

    def _add_choice(self) -> None:
        calls, settings = self._calls, self._settings
        if settings.temperature <= 0:
            self._add(calls.llama_sampler_init_greedy())
            return
        seed = settings.seed & _RANDOM_SEED
        seed = seed - 1 if seed == _RANDOM_SEED else seed
        top_k = settings.top_k if 0 < settings.top_k <= MAX_TOP_K else MAX_TOP_K
        self._add(calls.llama_sampler_init_top_k(top_k))
        if 0 < settings.typical_p < 1:
            self._add(calls.llama_sampler_init_typical(settings.typical_p, 1))
        if 0 < settings.top_p < 1:
            self._add(calls.llama_sampler_init_top_p(settings.top_p, 1))
        if 0 < settings.min_p <= 1:
            self._add(calls.llama_sampler_init_min_p(settings.min_p, 1))
        if settings.xtc_probability > 0 and 0 <= settings.xtc_threshold <= 0.5:
            self._add(
                calls.llama_sampler_init_xtc(
                    min(settings.xtc_probability, 1.0), settings.xtc_threshold, 1, seed
                )
            )
        if settings.temperature != 1:
            self._add(calls.llama_sampler_init_temp(min(settings.temperature, 10.0)))
        self._add(calls.llama_sampler_init_dist(seed))


def _require_numbers(settings: WireSampler) -> None:
    for field in fields(settings):
        value = cast("float", getattr(settings, field.name))
        if not math.isfinite(value):
            fail("bad-request", f"The sampling setting {field.name} is not a number.")
