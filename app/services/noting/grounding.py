"""Whether a note says what was said: small models invent, and what they invent would be believed.

A note stands on the line that it names. Of its words some must be in what that line states, which
a question does not, and a good part in what was said around it; what is denied there it must deny
too, and a name or a number that nobody mentioned is invented. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.services.noting.clauses import clauses, spelt_out
from app.services.stems import STOP_WORDS, stems, words

_LEAST_SHARE = 0.4
"""Of a note's words in what was said; the rest may be put in other words. Set by hand."""

_DENIAL = re.compile(r"\b(?:not|no|never|nobody|none|nothing|neither|nor|hardly)\b", re.IGNORECASE)
_NO_DENIAL = re.compile(
    r"\b(?:can not (?:wait|help)|could not be|not (?:only|just)|no (?:doubt|wonder|matter))\b",
    re.IGNORECASE,
)
_DENIAL_IN_OTHER_WORDS = re.compile(
    r"\b(?:without|avoid|dislike|hate|refuse|stop|quit|lack|unable|miss|left|lost|doubt|gave up"
    r"|given up|former|used to)",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b(?=[^\W\d_])\w[\w'\u2019-]*|\d+")


def is_grounded(note: str, line: str, said: str, names: Sequence[str]) -> bool:
    """Whether a note may be believed to come from its line; `said` is the whole exchange.

    The speakers' `names` prove nothing and need no proof.
    """
    known = {stem for name in names for stem in stems(name)}
    told = set(stems(note)) - known
    stated = max(clauses(line), key=lambda one: len(told & set(stems(one))), default="")
    if not told & set(stems(stated)):
        return False
    if denies(stated) and not (denies(note) or _DENIAL_IN_OTHER_WORDS.search(note)):
        return False
    if len(told & set(stems(said))) < _LEAST_SHARE * len(told):
        return False
    return not set(invented_names(note, said, names))


def denies(text: str) -> bool:
    """Whether a clause says that something is not so."""
    return bool(_DENIAL.search(_NO_DENIAL.sub(" ", spelt_out(text))))


def invented_names(note: str, said: str, names: Iterable[str]) -> list[str]:
    """Return the names and numbers in a note that are neither said nor a speaker's."""
    mentioned = {*words(said), *stems(said)}
    for name in names:
        mentioned.update((*words(name), *stems(name)))
    found: list[str] = []
    for match in _NAME.finditer(note):
        one = match[0]
        if not (one[0].isupper() or one[0].isdigit()):
            continue
        parts = [word for word in words(one) if word not in STOP_WORDS]
        if not all(part in mentioned or set(stems(part)) <= mentioned for part in parts):
            found.append(one)
    return found


def is_said(text: str, said: str, names: Iterable[str]) -> bool:
    """Whether every word of a text is in what was said, or in a name; nothing is not."""
    mentioned = {*stems(said), *(stem for name in names for stem in stems(name))}
    told = set(stems(text))
    return bool(told) and told <= mentioned


def is_name_of(text: str, name: str) -> bool:
    """Whether a text is somebody's name or a part of it."""
    one, other = set(words(text)), set(words(name))
    return bool(one) and one <= other


def begins_with(text: str, name: str) -> bool:
    """Whether a sentence begins with somebody, or with what is theirs."""
    first = words(text)[:1]
    return bool(first) and first[0] in words(name)
