"""Editors of text: a line, prose, several lines, a file's path.

Knows one field and no model.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton

from ui.forms.field_editor import FieldEditor
from ui.viewmodels.form_fields import FieldDescription


class LineEditor(FieldEditor):
    """One line of text."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Bound the length as the model does."""
        super().__init__(field, spoken)
        self._line = QLineEdit(placeholderText=field.description)
        if field.most is not None:
            self._line.setMaxLength(field.most)
        self._line.textEdited.connect(self.edited.emit)
        self._hold(self._line)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a text."""
        text = "" if value is None else str(value)
        if self._line.text() != text:
            self._line.setText(text)
            if not self._line.hasFocus():
                self._line.setCursorPosition(0)


class GrowingText(QPlainTextEdit):
    """Plain text that grows with what it holds, between two numbers of lines."""

    def __init__(self, least_lines: int, most_lines: int) -> None:
        """Start at the least."""
        super().__init__(tabChangesFocus=True)
        self._least, self._most = least_lines, most_lines
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._fit)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Fit again when the text's size changed."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit again, since other lines break."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # A plain text document measures itself in lines as broken, not in pixels.
        lines = round(self.document().size().height())
        shown = max(self._least, min(self._most, lines))
        overflows = lines > self._most
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if overflows else policy.ScrollBarAlwaysOff
        )
        height = QFontMetricsF(self.font()).lineSpacing() * shown
        wanted = round(height + 2 * self.document().documentMargin() + 16)
        if wanted != self.height():
            self.setFixedHeight(wanted)


class ProseEditor(FieldEditor):
    """Several lines of prose, in the page's face."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Leave room for a short paragraph."""
        super().__init__(field, spoken)
        self._text = GrowingText(3, 14)
        self._text.setProperty("kind", "prose")
        self._text.setPlaceholderText(field.description)
        self._text.textChanged.connect(self._tell)
        self._hold(self._text)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a text."""
        text = "" if value is None else str(value)
        if self._text.toPlainText() != text:
            with QSignalBlocker(self):
                self._text.setPlainText(text)
            if self._text.hasFocus():
                self._text.moveCursor(QTextCursor.MoveOperation.End)

    def _tell(self) -> None:
        self.edited.emit(self._text.toPlainText())


class LinesEditor(FieldEditor):
    """Several short texts, one a line."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Leave room for a few."""
        super().__init__(field, spoken)
        self._text = GrowingText(2, 10)
        self._text.setPlaceholderText(f"{field.description} One a line.")
        self._text.textChanged.connect(self._tell)
        self._hold(self._text)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show the texts."""
        texts = [str(item) for item in value or ()]
        if self._lines() != texts:
            with QSignalBlocker(self):
                self._text.setPlainText("\n".join(texts))

    def _lines(self) -> list[str]:
        lines = (line.strip() for line in self._text.toPlainText().splitlines())
        return [line for line in lines if line]

    def _tell(self) -> None:
        self.edited.emit(self._lines())


class FileEditor(FieldEditor):
    """The path of a file, typed or looked for; empty for the one that ships."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Put the button beside the path."""
        super().__init__(field, spoken)
        self._line = QLineEdit(placeholderText="The one that ships", clearButtonEnabled=True)
        self._line.setAccessibleName(spoken)
        self._line.setAccessibleDescription(field.description)
        # A path is meant as a whole: half of one is no file, so it counts when it is left.
        self._line.editingFinished.connect(self._tell)
        browse = QPushButton("Browse …")
        browse.setAccessibleName(f"Look for {spoken}")
        browse.clicked.connect(self._browse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._line, 1)
        layout.addWidget(browse)
        self.setFocusProxy(self._line)
        self._value = ""

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a path."""
        self._value = str(value or "")
        if self._line.text() != self._value:
            self._line.setText(self._value)

    def _browse(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self, self.field.title, self._line.text(), self.field.file_filter
        )
        if path:
            self._line.setText(path)
            self._tell()

    def _tell(self) -> None:
        text = self._line.text().strip()
        if text != self._value:
            self._value = text
            self.edited.emit(text)
