"""What a persona costs and how it reads while it is being written: sections, tokens, findings.

Reading and reviewing happen on a lane of its own, counting on the turn lane, because the
engine serves one at a time. Meanings are compared as far as they are known: `learn` has more of
them known to the next reading. Knows the engine port; keeps nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from app.ports.engine import Engine
from app.services.likeness import LikenessService
from app.services.reviewing import review_persona
from app.tasks import Lane
from personas.persona import Persona
from personas.review import Finding, Similarity, comparable_texts
from personas.sheet import SheetSection, build_sheet

_TOKENS_PER_WORD = 1.3


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """The sheet as the model will read it, and what a review says of it. A value.

    `reckoned` holds tokens for each section, estimated from its words. `context_tokens` is
    None while no model is loaded. `is_compared` says whether the findings rest on the meaning
    of every text; without, `learn` and read again.
    """

    sections: tuple[SheetSection, ...]
    reckoned: tuple[int, ...]
    findings: tuple[Finding, ...]
    context_tokens: int | None
    is_compared: bool


class PreviewService:
    """Reads a draft as the model would. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        engine: Engine,
        likeness: LikenessService,
        user_name: Callable[[], str],
        preview_lane: Lane,
        turn_lane: Lane,
    ) -> None:
        """Take the engine; nothing happens yet. `user_name` may wait for storage."""
        self._engine = engine
        self._likeness = likeness
        self._user_name = user_name
        self._previews = preview_lane
        self._turns = turn_lane

    def read(self, persona: Persona) -> Future[SheetPreview]:
        """Return the sheet with reckoned tokens, and the findings; waits for no reply."""

        def work() -> SheetPreview:
            texts = comparable_texts(persona)
            sections = build_sheet(persona, user_name=self._user_name())
            model = self._engine.model
            context_tokens = model.context_tokens if model else None
            return SheetPreview(
                sections,
                tuple(reckon_tokens(section.text) for section in sections),
                review_persona(
                    persona,
                    context_tokens=context_tokens,
                    similarity=self._likeness.compare(texts),
                ),
                context_tokens,
                self._likeness.knows(texts),
            )

        return self._previews.submit(work)

    def learn(self, persona: Persona) -> Future[bool]:
        """Have the meanings of a persona's texts measured; return whether any was new.

        Waits for the reply that is being written, if there is one; fails as the engine does.
        """
        return self._likeness.learn(comparable_texts(persona))

    def similarity(self, persona: Persona) -> Similarity:
        """Return how to compare a persona's texts, as far as their meanings are known."""
        return self._likeness.compare(comparable_texts(persona))

    def count(self, texts: Sequence[str]) -> Future[tuple[int, ...] | None]:
        """Return the model's own count of each text, None while no model is loaded.

        Waits for the reply that is being written, if there is one.
        """
        wanted = tuple(texts)
        return self._turns.submit(
            lambda: tuple(self._engine.count_tokens(wanted)) if self._engine.model else None
        )


def reckon_tokens(text: str) -> int:
    """Return an estimate of a text's tokens from its words, for when no model can count."""
    return math.ceil(len(text.split()) * _TOKENS_PER_WORD)
