"""Line icons from `resources/icons/*.svg`, drawn in a colour of the palette.

The files draw with `currentColor`; nothing else is looked up. Knows no screen.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.errors import Bug
from ui.theme.palette import RESOURCES, Palette


def tinted_icon(name: str, palette: Palette, role: str = "ink_2", size: int = 16) -> QIcon:
    """Return an icon in the role's colour, sharp at single, double and triple scale."""
    return QIcon(tinted_pixmap(name, palette, role, size, ratio=3.0))


def tinted_pixmap(
    name: str, palette: Palette, role: str = "ink_2", size: int = 16, ratio: float = 1.0
) -> QPixmap:
    """Return an icon of `size` logical pixels; raises Bug for a name that does not ship."""
    path: Path = RESOURCES / "icons" / f"{name}.svg"
    try:
        drawing = path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"The icon {path} cannot be read ({error.strerror}). Install Dramatis again."
        raise Bug(message, code="theme") from error
    colour = palette.colour(role).name()
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
