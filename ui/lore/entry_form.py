"""One entry as a form: simple things first, the text at full width, the rest under "More".

Shows values and sentences, says what was edited. Knows no book.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.lore.lore_form import LoreForm
from ui.viewmodels.form_fields import FieldDescription
from ui.viewmodels.lore_fields import CONTENT, FIRST_FIELDS, MORE_GROUPS, SWITCHES
from ui.widgets.plain_parts import button, label


class EntryForm(QWidget):
    """The form of the chosen entry. GUI thread; owned by the book's editor.

    Signals:
        value_edited(str, value): the person changed one thing, in the form's terms.
    """

    value_edited = Signal(str, object)

    def __init__(self) -> None:
        """Build what is always seen; the rest is made when it is first asked for."""
        super().__init__()
        self._values: Mapping[str, Any] = {}
        self._problems: Mapping[str, str] = {}
        self._first = self._part((*FIRST_FIELDS, CONTENT))
        self._switches = self._part(SWITCHES)
        self._cost = label("", "mark")
        self._toggle = button("More", spoken="Show everything an entry can say")
        self._toggle.setCheckable(True)
        self._toggle.setProperty("kind", "chip")
        self._toggle.toggled.connect(self._show_more)
        self._more: QWidget | None = None
        self._more_forms: list[LoreForm] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 24)
        self._layout.setSpacing(8)
        self._layout.addWidget(self._first)
        self._layout.addWidget(self._cost)
        self._layout.addSpacing(2)
        self._layout.addWidget(self._switches)
        self._layout.addSpacing(6)
        self._layout.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addStretch(1)

    @property
    def forms(self) -> list[LoreForm]:
        """Every group of fields that was made."""
        return [self._first, self._switches, *self._more_forms]

    def show_values(self, values: Mapping[str, Any], *, but: str = "") -> None:
        """Show an entry's values, in the form's terms; all but those of a field being typed in."""
        self._values = values
        for form in self.forms:
            form.show_values(values, but=but)

    def show_state(self, problems: Mapping[str, str], cost: str) -> None:
        """Show what does not hold, each beside its field, and what the entry costs."""
        self._problems = problems
        self._cost.setText(cost)
        for form in self.forms:
            form.show_problems(problems)
        if not self._toggle.isChecked() and "secondary_keys" in problems:
            self._toggle.setChecked(True)

    def focus_field(self, name: str) -> QWidget | None:
        """Give the keyboard to a field; returns what to bring into sight."""
        if name not in {field.name for field in (*FIRST_FIELDS, CONTENT, *SWITCHES)}:
            self._toggle.setChecked(True)
        return next((found for form in self.forms if (found := form.focus_field(name))), None)

    def _part(self, fields: Iterable[FieldDescription]) -> LoreForm:
        form = LoreForm(fields)
        form.value_edited.connect(self.value_edited)
        return form

    def _show_more(self, is_shown: bool) -> None:
        self._toggle.setText("Less" if is_shown else "More")
        if is_shown and self._more is None:
            self._more = self._build_more()
            self._layout.insertWidget(self._layout.count() - 1, self._more)
            for form in self._more_forms:
                form.show_values(self._values)
                form.show_problems(self._problems)
        if self._more is not None:
            self._more.setVisible(is_shown)

    def _build_more(self) -> QWidget:
        more = QWidget()
        layout = QVBoxLayout(more)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for title, fields in MORE_GROUPS:
            layout.addSpacing(8)
            layout.addWidget(label(title, "heading"))
            form = self._part(fields)
            self._more_forms.append(form)
            layout.addWidget(form)
        return more
