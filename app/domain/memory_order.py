"""The orders in which memories can be listed, for the window and for the terminal.

Pure; knows no storage, no row and no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import TypeVar

from app.domain.ids import MemoryId
from app.domain.memory import Memory

_T = TypeVar("_T")


class MemoryOrder(StrEnum):
    """What comes first in a list of memories."""

    NEWEST = "newest"
    OLDEST = "oldest"
    WEIGHT = "weight"
    USES = "uses"
    USED = "used"


def by_day(memory: Memory) -> tuple[datetime, MemoryId]:
    """Return the key by which memories lie in the order of their days."""
    return (memory.happened_at, memory.id)


def in_order(
    newest_first: Iterable[_T], order: MemoryOrder, memory_of: Callable[[_T], Memory]
) -> list[_T]:
    """Return in another order what comes newest first; what weighs the same stays so."""
    rows = list(newest_first)
    match order:
        case MemoryOrder.NEWEST:
            return rows
        case MemoryOrder.OLDEST:
            rows.reverse()
            return rows
        case _:
            measure = _MEASURES[order]
            # One number each: comparing a hundred thousand pairs would hold up every thread.
            return sorted(rows, key=lambda row: measure(memory_of(row)), reverse=True)


def _last_used(memory: Memory) -> float:
    return -inf if memory.last_used_at is None else memory.last_used_at.timestamp()


_MEASURES: dict[MemoryOrder, Callable[[Memory], float]] = {
    MemoryOrder.WEIGHT: lambda memory: memory.importance,
    MemoryOrder.USES: lambda memory: memory.uses,
    MemoryOrder.USED: _last_used,
}
