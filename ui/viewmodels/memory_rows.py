"""The list of memories for a view: handed out as it is scrolled, put into words when seen.

Knows no colour and no service.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, overload

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from app.domain.ids import MemoryId
from app.domain.memory import Memory, MemoryKind
from ui.viewmodels.days import say_day
from ui.viewmodels.memory_shelf import MemoryEntry
from ui.viewmodels.memory_words import capital, note_of, spoken_note, why_aside
from ui.viewmodels.rows_model import Index, RowsModel

FIRST_ROWS = 300
"""So many rows the view gets at first; it asks for more when it is scrolled to their end."""

FARTHEST_ROW = 1_000
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

    `earlier` are superseded sentences, each with what is said beside it; before them, without a
    sentence, why it was set aside.
    """

    day: str
    text: str
    note: str
    earlier: tuple[tuple[str, str], ...]
    is_italic: bool
    is_struck: bool
    is_aside: bool


@dataclass(frozen=True, slots=True)
class MemoryRows:
    """Rows that were compared with those `before` them, off the GUI thread. A value.

    `places` are where each memory's row is. With `is_same_list` all rows are of the same
    memories as before, and `changed` are the first and the last that say something else.
    """

    rows: list[MemoryEntry]
    places: dict[Hashable, int]
    before: Sequence[MemoryEntry]
    is_same_list: bool
    changed: tuple[int, int] | None


def lay_out(entries: Iterable[MemoryEntry], before: Sequence[MemoryEntry]) -> MemoryRows:
    """Return rows ready for the model that shows `before`. Pure; any thread."""
    rows = list(entries)
    places: dict[Hashable, int] = {row.memory.id: place for place, row in enumerate(rows)}
    is_same = len(rows) == len(before) and all(
        row is old or row.memory.id == old.memory.id for row, old in zip(rows, before, strict=True)
    )
    changed = [
        place
        for place, (row, old) in enumerate(zip(rows, before, strict=False))
        if is_same and row is not old and row != old
    ]
    ends = (changed[0], changed[-1]) if changed else None
    return MemoryRows(rows, places, before, is_same, ends)


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
        """Show other rows, compared here and now."""
        self.show(lay_out(rows, self.rows))

    def show(self, laid_out: MemoryRows) -> None:
        """Show rows that were laid out for what is shown, the first of them at first."""
        if laid_out.before is not self._rows:
            laid_out = lay_out(laid_out.rows, self._rows)
        if laid_out.is_same_list:
            self._rows, self._places = laid_out.rows, laid_out.places
            self._tell(laid_out.changed)
            return
        self.beginResetModel()
        is_other = [one.memory.id for one in self._rows[:1]] != [
            one.memory.id for one in laid_out.rows[:1]
        ]
        if is_other or len(laid_out.rows) != len(self._rows):
            self._handed_out = FIRST_ROWS
        self._rows, self._places = laid_out.rows, laid_out.places
        self.endResetModel()

    def _tell(self, changed: tuple[int, int] | None) -> None:
        """Say which rows say something else, as far as the view has them."""
        if changed is not None and changed[0] < self.rowCount():
            last = min(changed[1], self.rowCount() - 1)
            self.dataChanged.emit(self.index(changed[0]), self.index(last))

    def row_of(self, memory_id: MemoryId) -> int | None:
        """Return how far down a memory's row is, None when it is not shown."""
        return None if self._places is None else self._places.get(memory_id)

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
        place = self.row_of(memory_id)
        if place is None or (place >= self.rowCount() and place >= FARTHEST_ROW):
            return QModelIndex()
        if place >= self.rowCount():
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
        if memory.quarantine:
            earlier.insert(0, ("", why_aside(memory)))
        return MemoryRow(
            day=capital(say_day(memory.happened_at, now)),
            text=_line(memory),
            note=note_of(memory),
            earlier=tuple(earlier),
            is_italic=memory.kind is MemoryKind.REFLECTION,
            is_struck=memory.superseded_by is not None,
            is_aside=bool(memory.quarantine),
        )

    @staticmethod
    def count_below(entry: MemoryEntry) -> int:
        """Return how many lines a row has below its sentence."""
        return min(len(entry.earlier), MOST_EARLIER) + bool(entry.memory.quarantine)

    def _spoken(self, entry: MemoryEntry) -> str:
        row = self.row_in_words(entry)
        parts = [row.text, row.day, spoken_note(entry.memory)]
        if row.is_struck:
            parts.append("superseded")
        parts += [f"before: {text} {said}" if text else said for text, said in row.earlier]
        return ", ".join(parts)


def _line(memory: Memory) -> str:
    return " ".join(memory.text.split())
