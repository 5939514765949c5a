"""Lets what scrolls away fade into the paper instead of being cut by an edge.

Lies over a viewport's upper edge and lets every click through. Knows no content.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from ui.theme.live_theme import LiveTheme

_HEIGHT = 18


class EdgeFade(QWidget):
    """The fade over one scroll area. Lives on the GUI thread; owned by that area's viewport."""

    def __init__(self, area: QAbstractScrollArea, theme: LiveTheme) -> None:
        """Show as soon as the area is scrolled down."""
        super().__init__(area)
        self._area = area
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        area.viewport().installEventFilter(self)
        area.verticalScrollBar().valueChanged.connect(self._follow)
        theme.theme_changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        corner = self._area.viewport().geometry().topLeft()
        self.setGeometry(corner.x(), corner.y(), self._area.viewport().width(), _HEIGHT)
        is_scrolled = self._area.verticalScrollBar().value() > 0
        self.setVisible(is_scrolled and not self._theme.current.palette.is_contrast)
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        del event
        palette = self._theme.current.palette
        gradient = QLinearGradient(QPointF(0, 0), QPointF(0, _HEIGHT))
        gradient.setColorAt(0, palette.colour("paper"))
        gradient.setColorAt(1, palette.colour("paper", 0))
        painter = QPainter(self)
        painter.fillRect(self.rect(), gradient)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep the width of the viewport."""
        if event.type() == QEvent.Type.Resize:
            self._follow()
        return super().eventFilter(watched, event)
