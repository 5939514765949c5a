"""A form: titles beside or above their editors, what does not hold under the editor.

Values and problems are found by path. Lists of things become cards or rows that can be
added, moved and removed. Where the form is narrow all titles go above. Knows no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.forms.field_editor import FieldEditor
from ui.forms.fold import Fold
from ui.forms.form_row import FormRow
from ui.forms.item import Item
from ui.forms.item_menu import ItemMenu
from ui.forms.item_row import ItemRow
from ui.forms.plain_editors import build_plain_editor
from ui.forms.repeated_editor import RepeatedEditor
from ui.forms.shared_rows import SharedRows
from ui.forms.text_editors import ProseEditor
from ui.viewmodels.form_fields import (
    FieldDescription,
    FieldKind,
    FieldPath,
    blank_item,
    put_at,
    value_at,
)

_TITLE_WIDTH = 168
_CARD_TITLE_LETTERS = 14
_LEAST_TITLE_WIDTH = 112
_TITLE_SHARE = 0.28
_LEAST_EDITOR_WIDTH = 190


class Form(QWidget):
    """The editors of some fields under one path. GUI thread; owned by its screen.

    Signals:
        value_edited(FieldPath, value): the person changed one field.
    """

    value_edited = Signal(object, object)

    def __init__(
        self,
        fields: Iterable[FieldDescription],
        prefix: FieldPath = (),
        *,
        spoken_prefix: str = "",
        explains: bool = False,
        title_letters: int | None = None,
        is_heavy: bool = False,
    ) -> None:
        """Build a row for each field; `explains` sets the sentences under the titles.

        Without `title_letters` the titles take a share of the form's width.
        """
        super().__init__()
        self.prefix = prefix
        self._rows: dict[str, FormRow] = {}
        self._title_letters = title_letters
        self._is_stacked: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        for field in fields:
            editor = _build_editor(field, f"{spoken_prefix}{field.title}")
            row = FormRow(editor, explains=explains, is_heavy=is_heavy)
            row.editor.edited.connect(self._teller(field.name))
            self._rows[field.name] = row
        self._parts = self._gather()
        self._stack(is_stacked=False)

    def editor(self, name: str) -> FieldEditor:
        """Return the editor of a field; raises KeyError for an unknown name."""
        return self._rows[name].editor

    def focus_field(self, path: FieldPath) -> QWidget | None:
        """Give the keyboard to the field at a path under this form; None where there is none.

        Steps into the items of a list as far as they are there.
        """
        row = self._rows.get(str(path[0])) if path else None
        return row.editor.focus_field(path[1:]) if row is not None else None

    def set_dense(self) -> None:
        """Bring the rows together, as on a page of scales."""
        self._grid.setVerticalSpacing(0)

    def show_values(self, draft: Any, *, but: str = "") -> None:  # noqa: ANN401 - any JSON value
        """Show what a draft holds under this form's path, but for a field that is typed in."""
        own = value_at(draft, self.prefix) or {}
        for name, row in self._rows.items():
            if name != but:
                row.show_value(own.get(name))

    def show_problems(self, problems: Mapping[FieldPath, str]) -> None:
        """Show each sentence under its field; those of nested things inside them."""
        for name, row in self._rows.items():
            row.show_problems((*self.prefix, name), problems)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Set the titles above where there is no room beside."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Bring titles on the level of their editors, now that both are dressed."""
        super().showEvent(event)
        self._level_titles()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Measure again when the text's size changed."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and self.isVisible():
            self._fit()
            self._level_titles()

    def _fit(self) -> None:
        least = self._most_title_width + self._grid.horizontalSpacing() + _LEAST_EDITOR_WIDTH
        self._stack(is_stacked=self.width() < least)
        self._fit_titles()

    @property
    def _most_title_width(self) -> int:
        if self._title_letters is None:
            return _TITLE_WIDTH
        return self._title_letters * self.fontMetrics().averageCharWidth()

    def _level_titles(self) -> None:
        for row in self._rows.values():
            row.level_title()

    def _fit_titles(self) -> None:
        """Let the titles give way before the editors do; those above have the whole width."""
        width = self._most_title_width
        if self._title_letters is None:
            width = min(width, max(_LEAST_TITLE_WIDTH, round(self.width() * _TITLE_SHARE)))
        beside = [
            part
            for part in self._parts
            if isinstance(part, FormRow) and not (self._is_stacked or part.is_wide)
        ]
        for row in beside:
            row.head.setFixedWidth(width)
        self._grid.setColumnMinimumWidth(0, width if beside else 0)

    def _stack(self, *, is_stacked: bool) -> None:
        if is_stacked == self._is_stacked:
            return
        self._is_stacked = is_stacked
        top = Qt.AlignmentFlag.AlignTop
        for number, row in enumerate(self._parts):
            if isinstance(row, SharedRows):
                row.set_first(is_first=number == 0)
                self._grid.removeWidget(row)
                self._grid.addWidget(row, 2 * number, 0, 1, 2, top)
                continue
            self._grid.removeWidget(row.head)
            self._grid.removeWidget(row.body)
            is_above = is_stacked or row.is_wide
            row.set_above(is_above=is_above, is_first=number == 0)
            if is_above:
                self._grid.addWidget(row.head, 2 * number, 0, 1, 2, top)
                self._grid.addWidget(row.body, 2 * number + 1, 0, 1, 2, top)
            else:
                self._grid.addWidget(row.head, 2 * number, 0, top)
                self._grid.addWidget(row.body, 2 * number, 1, top)
        self._fit_titles()

    def _gather(self) -> list[FormRow | SharedRows]:
        """Return the rows in order, those that share one together."""
        parts: list[FormRow | SharedRows] = []
        for is_shared, rows in groupby(self._rows.values(), lambda row: row.shares):
            neighbours = list(rows)
            parts.extend([SharedRows(neighbours)] if is_shared else neighbours)
        return parts

    def _teller(self, name: str) -> Any:  # noqa: ANN401 - a slot
        def tell(value: object) -> None:
            self.value_edited.emit((*self.prefix, name), value)

        return tell


class _Card(Item):
    """One thing of a list as a form of its own, or as prose. Owned by its list.

    Where the look names a summary, it is folded to a line until somebody opens it.
    """

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        super().__init__()
        self._summary = field.look.summary
        self._thing = field.look.thing
        self._value: Any = blank_item(field)
        self._form: Form | None = None
        self._prose: ProseEditor | None = None
        self._fold: Fold | None = None
        if field.fields:
            self._form = Form(
                field.fields, spoken_prefix=f"{spoken}: ", title_letters=_CARD_TITLE_LETTERS
            )
            self._form.value_edited.connect(self._take)
            self._content: QWidget = self._form
        else:
            self._prose = ProseEditor(field, spoken)
            self._prose.edited.connect(self.edited.emit)
            self._content = self._prose
        has_lists = any(part.kind == FieldKind.REPEATED for part in field.fields)
        self._menu = ItemMenu(self, spoken, has_keys=not has_lists)
        self._name: QLabel | None = None
        across = QHBoxLayout()
        across.setSpacing(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(across)
        if self._form is not None:
            self.setProperty("kind", "card")
            layout.setContentsMargins(12, 10, 8, 10)
        if self._summary:
            self._fold = Fold(spoken)
            self._fold.toggled.connect(self._content.setVisible)
            self._content.hide()
            across.addWidget(self._fold, 1)
            layout.addWidget(self._content)
            layout.setContentsMargins(6, 5, 8, 5)
            self._content.setContentsMargins(6, 0, 4, 8)
        elif self._thing:
            self._name = QLabel()
            self._name.setProperty("kind", "mark")
            across.addWidget(self._name, 1)
            layout.addWidget(self._content)
            layout.setContentsMargins(12, 4, 8, 10)
        else:
            across.addWidget(self._content, 1)
        across.addWidget(self._menu, 0, Qt.AlignmentFlag.AlignTop)

    def focus_first(self) -> None:
        self._open()
        first = self._prose or self.findChild(FieldEditor)
        if first is not None:
            first.focus_target.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_field(self, path: FieldPath) -> QWidget:
        self._open()
        found = self._form.focus_field(path) if self._form is not None else None
        if found is None:
            self.focus_first()
        return found or self

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        self._value = value
        if self._form is not None:
            self._form.show_values(value)
        elif self._prose is not None:
            self._prose.set_value(value)
        self._sum_up()

    def set_place(self, number: int, count: int) -> None:
        if self._name is not None:
            self._name.setText(f"{self._thing} {number + 1}")
        self._menu.set_place(number, count)

    def show_problems(self, path: FieldPath, problems: Mapping[FieldPath, str]) -> None:
        if self._form is not None:
            inner = {
                place[len(path) :]: sentence
                for place, sentence in problems.items()
                if place[: len(path)] == path
            }
            self._form.show_problems(inner)
            if inner:
                self._open()

    def _take(self, path: FieldPath, value: object) -> None:
        self._value = put_at(self._value, path, value)
        self._sum_up()
        self.edited.emit(self._value)

    def _open(self) -> None:
        if self._fold is not None:
            self._fold.open()

    def _sum_up(self) -> None:
        if self._fold is not None:
            said = (value_at(self._value, (name,)) for name in self._summary)
            self._fold.set_words([str(words) for words in said if words])


def _build_editor(field: FieldDescription, spoken: str) -> FieldEditor:
    plain = build_plain_editor(field, spoken)
    if plain is not None:
        return plain
    return RepeatedEditor(field, spoken, ItemRow if field.look.columns else _Card)
