"""Rows that are values, handed to a view: what lists of thousands have in common.

Other rows in the same places are told as a change, so that the view keeps its place. Knows
no row.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex

Index = QModelIndex | QPersistentModelIndex
_Row = TypeVar("_Row")
_ROOT = QModelIndex()


class RowsModel(QAbstractListModel, Generic[_Row]):
    """The rows of one list. GUI thread; owned by a view-model or a panel."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._rows: list[_Row] = []
        self._places: dict[Hashable, int] | None = None

    @property
    def rows(self) -> Sequence[_Row]:
        """All rows, top to bottom."""
        return self._rows

    def identity(self, row: _Row) -> Hashable:
        """Return what makes two rows the same one, whatever they say."""
        raise NotImplementedError

    def replace(self, rows: Iterable[_Row]) -> None:
        """Show other rows; says nothing when they are the same."""
        new, old = list(rows), self._rows
        # Most rows are the very same objects as before: that is asked first, and ends early.
        is_same_list = len(new) == len(old) and all(
            row is before or self.identity(row) == self.identity(before)
            for row, before in zip(new, old, strict=True)
        )
        if not is_same_list:
            self.beginResetModel()
            self._rows, self._places = new, None
            self.endResetModel()
            return
        changed = [
            place for place, row in enumerate(new) if row is not old[place] and row != old[place]
        ]
        self._rows = new
        # A model may show the first of them only.
        changed = [place for place in changed if place < self.rowCount()]
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def row_at(self, index: Index) -> _Row | None:
        """Return the row at an index, None for an invalid one."""
        return self._rows[index.row()] if index.isValid() else None

    def index_of_identity(self, identity: Hashable) -> QModelIndex:
        """Return where a row is; an invalid index when it is not shown."""
        if self._places is None:
            self._places = {}
            for place, row in enumerate(self._rows):
                self._places.setdefault(self.identity(row), place)
        place = self._places.get(identity)
        return QModelIndex() if place is None else self.index(place)

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)
