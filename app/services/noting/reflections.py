"""What several notes mean together, by counting (after Generative Agents).

When the importance of what is new has grown enough, the three things most spoken of are asked
about, and at most five insights are drawn. Each rests on notes of several days and cites them;
nothing is guessed. The same notes give the same insights, in whatever pieces they were read.
Pure; knows no store.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from app.domain.days import day_in_words
from app.domain.ids import MemoryId
from app.domain.memory import About, Memory, NoteKind, Provenance
from app.services.noting.vocabulary import KIN, PETS
from app.services.stems import stems

THRESHOLD = 60.0
"""Importance that must be new, on notes' scale: a dozen that matter. The paper has 150 for an
agent that notes whatever it sees; a conversation notes a few things a day."""

MOST_NOTES = 100
MOST_SUBJECTS = 3
MOST_INSIGHTS = 5
_WHOSE = "'s "
_FEWEST_MENTIONS = 3
_FEWEST_DAYS = 2
_MOST_CITED = 12

_CLOSE = re.compile(rf"(?:{KIN}|{PETS})", re.IGNORECASE)
_COUNTED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LEANINGS = {
    "likes": "like",
    "dislikes": "dislike",
    "is afraid of": "be afraid of",
    "prefers": "prefer",
    "wants": "want",
    "plans to": "be set on",
    "believes in": "believe in",
}
_TURNS = {
    "lives in": "where they live",
    "works as": "what they work as",
    "works at": "where they work",
    "status": "whom they are with",
}


@dataclass(frozen=True, slots=True)
class Insight:
    """A sentence and the notes it rests on, oldest first. A value.

    `topic` is the same for an insight and the later one that takes its place, `replaces`.
    """

    id: MemoryId
    topic: str
    text: str
    evidence: tuple[Memory, ...]
    keywords: tuple[str, ...]
    replaces: MemoryId | None = None

    @property
    def importance(self) -> float:
        """One more than the weightiest of what it rests on."""
        return min(10.0, max(note.importance for note in self.evidence) + 1.0)


def insights_of(notes: Sequence[Memory], names: dict[Provenance, str]) -> list[Insight]:
    """Return all insights that notes gave as they came; they are in order, oldest first.

    `names` are those of the user and the character. Claims and what is kept out of recall
    teach nothing.
    """
    usable = [note for note in notes if _teaches(note, names)]
    latest: dict[str, Insight] = {}
    every: list[Insight] = []
    gathered = 0.0
    for place, note in enumerate(usable, 1):
        gathered += note.importance
        if gathered < THRESHOLD:
            continue
        gathered = 0.0
        for insight in _draw(usable[max(0, place - MOST_NOTES) : place], names):
            before = latest.get(insight.topic)
            if before is not None and before.id == insight.id:
                continue
            replacing = None if before is None else before.id
            latest[insight.topic] = insight
            every.append(_replacing(insight, replacing))
    return every


def missing_importance(notes: Sequence[Memory], names: dict[Provenance, str]) -> float:
    """Return how much more importance it takes until there is something to reflect on."""
    gathered = 0.0
    for note in notes:
        if _teaches(note, names):
            gathered = gathered + note.importance
            gathered = 0.0 if gathered >= THRESHOLD else gathered
    return THRESHOLD - gathered


def _teaches(note: Memory, names: dict[Provenance, str]) -> bool:
    is_claim = note.provenance is Provenance.USER and note.about is About.CHARACTER
    return note.provenance in names and not note.quarantine and not is_claim


def _draw(notes: Sequence[Memory], names: dict[Provenance, str]) -> list[Insight]:
    """Ask what the leanings, the turns and the subjects of these notes are."""
    drawn = [
        *_leanings(notes, names),
        *_turns(notes, names),
        *_promises(notes, names),
        *_subjects(notes, names),
    ]
    return drawn[:MOST_INSIGHTS]


def _leanings(notes: Sequence[Memory], names: dict[Provenance, str]) -> Iterable[Insight]:
    """Yield what somebody said more than once of liking, fearing or wanting."""
    groups = _grouped(
        notes,
        lambda note: [
            (names[note.provenance], triple.relation, " ".join(stems(triple.object)))
            for triple in note.triples
            if triple.relation in _LEANINGS and triple.subject == names[note.provenance]
        ],
    )
    for (name, relation, stem), said in groups:
        if len(_days(said)) >= _FEWEST_DAYS and stem:
            thing = next(one.object for one in said[-1].triples if one.relation == relation)
            text = f"{name} seems to {_LEANINGS[relation]} {thing}: said so on {_on_days(said)}."
            yield _insight(f"leaning {name} {relation} {stem}", text, said, thing)


def _turns(notes: Sequence[Memory], names: dict[Provenance, str]) -> Iterable[Insight]:
    """Yield what has changed more than once in somebody's life."""
    groups = _grouped(
        notes,
        lambda note: [
            (names[note.provenance], triple.relation)
            for triple in note.triples
            if triple.relation in _TURNS and triple.subject == names[note.provenance]
        ],
    )
    for (name, relation), said in groups:
        things = list(
            dict.fromkeys(
                one.object for note in said for one in note.triples if one.relation == relation
            )
        )
        if len(things) >= _FEWEST_MENTIONS:
            listed = f"{', '.join(things[:-1])} and {things[-1]}"
            text = f"{name} has changed {_TURNS[relation]} more than once: {listed}, in that order."
            yield _insight(f"turn {name} {relation}", text, said, *things[-2:])


def _promises(notes: Sequence[Memory], names: dict[Provenance, str]) -> Iterable[Insight]:
    groups = _grouped(
        notes,
        lambda note: [(names[note.provenance],)] if note.note_kind is NoteKind.PROMISE else [],
    )
    for (name,), said in groups:
        if len(said) >= _FEWEST_MENTIONS and len(_days(said)) >= _FEWEST_DAYS:
            other = next(one for one in names.values() if one != name)
            text = f"{name} has made {other} {_count(len(said))} promises on {_on_days(said)}."
            yield _insight(f"promises {name}", text, said, "promise")


def _subjects(notes: Sequence[Memory], names: dict[Provenance, str]) -> Iterable[Insight]:
    """Yield what somebody speaks of most, on several days."""
    groups = _grouped(
        notes,
        lambda note: [(names[note.provenance], stem) for stem in _subject_stems(note)],
    )
    often = [
        (key, said)
        for key, said in groups
        if len(said) >= _FEWEST_MENTIONS and len(_days(said)) >= _FEWEST_DAYS
    ]
    often.sort(key=lambda group: -len(group[1]))
    for (name, stem), said in often[:MOST_SUBJECTS]:
        word = next(one for one in said[-1].keywords if stems(one)[:1] == (stem,))
        thing = f"their {word}" if _CLOSE.fullmatch(word) else word
        text = (
            f"{name} often comes back to {thing}: {_count(len(said))} times on "
            f"{_on_days(said)}, last on {day_in_words(said[-1].happened_at)}."
        )
        yield _insight(f"subject {name} {stem}", text, said, word)


def _subject_stems(note: Memory) -> list[str]:
    """Return what a note is about: its keywords that are things in its relations."""
    told = [f"{one.subject.partition(_WHOSE)[2]} {one.object}" for one in note.triples]
    things = {stem for one in told for stem in stems(one)}
    return [stem for word in note.keywords for stem in stems(word)[:1] if stem in things]


_Key = tuple[str, ...]


def _grouped(
    notes: Sequence[Memory], keys_of: Callable[[Memory], Iterable[_Key]]
) -> list[tuple[_Key, list[Memory]]]:
    """Return notes by key, each note once under a key, in the order of their first."""
    groups: defaultdict[_Key, list[Memory]] = defaultdict(list)
    for note in notes:
        for key in dict.fromkeys(keys_of(note)):
            groups[key].append(note)
    return list(groups.items())


def _insight(topic: str, text: str, said: Sequence[Memory], *words: str) -> Insight:
    cited = tuple(said[-_MOST_CITED:])
    told = "\0".join((topic, text, *(note.id for note in cited)))
    keywords = tuple(dict.fromkeys(word.casefold() for word in words))
    return Insight(
        MemoryId(blake2b(told.encode(), digest_size=16).hexdigest()), topic, text, cited, keywords
    )


def _replacing(insight: Insight, before: MemoryId | None) -> Insight:
    return Insight(
        insight.id, insight.topic, insight.text, insight.evidence, insight.keywords, before
    )


def _days(notes: Iterable[Memory]) -> set[date]:
    return {note.happened_at.astimezone().date() for note in notes}


def _on_days(notes: Sequence[Memory]) -> str:
    count = len(_days(notes))
    return f"{_count(count)} day{'' if count == 1 else 's'}"


def _count(number: int) -> str:
    return _COUNTED[number] if number < len(_COUNTED) else str(number)
