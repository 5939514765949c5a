"""Scores as pictures: a bar from 1 to 7, and the five domains as a pentagon.

Painted from the theme in force; every picture has its numbers beside it in words. Knows
scales, not personas.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize, Theme
from ui.viewmodels.persona_reading import Scale, say_score

_LEAST, _GREATEST = 1.0, 7.0


class ScaleBar(QWidget):
    """A score as a length. GUI thread; owned by its page. The number stands beside it."""

    def __init__(self, theme: LiveTheme, score: float | None, spoken: str) -> None:
        """Show one score; None leaves the groove empty."""
        super().__init__()
        self._theme = theme
        self._score = score
        self.setAccessibleName(spoken)
        self.setMinimumWidth(80)
        theme.theme_changed.connect(self._repaint)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for a line's height."""
        return QSize(128, round(self._theme.current.base_size * 1.4))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the groove, and the score upon it."""
        palette = self._theme.current.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(0, self.height() / 2 - 2.5, self.width(), 5)
        painter.setBrush(palette.colour("rule"))
        painter.drawRoundedRect(groove, 2.5, 2.5)
        if self._score is not None:
            share = (self._score - _LEAST) / (_GREATEST - _LEAST)
            groove.setWidth(max(5.0, groove.width() * share))
            painter.setBrush(palette.colour("accent_2"))
            painter.drawRoundedRect(groove, 2.5, 2.5)
        painter.end()

    def _repaint(self, _theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class TraitPentagon(QWidget):
    """The five domains as one shape. GUI thread; owned by its page."""

    def __init__(self, theme: LiveTheme, scales: Sequence[Scale]) -> None:
        """Show five means; unsaid ones rest on the innermost ring."""
        super().__init__()
        self._theme = theme
        self._scales: tuple[Scale, ...] = ()
        self.set_scales(scales)
        theme.theme_changed.connect(self._repaint)

    def set_scales(self, scales: Sequence[Scale]) -> None:
        """Show other means."""
        self._scales = tuple(scales)
        spoken = ", ".join(f"{scale.title} {say_score(scale.score)}" for scale in scales)
        self.setAccessibleName(f"Traits: {spoken}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for room for the shape and its names."""
        side = round(self._theme.current.base_size * 20)
        return QSize(side, round(side * 0.86))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint three rings, the shape, and a name at each corner."""
        theme = self._theme.current
        palette = theme.palette
        font = theme.sans(TextSize.MARK)
        metrics = QFontMetricsF(font)
        radius = min(self.width() / 2 - 56, self.height() / 2 - 26)
        centre = QPointF(self.width() / 2, self.height() / 2 + 10)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette.colour("rule"), 1))
        for share in (1 / 3, 2 / 3, 1.0):
            painter.drawPolygon(self._ring(centre, [radius * share] * len(self._scales)))
        shares = [
            ((scale.score or _LEAST) - _LEAST) / (_GREATEST - _LEAST) for scale in self._scales
        ]
        painter.setPen(QPen(palette.colour("accent_2"), 2))
        painter.setBrush(palette.colour("accent_2", 0.2))
        painter.drawPolygon(self._ring(centre, [radius * share for share in shares]))
        painter.setFont(font)
        painter.setPen(palette.colour("ink_2"))
        for number, scale in enumerate(self._scales):
            corner = self._corner(centre, number, radius + 12)
            width = metrics.horizontalAdvance(scale.title)
            # Names lean away from the shape, so that they never lie upon it.
            lean = (corner.x() - centre.x()) / (radius + 12)
            left = corner.x() - width / 2 + lean * width / 2
            left = max(0.0, min(self.width() - width, left))
            baseline = corner.y() + metrics.ascent() / 2
            painter.drawText(QPointF(left, baseline), scale.title)
        painter.end()

    def _ring(self, centre: QPointF, radii: Sequence[float]) -> QPolygonF:
        corners = [self._corner(centre, number, radius) for number, radius in enumerate(radii)]
        return QPolygonF(corners)

    def _corner(self, centre: QPointF, number: int, radius: float) -> QPointF:
        angle = 2 * math.pi * number / max(1, len(self._scales)) - math.pi / 2
        return QPointF(centre.x() + radius * math.cos(angle), centre.y() + radius * math.sin(angle))

    def _repaint(self, _theme: Theme) -> None:
        self.updateGeometry()
        self.update()
