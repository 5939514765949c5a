"""Rules about the people in a life: what is felt for whom, since when, and by which event.

All of it is arithmetic on ages, years and the two scales; a name is only ever compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from personas.life_context import Relationship, RelationshipChange
from personas.relationship_wording import MEASURES
from personas.review.ages_and_dates import birth_year
from personas.review.finding import Remark, Severity, quoted
from personas.review.language import contains_phrase, normalised, only_number, words, year_of
from personas.review.reading import Reading

_CALLED = (
    "the familiarity",
    "the affection",
    "the familiarity in return",
    "the affection in return",
)
_BEGINNING = re.compile(
    r"\b(?:met|meets|got to know|gets to know|was born|is born|birth of)\b", re.IGNORECASE
)
# "The landlord" and "Mrs Doyle" are not met wherever somebody is called "the" or "Mrs".
_BEFORE_A_NAME = frozenset(
    words(
        "the a an my our old young little big dear mr mrs ms miss madam dr sir lord lady father "
        "mother brother sister aunt auntie uncle cousin grandma grandpa granny captain professor"
    )
)


def themself_among_the_people(reading: Reading) -> Iterator[Remark]:
    """The character among the people in their own life."""
    own = {normalised(name) for name in (reading.persona.name, reading.persona.nickname) if name}
    for path, person in _people(reading):
        if normalised(person.name) in own:
            yield Remark(
                Severity.WARN,
                f"{quoted(person.name)} is the character, and also one of the people around.",
                (f"{path}.name", "name"),
                "Take the entry out, or tell the two apart by their names.",
            )


def feeling_for_a_stranger(reading: Reading) -> Iterator[Remark]:
    """Somebody who is felt for and not known at all, or who feels and does not know."""
    for path, person in _people(reading):
        ways = (
            ("", person.familiarity, person.affection, "The character does not know", "felt"),
            (
                "their_",
                person.their_familiarity,
                person.their_affection,
                "The character is not known by",
                "felt in return",
            ),
        )
        for way, familiarity, affection, stranger, felt in ways:
            if familiarity == 0 and affection:
                yield Remark(
                    Severity.NOTE,
                    f"{stranger} {quoted(person.name)} (familiarity 0), but {affection:+d} "
                    f"is {felt}.",
                    (f"{path}.{way}familiarity", f"{path}.{way}affection"),
                    "Raise the familiarity, or say in the note how one feels for a stranger.",
                )


def bond_before_birth(reading: Reading) -> Iterator[Remark]:
    """Something between two people that is dated before the character was born."""
    born = birth_year(reading)
    for path, change in _changes(reading):
        year = year_of(change.when)
        if born is not None and year is not None and year < born:
            yield Remark(
                Severity.BAD,
                f"{_told(change)} is dated {year}, before the birth in {born}.",
                (f"{path}.when", "life.timeline"),
                "Correct the year, or tell what was before in the note.",
            )


def bond_after_age(reading: Reading) -> Iterator[Remark]:
    """Something between two people at an age that the character has not reached."""
    age = only_number(reading.persona.social.age)
    for path, change in _changes(reading):
        if age is not None and change.age is not None and change.age > age:
            yield Remark(
                Severity.BAD,
                f"{_told(change)} happened at the age of {change.age}, but the character is {age}.",
                (f"{path}.age", "social.age"),
                "Correct one of the two ages.",
            )


def bond_before_meeting(reading: Reading) -> Iterator[Remark]:
    """Something between two people before the past has them meet, or has one of them born."""
    for path, person in _people(reading):
        met = _meeting(reading, person)
        if met is None:
            continue
        event_number, beginning = met
        for number, change in enumerate(person.changes):
            moment = _age_at(reading, change.when, change.age)
            if moment is not None and moment < beginning:
                event = reading.persona.life.timeline[event_number]
                yield Remark(
                    Severity.WARN,
                    f"{_told(change)} comes before {quoted(event.what)} in the past.",
                    (f"{path}.changes.{number}.when", f"life.timeline.{event_number}.when"),
                    "Correct one of the two dates.",
                )


def bonds_out_of_order(reading: Reading) -> Iterator[Remark]:
    """A later change of one bond that stands above an earlier one."""
    for path, person in _people(reading):
        previous: tuple[int, int] | None = None
        for number, change in enumerate(person.changes):
            moment = _age_at(reading, change.when, change.age)
            if moment is None:
                continue
            if previous is not None and moment < previous[1]:
                yield Remark(
                    Severity.WARN,
                    f"{_told(change)} stands after "
                    f"{_told(person.changes[previous[0]])}, but came before it.",
                    (f"{path}.changes.{number}.when", f"{path}.changes.{previous[0]}.when"),
                    "Put the changes in the order in which they happened.",
                )
            previous = number, moment


def change_without_event(reading: Reading) -> Iterator[Remark]:
    """Numbers that changed and nothing that changed them."""
    for path, change in _changes(reading):
        if not change.what.strip() and any(getattr(change, name) is not None for name in MEASURES):
            moment = change.when or ("" if change.age is None else f"age {change.age}")
            at = f" at {quoted(moment)}" if moment else ""
            yield Remark(
                Severity.WARN,
                f"Something changed between them{at}, but nothing says what happened.",
                (f"{path}.what",),
                "Say in a sentence what changed it, or take the change out.",
            )


def last_change_against_today(reading: Reading) -> Iterator[Remark]:
    """A number of today that is not the one that the last change left behind."""
    for path, person in _people(reading):
        for name, title in zip(MEASURES, _CALLED, strict=True):
            today = getattr(person, name)
            left = [
                (number, value)
                for number, change in enumerate(person.changes)
                if (value := getattr(change, name)) is not None
            ]
            if today is not None and left and left[-1][1] != today:
                number, value = left[-1]
                yield Remark(
                    Severity.WARN,
                    f"{quoted(person.name)}: after the last change {title} is {value}, "
                    f"today it is {today}.",
                    (f"{path}.{name}", f"{path}.changes.{number}.{name}"),
                    "Make the two agree, or add what happened since.",
                )


def _people(reading: Reading) -> Iterator[tuple[str, Relationship]]:
    for number, person in enumerate(reading.persona.life.relationships):
        yield f"life.relationships.{number}", person


def _changes(reading: Reading) -> Iterator[tuple[str, RelationshipChange]]:
    for path, person in _people(reading):
        for number, change in enumerate(person.changes):
            yield f"{path}.changes.{number}", change


def _told(change: RelationshipChange) -> str:
    return quoted(change.what or change.when or "a change")


def _age_at(reading: Reading, when: str, age: int | None) -> int | None:
    """Return the age at a moment, from the year where no age is said."""
    if age is not None:
        return age
    year, born = year_of(when), birth_year(reading)
    return None if year is None or born is None else year - born


def _meeting(reading: Reading, person: Relationship) -> tuple[int, int] | None:
    """Return place and age of the event in which the past has somebody enter the life."""
    first = next((word for word in words(person.name) if word not in _BEFORE_A_NAME), "")
    for number, event in enumerate(reading.persona.life.timeline):
        if not first or not contains_phrase(event.what, first):
            continue
        if _BEGINNING.search(event.what):
            moment = _age_at(reading, event.when, event.age)
            return None if moment is None else (number, moment)
    return None
