"""The list of memories for a view: handed out as it is scrolled, put into words when seen.

Knows no colour and no service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, overload

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from app.domain.ids import MemoryId
from app.domain.memory import Memory, MemoryKind
from ui.viewmodels.days import say_day
from ui.viewmodels.memory_shelf import MemoryEntry
from ui.viewmodels.memory_words import capital, note_of, spoken_note
from ui.viewmodels.rows_model import Index, RowsModel

FIRST_ROWS = 600
"""So many rows the view gets at first; it asks for more when it is scrolled to their end."""

FARTHEST_ROW = 3_000
"""What lies further down is not scrolled to: to lay out all above it would hold up the window."""

MOST_EARLIER = 3
"""So many superseded sentences stand under a row; all of them are in the side panel."""


_ROOT = QModelIndex()


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
        self._handed_out = FIRST_ROWS

    def identity(self, row: MemoryEntry) -> MemoryId:
        """Tell rows apart by their memory."""
        return row.memory.id

    def replace(self, rows: Iterable[MemoryEntry]) -> None:
        """Show other rows, the first of them at first."""
        entries = list(rows)
        kept = [entry.memory.id for entry in entries[:1]]
        is_other = [entry.memory.id for entry in self.rows[:1]] != kept
        if is_other or len(entries) != len(self.rows):
            self._handed_out = FIRST_ROWS
        super().replace(entries)

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Return how many rows the view has to lay out."""
        return min(super().rowCount(parent), self._handed_out)

    @overload
    def canFetchMore(self, parent: QModelIndex) -> bool: ...
    @overload
    def canFetchMore(self, parent: QPersistentModelIndex) -> bool: ...
    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802 - Qt's name
        """Whether there are rows below the last that the view has."""
        return not parent.isValid() and self._handed_out < len(self.rows)

    @overload
    def fetchMore(self, parent: QModelIndex) -> None: ...
    @overload
    def fetchMore(self, parent: QPersistentModelIndex) -> None: ...
    def fetchMore(self, parent: Index) -> None:  # noqa: N802 - Qt's name
        """Hand out as many again: the view lays all of them out each time."""
        if not parent.isValid():
            self._hand_out(2 * self._handed_out)

    def place_of(self, memory_id: MemoryId) -> QModelIndex:
        """Return where a memory's row is, which the view then has; invalid when it is far down."""
        index = self.index_of_identity(memory_id)
        if index.isValid() or not self.canFetchMore(_ROOT):
            return index
        near = enumerate(self.rows[:FARTHEST_ROW])
        place = next((n for n, one in near if one.memory.id == memory_id), None)
        if place is None:
            return index
        self._hand_out(place + FIRST_ROWS)
        return self.index(place)

    def _hand_out(self, count: int) -> None:
        first, last = self.rowCount(), min(count, len(self.rows)) - 1
        if last >= first:
            self.beginInsertRows(_ROOT, first, last)
            self._handed_out = last + 1
            self.endInsertRows()

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
