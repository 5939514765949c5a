"""What a note does to older notes: replaces them, repeats them, speaks of the same.

Which of two notes is newer is a matter of when they were said, not of when they were read, so
that a story that is read again gives the same. Pure; knows no store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.ids import MemoryId
from app.domain.memory import Enrichment, Memory, Triple
from app.services.stems import stems

SAME_COSINE = 0.92
"""Above it two notes say the same (MiniLM, sentences of one kind)."""

RELATED_COSINE = 0.5
_WHOSE = "'s "
MOST_RELATED = 3
MOST_SUPERSEDED = 16
_MOST_KEYWORDS = 3

OVER = "no longer "
"""Before a relation: it holds no more of the object, or of anything."""

ANYTHING = "anything"

_FUNCTIONAL = frozenset(
    (
        *("lives in", "works as", "works at", "is called", "is aged", "status", "birthday is"),
        *("nickname is", "job is", "occupation is", "profession is", "religion is", "house is"),
        *("car is", "boss is", "dream job is", "major is", "goal is"),
    )
)
"""Relations that hold of one thing at a time: what is said later replaces what was said."""

_OPPOSITES = {
    "likes": frozenset({"dislikes", "is afraid of"}),
    "dislikes": frozenset({"likes", "prefers"}),
    "is afraid of": frozenset({"likes"}),
    "loves": frozenset({"hate you", "can not stand you", "do not trust you"}),
    "hate you": frozenset({"loves", "trust you", "forgive you", "miss you"}),
    "trust you": frozenset({"do not trust you"}),
    "do not trust you": frozenset({"trust you"}),
    "forgive you": frozenset({"will never forgive you", "hate you"}),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A note that may have to do with a new one. A value."""

    memory: Memory
    similarity: float


@dataclass(frozen=True, slots=True)
class Ties:
    """What a new note has to do with others. A value."""

    supersedes: tuple[MemoryId, ...] = ()
    superseded_by: tuple[MemoryId, ...] = ()
    related: tuple[MemoryId, ...] = ()
    enriches: tuple[Enrichment, ...] = ()


def ties_of(note: Memory, candidates: Iterable[Candidate]) -> Ties:
    """Return what a new note replaces, is replaced by, and speaks of too.

    Notes of the same message do nothing to each other, and what is kept out of recall nothing
    at all. Only what has the same provenance is replaced: nobody's words undo another's.
    """
    if note.quarantine:
        return Ties()
    older: list[MemoryId] = []
    newer: list[MemoryId] = []
    near: list[Candidate] = []
    for one in candidates:
        other = one.memory
        if other.quarantine or _share_a_message(note, other):
            continue
        is_older = other.happened_at <= note.happened_at
        first, second = (other, note) if is_older else (note, other)
        is_said_again = one.similarity >= SAME_COSINE and _can_repeat(first, second)
        if first.provenance is second.provenance and (is_said_again or replaces(second, first)):
            (older if is_older else newer).append(other.id)
        elif is_older and one.similarity >= RELATED_COSINE:
            near.append(one)
    near.sort(key=lambda one: -one.similarity)
    related = near[:MOST_RELATED]
    return Ties(
        supersedes=tuple(older[:MOST_SUPERSEDED]),
        superseded_by=tuple(newer[:MOST_SUPERSEDED]),
        related=tuple(one.memory.id for one in related),
        enriches=tuple(_enrichments(note, related)),
    )


def replaces(newer: Memory, older: Memory) -> bool:
    """Whether what is said later makes what was said before a thing of the past, or says it again.

    "Ana moved to Lyon" replaces "Ana lives in Paris"; "Ana has a dog" does not replace a cat.
    """
    return any(_replaced(new, old) for new in newer.triples for old in older.triples)


def _replaced(new: Triple, old: Triple) -> bool:
    if new.subject.casefold() != old.subject.casefold():
        return False
    if new.relation == old.relation:
        return new.object.casefold() == old.object.casefold() or _is_one_at_a_time(new, old)
    if new.relation == OVER + old.relation and new.object == ANYTHING:
        return True
    is_turned = old.relation in _OPPOSITES.get(new.relation, frozenset())
    is_over = new.relation == OVER + old.relation or old.relation == OVER + new.relation
    return (is_turned or is_over) and _same_thing(new.object, old.object)


def _is_one_at_a_time(new: Triple, old: Triple) -> bool:
    """Whether a relation that both state holds of one thing only."""
    if new.relation == "is called" and _WHOSE in new.subject:
        return False  # Somebody may have two sisters.
    if new.relation in {"lives in", "works at"}:
        # "In a small town" says more of Lyon and does not replace it.
        return _names_something(new.object) and _names_something(old.object)
    return new.relation in _FUNCTIONAL or new.relation.startswith("favourite ")


def _same_thing(one: str, other: str) -> bool:
    """Whether one thing is the other, or a part of its words: "dogs" and "big dogs"."""
    first, second = set(stems(one)), set(stems(other))
    return bool(first and second) and (first <= second or second <= first)


def _names_something(thing: str) -> bool:
    return any(word[:1].isupper() for word in thing.split())


def _can_repeat(first: Memory, second: Memory) -> bool:
    """Whether nearness alone makes two notes the same: of one kind, with the same numbers."""
    return (
        first.note_kind is second.note_kind
        and first.about is second.about
        and first.speaks_of == second.speaks_of
        and _denies(first.text) == _denies(second.text)
        and _numbers(first.text) == _numbers(second.text)
        and not _differ(first, second)
    )


def _differ(first: Memory, second: Memory) -> bool:
    """Whether both state something, and not the same: who plays the cello may not own one."""
    return bool(first.triples and second.triples) and not any(
        one.relation == other.relation and _same_thing(one.object, other.object)
        for one in first.triples
        for other in second.triples
    )


def _denies(text: str) -> bool:
    return bool({"not", "no", "never", "longer"} & set(text.casefold().split()))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(word for word in text.split() if word.strip(".,").isdigit())


def _share_a_message(one: Memory, other: Memory) -> bool:
    messages = {source.message_id for source in one.sources}
    return any(source.message_id in messages for source in other.sources)


def _enrichments(note: Memory, related: Sequence[Candidate]) -> Iterable[Enrichment]:
    """Yield the new keywords that a note gives to those it speaks of too."""
    for one in related:
        words = tuple(word for word in note.keywords if word not in one.memory.keywords)
        if words:
            yield Enrichment(one.memory.id, words[:_MOST_KEYWORDS])
