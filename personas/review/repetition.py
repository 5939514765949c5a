"""Rules about saying things twice: the model takes a repeated sentence for an important one.

Likeness of meaning is measured only by a function that is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator

from personas.review.finding import Remark, Severity, quoted
from personas.review.language import normalised, sentences
from personas.review.reading import Passage, Reading

_SHORTEST_REPEATED = 6
_MOST_COMPARED = 80
_SHORTEST_COMPARED = 4
_SAME_MEANING = 0.93


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


def nearly_repeated(reading: Reading) -> Iterator[Remark]:
    """Two texts that mean the same in other words, where likeness can be measured."""
    if reading.similarity is None:
        return
    pieces = list(_pieces(reading))[:_MOST_COMPARED]
    for number, (passage, text) in enumerate(pieces):
        for other, other_text in pieces[:number]:
            if normalised(text) == normalised(other_text):
                continue
            alike = reading.similarity(other_text, text)
            if alike >= _SAME_MEANING:
                yield Remark(
                    Severity.NOTE,
                    f"{quoted(text)} says nearly what {quoted(other_text)} says "
                    f"({alike:.2f} of 1).",
                    (passage.path, other.path),
                    "Keep the better one, or make the difference plain.",
                )


def _pieces(reading: Reading) -> Iterator[tuple[Passage, str]]:
    """Yield the sentences that are worth comparing; examples and greetings may echo."""
    for passage in reading.passages:
        if passage.path.startswith(("voice.examples", "greeting", "alternate_greetings")):
            continue
        for sentence in sentences(passage.text):
            if sentence.count(" ") + 1 >= _SHORTEST_COMPARED:
                yield passage, sentence
