"""How two people stand to each other, in words: by band, both ways, today and at the time.

Familiarity has six bands from 0 to 10, affection seven from -10 to 10 (the scales of HPD);
the wording is ours. Knows whom it speaks of only as parties: "you" and "she" on the sheet, a
name and "she" on a screen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from personas.life_context import Relationship, RelationshipChange
from personas.pronouns import HE, SHE, THEY, Pronouns


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two as a sentence calls them; a value, any thread.

    `takes_plural` is about the verb: you know, they know, she knows. `with_the_other` is what
    the two are together.
    """

    subject: str
    object: str
    takes_plural: bool = False
    with_the_other: str = "they"

    @classmethod
    def called(cls, pronouns: Pronouns) -> Party:
        """Return somebody who is spoken of by pronouns."""
        return cls(pronouns.subject, pronouns.object, pronouns.is_plural)

    @classmethod
    def named(cls, name: str) -> Party:
        """Return somebody who is spoken of by name."""
        return cls(name, name)


YOU = Party("you", "you", takes_plural=True, with_the_other="you")
"""Whoever reads the sheet."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A verb and its object in four forms, `{}` for the object."""

    plural: str
    singular: str
    past: str
    past_singular: str = ""

    def said(self, subject: Party, whom: Party, *, is_past: bool) -> str:
        if is_past:
            singular = self.past_singular or self.past
            form = self.past if subject.takes_plural else singular
        else:
            form = self.plural if subject.takes_plural else self.singular
        return form.replace("{}", whom.object)


FAMILIARITY_EDGES = (1, 3, 5, 7, 9)
FAMILIARITY_WORDING = (
    _Phrase("do not know {}", "does not know {}", "did not know {}"),
    _Phrase("hardly know {}", "hardly knows {}", "hardly knew {}"),
    _Phrase("know {} a little", "knows {} a little", "knew {} a little"),
    _Phrase("know {} fairly well", "knows {} fairly well", "knew {} fairly well"),
    _Phrase("know {} well", "knows {} well", "knew {} well"),
    _Phrase(
        "know {} through and through", "knows {} through and through", "knew {} through and through"
    ),
)
AFFECTION_EDGES = (-7, -3, 0, 1, 4, 8)
AFFECTION_WORDING = (
    _Phrase("hate {}", "hates {}", "hated {}"),
    _Phrase("cannot bear {}", "cannot bear {}", "could not bear {}"),
    _Phrase("do not much like {}", "does not much like {}", "did not much like {}"),
    _Phrase("feel nothing much for {}", "feels nothing much for {}", "felt nothing much for {}"),
    _Phrase("rather like {}", "rather likes {}", "rather liked {}"),
    _Phrase("are fond of {}", "is fond of {}", "were fond of {}", "was fond of {}"),
    _Phrase("love {} dearly", "loves {} dearly", "loved {} dearly"),
)

MEASURES = ("familiarity", "affection", "their_familiarity", "their_affection")
"""The four numbers between two people, as both a relationship and a change name them."""

_WORD = re.compile(r"[\w'\u2019-]+")
_KIN = r"(?:(?:step-?|half-|god|grand|great-|ex-)*)"
_FEMALE = re.compile(
    rf"{_KIN}(?:sister|mother|mum|mom|mama?|granny|grandma|gran|daughter|wife|widow|aunt|auntie"
    r"|niece|girlfriend|fiancée|bride|mistress)|nun|landlady|seamstress|actress|waitress"
    r"|\w*woman|girl|lady|goddess|queen|princess|mrs|ms|miss|madam"
)
_MALE = re.compile(
    rf"{_KIN}(?:brother|father|dad|papa|grandpa|grandad|son|husband|widower|uncle|nephew"
    r"|boyfriend|fiancé|groom)|monk|landlord|\w*(?<!hu)(?<!ger)(?<!ro)(?<!nor)(?<!sha)man|boy"
    r"|god|king|prince|lord|mr|sir"
)
_BY_SUBJECT = {"she": SHE, "he": HE}


def bond_sentence(person: Relationship, subject: Party, other: Party) -> str:
    """Return how the two stand today, both ways; empty where no number says."""
    return _sentence("", person, subject, other, is_past=False)


def bond_sentence_then(person: Relationship, subject: Party, other: Party) -> str:
    """Return the same of a time that is over: “You knew her well.”, or nothing."""
    return _sentence("", person, subject, other, is_past=True)


def bond_sentence_afterwards(change: RelationshipChange, subject: Party, other: Party) -> str:
    """Return how the two stood after an event; empty where no number says."""
    return _sentence("After that ", change, subject, other, is_past=True)


def news_of(person: Relationship) -> tuple[RelationshipChange, ...]:
    """Return the changes, each with the numbers alone that say something new in words.

    What stood in the same band before says nothing, nor does what the last change left and
    today repeats.
    """
    before: dict[str, int | None] = {}
    told: list[RelationshipChange] = []
    for number, change in enumerate(person.changes):
        news: dict[str, int | None] = {}
        for name in MEASURES:
            value: int | None = getattr(change, name)
            is_last = all(getattr(later, name) is None for later in person.changes[number + 1 :])
            today = getattr(person, name) if is_last else None
            is_new = value is not None and all(
                _band(name, value) != _band(name, other) for other in (before.get(name), today)
            )
            news[name] = value if is_new else None
            before[name] = before.get(name) if value is None else value
        told.append(change.model_copy(update=news))
    return tuple(told)


def pronouns_of(person: Relationship, own: Pronouns) -> Pronouns:
    """Return how to speak of somebody, from the words about them.

    A word of the relation decides (sister), or the title in the name (Mr), else a he or she in
    the note that cannot mean the character, whose `own` pronouns differ. What cannot be told is
    "they".
    """
    title, *rest = _WORD.findall(person.name.casefold()) or [""]
    words = [*_WORD.findall(person.relation.casefold()), *([title] if rest else [])]
    for word in words:
        found = _gendered(word)
        if found is not None:
            return found
    said = {word for word in _WORD.findall(person.note.casefold()) if word in _BY_SUBJECT}
    said.discard(own.subject)
    return _BY_SUBJECT[said.pop()] if len(said) == 1 else THEY


def _gendered(word: str) -> Pronouns | None:
    if _FEMALE.fullmatch(word):
        return SHE
    return HE if _MALE.fullmatch(word) else None


def _band(name: str, value: int | None) -> int | None:
    """Return the place of a number's phrase in its wording, None where nothing was said."""
    if value is None:
        return None
    return bisect_right(FAMILIARITY_EDGES if "familiarity" in name else AFFECTION_EDGES, value)


def _sentence(
    opening: str,
    said: Relationship | RelationshipChange,
    subject: Party,
    other: Party,
    *,
    is_past: bool,
) -> str:
    way = _phrases(said.familiarity, said.affection)
    way_back = _phrases(said.their_familiarity, said.their_affection)
    if way and way == way_back:
        both = Party(subject.with_the_other, "", takes_plural=True)
        ways = [_way(way, both, Party("", "each other"), is_past=is_past)]
    else:
        ways = [
            _way(phrases, one, whom, is_past=is_past)
            for phrases, one, whom in ((way, subject, other), (way_back, other, subject))
            if phrases
        ]
    sentence = "; ".join(ways)
    if not sentence:
        return ""
    return f"{opening}{sentence}." if opening else f"{sentence[0].upper()}{sentence[1:]}."


def _phrases(familiarity: int | None, affection: int | None) -> list[_Phrase]:
    known, felt = _band("familiarity", familiarity), _band("affection", affection)
    return [
        *([] if known is None else [FAMILIARITY_WORDING[known]]),
        *([] if felt is None else [AFFECTION_WORDING[felt]]),
    ]


def _way(phrases: list[_Phrase], subject: Party, whom: Party, *, is_past: bool) -> str:
    """Return one direction without a stop: “you know her well and are fond of her”."""
    said = " and ".join(phrase.said(subject, whom, is_past=is_past) for phrase in phrases)
    return f"{subject.subject} {said}"
