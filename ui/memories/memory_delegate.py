"""Paints a memory: the day, the sentence in the serif, what it superseded, the note.

Sizes come from the theme's type alone. A row's height is found from its length; only where
that is doubtful the words are set. Knows no view-model.
"""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QLinearGradient,
    QPainter,
    QPen,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.domain.memory import MemoryKind
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import RADIUS_SMALL, TextSize, Theme
from ui.viewmodels.memory_rows import MemoryListModel, MemoryRole, MemoryRow
from ui.widgets.row_paint import write

Index = QModelIndex | QPersistentModelIndex
_PADDING, _DENSE_PADDING = 13, 9
_BAR = 3
_GAP = 18
_FADE = 64
_MOST_LINES = 3
_MOST_MEASURED = 4_000
_NARROW = 560
_SAMPLE = "His grandfather kept buttons in a biscuit tin, and swore he never took the valve."


class MemoryDelegate(QStyledItemDelegate):
    """Paints one row. GUI thread; owned by its list."""

    def __init__(self, theme: LiveTheme, model: MemoryListModel, parent: QWidget) -> None:
        """Follow the theme in force."""
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._width = 600
        self._padding = _PADDING
        self._lines: dict[tuple[str, bool], int] = {}
        self._type = _Type(theme.current, self._width)
        theme.theme_changed.connect(lambda _theme: self._measure())

    def set_width(self, width: int) -> bool:
        """Break sentences for another width; returns whether it is another one."""
        if width == self._width:
            return False
        self._width = width
        self._measure()
        return True

    def set_dense(self, *, is_dense: bool) -> None:
        """Leave less air around a row."""
        self._padding = _DENSE_PADDING if is_dense else _PADDING

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return a row's height; the width is the list's."""
        # Asked for every row whenever the list is laid out: Qt's own way to the row is too slow.
        entry = self._model.rows[index.row()]
        kind = self._type
        is_italic = entry.memory.kind is MemoryKind.REFLECTION
        lines = self._count_lines(entry.memory.text, is_italic=is_italic)
        height = kind.line * lines + 2 * self._padding
        below = self._model.count_below(entry)
        return QSize(0, height + below * kind.small + (2 if below else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row on its ground, with a hairline below."""
        row: MemoryRow = index.data(MemoryRole.ROW)
        theme, kind = self._theme.current, self._type
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect
        _paint_ground(painter, option, theme)
        painter.fillRect(
            QRect(area.left(), area.bottom(), area.width(), 1), theme.palette.colour("rule")
        )
        top = area.top() + self._padding
        head = QRect(area.left() + kind.side, top, area.width() - kind.side, kind.line)
        mark = theme.sans(TextSize.MARK)
        write(painter, head.adjusted(0, 0, 0, -2), row.day, mark, theme, "ink_2")
        note = head.adjusted(kind.left, 0, 0, -2)
        write(painter, note, row.note, mark, theme, "ink_2", right=True)
        left = area.left() + kind.side + kind.left
        font = theme.serif(italic=row.is_italic)
        font.setStrikeOut(row.is_struck)
        colour = theme.palette.colour("ink_2" if row.is_struck or row.is_aside else "ink")
        lines = self._count_lines(row.text, is_italic=row.is_italic)
        _paint_lines(painter, QPointF(left, top), row.text, font, kind.text_width, lines, colour)
        top += lines * kind.line + 2
        for text, said in row.earlier:
            _paint_earlier(
                painter, QRect(left, top, kind.text_width, kind.small), text, said, theme
            )
            top += kind.small
        painter.restore()

    def _count_lines(self, text: str, *, is_italic: bool) -> int:
        kind = self._type
        if len(text) * kind.letter < 0.8 * kind.text_width:
            return 1
        known = self._lines.get((text, is_italic))
        if known is None and len(self._lines) >= _MOST_MEASURED:
            # So far down, a line too many or too few is better than a wait.
            return min(_MOST_LINES, ceil(1.06 * len(text) * kind.letter / kind.text_width))
        if known is None:
            words = text[: round(_MOST_LINES * 1.5 * kind.text_width / kind.letter) + 1]
            font = self._theme.current.serif(italic=is_italic)
            _layout, lines = _set(" ".join(words.split()), font, kind.text_width)
            known = self._lines[text, is_italic] = min(_MOST_LINES, len(lines))
        return known

    def _measure(self) -> None:
        self._lines.clear()
        self._type = _Type(self._theme.current, self._width)


class _Type:
    """How wide and how high words are. Owned by the delegate."""

    def __init__(self, theme: Theme, width: int) -> None:
        # Beside the bar that marks a row where nothing may fade.
        self.side = 3 * _BAR if theme.palette.is_contrast else 0
        metrics = QFontMetrics(theme.serif())
        mark = QFontMetrics(theme.sans(TextSize.MARK))
        self.line = round(metrics.lineSpacing() * 1.06)
        self.small = QFontMetrics(theme.serif(TextSize.INTERFACE)).lineSpacing() + 3
        self.letter = metrics.horizontalAdvance(_SAMPLE) / len(_SAMPLE)
        day = "28 September" if width >= _NARROW else "28 Sept"
        self.left = mark.horizontalAdvance(day) + _GAP
        note = mark.horizontalAdvance("importance 6 \u00b7 \u00d733")
        self.text_width = max(120, width - self.side - self.left - note - _GAP)


def _set(text: str, font: QFont, width: int) -> tuple[QTextLayout, list[tuple[int, int]]]:
    """Return words set in lines, and where each begins and how long it is."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    lines: list[tuple[int, int]] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        lines.append((line.textStart(), line.textLength()))
    layout.endLayout()
    return layout, lines


def _paint_lines(
    painter: QPainter,
    place: QPointF,
    text: str,
    font: QFont,
    width: int,
    count: int,
    colour: QColor,
) -> None:
    """Paint up to `count` lines, the last one cut with dots where more would follow."""
    metrics = QFontMetrics(font)
    step = round(metrics.lineSpacing() * 1.06)
    _layout, lines = _set(text[: 4 * width], font, width)
    painter.setFont(font)
    painter.setPen(colour)
    for number, (start, length) in enumerate(lines[:count]):
        is_cut = number == count - 1 and len(lines) > count
        words = text[start:] if is_cut else text[start : start + length]
        shown = metrics.elidedText(words[:width], Qt.TextElideMode.ElideRight, width)
        baseline = place.y() + number * step + metrics.ascent() + 1
        painter.drawText(QPointF(place.x(), baseline), shown if is_cut else words.rstrip())


def _paint_earlier(painter: QPainter, area: QRect, text: str, said: str, theme: Theme) -> None:
    """Paint a sentence that was superseded, struck through, and when it was said."""
    font = theme.serif(TextSize.INTERFACE)
    font.setStrikeOut(True)
    mark = theme.sans(TextSize.MARK)
    room = area.width() - QFontMetrics(mark).horizontalAdvance(said) - 10
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 40))
    write(painter, area, shown, font, theme, "ink_2")
    beside = metrics.horizontalAdvance(shown) + (8 if shown else 0)
    write(painter, area.adjusted(beside, 0, 0, 0), said, mark, theme, "ink_2")


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> None:
    """Mark a row that is chosen, pointed at, or has the keyboard; it fades to both sides."""
    palette = theme.palette
    ground = QRectF(option.rect).adjusted(0, 0, 0, -1)
    is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if is_chosen and palette.is_contrast:
        painter.fillRect(ground, palette.colour("selection"))
        painter.fillRect(
            QRectF(ground.left(), ground.top(), _BAR, ground.height()), palette.colour("accent")
        )
    elif is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
        share = min(0.2, _FADE / max(ground.width(), 1))
        strength = 1.0 if is_chosen else 0.45
        gradient = QLinearGradient(ground.topLeft(), ground.topRight())
        for place, alpha in ((0, 0.0), (share, strength), (1 - share, strength), (1, 0.0)):
            gradient.setColorAt(place, palette.colour("selection", alpha))
        painter.fillRect(ground, gradient)
    focused = QStyle.StateFlag.State_HasFocus
    if option.state & focused and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
        painter.setPen(QPen(palette.colour("accent_2"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), RADIUS_SMALL, RADIUS_SMALL)
