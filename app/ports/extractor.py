"""Makes notes of an exchange: by rules, or with a model.

An extractor reads one exchange at a time and knows no other memories; what a note supersedes
and whether it is new is decided elsewhere. Knows no storage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.domain.memory import About, MemorySource, NoteKind, Provenance, Triple
from app.ports.memory_store import Exchange


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who talks, by the names in play, and what the persona's sheet already says. A value.

    `persona_facts` can never be changed by what anybody says.
    """

    user: str
    character: str
    persona_facts: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One thing worth remembering, in one sentence in the third person. A value.

    `ended` are triples that no longer hold; their object may be "" for whatever it was.
    `importance` runs from 1 to 10; `quarantine` is why it may not be recalled, or "".
    """

    text: str
    kind: NoteKind
    about: About
    provenance: Provenance
    importance: float
    source: MemorySource
    keywords: tuple[str, ...] = ()
    speaks_of: date | None = None
    triples: tuple[Triple, ...] = ()
    ended: tuple[Triple, ...] = ()
    quarantine: str = ""


class Extractor(Protocol):
    """Reads exchanges and notes what is worth it. Memory lane."""

    @property
    def key(self) -> str:
        """Names the extractor and its rules; another key reads everything again."""
        ...

    def extract(self, exchange: Exchange, speakers: Speakers) -> list[Note]:
        """Return what is worth noting, at most a handful; none for small talk."""
        ...
