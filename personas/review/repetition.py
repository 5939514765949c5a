"""Rules about saying things twice: the model takes a repeated sentence for an important one.

Word for word only; what is the same in other words is found by `likeness`.
"""

from __future__ import annotations

from collections.abc import Iterator

from personas.review.finding import Remark, Severity, quoted
from personas.review.language import normalised, sentences
from personas.review.reading import Passage, Reading

_SHORTEST_REPEATED = 6


def repeated_sentence(reading: Reading) -> Iterator[Remark]:
    """A sentence that stands in two places word for word."""
    first: dict[str, Passage] = {}
    # Phrases are there to be said again.
    phrases = {normalised(phrase) for phrase in reading.persona.voice.catchphrases}
    for passage in reading.passages:
        for sentence in sentences(passage.text):
            key = normalised(sentence)
            if key.count(" ") + 1 < _SHORTEST_REPEATED or key in phrases:
                continue
            before = first.setdefault(key, passage)
            if before is not passage:
                yield Remark(
                    Severity.NOTE,
                    f"{quoted(sentence)} stands in {before.title} and again in {passage.title}.",
                    (passage.path, before.path),
                    "Keep it in the better place.",
                )


def repeated_entry(reading: Reading) -> Iterator[Remark]:
    """An entry that is twice in the same list."""
    first: dict[tuple[str, str], Passage] = {}
    for passage in reading.passages:
        parent, _, last = passage.path.rpartition(".")
        if not last.isdigit():
            continue
        key = parent, normalised(passage.text)
        before = first.setdefault(key, passage)
        if before is not passage and key[1]:
            yield Remark(
                Severity.WARN,
                f"{quoted(passage.text)} is in one list twice ({passage.title}).",
                (passage.path, before.path),
                "Take one out.",
            )
