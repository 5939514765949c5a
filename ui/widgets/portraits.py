"""Portraits: a picture as a disc, or initials in the name's own tint for those without one.

The tints carry light letters at 4.5:1 at least and belong to people, not to a palette, so
they are the same by day and by night.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from ui.theme.theme import TextSize, Theme

LETTERS = "#FBF3E6"
TINTS: tuple[str, ...] = (
    "#3D6179",
    "#8C5A3C",
    "#6B4C7E",
    "#4A653C",
    "#8F6224",
    "#55627C",
    "#6B5648",
    "#8A4651",
    "#2F5D62",
    "#7A4A6B",
    "#6F6130",
    "#35664F",
)


def paint_portrait(
    painter: QPainter, disc: QRectF, initials: str, tint: int, theme: Theme, *, faded: bool = False
) -> None:
    """Draw a disc with initials; `faded` for somebody who cannot come."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(0.45 if faded else 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(TINTS[tint]))
    painter.drawEllipse(disc)
    font = theme.serif(TextSize.INTERFACE, bold=True)
    font.setPixelSize(max(9, round(disc.height() * 0.38)))
    painter.setFont(font)
    painter.setPen(QColor(LETTERS))
    painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, initials)
    painter.restore()


def paint_number(painter: QPainter, disc: QRectF, number: int, theme: Theme) -> None:
    """Draw on the edge of a disc which of several people of one name this is."""
    size = round(disc.height() * 0.46)
    badge = QRectF(disc.right() - size + 2, disc.bottom() - size + 2, size, size)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.palette.colour("ink_3"), 1))
    painter.setBrush(theme.palette.colour("paper"))
    painter.drawEllipse(badge)
    font = theme.sans(TextSize.MARK, bold=True)
    font.setPixelSize(max(9, round(size * 0.62)))
    painter.setFont(font)
    painter.setPen(theme.palette.colour("ink"))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, f"{number}")
    painter.restore()


def paint_picture(
    painter: QPainter, disc: QRectF, picture: QImage, theme: Theme, *, faded: bool = False
) -> None:
    """Draw a square picture as a disc with a hairline around it; `faded` as above."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setOpacity(0.45 if faded else 1.0)
    circle = QPainterPath()
    circle.addEllipse(disc)
    painter.setClipPath(circle)
    painter.drawImage(disc, picture)
    painter.setClipping(False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.palette.colour("rule"), 1))
    painter.drawEllipse(disc.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()
