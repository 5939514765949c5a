"""The people of a draft through time: who there is, what changed, how each stood at a moment.

Reads the draft as it is written, so that a line that does not hold yet hides nobody. Pure
values; knows no picture and no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from pydantic import ValidationError

from personas.life_context import LifeEvent, Relationship, RelationshipChange
from personas.relationship_wording import MEASURES
from personas.review.language import year_of

_NOBODY = "Somebody"


@dataclass(frozen=True, slots=True)
class Moment:
    """One event between the character and somebody, in the order of a life; a value."""

    person: int
    change: int
    when: str
    what: str


@dataclass(frozen=True, slots=True)
class Life:
    """The people of a draft and the moments at which something changed; a value."""

    people: tuple[Relationship, ...] = ()
    moments: tuple[Moment, ...] = ()

    def standing(self, moment: int) -> tuple[Relationship | None, ...]:
        """Return each person with the numbers as they were after a moment.

        `len(moments)` is today. None stands for somebody of whom nothing is told before then.
        """
        return tuple(self._stood(number, moment) for number in range(len(self.people)))

    def _stood(self, number: int, moment: int) -> Relationship | None:
        person = self.people[number]
        is_today = moment >= len(self.moments)
        if not person.changes:
            return person
        so_far = [
            person.changes[one.change] for one in self.moments[: moment + 1] if one.person == number
        ]
        if not so_far and not is_today:
            return None
        numbers: dict[str, int | None] = {}
        for name in MEASURES:
            today: int | None = getattr(person, name)
            said = [value for one in so_far if (value := getattr(one, name)) is not None]
            ever = any(getattr(change, name) is not None for change in person.changes)
            if (is_today and today is not None) or not ever:
                numbers[name] = today
            else:
                numbers[name] = said[-1] if said else None
        return person.model_copy(update=numbers)


def read_life(draft: dict[str, Any]) -> Life:
    """Return the people of a draft, and what changed among them in order."""
    life = _mapping(draft.get("life"))
    people = tuple(_person(_mapping(one)) for one in _items(life.get("relationships")))
    events = [event for one in _items(life.get("timeline")) if (event := _event(one))]
    return Life(people, _moments(people, events))


def _moments(people: Sequence[Relationship], events: Sequence[LifeEvent]) -> tuple[Moment, ...]:
    born = _birth_year(events)
    keyed: list[tuple[float, int, int]] = []
    for number, person in enumerate(people):
        # What has no date happened when the change before it did.
        last = -1.0
        for place, change in enumerate(person.changes):
            age = _age_at(change, events, born)
            last = last if age is None else float(age)
            keyed.append((last, number, place))
    return tuple(
        Moment(number, place, _when(people[number].changes[place]), what)
        for _, number, place in sorted(keyed)
        for what in (people[number].changes[place].what,)
    )


def _age_at(
    change: RelationshipChange, events: Sequence[LifeEvent], born: int | None
) -> int | None:
    """Return the age at a change: its own, its year's, or that of the event that it names."""
    if change.age is not None:
        return change.age
    named = change.when.casefold()
    for event in events:
        if named and named in {event.when.casefold(), event.what.casefold()}:
            if event.age is not None:
                return event.age
            return _age_in(year_of(event.when), born)
    return _age_in(year_of(change.when), born)


def _age_in(year: int | None, born: int | None) -> int | None:
    return None if year is None else year - (born or 0)


def _birth_year(events: Sequence[LifeEvent]) -> int | None:
    for event in events:
        year = year_of(event.when)
        if year is not None and event.age is not None:
            return year - event.age
    return None


def _when(change: RelationshipChange) -> str:
    age = f"at {change.age}" if change.age is not None else ""
    return ", ".join(part for part in (change.when, age) if part)


def _person(raw: dict[str, Any]) -> Relationship:
    try:
        return Relationship.model_validate(raw)
    except ValidationError:
        name, relation = raw.get("name"), raw.get("relation")
        return Relationship(
            name=name if isinstance(name, str) and name.strip() else _NOBODY,
            relation=relation if isinstance(relation, str) else "",
        )


def _event(raw: object) -> LifeEvent | None:
    try:
        return LifeEvent.model_validate(raw)
    except ValidationError:
        return None


def _mapping(raw: object) -> dict[str, Any]:
    return cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}


def _items(raw: object) -> list[Any]:
    return list(cast("Sequence[Any]", raw)) if isinstance(raw, list | tuple) else []
