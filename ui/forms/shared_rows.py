"""Short fields of a form, two beside each other where there is room, with titles above.

Knows rows of a form and how wide it is, and no value.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.forms.field_editor import align_first_lines
from ui.forms.form_row import FormRow

_COLUMNS = 2
_GAP = 14
_BELOW_TITLE = 2
_BELOW_NOTE = 5
_ABOVE = 8
_LEAST_LETTERS = 19
_LEAST_LETTERS_OF_NOTE = 29


class SharedRows(QWidget):
    """Neighbours among the fields of a form. GUI thread; owned by the form.

    A wide one has a row to itself. Values and problems reach its rows through the form.
    """

    def __init__(self, rows: Sequence[FormRow]) -> None:
        """Set them one under the other; what the width allows comes with it."""
        super().__init__()
        self._rows = rows
        self._has_notes = any(row.has_note for row in rows)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(_BELOW_NOTE if self._has_notes else _BELOW_TITLE)
        self._arrange(_COLUMNS)

    def set_first(self, *, is_first: bool) -> None:
        """Keep off what stands above, if anything does."""
        self._grid.setContentsMargins(0, 0 if is_first else _ABOVE, 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Set one under the other where there is no room beside."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Align what stands beside each other, now that it is dressed."""
        super().showEvent(event)
        self._align()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Measure again when the text's size changed."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and self.isVisible():
            self._align()
            self._fit()

    def _align(self) -> None:
        align_first_lines(row.editor for row in self._rows)

    def _fit(self) -> None:
        letters = _LEAST_LETTERS_OF_NOTE if self._has_notes else _LEAST_LETTERS
        least = _COLUMNS * letters * self.fontMetrics().averageCharWidth() + _GAP
        self._arrange(_COLUMNS if self.width() >= least else 1)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        line = column = 0
        for row in self._rows:
            if row.is_wide and column:
                line, column = line + 1, 0
            span = columns if row.is_wide else 1
            self._set(row, line, column, span)
            column += span
            if column >= columns:
                line, column = line + 1, 0
        for number in range(_COLUMNS):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)

    def _set(self, row: FormRow, line: int, column: int, span: int) -> None:
        """Put a title above its editor; in a row, editors stand on one level."""
        row.set_above(is_above=True, is_first=line == 0)
        for number, part in enumerate((row.head, row.body)):
            self._grid.removeWidget(part)
            is_at_top = number == 1 or self._has_notes
            edge = Qt.AlignmentFlag.AlignTop if is_at_top else Qt.AlignmentFlag.AlignBottom
            self._grid.addWidget(part, 2 * line + number, column, 1, span, edge)
