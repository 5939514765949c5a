"""Fields of an entry or a book by name: each value, what does not hold, and the keyboard.

Knows values by name and no book; how fields are set is their looks' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.forms.form import Form
from ui.viewmodels.form_fields import FieldDescription, FieldPath


class LoreForm(QWidget):
    """The editors of some fields. GUI thread; owned by a form.

    Signals:
        value_edited(str, value): the person changed one field.
    """

    value_edited = Signal(str, object)

    def __init__(self, fields: Iterable[FieldDescription]) -> None:
        """Build an editor for each field."""
        super().__init__()
        self._form = Form(fields)
        self._form.value_edited.connect(self._tell)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form)

    def show_values(self, values: Mapping[str, Any], *, but: str = "") -> None:
        """Show each field's value, but for one that is being typed in."""
        self._form.show_values(dict(values), but=but)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Show each sentence under its field."""
        self._form.show_problems({(name,): words for name, words in problems.items()})

    def focus_field(self, name: str) -> QWidget | None:
        """Give the keyboard to a field; None where it does not stand here."""
        return self._form.focus_field((name,))

    def _tell(self, path: FieldPath, value: object) -> None:
        self.value_edited.emit(str(path[0]), value)
