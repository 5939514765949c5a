"""The line that a folded card shows: an arrow and a few words; a click opens the card.

Knows no card.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ui.widgets.eliding_label import ElidingLabel

_NOTHING = "Nothing said yet"
_GAP = " \u00b7 "
_ALL = 10_000


class Fold(QWidget):
    """An arrow and a summary. GUI thread; owned by its card.

    Signals:
        toggled(bool): the card is to be open or folded.
    """

    toggled = Signal(bool)

    def __init__(self, spoken: str) -> None:
        """Start folded."""
        super().__init__()
        self._spoken = spoken
        self._arrow = QToolButton()
        self._arrow.setCheckable(True)
        self._arrow.setArrowType(Qt.ArrowType.RightArrow)
        self._arrow.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._arrow.toggled.connect(self._turn)
        # The rest is shortened before it; the page may be narrower than both.
        self._head = ElidingLabel(least_characters=_ALL)
        self._head.setStyleSheet("font-weight: 600;")
        self._rest = ElidingLabel(least_characters=0)
        self._rest.setProperty("kind", "secondary")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._arrow)
        layout.addWidget(self._head)
        layout.addWidget(self._rest)
        layout.addStretch(1)
        for words in (self._head, self._rest):
            words.installEventFilter(self)
        self.set_words([])

    @property
    def name(self) -> str:
        """What a screen reader calls what is folded, without what stands in it."""
        return self._spoken

    @property
    def is_open(self) -> bool:
        """Whether the card is open."""
        return self._arrow.isChecked()

    def open(self) -> None:
        """Show what is folded."""
        self._arrow.setChecked(True)

    def set_words(self, words: Sequence[str]) -> None:
        """Show other words, the first of them heavier."""
        head, *rest = words or (_NOTHING,)
        self._head.set_words(head)
        self._rest.set_words(_GAP.join(rest))
        self._arrow.setAccessibleName(f"Open {self._spoken}: {head}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Open and fold with a click on the words too."""
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._arrow.toggle()
        return super().eventFilter(watched, event)

    def _turn(self, is_open: bool) -> None:
        arrow = Qt.ArrowType
        self._arrow.setArrowType(arrow.DownArrow if is_open else arrow.RightArrow)
        self.toggled.emit(is_open)
