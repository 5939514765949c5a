"""Asks who is who in an old chat that does not tell.

The names go out as a signal; knows no chat.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.plain_parts import button, label
from ui.widgets.text_fields import TextLine

_WIDTH = 460


class NamingDialog(QDialog):
    """Two names. GUI thread; deletes itself.

    Signals:
        named(str, str): what the user is called in the chat, and what the character is; "" leaves
            it to the chat.
    """

    named = Signal(str, str)

    def __init__(self, why: str, character: str, parent: QWidget | None = None) -> None:
        """Say why it is asked."""
        super().__init__(parent)
        self.setWindowTitle("Who is who")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self.user, self.character = TextLine(), TextLine()
        self.accept_button = button("Bring it in", self.accept, kind="primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        layout.addWidget(label("Who is who", "heading"))
        layout.addWidget(label(why, "secondary"))
        for field, words in (
            (self.user, "In this chat you are called"),
            (self.character, f"In this chat {character} is called"),
        ):
            field.setAccessibleName(words)
            field.textChanged.connect(lambda _text: self._follow())
            layout.addWidget(label(words))
            layout.addWidget(field)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(button("Cancel", self.reject))
        buttons.addWidget(self.accept_button)
        layout.addSpacing(6)
        layout.addLayout(buttons)
        self.accept_button.setDefault(True)
        self._follow()
        self.user.setFocus()

    def accept(self) -> None:
        """Hand the names over when there is one."""
        if self.accept_button.isEnabled():
            self.named.emit(self.user.text().strip(), self.character.text().strip())
            super().accept()

    def _follow(self) -> None:
        is_any = any(one.text().strip() for one in (self.user, self.character))
        self.accept_button.setEnabled(is_any)
