"""Rows of the lorebook lists: books, entries, what came of a trial. One model for all three.

Rows are values; thousands of them cost no widget. Knows no colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, overload

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal

from ui.viewmodels.rows_model import Index, RowsModel

RowKey = str | tuple[int, int]


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


class LoreListModel(RowsModel[LoreRow]):
    """The rows for a list view. GUI thread; owned by a view-model or a panel.

    Signals:
        checked(RowKey, bool): the box of a row was ticked or cleared by hand.
    """

    checked = Signal(object, bool)

    def identity(self, row: LoreRow) -> tuple[LoreRowKind, RowKey]:
        """Tell rows apart by their keys; one of another height is laid out anew."""
        return (row.kind, row.key)

    def index_of(self, key: RowKey | None) -> QModelIndex:
        """Return where a row is; an invalid index when it is not shown."""
        found = (self.index_of_identity((kind, key)) for kind in LoreRowKind if key is not None)
        return next((index for index in found if index.isValid()), QModelIndex())

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
