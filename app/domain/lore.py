"""Lorebooks as stored, objects of their own, and what of them came up in a turn.

Knows no storage; what a book holds is `personas.lorebook`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.ids import LorebookId, LorebookVersionId, PersonaId
from personas.lorebook import Lorebook


@dataclass(frozen=True, slots=True)
class LorebookRecord:
    """A lorebook, the version in force and whose it is. Any thread.

    `problem` is set, and the book is a stand-in with only a name, when what is stored cannot
    be read.
    """

    id: LorebookId
    version_id: LorebookVersionId
    version: int
    book: Lorebook
    updated_at: datetime
    attached_to: tuple[PersonaId, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class FiredLore:
    """An entry that came up in a turn, why, and whether it was in the prompt. Any thread."""

    name: str
    reason: str
    tokens: int
    injected: bool
