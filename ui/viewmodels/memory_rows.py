"""The list of memories for a view: a hundred thousand rows, each put into words when it is seen.

Knows no colour and no service.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import Qt

from app.domain.ids import MemoryId
from app.domain.memory import Memory, MemoryKind
from ui.viewmodels.days import say_day
from ui.viewmodels.memory_shelf import MemoryEntry
from ui.viewmodels.memory_words import capital, note_of, spoken_note
from ui.viewmodels.rows_model import Index, RowsModel

MOST_EARLIER = 3
"""So many superseded sentences stand under a row; all of them are in the side panel."""


class MemoryRole(IntEnum):
    """Roles of the model besides Qt's own."""

    ROW = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """One row in words. A value; GUI thread.

    `earlier` are superseded sentences, each with what is said beside it.
    """

    day: str
    text: str
    note: str
    earlier: tuple[tuple[str, str], ...]
    is_italic: bool
    is_struck: bool
    is_aside: bool


class MemoryListModel(RowsModel[MemoryEntry]):
    """The rows. GUI thread; owned by the memory room's view-model."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Start empty; `now` tells today from yesterday."""
        super().__init__()
        self._now = now

    def identity(self, row: MemoryEntry) -> MemoryId:
        """Tell rows apart by their memory."""
        return row.memory.id

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a row's sentence, what is read aloud, or the row in words."""
        entry = self.row_at(index)
        if entry is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.memory.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(entry)
            case MemoryRole.ROW:
                return self.row_in_words(entry)
            case _:
                return None

    def row_in_words(self, entry: MemoryEntry) -> MemoryRow:
        """Return what a row says."""
        now, memory = self._now(), entry.memory
        told = entry.earlier[:MOST_EARLIER]
        earlier = [(_line(one), f"superseded, {say_day(one.happened_at, now)}") for one in told]
        if len(entry.earlier) > MOST_EARLIER:
            left = len(entry.earlier) - MOST_EARLIER + 1
            earlier[-1:] = [("", f"and {left} more that were superseded")]
        return MemoryRow(
            day=capital(say_day(memory.happened_at, now)),
            text=_line(memory),
            note=note_of(memory),
            earlier=tuple(earlier),
            is_italic=memory.kind is MemoryKind.REFLECTION,
            is_struck=memory.superseded_by is not None,
            is_aside=bool(memory.quarantine),
        )

    def _spoken(self, entry: MemoryEntry) -> str:
        row = self.row_in_words(entry)
        parts = [row.text, row.day, spoken_note(entry.memory)]
        if row.is_struck:
            parts.append("superseded")
        parts += [f"before: {text} {said}".replace("  ", " ") for text, said in row.earlier]
        return ", ".join(parts)


def _line(memory: Memory) -> str:
    return " ".join(memory.text.split())
