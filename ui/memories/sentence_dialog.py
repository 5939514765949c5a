"""Asks for the words of a memory: another sentence, one for several, or several for one.

Knows no memory; the words go out as a signal.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.plain_parts import button, label
from ui.widgets.text_fields import PlainText

_WIDTH, _HEIGHT = 520, 130


class SentenceDialog(QDialog):
    """One field with words. GUI thread; deletes itself.

    Signals:
        accepted_text(str): these words.
        accepted_lines(list[str]): these lines, where several are asked for.
    """

    accepted_text = Signal(str)
    accepted_lines = Signal(object)

    def __init__(
        self,
        title: str,
        hint: str,
        text: str,
        accept: str,
        *,
        has_lines: bool = False,
        longest: int = 600,
        parent: QWidget | None = None,
    ) -> None:
        """Offer words to be changed; with `has_lines` each line is one of several."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._has_lines = has_lines
        self._longest = longest
        self._before = text.strip()
        self.field = PlainText()
        self.field.setProperty("kind", "prose")
        self.field.setAccessibleName(title)
        self.field.setAccessibleDescription(hint)
        self.field.setTabChangesFocus(True)
        self.field.setPlainText(text)
        self.field.setMinimumSize(_WIDTH, _HEIGHT)
        self.field.textChanged.connect(self._follow)
        self._count = label("", "mark")
        self.accept_button = button(accept, self.accept, kind="primary")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._count, 1)
        buttons.addWidget(button("Cancel", self.reject))
        buttons.addWidget(self.accept_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(label(title, "heading"))
        layout.addWidget(label(hint, "secondary"))
        layout.addWidget(self.field, 1)
        layout.addLayout(buttons)
        send = QShortcut(QKeySequence("Ctrl+Return"), self)
        send.activated.connect(self.accept)
        self.field.selectAll()
        self.field.setFocus()
        self._follow()

    def accept(self) -> None:
        """Hand the words over when they hold."""
        if not self.accept_button.isEnabled():
            return
        if self._has_lines:
            self.accepted_lines.emit(self._lines())
        else:
            self.accepted_text.emit(" ".join(self.field.toPlainText().split()))
        super().accept()

    def _lines(self) -> list[str]:
        lines = self.field.toPlainText().splitlines()
        return [" ".join(line.split()) for line in lines if line.strip()]

    def _follow(self) -> None:
        lines = self._lines()
        longest = max((len(one) for one in lines), default=0)
        whole = len(" ".join(lines))
        if self._has_lines:
            is_good = len(lines) > 1 and longest <= self._longest
            words = "1 memory" if len(lines) == 1 else f"{len(lines)} memories"
            self._count.setText(words if longest <= self._longest else self._too_long(longest))
        else:
            is_good = 0 < whole <= self._longest
            self._count.setText(self._too_long(whole) if whole > self._longest else "")
        self.accept_button.setEnabled(is_good)

    def _too_long(self, count: int) -> str:
        return f"{count} characters; {self._longest} at most"
