"""A quiet line above the composer: what there was last time. It can be put away.

Knows words only; they are never part of a prompt.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from ui.widgets.plain_parts import button, label


class RecapLine(QFrame):
    """The line. Lives on the GUI thread; owned by the conversation screen.

    Signals:
        closed: it was put away.
    """

    closed = Signal()

    def __init__(self) -> None:
        """Start out of sight."""
        super().__init__()
        self.setAccessibleName("Last time")
        self.words = label("", "secondary")
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = button(
            "Close", self.closed.emit, kind="quiet", spoken="Close what was last time"
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 8, 10, 8)
        layout.setSpacing(12)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_words(self, words: str) -> None:
        """Say something, or go out of sight."""
        self.words.setText(words)
        self.setVisible(bool(words))
