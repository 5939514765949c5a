"""Fields set one under the other, numbers and choices two in a row where there is room.

Titles stand above the editors, with a line that says what a field means. Knows values by
name and no book.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.forms.form import Form
from ui.viewmodels.form_fields import FieldDescription, FieldKind, FieldPath

_NARROW_KINDS = frozenset({FieldKind.NUMBER, FieldKind.CHOICE})
_LEAST_WIDTH_FOR_TWO = 420


class FieldGrid(QWidget):
    """The editors of some fields. GUI thread; owned by a form.

    Signals:
        value_edited(str, value): the person changed one field.
    """

    value_edited = Signal(str, object)

    def __init__(self, fields: Iterable[FieldDescription]) -> None:
        """Build an editor for each field."""
        super().__init__()
        self._fields = tuple(fields)
        self._forms = {field.name: Form((field,)) for field in self._fields}
        for form in self._forms.values():
            form.value_edited.connect(self._tell)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(22)
        self._grid.setVerticalSpacing(10)
        self._arrange(1)

    def show_values(self, values: Mapping[str, Any], *, but: str = "") -> None:
        """Show each field's value, but for one that is being typed in."""
        for name, form in self._forms.items():
            if name != but:
                form.show_values(dict(values))

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Show each sentence under its field."""
        for name, form in self._forms.items():
            form.show_problems({(name,): problems[name]} if name in problems else {})

    def focus_field(self, name: str) -> QWidget | None:
        """Give the keyboard to a field; None where it does not stand here."""
        form = self._forms.get(name)
        return form.focus_field((name,)) if form is not None else None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Set two in a row where there is room."""
        super().resizeEvent(event)
        self._arrange(2 if self.width() >= _LEAST_WIDTH_FOR_TWO else 1)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        row = column = 0
        for field in self._fields:
            form = self._forms[field.name]
            self._grid.removeWidget(form)
            if field.kind not in _NARROW_KINDS:
                row, column = row + bool(column), 0
                self._grid.addWidget(form, row, 0, 1, columns)
                row += 1
                continue
            self._grid.addWidget(form, row, column, Qt.AlignmentFlag.AlignTop)
            column += 1
            if column == columns:
                row, column = row + 1, 0
        for number in range(2):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)

    def _tell(self, path: FieldPath, value: object) -> None:
        self.value_edited.emit(str(path[0]), value)
