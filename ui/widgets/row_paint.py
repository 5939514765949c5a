"""What all lists of rows have in common: one column, a ground under a row, headings, words.

Colours go by their role in the theme. Knows no row.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyleOptionViewItem

from ui.theme.theme import RADIUS_SMALL, TextSize, Theme

ROW_INSET = 2
ROW_PADDING = 8
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
_BOTTOM = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom


def set_up_column(view: QListView, spoken: str) -> None:
    """Make a view one smooth column without a frame, whose rows follow the pointer."""
    view.setAccessibleName(spoken)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setMouseTracking(True)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setResizeMode(QListView.ResizeMode.Adjust)


def paint_heading(painter: QPainter, area: QRect, words: str, theme: Theme) -> None:
    """Write a heading in small spaced capitals, just above the rows that follow."""
    font = theme.sans(TextSize.MARK)
    font.setCapitalization(QFont.Capitalization.AllUppercase)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 1)
    painter.setFont(font)
    painter.setPen(theme.palette.colour("ink_3"))
    painter.drawText(area.adjusted(0, 0, 0, -5), _BOTTOM, words)


def paint_ground(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> None:
    """Mark a row that is chosen, pointed at, or has the keyboard."""
    palette = theme.palette
    ground = QRectF(option.rect).adjusted(ROW_INSET, 1, -ROW_INSET, -1)
    is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.colour("selection", 1.0 if is_chosen else 0.5))
        painter.drawRoundedRect(ground, RADIUS_SMALL, RADIUS_SMALL)
    if is_chosen and palette.is_contrast:
        bar = QRectF(ground.left(), ground.top() + 4, 3, ground.height() - 8)
        painter.fillRect(bar, palette.colour("accent"))
    focused = QStyle.StateFlag.State_HasFocus
    if option.state & focused and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
        painter.setPen(QPen(palette.colour("accent_2"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), RADIUS_SMALL, RADIUS_SMALL)


def write(
    painter: QPainter,
    area: QRect,
    words: str,
    font: QFont,
    theme: Theme,
    role: str,
    *,
    right: bool = False,
) -> None:
    """Write one line, cut with dots where it does not fit."""
    painter.setFont(font)
    painter.setPen(theme.palette.colour(role))
    shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, RIGHT if right else LEFT, shown)
