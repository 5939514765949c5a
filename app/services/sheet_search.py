"""Finding characters by what their sheets say, and where in the sheet it is said.

A sheet is folded once and kept for as long as its version is in force: a step of a search among
thousands looks through texts and reads no persona. Knows no store: whoever asks has the records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId, PersonaVersionId
from app.tasks import Lane
from personas.persona import Persona
from personas.review.reading import Passage, Reading

MOST_HITS = 40
"""More than anybody leafs through; another word narrows them down."""

_BEFORE = 28
_AFTER = 90
_GAP = "\n"


@dataclass(frozen=True, slots=True)
class SheetHit:
    """One character whose sheet holds all the words. A value, any thread.

    `path` is the dotted place of the passage that holds most of them, `title` its name, and
    `snippet` the words there with a few around them.
    """

    persona_id: PersonaId
    path: str
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class SheetHits:
    """The first of the characters found, and how many there are in all. A value."""

    hits: tuple[SheetHit, ...] = ()
    count: int = 0


NOTHING_FOUND = SheetHits()


@dataclass(frozen=True, slots=True)
class _Folded:
    version: PersonaVersionId
    text: str


class SheetSearch:
    """Looks through sheets. GUI thread asks; the work and what it keeps are the lane's."""

    def __init__(self, lane: Lane) -> None:
        """Take a lane of one thread; nothing is read yet."""
        self._lane = lane
        self._newest = 0
        self._known: Mapping[PersonaId, _Folded] = {}

    def find(self, records: Sequence[PersonaRecord], words: str) -> Future[SheetHits]:
        """Return whose sheet holds all the words, in the order given; whatever their case.

        A question that a newer one has overtaken finds nothing.
        """
        self._newest += 1
        asked, wanted = self._newest, words.casefold().split()

        def work() -> SheetHits:
            if not wanted:
                return NOTHING_FOUND
            known = dict(self._known)
            found: list[PersonaRecord] = []
            for record in records:
                if asked != self._newest:
                    break
                folded = known.get(record.id)
                if folded is None or folded.version != record.version_id:
                    folded = known[record.id] = _fold(record)
                if all(word in folded.text for word in wanted):
                    found.append(record)
            self._known = known
            if asked != self._newest:
                return NOTHING_FOUND
            hits = tuple(_hit(record, wanted) for record in found[:MOST_HITS])
            return SheetHits(hits, len(found))

        return self._lane.submit(work)


def _passages(persona: Persona) -> tuple[Passage, ...]:
    tags = Passage("tags", "Tags", ", ".join(persona.tags))
    return (*Reading(persona).passages, *((tags,) if persona.tags else ()))


def _fold(record: PersonaRecord) -> _Folded:
    texts = (passage.text.casefold() for passage in _passages(record.persona))
    # A broken sheet has nothing to be found in: its stand-in is ours.
    return _Folded(record.version_id, "" if record.problem else _GAP.join(texts))


def _hit(record: PersonaRecord, wanted: Sequence[str]) -> SheetHit:
    """Return the passage with most of the words, the first of those that are equal."""
    passages = [(passage, passage.text.casefold()) for passage in _passages(record.persona)]
    best, folded = max(passages, key=lambda one: sum(word in one[1] for word in wanted))
    place = min(folded.find(word) for word in wanted if word in folded)
    return SheetHit(record.id, best.path, best.title, _snippet(best.text, place))


def _snippet(text: str, place: int) -> str:
    """Return the words around a place, on one line; folding may have moved it by a little."""
    start = text.rfind(" ", 0, max(0, place - _BEFORE)) + 1 if place > _BEFORE else 0
    end = text.find(" ", place + _AFTER)
    piece = " ".join(text[start : end if end >= 0 else None].split())
    return f"{'…' if start else ''}{piece}{'…' if end >= 0 else ''}"
