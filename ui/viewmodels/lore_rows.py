"""Rows of the lorebook lists: books, entries, what came of a trial. One model for all three.

Rows are values; thousands of them cost no widget. Knows no colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, overload

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

Index = QModelIndex | QPersistentModelIndex
RowKey = str | tuple[int, int]
_ROOT = QModelIndex()


class LoreRowKind(StrEnum):
    """How tall a row is, and whether it can be chosen."""

    HEADING = "heading"
    ROW = "row"
    TALL = "tall"


class LoreRole(IntEnum):
    """Roles of the model besides Qt's own."""

    ROW = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class LoreRow:
    """One row. A value, any thread.

    `key` finds it again; `is_checked` is None where there is no box. `problem` is a sentence,
    said with a mark beside the title.
    """

    kind: LoreRowKind
    key: RowKey
    title: str
    line: str = ""
    mark: str = ""
    is_checked: bool | None = None
    is_faded: bool = False
    problem: str = ""
    spoken: str = ""
    tip: str = ""


class LoreListModel(QAbstractListModel):
    """The rows for a list view. GUI thread; owned by a view-model or a panel.

    Signals:
        checked(RowKey, bool): the box of a row was ticked or cleared by hand.
    """

    checked = Signal(object, bool)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._rows: list[LoreRow] = []
        self._places: dict[RowKey, int] = {}

    @property
    def rows(self) -> Sequence[LoreRow]:
        """All rows, top to bottom."""
        return self._rows

    def replace(self, rows: Iterable[LoreRow]) -> None:
        """Show other rows; those that stay where they are keep the view's place."""
        new, old = list(rows), self._rows
        are_same = len(new) == len(old) and all(
            one is other or (one.key == other.key and one.kind == other.kind)
            for one, other in zip(new, old, strict=True)
        )
        if not are_same:
            self.beginResetModel()
            self._rows = new
            self._places = {row.key: number for number, row in enumerate(new)}
            self.endResetModel()
            return
        pairs = enumerate(zip(new, old, strict=True))
        changed = [n for n, (one, other) in pairs if one is not other and one != other]
        self._rows = new
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def row_at(self, index: Index) -> LoreRow | None:
        """Return the row at an index, None for an invalid one."""
        return self._rows[index.row()] if index.isValid() else None

    def index_of(self, key: RowKey | None) -> QModelIndex:
        """Return where a row is; an invalid index when it is not shown."""
        place = None if key is None else self._places.get(key)
        return QModelIndex() if place is None else self.index(place)

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a row's words, its box, or the row itself."""
        row = self.row_at(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken or row.title
            case Qt.ItemDataRole.ToolTipRole:
                return row.problem or row.tip or None
            case Qt.ItemDataRole.CheckStateRole if row.is_checked is not None:
                return Qt.CheckState.Checked if row.is_checked else Qt.CheckState.Unchecked
            case LoreRole.ROW:
                return row
            case _:
                return None

    def toggle(self, index: Index) -> None:
        """Ask for a row's box to be ticked or cleared; whoever owns the rows does it."""
        row = self.row_at(index)
        if row is not None and row.is_checked is not None:
            self.checked.emit(row.key, not row.is_checked)

    @overload
    def flags(self, index: QModelIndex) -> Qt.ItemFlag: ...
    @overload
    def flags(self, index: QPersistentModelIndex) -> Qt.ItemFlag: ...
    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return which rows can be chosen: all but the headings."""
        row = self.row_at(index)
        if row is None or row.kind == LoreRowKind.HEADING:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags if row.is_checked is None else flags | Qt.ItemFlag.ItemIsUserCheckable
