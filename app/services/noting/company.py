"""Notes of a scene with several: what others say, and what is said to them, is theirs.

Whom somebody means by "you" among several nobody can tell. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.domain.memory import About, Provenance
from app.ports.extractor import Note

SOMEBODY = "somebody"
"""In the place of a name, where "you" may be anybody."""


def of_others(notes: Sequence[Note]) -> list[Note]:
    """Return what somebody else said as theirs: about nobody here, and nobody here vouches."""
    return [
        replace(
            note,
            about=About.OTHERS,
            provenance=Provenance.IMPORT,
            triples=tuple(one for one in note.triples if one.object != SOMEBODY),
        )
        for note in notes
    ]


def between_others(notes: Sequence[Note]) -> list[Note]:
    """Return what is said to or by somebody else: "you" is that one, and not who is here."""
    return [
        replace(note, about=About.OTHERS)
        if note.about is About.RELATIONSHIP
        or (note.about is About.CHARACTER and note.provenance is Provenance.USER)
        else note
        for note in notes
    ]
