"""What a character knows, in prose, each sentence with the memory that it comes from.

Values only; knows no markup and no widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.ids import MemoryId
from app.domain.memory import Memory
from app.services.memory_prose import what_is_known
from ui.viewmodels.memory_words import ABOUT_WORDS

MOST_SENTENCES = 120
"""So many sentences of a paragraph are told, the weightiest; who wants all has the timeline."""


@dataclass(frozen=True, slots=True)
class KnownSentence:
    """A sentence and its memory. A value."""

    text: str
    memory_id: MemoryId


@dataclass(frozen=True, slots=True)
class KnownParagraph:
    """What is known of one subject. A value; `left_out` counts sentences that are not told."""

    title: str
    sentences: tuple[KnownSentence, ...]
    left_out: int = 0


def tell_known(memories: Iterable[Memory], user: str, character: str) -> list[KnownParagraph]:
    """Return a paragraph for each subject, the weightiest sentence first."""
    told: list[KnownParagraph] = []
    for one in what_is_known(list(memories)):
        pairs = zip(one.sentences, one.memory_ids, strict=True)
        sentences = [KnownSentence(text, memory_id) for text, memory_id in pairs]
        title = ABOUT_WORDS[one.about].format(user=user, character=character)
        left_out = max(0, len(sentences) - MOST_SENTENCES)
        told.append(KnownParagraph(title, tuple(sentences[:MOST_SENTENCES]), left_out))
    return told
