"""Rules about time: ages, years and their order must allow one and the same life.

All of it is arithmetic on what was written; no clock is asked what year it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from personas.life_context import LifeEvent
from personas.review.finding import Remark, Severity, quoted
from personas.review.language import only_number, year_of
from personas.review.reading import IN_FIRST_PERSON, Reading

_TAGLINE_AGE = re.compile(r"(?:^|,)\s*(?:aged?\s+)?(\d{1,3})\s*$|\b(\d{1,3})[- ]years?[- ]old\b")
_AGE_SAID = (
    r"\s+(?:am|is|are)\s+(?:an?\s+|now\s+)?(?P<age>\d{1,3})(?:[- ]years?[- ]old\b|\s*[.,;!]|$)"
)
_BORN_IN_YEAR = r"\s+(?:was|were)\s+born\s+[^.;,]{0,40}?\b(?P<year>[12]\d{3})\b"


def event_after_age(reading: Reading) -> Iterator[Remark]:
    """An event at an age that the character has not reached."""
    age = only_number(reading.persona.social.age)
    if age is None:
        return
    for number, event in enumerate(reading.persona.life.timeline):
        if event.age is not None and event.age > age:
            yield Remark(
                Severity.BAD,
                f"{quoted(event.what)} happened at the age of {event.age}, "
                f"but the character is {age}.",
                (f"life.timeline.{number}.age", "social.age"),
                "Correct one of the two ages.",
            )


def years_against_ages(reading: Reading) -> Iterator[Remark]:
    """Dated events whose ages put the birth in another year than the others do."""
    implied = _implied_births(reading)
    if len(implied) < 2:
        return
    usual = Counter(implied.values()).most_common(1)[0][0]
    anchor = next(number for number, year in implied.items() if year == usual)
    timeline = reading.persona.life.timeline
    for number, year in implied.items():
        if abs(year - usual) > 1:
            yield Remark(
                Severity.BAD,
                f"{_dated(timeline[number])} puts the birth in {year}, "
                f"{_dated(timeline[anchor])} in {usual}.",
                (f"life.timeline.{number}.age", f"life.timeline.{anchor}.age"),
                "Correct the year or the age, so that both count from the same birth.",
            )


def age_too_low_for_dates(reading: Reading) -> Iterator[Remark]:
    """A last event that lies later than birth and age together reach."""
    age, birth = only_number(reading.persona.social.age), _birth(reading)
    dated = _years(reading)
    if age is None or birth is None or not dated:
        return
    latest = max(dated, key=lambda number: dated[number])
    if dated[latest] > birth[1] + age + 1:
        yield Remark(
            Severity.BAD,
            f"Born in {birth[1]} and {age} years old makes it {birth[1] + age} now, "
            f"but {dated[latest]} is already told of.",
            (f"life.timeline.{latest}.when", "social.age", f"life.timeline.{birth[0]}.when"),
            "Correct the age, the year of birth or that date.",
        )


def event_before_birth(reading: Reading) -> Iterator[Remark]:
    """An event dated before the character was born."""
    birth = _birth(reading)
    if birth is None:
        return
    for number, year in _years(reading).items():
        event = reading.persona.life.timeline[number]
        # With an age as well, the two rules above say it better.
        if year < birth[1] and event.age is None:
            yield Remark(
                Severity.WARN,
                f"{quoted(event.what)} is dated {year}, before the birth in {birth[1]}.",
                (f"life.timeline.{number}.when", f"life.timeline.{birth[0]}.when"),
                "Correct the year, or move what happened to others into the note about them.",
            )


def timeline_out_of_order(reading: Reading) -> Iterator[Remark]:
    """A later event that stands above an earlier one."""
    previous: tuple[int, int] | None = None
    for number, year in _years(reading).items():
        if previous is not None and year < previous[1]:
            yield Remark(
                Severity.WARN,
                f"{year} stands after {previous[1]} in the past.",
                (f"life.timeline.{number}.when", f"life.timeline.{previous[0]}.when"),
                "Put the events in the order in which they happened.",
            )
        previous = number, year


def age_told_twice(reading: Reading) -> Iterator[Remark]:
    """An age in the tagline or in prose that is not the age among the facts."""
    persona = reading.persona
    age = only_number(persona.social.age)
    if age is None:
        return
    tagline = _TAGLINE_AGE.finditer(persona.tagline)
    claims = [
        *(("tagline", int(found[1] or found[2])) for found in tagline),
        *((path, int(found["age"])) for path, found in _claims(reading, _AGE_SAID)),
    ]
    for path, said in claims:
        if said != age:
            yield Remark(
                Severity.WARN,
                f"{reading.by_path[path].title} says {said}, "
                f"the age is {quoted(persona.social.age)}.",
                (path, "social.age"),
                "Make the two agree.",
            )


def born_in_two_years(reading: Reading) -> Iterator[Remark]:
    """A year of birth in prose that is not the one of the past."""
    birth = _birth(reading)
    if birth is None:
        return
    for path, found in _claims(reading, _BORN_IN_YEAR):
        if int(found["year"]) != birth[1]:
            yield Remark(
                Severity.BAD,
                f"{reading.by_path[path].title} says {quoted(found[0])}, "
                f"the past has the birth in {birth[1]}.",
                (path, f"life.timeline.{birth[0]}.when"),
                "Make the two agree.",
            )


def birth_year(reading: Reading) -> int | None:
    """Return the year of birth that the past tells or most of its dated ages imply."""
    told = _birth(reading)
    if told is not None:
        return told[1]
    implied = Counter(_implied_births(reading).values()).most_common(1)
    return implied[0][0] if implied else None


def _claims(reading: Reading, pattern: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield where prose says something of the character by name, macro or I."""
    named = "|".join(re.escape(name) for name in ("{{char}}", *reading.names))
    of_them = re.compile(rf"(?:{named}){pattern}")
    of_me = re.compile(rf"(?:\bI|{named}){pattern}")
    for passage in reading.prose:
        look = of_me if passage.path in IN_FIRST_PERSON else of_them
        for found in look.finditer(passage.text):
            yield passage.path, found


def _years(reading: Reading) -> dict[int, int]:
    """Return the year of each event that names one, by the event's place."""
    years = ((n, year_of(event.when)) for n, event in enumerate(reading.persona.life.timeline))
    return {number: year for number, year in years if year is not None}


def _implied_births(reading: Reading) -> dict[int, int]:
    """Return the year of birth that each event with year and age implies, by its place."""
    timeline = reading.persona.life.timeline
    return {
        number: year - age
        for number, year in _years(reading).items()
        if (age := timeline[number].age) is not None
    }


def _birth(reading: Reading) -> tuple[int, int] | None:
    """Return the place and the year of the birth, where the past tells of it."""
    for number, year in _years(reading).items():
        event = reading.persona.life.timeline[number]
        if event.age == 0 or (event.age is None and event.what.casefold().startswith("born ")):
            return number, year
    return None


def _dated(event: LifeEvent) -> str:
    return f"“{event.when}, aged {event.age}”"
