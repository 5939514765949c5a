"""One field of a form: its title and words, its editor, its questions and what does not hold.

Knows its own parts; where they stand is the form's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.forms.field_editor import FieldEditor
from ui.forms.prompts_label import PromptsLabel
from ui.viewmodels.form_fields import FieldKind, FieldPath

_UNBOUNDED = 16_777_215
_BESIDE_TOP = 7
_ABOVE_TOP = 8


class FormRow:
    """The parts of one field, `head` and `body`. GUI thread; owned by its form."""

    def __init__(self, editor: FieldEditor, *, explains: bool, is_heavy: bool = False) -> None:
        """Build the parts around an editor; `explains` sets the sentence under the title."""
        field, look = editor.field, editor.field.look
        self.is_wide = look.is_wide
        self.shares = look.shares_row
        self._is_above = False
        self.editor = editor
        self.head = QWidget()
        self._title = title = QLabel(field.title)
        title.setBuddy(self.editor.focus_target)
        title.setWordWrap(True)
        title.setToolTip(field.description)
        note = look.note or (field.description if explains else "")
        self.has_note = bool(note)
        if look.shares_row and not note:
            title.setProperty("kind", "mark")
        elif look.shares_row or look.is_wide or is_heavy:
            title.setStyleSheet("font-weight: 600;")
        self._head_layout = QVBoxLayout(self.head)
        self._head_layout.setContentsMargins(0, 0, 0, 0)
        self._head_layout.setSpacing(2)
        self._head_layout.addWidget(title)
        if note and field.kind != FieldKind.SWITCH:
            self._head_layout.addWidget(_label(note, "mark"))
        if not look.has_title:
            self.head.hide()
        self._problem = _label("", "error")
        self._problem.hide()
        self._prompts = PromptsLabel(look.prompts, self.editor) if look.prompts else None
        self.body = QWidget()
        body = QVBoxLayout(self.body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(4)
        body.addWidget(self.editor)
        if self._prompts is not None:
            body.addWidget(self._prompts)
        body.addWidget(self._problem)

    def set_above(self, *, is_above: bool, is_first: bool) -> None:
        """Give the title the air that it needs above or beside its editor, and above all room."""
        if is_above:
            self.head.setMinimumWidth(0)
            self.head.setMaximumWidth(_UNBOUNDED)
        self._is_above = is_above
        above = 0 if is_first else _ABOVE_TOP
        self._head_layout.setContentsMargins(0, above if is_above else _BESIDE_TOP, 0, 0)
        self.level_title()

    def level_title(self) -> None:
        """Bring a title beside its editor on the level of the first line there."""
        height = self.editor.line_height
        if height and not self._is_above:
            top = max(0, (height - self._title.fontMetrics().height()) // 2)
            self._head_layout.setContentsMargins(0, top, 0, 0)

    def show_value(self, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Show a value, and the questions where it says nothing."""
        self.editor.set_value(value)
        if self._prompts is not None:
            self._prompts.begin_with(value)

    def show_problems(self, path: FieldPath, problems: Mapping[FieldPath, str]) -> None:
        """Show what does not hold here or inside; `path` is this field's own."""
        sentence = problems.get(path, "")
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        self.editor.setProperty("problem", bool(sentence))
        self.editor.show_problems(path, problems)


def _label(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("kind", kind)
    label.setWordWrap(True)
    return label
