"""How two people stand to each other over time, added up from what memories changed.

The scales follow HPD (Chen et al. 2023): familiarity from 0 to 10, affection from -10 to 10,
each way. Only what stands in the story counts, so a deleted quarrel never was. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.ids import MemoryId
from app.domain.memory import Memory


@dataclass(frozen=True, slots=True)
class BondPoint:
    """How they stood after a memory. A value.

    `familiarity` is 0 to 10; affections are -10 to 10; `mood` is the last one named.
    """

    memory_id: MemoryId
    at: datetime
    text: str
    familiarity: float
    affection_of_user: float
    affection_of_character: float
    mood: str


def bond_line(memories: Sequence[Memory]) -> list[BondPoint]:
    """Return a point for every memory that changed something, oldest first."""
    points: list[BondPoint] = []
    familiarity = of_user = of_character = 0.0
    mood = ""
    for memory in sorted(memories, key=lambda one: one.happened_at):
        bond = memory.bond
        if bond is None or memory.quarantine:
            continue
        familiarity = _within(familiarity + bond.familiarity, 0.0)
        of_user = _within(of_user + bond.affection_of_user, -10.0)
        of_character = _within(of_character + bond.affection_of_character, -10.0)
        mood = bond.mood or mood
        points.append(
            BondPoint(
                memory.id, memory.happened_at, memory.text, familiarity, of_user, of_character, mood
            )
        )
    return points


def _within(value: float, lowest: float) -> float:
    return min(10.0, max(lowest, value))
