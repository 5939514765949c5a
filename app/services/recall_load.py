"""Measures the speed of recall and of remembering, on memories without sense.

Made-up exchanges go the way of every other: kept as messages, as memories, in the index. It
fills the home that it runs in, so the home should be a temporary one. Knows ports only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean
from time import perf_counter
from typing import TYPE_CHECKING, cast

from app.domain.conversation import Message
from app.domain.ids import ConversationId, MemoryId, PersonaId, new_id
from app.domain.memory import Line, Memory, MemoryKind, MemorySource, NewMemory, Vector
from app.services.recall_trials import TrialParts, card_of
from app.services.stems import stems

if TYPE_CHECKING:
    import numpy as np

_WIDTH = 384
_VOCABULARY = 20_000
_COMMONEST = 100  # The words before it are stop words, which are no stems.
_WORDS_A_LINE = 9
_WORDS_A_QUESTION = 5
_KEPT_AT_ONCE = 2_000
_EMBEDDED_AT_ONCE = 256
_SAMPLED = 1_000
_PARTS = 4
_ASKED_OF_EACH = 200
_NEAR = 0.9  # Beside as much of noise: a cosine of two thirds.


@dataclass(frozen=True, slots=True)
class Filled:
    """A character with made-up memories. A value.

    `remembered` are vectors of some of them, which questions can be near to.
    """

    persona_id: PersonaId
    conversation_id: ConversationId
    remembered: tuple[Vector, ...] = ()


class RecallLoadService:
    """Fills a home with memories and measures. Owned by the app context; any thread."""

    def __init__(self, parts: TrialParts) -> None:
        """Take the parts; nothing happens yet."""
        self._parts = parts

    def fill(self, count: int, seed: int = 0) -> Filled:
        """Keep `count` episodes of two lines each, with vectors that point anywhere."""
        import numpy as np

        rng = np.random.default_rng(seed)
        filled, path = self._keep(_lines(rng, 2 * count, _WORDS_A_LINE))
        key = self._parts.embedder.model_key
        remembered: list[Vector] = []
        for start in range(0, len(path), 2 * _KEPT_AT_ONCE):
            batch = path[start : start + 2 * _KEPT_AT_ONCE]
            rows = rng.standard_normal((len(batch), _WIDTH), dtype=np.float32)
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            pairs = zip(batch[::2], batch[1::2], rows[::2], rows[1::2], strict=True)
            kept = [
                _as_episode(filled.persona_id, said, reply, (one, other))
                for said, reply, one, other in pairs
            ]
            self._parts.storage_lane.call(lambda kept=kept: self._parts.memories.keep(kept, key))
            remembered.extend(rows[:_ASKED_OF_EACH])
        self._parts.index.rebuild(filled.persona_id)
        return replace(filled, remembered=tuple(remembered))

    def time_recall(self, filled: Filled, times: int, seed: int = 1) -> list[float]:
        """Return the seconds of each of so many recalls, their questions' embedding left out.

        Each question is as near to something remembered as an answer is to its question, so
        that none is given up as beside the point.
        """
        import numpy as np

        rng = np.random.default_rng(seed)
        took: list[float] = []
        for text in _lines(rng, times, _WORDS_A_QUESTION):
            asked = self._parts.recall.ask(filled.persona_id, filled.conversation_id, text)
            near = filled.remembered[int(rng.integers(len(filled.remembered)))]
            aside = rng.standard_normal(_WIDTH, dtype=np.float32)
            vector = _NEAR * np.asarray(near, np.float32) + aside / np.linalg.norm(aside)
            vector /= np.linalg.norm(vector)
            started = perf_counter()
            self._parts.recall.search(
                asked, cast("Vector", vector), count=self._parts.recall.shortlist
            )
            took.append(perf_counter() - started)
        return took

    def throughput(self, texts: Sequence[str]) -> tuple[float, float]:
        """Return lines a second of embedding in batches, and of remembering all these texts.

        Texts are turns, the user's first. They are remembered in parts, and embedding is timed
        on a sample before and after each, because machines slow down while they work.
        """
        sample = sorted(texts[:: len(texts) // _SAMPLED + 1], key=len)
        self._parts.embedder.embed(sample[:1])  # The model is loaded by now.
        embedding = [self._time_embedding(sample)]
        remembering = 0.0
        size = 2 * max(1, len(texts) // (2 * _PARTS))
        for start in range(0, len(texts), size):
            filled, _ = self._keep(iter(texts[start : start + size]))
            started = perf_counter()
            self._parts.record(filled.persona_id).result()
            remembering += perf_counter() - started
            self._parts.note(filled.persona_id).result()
            embedding.append(self._time_embedding(sample))
        around = mean(one + other for one, other in pairwise(embedding)) / 2
        return len(sample) / around, len(texts) / remembering

    def _time_embedding(self, by_length: Sequence[str]) -> float:
        started = perf_counter()
        for start in range(0, len(by_length), _EMBEDDED_AT_ONCE):
            self._parts.embedder.embed(by_length[start : start + _EMBEDDED_AT_ONCE])
        return perf_counter() - started

    def _keep(self, texts: Iterator[str]) -> tuple[Filled, list[Message]]:
        began = datetime(2020, 1, 1, 12, tzinfo=UTC)
        said = [
            (place % 2 == 0, text, began + timedelta(minutes=10 * place))
            for place, text in enumerate(texts)
        ]
        card = card_of("Nobody", "Ana", said)

        def keep() -> tuple[Filled, list[Message]]:
            [kept] = self._parts.cards.add_all([card], even_duplicates=True)
            [conversation_id] = kept.conversations
            persona_id = self._parts.conversations.get(conversation_id).persona_id
            return Filled(persona_id, conversation_id), self._parts.conversations.path(
                conversation_id
            )

        return self._parts.storage_lane.call(keep)


def _lines(rng: np.random.Generator, count: int, length: int) -> Iterator[str]:
    """Yield lines of made-up words, as frequent as content words of a language are (Zipf)."""
    import numpy as np

    shares = 1.0 / np.arange(_COMMONEST, _COMMONEST + _VOCABULARY)
    bounds = np.cumsum(shares / shares.sum())
    for _ in range(count):
        chosen = np.searchsorted(bounds, rng.random(length))
        yield " ".join(f"w{number}" for number in cast("list[int]", chosen.tolist()))


def _as_episode(
    persona_id: PersonaId, said: Message, reply: Message, vectors: tuple[Vector, Vector]
) -> NewMemory:
    lines = tuple(
        Line(place, message.speaker, message.text, stems(message.text))
        for place, message in enumerate((said, reply))
    )
    memory = Memory(
        id=MemoryId(new_id()),
        persona_id=persona_id,
        conversation_id=said.conversation_id,
        kind=MemoryKind.EPISODE,
        text=" ".join(line.text for line in lines),
        happened_at=said.created_at,
        sources=tuple(MemorySource(one.id, one.version_id) for one in (said, reply)),
    )
    return NewMemory(memory, lines, vectors)
