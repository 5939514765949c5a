"""A label that shortens its words with an ellipsis where there is no room.

The whole of them stays in the tooltip and for screen readers. Knows no content.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidingLabel(QLabel):
    """Shows as much of its words as there is room for. GUI thread; owned by its screen."""

    def __init__(self, least_characters: int = 4, parent: QWidget | None = None) -> None:
        """Begin without words; never show fewer than `least_characters` of them."""
        super().__init__(parent)
        self._least_characters = least_characters
        self._words = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> str:
        """All of the words, shown or not."""
        return self._words

    def set_words(self, words: str) -> None:
        """Show other words."""
        self._words = words
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.updateGeometry()
        self._elide()

    def _elide(self) -> None:
        room = self.contentsRect().width()
        fits = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.setText(fits if self.width() < self.sizeHint().width() else self._words)

    def _frame(self) -> int:
        """Return what the style puts around the words."""
        shown = self.fontMetrics().horizontalAdvance(self.text())
        return max(0, super().sizeHint().width() - shown)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        wanted = self.fontMetrics().horizontalAdvance(self._words) + self._frame() + 2
        return QSize(wanted, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = self.fontMetrics()
        whole = metrics.horizontalAdvance(self._words)
        shortest = metrics.horizontalAdvance(self._words[: self._least_characters] + "…")
        least = min(whole, shortest)
        return QSize(least + self._frame() + 2, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.updateGeometry()
            self._elide()
