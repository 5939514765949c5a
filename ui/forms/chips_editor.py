"""Several short texts as chips on a line: tags, names of people.

A chip goes with a click on it; a text becomes a chip at Return, at a comma, and when the
line is left. Knows one field and no model.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from ui.forms.field_editor import FieldEditor
from ui.forms.flow_layout import FlowLayout
from ui.viewmodels.form_fields import FieldDescription
from ui.widgets.text_fields import TextLine

_LINE_WIDTH = 132


class ChipsEditor(FieldEditor):
    """Texts that can be added one by one and taken away with a click. Values are lists."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Start with none."""
        super().__init__(field, spoken)
        self._texts: list[str] = []
        self._chips: list[QPushButton] = []
        self._line = TextLine(placeholderText=field.look.adding)
        self._line.setAccessibleName(spoken)
        self._line.setAccessibleDescription(f"{field.description} Return or a comma adds one.")
        self._line.setToolTip(field.description)
        self._line.setFixedWidth(_LINE_WIDTH)
        self._line.textEdited.connect(self._split)
        self._line.installEventFilter(self)
        self._flow = FlowLayout(self)
        self._flow.addWidget(self._line)

    @property
    def focus_target(self) -> QWidget:
        """The line; a focus proxy would make Tab pass over the chips."""
        return self._line

    @property
    def line_height(self) -> int:
        """The line's own height; chips are lower."""
        self._line.ensurePolished()
        return self._line.sizeHint().height()

    def set_line_height(self, height: int) -> None:
        """Make the line so tall; chips beside it stand in its middle."""
        self._line.setFixedHeight(height)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show the texts."""
        texts = [str(item) for item in value or ()]
        if texts != self._texts:
            self._show(texts)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Add with Return and when the line is left, take the last away with Backspace."""
        if event.type() == QEvent.Type.FocusOut:
            self._add(self._line.text())
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_empty = not self._line.text()
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not is_empty:
                self._add(self._line.text())
                return True
            if event.key() == Qt.Key.Key_Backspace and is_empty and self._texts:
                self._tell(self._texts[:-1])
                return True
        return super().eventFilter(watched, event)

    def _split(self, typed: str) -> None:
        if "," in typed:
            *whole, rest = typed.split(",")
            self._add(*whole)
            self._line.setText(rest.lstrip())

    def _add(self, *typed: str) -> None:
        self._line.clear()
        texts = list(self._texts)
        known = {text.casefold() for text in texts}
        for text in (one.strip() for one in typed):
            if text and text.casefold() not in known:
                known.add(text.casefold())
                texts.append(text)
        if texts != self._texts:
            self._tell(texts)

    def _remove(self, text: str) -> None:
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell([one for one in self._texts if one != text])

    def _tell(self, texts: list[str]) -> None:
        self._show(texts)
        self.edited.emit(texts)

    def _show(self, texts: list[str]) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._texts = texts
        self._chips = [self._chip(text) for text in texts]
        for place, chip in enumerate(self._chips):
            self._flow.insert(place, chip)
            chip.show()
        self.updateGeometry()

    def _chip(self, text: str) -> QPushButton:
        chip = QPushButton(f"{text}  \u00d7", self)
        chip.setProperty("kind", "chip")
        chip.setAccessibleName(f"Remove {text} from {self.spoken}")
        chip.setToolTip(f"Remove {text}")
        chip.clicked.connect(lambda _checked: self._remove(text))
        return chip
