"""What the index child is told and what it answers: one frozen dataclass a JSON line.

Both sides import this module and nothing heavier. Every request carries a `ticket`, and
the answer to it carries the same one. Ids and numbers cross the pipe, never the text of a
memory. VERSION changes with any change of shape. Knows no Chroma.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

VERSION = 1

UNMARKED = -1


@dataclass(frozen=True, slots=True)
class Check:
    """Open a collection, making it when it is not there, and bring it into memory.

    Answered by Checked or Failed.
    """

    ticket: int
    collection: str


@dataclass(frozen=True, slots=True)
class Add:
    """Add or replace vectors: base64 of little-endian float32, one row of `width` an id.

    Answered by Done or Failed.
    """

    ticket: int
    collection: str
    ids: tuple[str, ...]
    width: int
    data: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Forget vectors; unknown ids are ignored. Answered by Done or Failed."""

    ticket: int
    collection: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Write down with which change of the store the collection agrees.

    Answered by Done or Failed.
    """

    ticket: int
    collection: str
    generation: int


@dataclass(frozen=True, slots=True)
class ListIds:
    """Tell which vectors a collection holds. Answered by Listed or Failed."""

    ticket: int
    collection: str


@dataclass(frozen=True, slots=True)
class Query:
    """Find up to `count` vectors nearest to one vector. Answered by Neighbours or Failed."""

    ticket: int
    collection: str
    count: int
    data: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Throw a collection away; one that is not there is no error. Answered by Done or Failed."""

    ticket: int
    collection: str


@dataclass(frozen=True, slots=True)
class Ping:
    """Are you there? Answered by Pong at once, also while Chroma computes."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Leave. Answered by Done."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The hello: sent once, unasked, before anything else."""

    version: int
    process_id: int
    chromadb: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How many vectors a collection holds, and its mark: UNMARKED when it never had one."""

    ticket: int
    count: int
    generation: int


@dataclass(frozen=True, slots=True)
class Listed:
    """The ids of all vectors of a collection, in no order."""

    ticket: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Ids with their cosines, nearest first."""

    ticket: int
    ids: tuple[str, ...]
    similarities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A request without a result was carried out."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Pong:
    """The heartbeat. `progress` counts the requests that were carried out."""

    ticket: int
    busy: bool
    progress: int


@dataclass(frozen=True, slots=True)
class Failed:
    """A request could not be carried out. `code` is stable, `detail` a sentence.

    Codes: chroma (the collection or the folder is broken), bad-request, bug.
    """

    ticket: int
    code: str
    detail: str


Request = Check | Add | Remove | Mark | ListIds | Query | Drop | Ping | Shutdown
Answer = Ready | Checked | Listed | Neighbours | Done | Pong | Failed

MESSAGES: tuple[type, ...] = (
    *(Check, Add, Remove, Mark, ListIds, Query, Drop, Ping, Shutdown),
    *(Ready, Checked, Listed, Neighbours, Done, Pong, Failed),
)


def name_collection(persona_id: str, model_key: str) -> str:
    """Return the name of the collection of one persona and one embedding model.

    Chroma takes 3 to 512 characters of a small alphabet and model keys may hold any, so
    the name is a hash, which also says nothing about either.
    """
    digest = hashlib.sha256(f"{persona_id}\0{model_key}".encode()).hexdigest()
    return f"memories-{digest[:40]}"
