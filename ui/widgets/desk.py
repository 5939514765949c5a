"""A page lying on a desk: the one shadow of the app.

The page keeps a widest width and stands in the middle. Knows no content.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme.live_theme import LiveTheme

MARGIN = 26
_SHADOW_STEPS = 18


class Desk(QWidget):
    """Holds one page and what stands below it. GUI thread; owned by a screen."""

    def __init__(self, theme: LiveTheme, parent: QWidget | None = None) -> None:
        """Lay an empty page on the desk."""
        super().__init__(parent)
        self._theme = theme
        self.page = QFrame()
        self.page.setProperty("kind", "page")
        self.above = QVBoxLayout()
        self.below = QVBoxLayout()
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(self.above)
        column.addWidget(self.page, 1)
        column.addLayout(self.below)
        self._column = QWidget()
        self._column.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 18, MARGIN, 0)
        row.addStretch(1)
        row.addWidget(self._column, 1000)
        row.addStretch(1)
        theme.theme_changed.connect(self.update)

    def set_page_width(self, width: int) -> None:
        """Let the page grow to this width and no further."""
        self._column.setMaximumWidth(width)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        del event
        palette = self._theme.current.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), palette.colour("desk"))
        if palette.is_contrast:
            painter.setPen(palette.colour("rule"))
            painter.drawRect(self._page_area().adjusted(-0.5, -0.5, 0.5, 0.5))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        darkest = 0.34 if palette.dark else 0.075
        page = self._page_area().translated(0, 3)
        for step in range(_SHADOW_STEPS):
            fading = (1 - step / _SHADOW_STEPS) ** 2
            painter.setPen(QPen(palette.colour("shadow", darkest * fading), 1.0))
            reach = step + 0.5
            ring = page.adjusted(-reach, -reach, reach, reach)
            painter.drawRoundedRect(ring, reach + 1, reach + 1)

    def _page_area(self) -> QRectF:
        corner = self.page.mapTo(self, self.page.rect().topLeft())
        return QRectF(corner.x(), corner.y(), self.page.width(), self.page.height())
