"""Editors of text: a line, prose, several lines, a file's path.

Knows one field and no model.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
)

from ui.forms.field_editor import BoxedEditor, FieldEditor
from ui.viewmodels.form_fields import FieldDescription
from ui.widgets.text_fields import PlainText, TextLine

_CURSOR_MARGIN = 24
_LINE_MARGIN = 1.0
_LINE_FRAME = 14
_TEXT_FRAME = 13
_ROOM_EDGE = 4


class LineEditor(BoxedEditor):
    """One line of text."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Bound the length as the model does."""
        super().__init__(field, spoken)
        self._line = TextLine(placeholderText=field.description)
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


class GrowingText(PlainText):
    """Plain text that is as tall as what it holds, and keeps the cursor in sight of its page.

    GUI thread; owned by its editor.

    Signals:
        returned: Return was pressed in a text that is one line however it wraps.
    """

    returned = Signal()

    def __init__(self, least_lines: int, *, is_one_line: bool = False) -> None:
        """Start at the least."""
        super().__init__(tabChangesFocus=True)
        self._least = least_lines
        self._least_height = 0
        self._is_one_line = is_one_line
        self._has_line_frame = least_lines == 1
        if self._has_line_frame:
            self.document().setDocumentMargin(_LINE_MARGIN)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._fit)
        self.cursorPositionChanged.connect(self._follow_soon)
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

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Say Return instead of breaking a line that is one."""
        is_return = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_return and self._is_one_line:
            self.returned.emit()
            return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt's name
        """Take pasted paragraphs into one line where there is only one."""
        if self._is_one_line and source.hasText():
            self.insertPlainText(" ".join(source.text().split()))
        else:
            super().insertFromMimeData(source)

    @property
    def line_height(self) -> int:
        """How tall it is with one line in it, in pixels."""
        self.ensurePolished()
        first = self.document().firstBlock()
        # To ask where it stands lays it out; the font's own line spacing is a fraction less.
        self.blockBoundingRect(first)
        return self._framed(first.layout().lineAt(0).height())

    def set_line_height(self, height: int) -> None:
        """Be no less tall than that."""
        self._least_height = height
        self._fit()

    def _framed(self, height: float) -> int:
        frame = _LINE_FRAME if self._has_line_frame else _TEXT_FRAME
        return round(height + 2 * self.document().documentMargin() + frame)

    def _fit(self) -> None:
        spacing = QFontMetricsF(self.font()).lineSpacing()
        height = max(self._text_height(), spacing * self._least)
        wanted = max(self._framed(height), self._least_height)
        if wanted != self.height():
            self.setFixedHeight(wanted)
            # While it is being shown, Qt leaves the viewport at its old height; this sets it anew.
            self.setViewportMargins(0, 0, 0, 0)

    def _text_height(self) -> float:
        """Return how tall the text is, or the words in its place, in pixels."""
        if self.document().isEmpty() and self.placeholderText():
            room = self.viewport().rect().adjusted(_ROOM_EDGE, 0, -_ROOM_EDGE, 0).toRectF()
            wraps = Qt.TextFlag.TextWordWrap
            return (
                QFontMetricsF(self.font())
                .boundingRect(room, wraps, self.placeholderText())
                .height()
            )
        # Qt reckons the upper margin with the first block.
        height, block = -self.document().documentMargin(), self.document().firstBlock()
        while block.isValid():
            height += self.blockBoundingRect(block).height()
            block = block.next()
        return height

    def _follow_soon(self) -> None:
        if self.hasFocus():
            # The page has its new height only after its layout ran.
            QTimer.singleShot(0, self, self._follow)

    def _follow(self) -> None:
        """Scroll the page around this text, which does not scroll, to the cursor."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea) and area.widget() is not None:
            cursor = self.cursorRect()
            place = self.viewport().mapTo(area.widget(), cursor.center())
            area.ensureVisible(place.x(), place.y(), 0, _CURSOR_MARGIN + cursor.height())


class ProseEditor(FieldEditor):
    """Several lines of prose, in the page's face."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Leave room for a short paragraph."""
        super().__init__(field, spoken)
        self._text = GrowingText(field.look.least_lines)
        self._text.setProperty("kind", "prose")
        self._text.setPlaceholderText("" if field.look.note else field.description)
        self._text.textChanged.connect(self._tell)
        self._hold(self._text)

    @property
    def line_height(self) -> int:
        """The text's own, with one line in it."""
        return self._text.line_height

    def set_line_height(self, height: int) -> None:
        """Leave the text that much room at the least."""
        self._text.set_line_height(height)

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


class WrappedLineEditor(FieldEditor):
    """One line that wraps where there is no room for it.

    Signals:
        returned: Return was pressed.
    """

    returned = Signal()

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Begin with the height of one line."""
        super().__init__(field, spoken)
        self._text = GrowingText(1, is_one_line=True)
        self._text.setPlaceholderText(field.description)
        self._text.textChanged.connect(self._tell)
        self._text.returned.connect(self.returned)
        self._hold(self._text)

    @property
    def line_height(self) -> int:
        """The text's own, with one line in it."""
        return self._text.line_height

    def set_line_height(self, height: int) -> None:
        """Leave the text that much room at the least."""
        self._text.set_line_height(height)

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        """Show a text."""
        text = "" if value is None else str(value)
        if self._text.toPlainText() != text:
            with QSignalBlocker(self):
                self._text.setPlainText(text)

    def _tell(self) -> None:
        self.edited.emit(self._text.toPlainText())


class LinesEditor(FieldEditor):
    """Several short texts, one a line."""

    def __init__(self, field: FieldDescription, spoken: str) -> None:
        """Leave room for a few."""
        super().__init__(field, spoken)
        self._text = GrowingText(2)
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
