"""The side panel: what was recalled for one reply, why, and that it was in the prompt.

Knows the values of recall and the theme; no view-model.
"""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.domain.memory import Recalled
from app.services.conversations import ReplyDetails
from ui.viewmodels.days import say_day
from ui.viewmodels.memory_alarm import LOOK_TOGETHER, AlarmWords, alarm_in_words
from ui.viewmodels.memory_words import DOT, say_place, say_signals, shorten
from ui.widgets.plain_parts import button, clear, label, scroll_area

_NOTHING = "Nothing was recalled for this reply."
_NO_REPLY = "When a reply draws on an earlier exchange, it is shown here."


class RecalledPanel(QFrame):
    """Shows one reply's memories as cards. GUI thread; owned by the conversation screen.

    Signals:
        memory_requested(MemoryId): show it in the memory room.
        together_requested(tuple[MemoryId, ...]): show these there, and nothing else.
    """

    memory_requested = Signal(str)
    together_requested = Signal(object)

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
        alarm = alarm_in_words(recalled)
        if alarm is not None:
            self._cards.addWidget(self._alarm_card(alarm))
        for one in recalled:
            self._cards.addWidget(self._card(one, recalled))
        if not recalled:
            self._cards.addWidget(_hint(_NOTHING if details else _NO_REPLY))

    @property
    def words(self) -> list[str]:
        """What the cards say, line by line."""
        widgets = [self._cards.itemAt(number).widget() for number in range(self._cards.count())]
        labels = [
            one
            for widget in widgets
            for one in ([widget] if isinstance(widget, QLabel) else widget.findChildren(QLabel))
        ]
        return [one.text() for one in labels]

    def _alarm_card(self, alarm: AlarmWords) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(12, 10, 12, 6)
        layout.setSpacing(6)
        layout.addWidget(label("Much alike", "bold"))
        for words in (alarm.text, alarm.check):
            words_label = label(words, "mark")
            words_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(words_label)
        show = button(
            LOOK_TOGETHER, lambda: self.together_requested.emit(alarm.memory_ids), kind="quiet"
        )
        show.setStyleSheet("padding: 2px 6px; margin-left: -6px;")
        layout.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _card(self, recalled: Recalled, among: tuple[Recalled, ...]) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(12, 10, 12, 6)
        layout.setSpacing(6)
        texts = [recalled.memory.text, describe(recalled, datetime.now(UTC), among)]
        texts += [DOT.join(said)] if (said := say_signals(recalled.signals)) else []
        for number, words in enumerate(texts):
            words_label = label(words, "mark" if number else "")
            words_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(words_label)
        spoken = f"In the memory room: {shorten(recalled.memory.text, 60)}"
        show = button(
            "In the memory room \u203a",
            lambda: self.memory_requested.emit(recalled.memory.id),
            kind="quiet",
            spoken=spoken,
        )
        show.setStyleSheet("padding: 2px 6px; margin-left: -6px;")
        layout.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)
        return card


def describe(recalled: Recalled, now: datetime, among: tuple[Recalled, ...] = ()) -> str:
    """Return when it was, why it came up, what it cost, and whether the model read it.

    With the others that were recalled also at which place among them.
    """
    parts = [say_day(recalled.memory.happened_at, now), recalled.reason.rstrip(".")]
    if recalled.tokens:
        parts.append(f"{recalled.tokens} tokens")
    place = say_place(recalled, among)
    read = f"yes, as {place}" if place else "yes"
    parts.append(f"in the prompt: {read if recalled.injected else 'no, it did not fit'}")
    return DOT.join(part for part in parts if part)


def _hint(words: str) -> QLabel:
    return label(words, "hint")
