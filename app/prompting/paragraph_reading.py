"""Reads a paragraph about somebody by rules: name, age, place, work, kin, loves and hates.

Rules find less than a reader would, invent nothing and need no model. Each finding stands
alone, so that one that is wrong is declined by itself. Pure; knows no engine.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from typing import Any

from app.prompting.paragraph_words import (
    AT_CLAUSE_START,
    BEFORE_KIN,
    KIN,
    NAME_PARTICLES,
    NO_NAMES,
    OCCUPATION_ENDINGS,
    OCCUPATIONS,
    PLACE_PREPOSITIONS,
)
from app.prompting.suggesting import SuggestionPath

Finding = tuple[SuggestionPath, Any]

_MOST_LIKED = 5
_LONGEST_PHRASE = 120
_OLDEST = 130


class _Feeling(StrEnum):
    LOVES = "loves"
    HATES = "hates"
    WANTS = "wants"


def _any_of(words: tuple[str, ...]) -> str:
    return "|".join(words)


_CAPITAL = r"[^\W\d_a-z][\w'\u2019-]*"
_NAME = rf"{_CAPITAL}(?: (?:(?:{_any_of(NAME_PARTICLES)}) )*{_CAPITAL}){{0,3}}"
_NAMES = re.compile(rf"(?<![\w'\u2019-])({_NAME})")
_CALLED = re.compile(
    r"(?:\b[Nn]ame(?: is|d|:)|\bcalled|\bgoes by|\bI am|\bI['\u2019]m) "
    rf"({_NAME})"
)
_AGE = re.compile(
    r"\b(?:aged?|is|was|turned|turns|now|am|I['\u2019]m) (\d{1,3})(?=[,.;]| and\b| years old\b|$)"
    r"|\b(?:aged|age) (\d{1,3})\b"
    r"|\b(\d{1,3})[- ]years?[- ]old\b"
    r"|, (\d{1,3})(?=[,.;]| years\b)"
    r"|\bof (\d\d)(?=[,.;])"
)
_AGE_ROUGHLY = re.compile(
    r"\bin (?:her|his|their|my) ((?:early |mid-?|late )?(?:teens|twenties|thirties|forties"
    r"|fifties|sixties|seventies|eighties|nineties))\b",
    re.IGNORECASE,
)
# Where a clause that is read ends: at its mark, or where the next one begins.
_CLAUSE_END = rf"(?=[.;!?]|,? (?:but|(?:and )?(?:{_any_of(AT_CLAUSE_START)}))\b|$)"
_PHRASE_END = rf"(?=[,.;!?]| (?:and|with|as|to)\b| (?:{_any_of(AT_CLAUSE_START)})\b|$)"
_LIVES = re.compile(
    r"\b(?:lives?|living|resides?|settled|is based)(?: (?:alone|now|today|quietly))*,? "
    rf"((?:{_any_of(PLACE_PREPOSITIONS)}) [^.;!?,]+?){_PHRASE_END}"
)
_BORN = re.compile(
    r"\b(born|grew up|raised) ((?:in|on|at|near|outside) [^.;!?,]+?)" + _PHRASE_END, re.IGNORECASE
)
_WORKS_AS = re.compile(
    rf"\b(?:work(?:s|ing|ed)?|employed|job is|living) as (?:an? |the )?([^.;!?,]+?){_PHRASE_END}"
)
_IS_A = re.compile(
    r"\b(?:is|am|was|I['\u2019]m) (?:now )?(?:an? |the )([^.;!?,]+?)"
    rf"(?=[,.;!?]| (?:in|at|on|from|of|and|with)\b| (?:{_any_of(AT_CLAUSE_START)})\b|$)"
)
_BEFORE_WORK = re.compile(r"^(?:(?:retired|old|young|former|middle-aged|quiet) )+", re.IGNORECASE)
_NOT_AT_WORK = re.compile(r"\b(retired|unemployed|self-employed|out of work)\b", re.IGNORECASE)
_STUDIES = re.compile(
    rf"\b(?:stud(?:ies|ied|ying)|majored in|degree in) ([a-z][^.;!?,]*?)"
    rf"(?= at\b| in\b|{_PHRASE_END})"
)
_LIVES_WITH = re.compile(
    r"\blives? (?:[^.;!?]*? )?(alone\b|with [^.;!?,]+?(?=[,.;!?]|$"
    rf"| (?:and )?(?:{_any_of(AT_CLAUSE_START)})\b))"
)
_KIN = re.compile(
    r"\b(?:[Hh]er|[Hh]is|[Tt]heir|[Mm]y|[Aa]n?|[Tt]he) "
    rf"((?:(?:{_any_of(BEFORE_KIN)})[- ])*(?:{_any_of(KIN)}))\b"
    rf"(?:,)?(?: (?:named|called))?(?: ({_NAME}))?"
)
_NOT = r"(?:(?:does|do|did)(?: not|n['\u2019]t)|never) "
_FEELING = re.compile(
    rf"\b(?:(?P<{_Feeling.HATES}>hates?|dislikes?|detests?|loathes?|despises?"
    rf"|(?:can['\u2019]t|cannot|can not) (?:stand|bear)"
    rf"|{_NOT}(?:like|likes|love|loves|enjoy|enjoys|care for))"
    rf"|(?P<{_Feeling.LOVES}>loves?|likes?|enjoys?|adores?|(?:is|am) fond of)"
    rf"|(?P<{_Feeling.WANTS}>(?:wants?|hopes?|plans?|means|intends|longs|dreams|would like)"
    r" (?:to|of)))"
    rf" (?P<what>[^.;!?]+?){_CLAUSE_END}"
)
_SHE = re.compile(r"\b(?:she|her|hers|herself|woman|girl)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|him|his|himself|man|boy)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:in )?(1[5-9]\d\d|20\d\d)\b")


def read_paragraph(paragraph: str) -> tuple[Finding, ...]:
    """Return what the paragraph says, as paths and values of a draft, the name first."""
    text = " ".join(paragraph.split())
    name = _name(text)
    feelings = _feelings(text)
    found: list[Finding] = [
        (("name",), name),
        (("social", "age"), _age(text)),
        (("social", "gender"), _gender(text)),
        (("social", "residence"), _first(_LIVES, text).removeprefix("in ")),
        (("social", "job"), _job(text)),
        (("social", "occupation"), _first(_NOT_AT_WORK, text).lower()),
        (("social", "major"), _first(_STUDIES, text)),
        (("social", "living_style"), _first(_LIVES_WITH, text)),
        (("life", "loves"), feelings[_Feeling.LOVES][:_MOST_LIKED]),
        (("life", "hates"), feelings[_Feeling.HATES][:_MOST_LIKED]),
        (("life", "goals"), feelings[_Feeling.WANTS]),
        (("life", "relationships"), _people(text, name)),
        (("life", "timeline"), _beginnings(text)),
    ]
    return tuple((path, value) for path, value in found if value)


def _name(text: str) -> str:
    """Return the name that is said to be one, or the capitals that come most and first."""
    for match in _CALLED.finditer(text):
        is_somebody_else = _KIN.search(text[: match.start(1)].rpartition(".")[2]) is not None
        if not is_somebody_else and (name := _without_no_names(match[1])):
            return name
    counted: Counter[str] = Counter()
    for match in _NAMES.finditer(text):
        before = re.findall(r"[\w-]+", text[: match.start()])[-1:]
        name = _without_no_names(match[1])
        if name and not (before and before[0].casefold() in {*PLACE_PREPOSITIONS, *KIN}):
            counted[name] += 1
    if not counted:
        return ""
    first = next(iter(counted))
    # The whole name is mostly said once, and a part of it again.
    again = sum(count for name, count in counted.items() if name in first)
    most, times = counted.most_common(1)[0]
    return first if again >= times else most


def _without_no_names(words: str) -> str:
    """Return the name without capitals that only begin a sentence."""
    kept = words.split()
    while kept and kept[0].casefold() in NO_NAMES:
        kept.pop(0)
    return re.sub(r"['\u2019]s$", "", " ".join(kept))


def _age(text: str) -> str:
    for match in _AGE.finditer(text):
        age = next(group for group in match.groups() if group)
        if 0 < int(age) < _OLDEST:
            return age
    return _first(_AGE_ROUGHLY, text)


def _gender(text: str) -> str:
    she, he = len(_SHE.findall(text)), len(_HE.findall(text))
    if she > 2 * he:
        return "woman"
    return "man" if he > 2 * she else ""


def _job(text: str) -> str:
    if job := _first(_WORKS_AS, text):
        return job
    for match in _IS_A.finditer(text):
        job = _BEFORE_WORK.sub("", _phrase(match[1]))
        last = job.split()[-1].casefold() if job else ""
        is_work = last in OCCUPATIONS or last.endswith(OCCUPATION_ENDINGS)
        if is_work and last not in {*KIN, "woman", "man"}:
            return job
    return ""


def _people(text: str, name: str) -> list[dict[str, str]]:
    people: dict[str, dict[str, str]] = {}
    for match in _KIN.finditer(text):
        relation, called = match[1].lower(), _without_no_names(match[2] or "")
        if called and called != name:
            people.setdefault(called, {"name": called, "relation": relation})
    return list(people.values())


def _beginnings(text: str) -> list[dict[str, Any]]:
    match = _BORN.search(text)
    if match is None:
        return []
    how, where = match[1].capitalize(), _phrase(match[2])
    year = _YEAR.search(where)
    place = _phrase(_YEAR.sub("", where)) if year else where
    what = f"{how} {place}." if place and place != "in" else f"{how}."
    event: dict[str, Any] = {"when": year[1] if year else "", "what": what}
    if how == "Born":
        event["age"] = 0
    return [event]


def _feelings(text: str) -> dict[_Feeling, list[str]]:
    """Return what is loved, hated and wanted, each said once."""
    found: dict[_Feeling, dict[str, str]] = {feeling: {} for feeling in _Feeling}
    for match in _FEELING.finditer(text):
        feeling = next(one for one in _Feeling if match[one])
        what = match["what"]
        parts = [what] if feeling is _Feeling.WANTS else _listed(what)
        for thing in map(_phrase, parts):
            if thing:
                found[feeling].setdefault(thing.casefold(), thing)
    return {feeling: list(things.values()) for feeling, things in found.items()}


def _listed(text: str) -> list[str]:
    return re.split(r",\s*(?:and |or )?|\s+(?:and|or)\s+", text)


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return _phrase(match[1]) if match else ""


def _phrase(text: str) -> str:
    """Return a phrase without what hangs on to its ends, nothing when it is too long for one."""
    said = text.strip(" ,;:-\"'()")
    said = re.sub(r"^(?:to|the fact that|nothing more than)\s+", "", said)
    return said if len(said) <= _LONGEST_PHRASE else ""
