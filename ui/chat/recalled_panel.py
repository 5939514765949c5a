"""The side panel: what was recalled for one reply, why, and that it was in the prompt.

Knows the values of recall and the theme; no view-model.
"""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.domain.memory import Recalled
from app.services.conversations import ReplyDetails
from ui.viewmodels.days import say_day
from ui.widgets.plain_parts import clear, scroll_area

_NOTHING = "Nothing was recalled for this reply."
_NO_REPLY = "When a reply draws on an earlier exchange, it is shown here."


class RecalledPanel(QFrame):
    """Shows one reply's memories as cards. GUI thread; owned by the conversation screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with no reply."""
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setAccessibleName("Recalled for this reply")
        heading = QLabel("Recalled for this reply")
        heading.setProperty("kind", "heading")
        heading.setWordWrap(True)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        inner = QWidget()
        content = QVBoxLayout(inner)
        content.setContentsMargins(18, 18, 18, 18)
        content.setSpacing(12)
        content.addWidget(heading)
        content.addLayout(self._cards)
        content.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll_area("Memories", inner))
        self.show_details(None)

    def show_details(self, details: ReplyDetails | None) -> None:
        """Show what was recalled for a reply; None where there is no reply."""
        clear(self._cards)
        recalled = details.recalled if details else ()
        for one in recalled:
            self._cards.addWidget(_card(one, datetime.now(UTC)))
        if not recalled:
            self._cards.addWidget(_hint(_NOTHING if details else _NO_REPLY))

    @property
    def words(self) -> list[str]:
        """What the cards say, line by line."""
        widgets = [self._cards.itemAt(number).widget() for number in range(self._cards.count())]
        labels = [
            label
            for widget in widgets
            for label in ([widget] if isinstance(widget, QLabel) else widget.findChildren(QLabel))
        ]
        return [label.text() for label in labels]


def describe(recalled: Recalled, now: datetime) -> str:
    """Return when it was, why it came up, what it cost, and whether the model read it."""
    parts = [say_day(recalled.memory.happened_at, now), recalled.reason]
    if recalled.tokens:
        parts.append(f"{recalled.tokens} tokens")
    parts.append(f"in the prompt: {'yes' if recalled.injected else 'no, it did not fit'}")
    return "\u00a0\u00b7 ".join(part for part in parts if part)


def _card(recalled: Recalled, now: datetime) -> QFrame:
    card = QFrame()
    card.setProperty("kind", "card")
    text = QLabel(recalled.memory.text)
    facts = QLabel(describe(recalled, now))
    facts.setProperty("kind", "mark")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(12, 10, 12, 10)
    layout.setSpacing(6)
    for label in (text, facts):
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(label)
    return card


def _hint(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("kind", "hint")
    label.setWordWrap(True)
    return label
