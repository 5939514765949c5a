"""A form: titles on the left, editors on the right, what does not hold under the editor.

Values and problems are found by path. Lists of things become cards that can be added,
moved and removed. Knows no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.forms.field_editor import FieldEditor
from ui.forms.number_editors import (
    ChoiceEditor,
    DecimalEditor,
    NumberEditor,
    ScoreEditor,
    SwitchEditor,
)
from ui.forms.text_editors import FileEditor, LineEditor, LinesEditor, ProseEditor
from ui.viewmodels.form_fields import FieldDescription, FieldKind, FieldPath, put_at, value_at

_TITLE_WIDTH = 168
_PLAIN_EDITORS: dict[FieldKind, type[FieldEditor]] = {
    FieldKind.LINE: LineEditor,
    FieldKind.PROSE: ProseEditor,
    FieldKind.LINES: LinesEditor,
    FieldKind.SCORE: ScoreEditor,
    FieldKind.NUMBER: NumberEditor,
    FieldKind.DECIMAL: DecimalEditor,
    FieldKind.SWITCH: SwitchEditor,
    FieldKind.CHOICE: ChoiceEditor,
    FieldKind.FILE: FileEditor,
}


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
        title_width: int = _TITLE_WIDTH,
    ) -> None:
        """Build a row for each field; `explains` sets the sentences under the titles."""
        super().__init__()
        self.prefix = prefix
        self._editors: dict[str, FieldEditor] = {}
        self._problems: dict[str, QLabel] = {}
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, title_width)
        grid.setColumnStretch(1, 1)
        for field in fields:
            self._add_row(grid, field, spoken_prefix, explains=explains)

    def editor(self, name: str) -> FieldEditor:
        """Return the editor of a field; raises KeyError for an unknown name."""
        return self._editors[name]

    def focus_field(self, path: FieldPath) -> QWidget | None:
        """Give the keyboard to the field at a path under this form; None where there is none.

        Steps into the cards of a list as far as they are there.
        """
        editor = self._editors.get(str(path[0])) if path else None
        if isinstance(editor, RepeatedEditor) and len(path) > 1:
            return editor.focus_field(path[1:])
        if editor is not None:
            editor.focus_target.setFocus(Qt.FocusReason.OtherFocusReason)
        return editor

    def set_dense(self) -> None:
        """Bring the rows together, as on a page of scales."""
        self._grid.setVerticalSpacing(0)

    def show_values(self, draft: Any) -> None:  # noqa: ANN401 - any JSON value
        """Show what a draft holds under this form's path."""
        own = value_at(draft, self.prefix) or {}
        for name, editor in self._editors.items():
            editor.set_value(own.get(name))

    def show_problems(self, problems: Mapping[FieldPath, str]) -> None:
        """Show each sentence under its field; those of nested cards inside the cards."""
        for name, label in self._problems.items():
            path = (*self.prefix, name)
            sentence = problems.get(path, "")
            label.setText(sentence)
            label.setVisible(bool(sentence))
            editor = self._editors[name]
            editor.setProperty("problem", bool(sentence))
            if isinstance(editor, RepeatedEditor):
                editor.show_problems(path, problems)

    def _add_row(
        self, grid: QGridLayout, field: FieldDescription, spoken_prefix: str, *, explains: bool
    ) -> None:
        spoken = f"{spoken_prefix}{field.title}"
        editor = _build_editor(field, spoken)
        path_name = field.name

        def tell(value: object) -> None:
            self.value_edited.emit((*self.prefix, path_name), value)

        editor.edited.connect(tell)
        title = QLabel(field.title)
        title.setBuddy(editor.focus_target)
        title.setWordWrap(True)
        title.setToolTip(field.description)
        head = QVBoxLayout()
        head.setContentsMargins(0, 7, 0, 0)
        head.setSpacing(2)
        head.addWidget(title)
        if explains and field.kind != FieldKind.SWITCH:
            head.addWidget(_label(field.description, "mark", wraps=True))
        head.addStretch(1)
        problem = _label("", "error", wraps=True)
        problem.hide()
        body = QVBoxLayout()
        body.setSpacing(4)
        body.addWidget(editor)
        body.addWidget(problem)
        row = grid.rowCount()
        grid.addLayout(head, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(body, row, 1, Qt.AlignmentFlag.AlignTop)
        self._editors[field.name] = editor
        self._problems[field.name] = problem


class RepeatedEditor(FieldEditor):
    """Any number of things: a card each, in order. Values are lists."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Start with none."""
        super().__init__(field, spoken)
        self._values: list[Any] = []
        self._cards: list[_Card] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._add = QPushButton("Add")
        self._add.setAccessibleName(f"Add to {spoken}")
        self._add.setToolTip(field.description)
        self._add.clicked.connect(self._append)
        self._layout.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a list; cards are kept where the number stays the same."""
        values = list(value or ())
        self._values = values
        while len(self._cards) > len(values):
            card = self._cards.pop()
            self._layout.removeWidget(card)
            card.hide()
            card.deleteLater()
        while len(self._cards) < len(values):
            self._cards.append(self._new_card(len(self._cards)))
        for card, item in zip(self._cards, values, strict=True):
            card.set_value(item)
        self._number_cards()

    @property
    def focus_target(self) -> QWidget:
        """The button that adds one; a focus proxy would make Tab pass over the cards."""
        return self._add

    def focus_field(self, path: FieldPath) -> QWidget:
        """Give the keyboard to a card, or to the field in it that the path names."""
        place = path[0]
        if not isinstance(place, int) or place >= len(self._cards):
            self._add.setFocus(Qt.FocusReason.OtherFocusReason)
            return self
        return self._cards[place].focus_field(path[1:])

    def show_problems(self, path: FieldPath, problems: Mapping[FieldPath, str]) -> None:
        """Show what does not hold in each card."""
        for number, card in enumerate(self._cards):
            card.show_problems((*path, number), problems)

    def _new_card(self, number: int) -> _Card:
        card = _Card(self.field, f"{self.spoken} {number + 1}")
        card.edited.connect(lambda value, card=card: self._replace(card, value))
        card.moved.connect(lambda step, card=card: self._move(card, step))
        card.removed.connect(lambda card=card: self._remove(card))
        self._layout.insertWidget(number, card)
        return card

    def _replace(self, card: _Card, value: object) -> None:
        self._values = put_at(self._values, (self._cards.index(card),), value)
        self.edited.emit(self._values)

    def _append(self) -> None:
        blank: Any = _blank(self.field)
        self.set_value([*self._values, blank])
        self.edited.emit(self._values)
        self._cards[-1].focus_first()

    def _remove(self, card: _Card) -> None:
        number = self._cards.index(card)
        self.set_value([value for place, value in enumerate(self._values) if place != number])
        self.edited.emit(self._values)
        self._add.setFocus()

    def _move(self, card: _Card, step: int) -> None:
        number = self._cards.index(card)
        values = list(self._values)
        values.insert(number + step, values.pop(number))
        self.set_value(values)
        self.edited.emit(self._values)
        self._cards[number + step].focus_first()

    def _number_cards(self) -> None:
        for number, card in enumerate(self._cards):
            card.set_place(number, len(self._cards))


class _Card(QFrame):
    """One thing of a list, with its place and the way out. Owned by its list."""

    edited = Signal(object)
    moved = Signal(int)
    removed = Signal()

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._value: Any = _blank(field)
        self._form: Form | None = None
        self._prose: ProseEditor | None = None
        if field.fields:
            self._form = Form(field.fields, spoken_prefix=f"{spoken}: ", title_width=96)
            self._form.value_edited.connect(self._take)
            content: QWidget = self._form
        else:
            self._prose = ProseEditor(field, spoken)
            self._prose.edited.connect(self.edited.emit)
            content = self._prose
        self._up = self._button("Up", f"Move {spoken} up", lambda: self.moved.emit(-1))
        self._down = self._button("Down", f"Move {spoken} down", lambda: self.moved.emit(1))
        remove = self._button("Remove", f"Remove {spoken}", self.removed.emit)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        buttons.addStretch(1)
        for button in (self._up, self._down, remove):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 6)
        layout.setSpacing(4)
        layout.addWidget(content)
        layout.addLayout(buttons)

    def focus_first(self) -> None:
        first = self._prose or self.findChild(FieldEditor)
        if first is not None:
            first.focus_target.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_field(self, path: FieldPath) -> QWidget:
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

    def set_place(self, number: int, count: int) -> None:
        self._up.setEnabled(number > 0)
        self._down.setEnabled(number < count - 1)

    def show_problems(self, path: FieldPath, problems: Mapping[FieldPath, str]) -> None:
        if self._form is not None:
            inner = {
                place[len(path) :]: sentence
                for place, sentence in problems.items()
                if place[: len(path)] == path
            }
            self._form.show_problems(inner)

    def _take(self, path: FieldPath, value: object) -> None:
        self._value = put_at(self._value, path, value)
        self.edited.emit(self._value)

    def _button(self, text: str, spoken: str, act: Any) -> QPushButton:  # noqa: ANN401 - a slot
        button = QPushButton(text)
        button.setProperty("kind", "quiet")
        button.setAccessibleName(spoken)
        button.clicked.connect(lambda _checked: act())
        return button


def _build_editor(field: FieldDescription, spoken: str) -> FieldEditor:
    plain = _PLAIN_EDITORS.get(field.kind)
    return RepeatedEditor(field, spoken) if plain is None else plain(field, spoken)


def _blank(field: FieldDescription) -> Any:  # noqa: ANN401 - a JSON value
    """Return what a new thing of a list starts as."""
    if not field.fields:
        return ""
    repeated = {FieldKind.LINES, FieldKind.PASSAGES, FieldKind.REPEATED}
    return {
        part.name: [] if part.kind in repeated else None if part.is_optional else ""
        for part in field.fields
    }


def _label(text: str, kind: str, *, wraps: bool = False) -> QLabel:
    label = QLabel(text)
    label.setProperty("kind", kind)
    label.setWordWrap(wraps)
    return label
