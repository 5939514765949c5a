"""A box for a whole number that may be left open: empty it and it is unsaid, and looks quiet.

Qt knows one special value, the least: it stands for what is unsaid. Knows no field.
"""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent, QValidator
from PySide6.QtWidgets import QSpinBox, QWidget

UNSAID = "unsaid"


def show_said(box: QWidget, *, is_said: bool) -> None:
    """Have a box of one line look quiet where nothing is said."""
    kind = "" if is_said else UNSAID
    if box.property("kind") != kind:
        box.setProperty("kind", kind)
        box.style().unpolish(box)
        box.style().polish(box)


class OpenNumberBox(QSpinBox):
    """One below the least number is unsaid. GUI thread; owned by its editor."""

    def __init__(self) -> None:
        """Begin unsaid."""
        super().__init__()
        self.setSpecialValueText(UNSAID)
        self.setProperty("kind", UNSAID)

    def show_said(self) -> None:
        """Look quiet or not, as the number is."""
        show_said(self, is_said=self.value() != self.minimum())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let what is typed take the place of the word, wherever the cursor stands in it."""
        if event.text() and self.lineEdit().text() == UNSAID:
            self.lineEdit().selectAll()
        super().keyPressEvent(event)

    def stepBy(self, steps: int) -> None:  # noqa: N802 - Qt's name
        """Begin with the number nearest to nought, not with the least one."""
        if self.value() != self.minimum():
            super().stepBy(steps)
        elif steps > 0:
            self.setValue(max(self.minimum() + 1, min(0, self.maximum())))

    def validate(self, text: str, place: int) -> object:
        """Let the person empty it."""
        if not text.strip():
            return QValidator.State.Acceptable, text, place
        return super().validate(text, place)

    def valueFromText(self, text: str) -> int:  # noqa: N802 - Qt's name
        """Read an empty box as unsaid."""
        return super().valueFromText(text) if text.strip() else self.minimum()
