"""What stands in the cast's list, by its titles."""

from __future__ import annotations

from ui.cast.cast_list import CastList
from ui.cast.cast_panel import CastPanel
from ui.viewmodels.cast_model import CastRow, CastRowKind
from ui.viewmodels.cast_view_model import CastViewModel


def titles(cast: CastViewModel) -> list[str]:
    return [row.title for row in cast.model.rows]


def row_of(cast: CastViewModel, title: str, kind: CastRowKind | None = None) -> CastRow:
    """Return the first row with this title, of a kind where it matters."""
    rows = (row for row in cast.model.rows if row.title == title)
    return next(row for row in rows if kind in (None, row.kind))


def rows_of(panel: CastPanel) -> CastList:
    return panel.findChild(CastList)
