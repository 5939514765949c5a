"""What a model answered when it was asked for notes: read leniently, believed in nothing.

An answer that broke off gives the notes that were whole by then. Pure; knows no memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain.memory import NoteKind
from app.prompting.noting import MOST_NOTES

_DECODER = json.JSONDecoder()


class WrittenFact(BaseModel):
    """A relation as the model wrote it. A value; any thread."""

    model_config = ConfigDict(frozen=True)

    who: str
    relation: str
    what: str


class WrittenNote(BaseModel):
    """A note as the model wrote it. A value; any thread."""

    model_config = ConfigDict(frozen=True)

    line: int
    note: str
    kind: NoteKind
    about: str
    importance: int = Field(ge=1, le=10)
    date: str = ""
    keywords: tuple[str, ...] = ()
    facts: tuple[WrittenFact, ...] = ()
    over: tuple[WrittenFact, ...] = ()


def read_notes(answer: str) -> list[WrittenNote] | None:
    """Return the notes of an answer in order; None for what is no answer at all."""
    head, mark, rest = answer.partition("[")
    if not mark or '"notes"' not in head:
        return None
    notes: list[WrittenNote] = []
    for value in _values(rest):
        try:
            notes.append(WrittenNote.model_validate(value))
        except ValidationError:
            continue
    return notes[:MOST_NOTES]


def _values(text: str) -> Iterator[object]:
    """Yield the values of a list until one is broken off, or the list ends."""
    at = 0
    while True:
        while at < len(text) and text[at] in ", \n":
            at += 1
        try:
            value, at = cast("tuple[object, int]", _DECODER.raw_decode(text, at))
        except (ValueError, RecursionError):
            return
        yield value
