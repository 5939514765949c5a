"""How the sentence of a note is put: whole, not too long, with days that can be read later.

Also which of its words it is found by. Knows no rule and no model. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from app.services.noting.note_dates import dates_in, strip_dates
from app.services.noting.third_person import is_past
from app.services.stems import STOP_WORDS, words

LONGEST_NOTE = 280
MOST_KEYWORDS = 6

_NO_KEYWORDS = frozenset(
    (
        *("said", "claims", "called", "named", "their", "they", "them", "lives", "works", "likes"),
        *("loves", "hates", "enjoys", "prefers", "wants", "plans", "moved", "used", "goes"),
    )
)
_ROUGHLY = re.compile(r"\b(?:about|around|roughly|almost|like) $", re.IGNORECASE)
_KEPT_PREPOSITION = re.compile(r"^(since|until|by|back in|during)\s", re.IGNORECASE)
_HAS_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def with_plain_days(clause: str, day: date) -> str:
    """Return a clause whose days can be read on any later day."""
    for mention in reversed(dates_in(clause, day, is_past=is_past(strip_dates(clause)))):
        said = clause[mention.start : mention.end]
        if _HAS_YEAR.search(said):
            continue
        plain = mention.in_words()
        kept = _KEPT_PREPOSITION.match(said)
        if kept:
            plain = f"{kept[1]} {plain.partition(' ')[2]}"
        before = _ROUGHLY.sub("", clause[: mention.start])
        clause = before + plain + clause[mention.end :]
    return clause


def as_sentence(told: str) -> str:
    clipped = told if len(told) <= LONGEST_NOTE else told[:LONGEST_NOTE].rpartition(" ")[0]
    return f"{clipped[:1].upper()}{clipped[1:].rstrip(' ,;:')}."


def keywords_of(text: str, thing: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the content words, those of the thing itself first, without the speakers' names."""
    known = {*(word for name in names for word in words(name)), *_NO_KEYWORDS}
    ordered = dict.fromkeys([*words(thing), *words(text)])
    kept = [
        word
        for word in ordered
        if word not in STOP_WORDS and word not in known and len(word) > 2 and not word.isdigit()
    ]
    return tuple(kept[:MOST_KEYWORDS])
