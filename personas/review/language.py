"""What the rules need to know of English: sentences, narration and speech, names, numbers.

Rough on purpose: where it cannot tell, it says nothing, because a finding must be checkable.
Every pattern is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SENTENCE = re.compile(r"[^.!?…\n]+")
_WORD = re.compile(r"[\w'\u2019-]+")
# From the start of a run of stars only: else a text of nothing but stars takes forever.
_STARRED = re.compile(r"(?<!\*)\*++([^*]+)\*++")
_DOUBLE_QUOTED = re.compile(r"[\"“]([^\"“”]*)[\"”]")
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")

PLACE = r"(?P<place>[A-ZÀ-ÖØ-Þ][\w'\u2019-]+(?: [A-ZÀ-ÖØ-Þ][\w'\u2019-]+){0,3})"
"""A capitalised name of up to four words, as a group called `place`."""

CALENDAR = frozenset(
    [
        *("january", "february", "march", "april", "may", "june", "july", "august"),
        *("september", "october", "november", "december", "spring", "summer", "autumn", "winter"),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("christmas", "easter", "ramadan", "diwali", "sabbath", "lent"),
    ]
)

_NO_NAMES = CALENDAR | frozenset(
    [
        *(
            "i",
            "i'm",
            "i've",
            "i'll",
            "i'd",
            "i\u2019m",
            "i\u2019ve",
            "i\u2019ll",
            "i\u2019d",
            "god",
            "mr",
            "mrs",
        ),
        *("ms", "dr", "ok", "okay", "tv", "sir", "ma'am", "miss", "english", "mum", "dad"),
    ]
)
_CLAUSE_END = re.compile(r"[.!?…:;*\"“”()\n]+")


def sentences(text: str) -> list[str]:
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]


def words(text: str) -> list[str]:
    """Return the words in lower case, apostrophes made straight."""
    return [word.casefold().replace("\u2019", "'") for word in _WORD.findall(text)]


def normalised(text: str) -> str:
    """Return the text's words alone, articles left out, for telling whether two say the same."""
    return " ".join(word for word in words(text) if word not in {"a", "an", "the"})


def narration(text: str) -> str:
    """Return what is told and not said; nothing where it cannot be told apart."""
    starred = [found[1] for found in _STARRED.finditer(text)]
    if starred:
        return " ".join(starred)
    return _DOUBLE_QUOTED.sub(" ", text) if _DOUBLE_QUOTED.search(text) else ""


def speech(text: str) -> str:
    """Return what is said aloud: between quotation marks, else whatever is not starred.

    Where both stars and quotation marks stand, the stars tell narration and the marks only
    quote somebody.
    """
    if _STARRED.search(text):
        return _STARRED.sub(" ", text)
    said = [found[1] for found in _DOUBLE_QUOTED.finditer(text)]
    return " ".join(said) if said else text


def contains_phrase(text: str, phrase: str) -> bool:
    """Whether the words of `phrase` stand in `text`, in order and whole, whatever the case."""
    wanted = " ".join(words(phrase))
    return bool(wanted) and f" {wanted} " in f" {' '.join(words(text))} "


def only_number(text: str) -> int | None:
    """Return the number in a text that holds exactly one, of at most four digits."""
    found = _NUMBER.findall(text)
    return int(found[0]) if len(found) == 1 and len(found[0]) <= 4 else None


def year_of(text: str) -> int | None:
    """Return the first year that a text names, 1000 to 2999."""
    found = _YEAR.search(text)
    return int(found[0]) if found else None


def names_in(text: str) -> Iterator[str]:
    """Yield names in a text: runs of capitalised words that do not begin a sentence."""
    for clause in _CLAUSE_END.split(text):
        run: list[str] = []
        for place, word in enumerate(_WORD.findall(clause)):
            if place and _is_name(word):
                run.append(word)
            elif run:
                yield " ".join(run)
                run = []
        if run:
            yield " ".join(run)


def _is_name(word: str) -> bool:
    bare = re.sub(r"['\u2019]s?$", "", word)
    return bare[:1].isupper() and not bare.isupper() and bare.casefold() not in _NO_NAMES
