"""What was deleted in a conversation, however long ago, with the way back for each message.

Shows the view-model of deleted messages; knows no service.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.viewmodels.deleted_messages import DeletedMessages, DeletedRow
from ui.widgets.plain_parts import clear

_NOTHING = "Nothing has been deleted in this conversation."
_LONGEST_EXCERPT = 400


class DeletedDialog(QDialog):
    """A card for each deleted message. GUI thread; owned by the conversation screen."""

    def __init__(self, deleted: DeletedMessages, parent: QWidget) -> None:
        """Ask for the messages; they are shown when they come."""
        super().__init__(parent)
        self.setWindowTitle("Deleted messages")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 480)
        self._deleted = deleted
        deleted.setParent(self)
        heading = QLabel("Deleted messages")
        heading.setProperty("kind", "title")
        hint = QLabel("What is brought back stands where it stood.")
        hint.setProperty("kind", "hint")
        hint.setWordWrap(True)
        inner = QWidget()
        self._cards = QVBoxLayout(inner)
        self._cards.setContentsMargins(0, 6, 0, 6)
        self._cards.setSpacing(10)
        self._cards.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName("Deleted messages")
        area.setWidget(inner)
        self._close = QPushButton("Close")
        self._close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 16)
        layout.addWidget(heading)
        layout.addWidget(hint)
        layout.addWidget(area, 1)
        layout.addLayout(foot)
        deleted.changed.connect(self._show)
        deleted.refresh()

    @property
    def words(self) -> list[str]:
        """What the cards say, line by line."""
        found = [self._cards.itemAt(number).widget() for number in range(self._cards.count() - 1)]
        return [
            label.text()
            for widget in found
            for label in ([widget] if isinstance(widget, QLabel) else widget.findChildren(QLabel))
        ]

    def _show(self) -> None:
        had_focus = self.focusWidget() is not None and self.focusWidget() is not self._close
        clear(self._cards, down_to=1)
        rows = self._deleted.rows
        for place, row in enumerate(rows):
            self._cards.insertWidget(place, self._card(row))
        if not rows:
            nothing = QLabel(_NOTHING)
            nothing.setProperty("kind", "hint")
            self._cards.insertWidget(0, nothing)
        if had_focus:
            # The button that was pressed went with its row; the keyboard goes on from the foot.
            self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self, row: DeletedRow) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        card.setAccessibleName(row.title)
        title, words = QLabel(row.title), QLabel(_excerpt(row.text))
        title.setProperty("kind", "mark")
        for label in (title, words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        button = QPushButton("Bring back")
        button.setAccessibleName(f"Bring back: {_excerpt(row.text, 60)}")
        button.clicked.connect(lambda _checked: self._deleted.bring_back(row))
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(button)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(14, 10, 12, 12)
        layout.addLayout(head)
        layout.addWidget(words)
        return card


def _excerpt(text: str, longest: int = _LONGEST_EXCERPT) -> str:
    """Return the beginning of a text, which is enough to know it again."""
    return text if len(text) <= longest else f"{text[:longest].rstrip()} \u2026"
