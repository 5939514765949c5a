"""A thing of a list as one row: an event, a line of dialogue, a secret.

Short columns keep their width, one takes what is left and wraps. Where the row is narrow,
that one has a line to itself. Knows no model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from ui.forms.field_editor import FieldEditor, align_first_lines
from ui.forms.item import Item
from ui.forms.item_menu import WIDTH, ItemMenu
from ui.forms.plain_editors import build_plain_editor
from ui.forms.text_editors import WrappedLineEditor
from ui.viewmodels.form_fields import (
    Column,
    FieldDescription,
    FieldKind,
    FieldPath,
    blank_item,
    put_at,
)

_LEAST_WIDTH_OF_REST = 190
_BELOW_FOLDED = 10
_SPACING = 6


class ItemRow(Item):
    """One thing, its fields beside each other. GUI thread; owned by its list."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Build an editor for each column."""
        super().__init__()
        # A row never makes its page wider: it folds, and then its short columns give way.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._value: Any = blank_item(field)
        self._columns = field.look.columns
        self._editors: dict[str, FieldEditor] = {}
        self._titles: dict[str, QLabel] = {}
        self._has_titles = field.look.has_title
        self._is_first = False
        self._is_folded: bool | None = None
        self._lines: list[Sequence[Column]] = []
        parts = {part.name: part for part in field.fields}
        for column in self._columns:
            self._add_editor(column, parts[column.name], spoken)
        self._problem = QLabel(wordWrap=True)
        self._problem.setProperty("kind", "error")
        self._problem.hide()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_SPACING)
        self._grid.setVerticalSpacing(4)
        self._menu = ItemMenu(self, spoken, has_keys=True)
        self._fold(is_folded=False)
        self._set_widths()

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a value in all columns."""
        self._value = value
        for name, editor in self._editors.items():
            editor.set_value(value.get(name))

    def set_place(self, number: int, count: int) -> None:
        """Offer only the ways that there are."""
        self._menu.set_place(number, count)
        self._is_first = number == 0
        self._show_titles()

    def focus_first(self) -> None:
        """Give the keyboard to the first column that says nothing, or to the first."""
        empty = (one for name, one in self._editors.items() if not self._value.get(name))
        editor = next(empty, next(iter(self._editors.values())))
        editor.focus_target.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_field(self, path: FieldPath) -> QWidget:
        """Give the keyboard to a column."""
        editor = self._editors.get(str(path[0])) if path else None
        if editor is None:
            self.focus_first()
        else:
            editor.focus_target.setFocus(Qt.FocusReason.OtherFocusReason)
        return self

    def show_problems(self, path: FieldPath, problems: Mapping[FieldPath, str]) -> None:
        """Show the sentences below the row, each with its column's name."""
        sentences: list[str] = []
        for name, editor in self._editors.items():
            own = (*path, name)
            found = [text for place, text in problems.items() if place[: len(own)] == own]
            editor.setProperty("problem", bool(found))
            sentences.extend(f"{editor.field.title}: {text}" for text in found)
        self._problem.setText("\n".join(sentences))
        self._problem.setVisible(bool(sentences))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fold where the widest column has no room beside the others."""
        super().resizeEvent(event)
        room = self.width() - WIDTH - sum(self._wanted_widths.values())
        room -= _SPACING * len(self._wanted_widths)
        self._fold(is_folded=room < _LEAST_WIDTH_OF_REST)
        self._set_widths()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Align what stands beside each other, now that it is dressed."""
        super().showEvent(event)
        self._align()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Measure the columns again when the text's size changed."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._set_widths()
            if self.isVisible():
                self._align()

    def _align(self) -> None:
        self._menu.setFixedHeight(align_first_lines(self._editors.values()))

    def _add_editor(self, column: Column, field: FieldDescription, spoken: str) -> None:
        name = f"{spoken}: {field.title}"
        is_line = field.kind == FieldKind.LINE and not column.width
        editor = WrappedLineEditor(field, name) if is_line else build_plain_editor(field, name)
        if editor is None:
            raise TypeError(field.name)
        if isinstance(editor, WrappedLineEditor):
            editor.returned.connect(self.following_requested)
        editor.edited.connect(lambda value: self._take(column.name, value))
        editor.setToolTip(field.title)
        self._editors[column.name] = editor
        title = self._titles[column.name] = QLabel(field.title)
        title.setProperty("kind", "mark")
        title.setBuddy(editor.focus_target)
        title.hide()

    def _show_titles(self) -> None:
        """Name the columns of the first line above the first row, as a table does."""
        is_shown = self._is_first and self._has_titles
        for column in self._columns:
            is_above = column in self._lines[0]
            self._titles[column.name].setVisible(is_shown and is_above)

    def _set_widths(self) -> None:
        wanted = self._wanted_widths
        for line in self._lines:
            beside = [column.name for column in line if column.name in wanted]
            room = self.width() - WIDTH - _SPACING * len(beside)
            share = min(1.0, room / max(1, sum(wanted[name] for name in beside)))
            for name in beside:
                self._editors[name].setFixedWidth(max(1, int(wanted[name] * share)))

    @property
    def _wanted_widths(self) -> dict[str, int]:
        """The short columns, as wide as they are to be."""
        letter = self.fontMetrics().averageCharWidth()
        return {column.name: column.width * letter + 20 for column in self._columns if column.width}

    def _fold(self, *, is_folded: bool) -> None:
        if is_folded == self._is_folded:
            return
        self._is_folded = is_folded
        self._lines = _fold_columns(self._columns) if is_folded else [self._columns]
        last = len(self._columns)
        for column in self._columns:
            self._grid.removeWidget(self._editors[column.name])
            self._grid.removeWidget(self._titles[column.name])
        for number, line in enumerate(self._lines):
            # The menu stands beside the first line only.
            room = last if number == 0 else last + 1
            for place, column in enumerate(line):
                span = room if is_folded and not column.width else 1
                self._set(column, number, place, span)
        for place in range(last):
            is_rest = place == last - 1 if is_folded else not self._columns[place].width
            self._grid.setColumnStretch(place, 1 if is_rest else 0)
        self._show_titles()
        self._grid.setContentsMargins(0, 0, 0, _BELOW_FOLDED if is_folded else 0)
        self._grid.removeWidget(self._menu)
        edge = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
        self._grid.addWidget(self._menu, 1, last, edge)
        self._grid.removeWidget(self._problem)
        self._grid.addWidget(self._problem, last + 1, 0, 1, last + 1)

    def _set(self, column: Column, line: int, place: int, span: int) -> None:
        top = Qt.AlignmentFlag.AlignTop
        if line == 0:
            self._grid.addWidget(self._titles[column.name], 0, place, top)
        self._grid.addWidget(self._editors[column.name], line + 1, place, 1, span, top)

    def _take(self, name: str, value: object) -> None:
        self._value = put_at(self._value, (name,), value)
        self.edited.emit(self._value)


def _fold_columns(columns: Sequence[Column]) -> list[Sequence[Column]]:
    """Return the columns line by line: short neighbours beside each other, others alone."""
    lines: list[Sequence[Column]] = []
    for is_short, neighbours in groupby(columns, lambda column: bool(column.width)):
        together = list(neighbours)
        lines.extend([together] if is_short else [[column] for column in together])
    return lines
