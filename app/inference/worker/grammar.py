"""Replies that are JSON of a given shape: a token is picked first and checked afterwards.

To check one token against a grammar takes microseconds, a whole vocabulary tens of
milliseconds, and a model that was told the shape mostly keeps it by itself. Only after a
refusal the likeliest tokens are narrowed to those that fit, and only where none does, all.
Knows no prompt.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import numpy as np

from app.inference.worker.bindings import Library
from app.inference.worker.candidates import Candidates, Numbers, logits_of
from app.inference.worker.context import ChatContext
from app.inference.worker.failure import fail
from app.inference.worker.json_grammar import grammar_from
from app.inference.worker.sampler import SamplerChain
from app.inference.worker.vocabulary import Vocabulary

_LIKELIEST = 256
_ROOT = b"root"


class Grammar:
    """What may come next in a reply. Owned by its sampler; compute thread."""

    def __init__(self, library: Library, vocabulary: Vocabulary, schema: str) -> None:
        """Read the schema; raises RequestFailed."""
        self._library = library
        self._calls = library.calls
        self._vocabulary = vocabulary
        text = grammar_from(schema).encode("utf-8", "replace")
        library.take_errors()
        self._sampler = cast(
            "int",
            self._calls.llama_sampler_init_grammar(vocabulary.handle, text, _ROOT) or 0,
        )
        if not self._sampler:
            says = library.take_errors() or "nothing"
            fail("bad-schema", f"it cannot be kept to. llama.cpp says: {says}.")

    @property
    def is_complete(self) -> bool:
        """Whether the reply may end here."""
        ending = self._vocabulary.ending
        return ending is not None and self.allows(ending)

    def allows(self, token: int) -> bool:
        """Whether this token may come next."""
        return len(self.narrow(np.array([token]), np.zeros(1))[0]) == 1

    def narrow(self, tokens: Numbers, logits: Numbers) -> tuple[Numbers, Numbers]:
        """Return those of the tokens that may come next, with their logits."""
        candidates = Candidates(self._library, tokens, logits)
        self._calls.llama_sampler_apply(self._sampler, candidates.native)
        return candidates.possible()

    def accept(self, token: int) -> None:
        """Go on behind a token that may come next; any other ends the process."""
        if not self.allows(token):
            fail("bug", "A token was taken that does not fit.")
        self._calls.llama_sampler_accept(self._sampler, token)

    def free(self) -> None:
        """Give the memory back; idempotent."""
        if self._sampler:
            self._calls.llama_sampler_free(self._sampler)
            self._sampler = 0


class ConstrainedSampler:
    """Picks tokens as a chain does, but only such as fit a grammar. Owns both; compute thread."""

    def __init__(
        self, library: Library, vocabulary: Vocabulary, chain: SamplerChain, grammar: Grammar
    ) -> None:
        """Take a chain and a grammar that nothing was given to yet."""
        self._library = library
        self._vocabulary = vocabulary
        self._chain = chain
        self._grammar = grammar
        self.is_over = False
        self.refusals = 0

    def remember(self, prompt: Iterable[int]) -> None:
        """Let penalties and DRY know the prompt's last tokens."""
        self._chain.remember(prompt)

    def sample(self, context: ChatContext) -> int:
        """Pick a token after the last one that was read, one that fits."""
        tokens = np.arange(self._vocabulary.size, dtype=np.int32)
        logits = logits_of(self._library, context, self._vocabulary.size)
        token = self._choose(tokens, logits)
        if not (self._has_text(token) and self._grammar.allows(token)):
            self.refusals += 1
            token = self._choose_fitting(tokens, logits)
        self._grammar.accept(token)
        self._chain.accept(token)
        self.is_over = self._grammar.is_complete
        return token

    def free(self) -> None:
        """Give the memory back; idempotent."""
        self._chain.free()
        self._grammar.free()

    def _choose(self, tokens: Numbers, logits: Numbers) -> int:
        return self._chain.choose(Candidates(self._library, tokens, logits))

    def _choose_fitting(self, tokens: Numbers, logits: Numbers) -> int:
        """Return a fitting one of the likeliest tokens, or of all where none of them fits."""
        count = min(_LIKELIEST, len(logits))
        likeliest = np.argpartition(logits, -count)[-count:]
        token = self._choose_among(likeliest.astype(np.int32), logits[likeliest])
        if token is None:
            token = self._choose_among(tokens, logits)
        if token is None:
            fail("decode", "The model knows no token that fits. Choose another model.")
        return token

    def _choose_among(self, tokens: Numbers, logits: Numbers) -> int | None:
        """Return a fitting one of these tokens, None where none of them fits."""
        fitting, weights = self._grammar.narrow(tokens, logits)
        while len(fitting):
            token = self._choose(fitting, weights)
            if self._has_text(token):
                return token
            kept = fitting != token
            fitting, weights = fitting[kept], weights[kept]
        return None

    def _has_text(self, token: int) -> bool:
        """Whether a token says something; a grammar takes marks for the text they are named by."""
        return bool(self._vocabulary.piece(token))
