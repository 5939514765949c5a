"""Content words in their stems: what memories are searched and weighed by.

English words lose their endings (Snowball's English stemmer), stop words and a name's 's go;
words of other languages pass as they are, without accents. Pure; knows no memory.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol, cast

_STOP_WORDS = (
    "a about above after again all also am an and any are as at be because been before being "
    "below between both but by can could did do does doing done down during each else ever "
    "few for from further get gets getting go goes going got had has have having he hello her "
    "here hers herself hey hi him himself his how i if in into is it its itself just let lot "
    "lots may maybe me might more most much must my myself no nor not now of off oh ok okay "
    "on once one only or other our ours ourselves out over own really same shall she should "
    "so some such than that the their theirs them themselves then there these they thing "
    "things this those through to too under until up upon us very was we were what whatever "
    "when where which while who whom whose why will with would yeah yes yet you your yours "
    "yourself yourselves"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())

_CACHED_WORDS = 65_536
_ACCENTS = re.compile("[\u0300-\u036f]")
_NEGATED = re.compile(r"\b(?:ca|\w+n)['\u2019]t\b")  # Every "…n't" is an auxiliary verb.
_ENDING = re.compile(r"['\u2019](?:s|d|m|ll|re|ve)\b")
_WORD = re.compile(r"[^\W_]+")


class _Stemmer(Protocol):
    """What the library makes. One thread at a time."""

    def stemWord(self, word: str, /) -> str:  # noqa: N802 - the library's name
        """Return the stem of a word."""
        ...


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of the content words of a text, in order, repetitions included."""
    return tuple(_stem(word) for word in words(text) if word not in STOP_WORDS)


def words(text: str) -> list[str]:
    """Return all words of a text in lower case, without accents and contractions."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        plain = unicodedata.normalize("NFC", _ACCENTS.sub("", plain))
    return _WORD.findall(_ENDING.sub(" ", _NEGATED.sub(" ", plain)))


@lru_cache(maxsize=_CACHED_WORDS)
def _stem(word: str) -> str:
    if not word.isascii() or not word.isalpha():
        return word
    # Imported here because the package loads every language it knows.
    import snowballstemmer  # pyright: ignore[reportMissingTypeStubs] - it ships no types

    # A stemmer keeps its word inside, so threads must not share one; making one costs little.
    make = cast("Callable[[str], _Stemmer]", vars(snowballstemmer)["stemmer"])
    return make("english").stemWord(word)
