"""Rules that words alone cannot keep: the same in other words, and the opposite of it.

How alike two texts are is measured by a function that is handed in (cosines of sentence
embeddings); such a measure takes opposites for near, so what is liked and what is denied is
read from the words. A finding gives both texts and the cosine.

The bounds were set on 86 pairs of our own wording with all-MiniLM-L6-v2, and on the library. Of
21 pairs that mean the same (cosines from 0.57 to 0.94) 13 are found; of 19 contrary ones (0.44 to
0.87) 8; of 12 loves with a hate of the same thing (0.44 to 0.97) 6. Of 34 pairs that are neither
(0.06 to 0.81) 2 are found, a morning's coffee against an afternoon's and old radios against new.
In the library one pair is found, rightly. What is missed is missed on purpose: below the bounds
there is no telling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from personas.persona import Persona
from personas.review.finding import Remark, Severity, quoted
from personas.review.language import normalised, sentences, words
from personas.review.reading import Passage, Reading, Similarity

_SAME_MEANING = 0.82
_SAME_FEELING = 0.68
_CONTRARY_FEELING = 0.66
_CONTRARY_CLAIM = 0.76
_SAME_THING = 0.76
"""Cosines from which two texts are told: alike; alike in what is liked or disliked; contrary in
it; one denying what the other says; a love and a hate of the same thing."""

_SHORTEST_COMPARED = 3
_LONGEST_COMPARED = 400
_MOST_COMPARED = 80
_MOST_ENTRIES = 40
# Events, people, secrets and the way a role is taken on echo the rest because they must.
_COMPARED = (
    "description",
    "personality",
    "personal.",
    "life.weekday",
    "life.weekend",
    "life.home",
    "life.loves.",
    "life.hates.",
    "voice.habits.",
)
_LIKES = re.compile(
    r"\b(?:loves?|loved|adores?|likes?|enjoys?|(?:is|am|are) fond of|delights? in"
    r"|makes? (?:me|him|her|them) happy|pleasure to|pleases?|cherish(?:es)?)\b",
    re.IGNORECASE,
)
_DISLIKES = re.compile(
    r"\b(?:hates?|hated|loathes?|detests?|despises?|dislikes?|dreads?|afraid of|frightens?"
    r"|(?:cannot|can't|can\u2019t|can not) (?:stand|bear|abide)|(?:is|am|are) sick of"
    r"|makes? (?:me|him|her|them) (?:miserable|sick|ill)"
    r"|drives? (?:me|him|her|them) (?:mad|crazy))\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:no|not|never|nobody|nothing|none|neither|nor|cannot|hardly|barely|rarely|seldom"
    r"|without|no one|badly|poorly|\w+n['\u2019]t)\b",
    re.IGNORECASE,
)
_SAYS_LITTLE = frozenset(
    words(
        "about after also always another because been before being cannot does doing everybody "
        "everyone every from hate hates have having hers into just keep keeps like likes love "
        "loves made make makes more most much myself never nobody nothing only other over people "
        "really some somebody someone something than that their them then there these they thing "
        "things this those very want wants were what when where which while will with without "
        "would your day days time times year years"
    )
)


@dataclass(frozen=True)
class _Piece:
    """A sentence that is compared, and where it stands; a value, any thread."""

    passage: Passage
    text: str

    @cached_property
    def key(self) -> str:
        return normalised(self.text)

    @cached_property
    def feeling(self) -> int:
        """1 where something is liked, -1 where it is disliked, 0 where neither is said."""
        is_disliked = bool(_DISLIKES.search(self.text))
        is_liked = bool(_LIKES.search(self.text))
        if is_liked == is_disliked:
            return 0
        if is_liked:
            return -1 if _DENIES.search(self.text) else 1
        # "Cannot stand" is a denial already; another one beside it is anybody's guess.
        return 0 if _DENIES.search(_DISLIKES.sub(" ", self.text)) else -1

    @cached_property
    def denies(self) -> bool:
        return self.feeling < 0 or len(_DENIES.findall(self.text)) == 1

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The beginnings of the words that say what it is about."""
        return frozenset(
            word[:5] for word in words(self.text) if len(word) > 3 and word not in _SAYS_LITTLE
        )

    def is_contrary_to(self, other: _Piece) -> bool:
        return self.feeling * other.feeling < 0 or self.denies != other.denies

    def shares_subject_with(self, other: _Piece) -> bool:
        return not self.subjects.isdisjoint(other.subjects)


def comparable_texts(persona: Persona) -> tuple[str, ...]:
    """Return every text that the rules here compare, so that vectors can be had in time."""
    life = persona.life
    entries = (*life.loves[:_MOST_ENTRIES], *life.hates[:_MOST_ENTRIES])
    texts = [piece.text for piece in _pieces(Reading(persona))]
    return tuple(dict.fromkeys((*texts, *filter(None, entries))))


def nearly_repeated(reading: Reading) -> Iterator[Remark]:
    """Two texts that mean the same in other words, where likeness can be measured."""
    for one, other, alike in _pairs(reading, contrary=False):
        both_feel = one.feeling != 0 and one.feeling == other.feeling
        is_felt_alike = alike >= _SAME_FEELING and both_feel and one.shares_subject_with(other)
        if alike >= _SAME_MEANING or is_felt_alike:
            yield Remark(
                Severity.NOTE,
                f"{quoted(other.text)} says nearly what {quoted(one.text)} says "
                f"({alike:.2f} of 1).",
                (other.passage.path, one.passage.path),
                "Keep the better one, or make the difference plain.",
            )


def opposite_statements(reading: Reading) -> Iterator[Remark]:
    """Two texts on one subject of which one denies the other, where likeness can be measured."""
    for one, other, alike in _pairs(reading, contrary=True):
        bound = _CONTRARY_FEELING if one.feeling * other.feeling < 0 else _CONTRARY_CLAIM
        if not one.shares_subject_with(other):
            bound = _SAME_MEANING
        if alike >= bound:
            yield Remark(
                Severity.NOTE,
                f"{quoted(one.text)} and {quoted(other.text)} are about the same "
                f"({alike:.2f} of 1), but one denies the other.",
                (other.passage.path, one.passage.path),
                "Correct one, or say when the one holds and when the other.",
            )


def loved_and_hated_alike(reading: Reading) -> Iterator[Remark]:
    """A love and a hate that mean nearly the same, where likeness can be measured."""
    if reading.similarity is None:
        return
    life = reading.persona.life
    for number, loved in enumerate(life.loves[:_MOST_ENTRIES]):
        for place, hated in enumerate(life.hates[:_MOST_ENTRIES]):
            if not loved or not hated or normalised(loved) == normalised(hated):
                continue
            alike = reading.similarity(loved, hated)
            if alike >= _SAME_THING:
                yield Remark(
                    Severity.NOTE,
                    f"{quoted(loved)} is loved and {quoted(hated)} hated: "
                    f"their meanings are close ({alike:.2f} of 1).",
                    (f"life.loves.{number}", f"life.hates.{place}"),
                    "Check that the difference is meant, and say what it is.",
                )


def _pairs(reading: Reading, *, contrary: bool) -> Iterator[tuple[_Piece, _Piece, float]]:
    """Give the pairs that are (or are not) contrary, and how alike; only these are measured."""
    similarity: Similarity | None = reading.similarity
    if similarity is None:
        return
    for one, other in combinations(_pieces(reading), 2):
        if one.is_contrary_to(other) != contrary or one.key == other.key:
            continue
        if not _is_like_and_hate(one.passage, other.passage):
            yield one, other, similarity(one.text, other.text)


def _is_like_and_hate(one: Passage, other: Passage) -> bool:
    """Whether the two lists are compared, which is another rule's business."""
    lists = {one.path.rpartition(".")[0], other.path.rpartition(".")[0]}
    return lists == {"life.loves", "life.hates"}


def _pieces(reading: Reading) -> list[_Piece]:
    """Return the sentences that are worth comparing, the first ones where there are many."""
    found: list[_Piece] = []
    for passage in reading.passages:
        if not passage.path.startswith(_COMPARED):
            continue
        for sentence in sentences(passage.text):
            is_short = sentence.count(" ") + 1 < _SHORTEST_COMPARED
            if is_short or len(sentence) > _LONGEST_COMPARED:
                continue
            found.append(_Piece(passage, sentence))
            if len(found) == _MOST_COMPARED:
                return found
    return found
