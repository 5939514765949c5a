"""Draws the rows of the cast: headings, folders, portraits with name and line, finds.

Sizes come from the theme's type alone, so that larger text makes larger rows. Knows the
row values and no view-model.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.domain.copies import split_copy
from ui.theme.icons import tinted_pixmap
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import RADIUS, TextSize, Theme
from ui.viewmodels.cast_model import CastRole, CastRow, CastRowKind
from ui.viewmodels.cast_portraits import CastPortraits
from ui.widgets.portraits import paint_number, paint_picture, paint_portrait
from ui.widgets.row_paint import WRAPPED, paint_heading, write

Index = QModelIndex | QPersistentModelIndex

_INSET = 10
_PADDING = 8
_ARROW = 14
_INDENT = 14


class CastDelegate(QStyledItemDelegate):
    """Paints one row. GUI thread; owned by the cast panel."""

    def __init__(self, theme: LiveTheme, parent: QWidget) -> None:
        """Follow the theme in force."""
        super().__init__(parent)
        self._theme = theme
        self._portraits: CastPortraits | None = None
        self._kind_at: Callable[[int], CastRowKind] = lambda _place: CastRowKind.PERSONA
        self._sizes: dict[CastRowKind, QSize] = {}
        self._first_sizes: dict[CastRowKind, QSize] = {}
        self._arrows: dict[float, QPixmap] = {}
        self._target: CastRow | None = None
        theme.theme_changed.connect(self._forget_looks)

    def set_portraits(self, portraits: CastPortraits) -> None:
        """Draw pictures from here instead of initials."""
        self._portraits = portraits

    def set_kinds(self, kind_at: Callable[[int], CastRowKind]) -> None:
        """Ask here what a row shows: Qt's own way to a row's data is too slow for thousands."""
        self._kind_at = kind_at

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return a row's height; the width is the list's."""
        # Asked for every row whenever the list is laid out: measured once for each kind.
        place = index.row()
        kind = self._kind_at(place)
        sizes = self._sizes if place else self._first_sizes
        size = sizes.get(kind)
        if size is None:
            size = sizes[kind] = QSize(0, self._measure(kind, is_first=not place))
        return size

    def set_target(self, row: CastRow | None) -> None:
        """Mark the row on which somebody would be let go."""
        self._target = row

    def _forget_looks(self, _theme: Theme) -> None:
        self._sizes.clear()
        self._first_sizes.clear()
        self._arrows.clear()

    def _measure(self, kind: CastRowKind, *, is_first: bool) -> int:
        theme = self._theme.current
        mark = QFontMetrics(theme.sans(TextSize.MARK)).height()
        name = QFontMetrics(theme.serif(TextSize.NAME, bold=True)).height()
        match kind:
            case CastRowKind.SECTION | CastRowKind.ARCHIVE:
                return mark + (14 if is_first else 26)
            case CastRowKind.FOLDER:
                return QFontMetrics(theme.sans(TextSize.INTERFACE)).height() + 2 * _PADDING
            case CastRowKind.PERSONA:
                return max(_disc(theme), name + mark + 2) + 2 * _PADDING + 2
            case CastRowKind.CONVERSATION:
                return QFontMetrics(theme.sans(TextSize.SMALL)).height() + 12
            case CastRowKind.HIT | CastRowKind.SHEET_HIT:
                return name + 2 * mark + 2 * _PADDING
            case CastRowKind.EMPTY:
                return 5 * mark

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row on its ground."""
        row: CastRow = index.data(CastRole.ROW)
        theme = self._theme.current
        painter.save()
        self._paint_ground(painter, option, row, theme)
        area = option.rect.adjusted(_INSET + _PADDING, 0, -_INSET - _PADDING, 0)
        if row.folder and row.kind != CastRowKind.FOLDER:
            area.setLeft(area.left() + _INDENT)
        match row.kind:
            case CastRowKind.SECTION:
                paint_heading(painter, area, row.title, theme)
            case CastRowKind.ARCHIVE:
                paint_heading(painter, area, row.title, theme)
                where = area.right() - _ARROW / 2, area.bottom() - _ARROW / 2 - 5
                self._paint_arrow(painter, *where, is_open=row.mark == "shown")
            case CastRowKind.FOLDER:
                where = area.left() + _ARROW / 2 - 2, area.center().y() + 1
                self._paint_arrow(painter, *where, is_open=row.mark == "open")
                _paint_folder(painter, area.adjusted(_ARROW + 4, 0, 0, 0), row, theme)
            case CastRowKind.PERSONA:
                _paint_persona(painter, area, row, theme, self._picture(row))
            case CastRowKind.CONVERSATION:
                _paint_conversation(painter, area, row, theme)
            case CastRowKind.HIT | CastRowKind.SHEET_HIT:
                _paint_hit(painter, area, row, theme)
            case CastRowKind.EMPTY:
                painter.setFont(theme.sans(TextSize.SMALL))
                painter.setPen(theme.palette.colour("ink_3"))
                painter.drawText(area, WRAPPED, row.title)
        painter.restore()

    def _picture(self, row: CastRow) -> QImage | None:
        if self._portraits is None or row.portrait is None or row.persona_id is None:
            return None
        return self._portraits.find(row.persona_id, row.portrait)

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, row: CastRow, theme: Theme
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = theme.palette
        ground = QRectF(option.rect).adjusted(_INSET, 1, -_INSET, -1)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver) and row.can_be_chosen
        if row.is_current and row.kind in {CastRowKind.PERSONA, CastRowKind.FOLDER}:
            self._fill(painter, ground, palette.colour("selection"))
        elif is_hovered:
            self._fill(painter, ground, QColor(palette.mix("selection", "panel", 0.5)))
        has_focus = option.state & QStyle.StateFlag.State_HasFocus
        if row == self._target:
            painter.setPen(QPen(palette.colour("accent_2"), 2, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        if has_focus and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(QPen(palette.colour("accent_2"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _paint_arrow(self, painter: QPainter, x: float, y: float, *, is_open: bool) -> None:
        """Draw the arrow of a heading that opens and closes around a point."""
        ratio = painter.device().devicePixelRatio()
        arrow = self._arrows.get(ratio)
        if arrow is None:
            palette = self._theme.current.palette
            arrow = self._arrows[ratio] = tinted_pixmap("next", palette, "ink_3", _ARROW, ratio)
        painter.save()
        painter.translate(x, y)
        painter.rotate(90 if is_open else 0)
        painter.drawPixmap(-_ARROW // 2, -_ARROW // 2, arrow)
        painter.restore()

    def _fill(self, painter: QPainter, ground: QRectF, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(ground, RADIUS, RADIUS)


def _disc(theme: Theme) -> int:
    return round(theme.base_size * 2.7)


def _paint_folder(painter: QPainter, area: QRect, row: CastRow, theme: Theme) -> None:
    mark_font = theme.sans(TextSize.MARK)
    count = row.subtitle.split()[0]
    write(painter, area, count, mark_font, theme, "ink_3", right=True)
    name = area.adjusted(0, 0, -QFontMetrics(mark_font).horizontalAdvance(count) - 8, 0)
    write(painter, name, row.title, theme.sans(TextSize.INTERFACE), theme, "ink")


def _paint_persona(
    painter: QPainter, area: QRect, row: CastRow, theme: Theme, picture: QImage | None
) -> None:
    size = _disc(theme)
    disc = QRectF(area.left(), area.center().y() - size / 2 + 0.5, size, size)
    is_broken = row.problem is not None
    is_faded = is_broken or row.is_archived
    if picture is None:
        paint_portrait(painter, disc, row.initials, row.tint, theme, faded=is_faded)
    else:
        paint_picture(painter, disc, picture, theme, faded=is_faded)
    if row.number:
        paint_number(painter, disc, row.number, theme)
    text = area.adjusted(size + 10, 0, 0, 0)
    name_font, line_font = theme.serif(TextSize.NAME, bold=True), theme.sans(TextSize.MARK)
    name_height = QFontMetrics(name_font).height()
    line_height = QFontMetrics(line_font).height() if row.subtitle else 0
    top = text.center().y() - (name_height + line_height) // 2
    name = QRect(text.left(), top, text.width(), name_height)
    line = QRect(text.left(), top + name_height, text.width(), line_height)
    title = fitted(row.title, QFontMetrics(name_font), name.width())
    write(painter, name, title, name_font, theme, "ink_3" if is_faded else "ink")
    write(painter, line, row.subtitle, line_font, theme, "bad" if is_broken else "ink_2")


def fitted(title: str, metrics: QFontMetrics, width: int) -> str:
    """Cut a name that is too long before what tells a copy from its original."""
    name, ending = split_copy(title)
    if not ending or metrics.horizontalAdvance(title) <= width:
        return title
    room = width - metrics.horizontalAdvance(ending)
    return metrics.elidedText(name, Qt.TextElideMode.ElideRight, room) + ending


def _paint_conversation(painter: QPainter, area: QRect, row: CastRow, theme: Theme) -> None:
    text = area.adjusted(_disc(theme) + 10, 0, 0, 0)
    mark_font = theme.sans(TextSize.MARK)
    mark = QFontMetrics(mark_font).horizontalAdvance(row.mark) + 8
    write(painter, text, row.mark, mark_font, theme, "ink_3", right=True)
    title = text.adjusted(0, 0, -mark, 0)
    role = "ink" if row.is_current else "ink_2"
    write(painter, title, row.title, theme.sans(TextSize.SMALL), theme, role)
    if row.is_current:
        # A short bar as well as the darker ink: colour alone would say it too softly.
        height = QFontMetrics(mark_font).ascent()
        bar = QRectF(text.left() - 10, area.center().y() - height / 2 + 1, 3, height)
        painter.fillRect(bar, theme.palette.colour("accent"))


def _paint_hit(painter: QPainter, area: QRect, row: CastRow, theme: Theme) -> None:
    name_font, line_font = theme.serif(TextSize.INTERFACE, bold=True), theme.sans(TextSize.MARK)
    height = QFontMetrics(name_font).height()
    head = QRect(area.left(), area.top() + _PADDING, area.width(), height)
    wanted = QFontMetrics(line_font).horizontalAdvance(row.mark) + 2 if row.mark else 0
    mark = min(wanted, head.width() * 3 // 5)
    write(painter, head.adjusted(head.width() - mark, 0, 0, 0), row.mark, line_font, theme, "ink_3")
    name = head.adjusted(0, 0, -mark - 8 if mark else 0, 0)
    write(painter, name, row.title, name_font, theme, "ink")
    painter.setFont(line_font)
    painter.setPen(theme.palette.colour("ink_2"))
    lines = QRect(head.left(), head.bottom() + 1, head.width(), area.bottom() - head.bottom() - 4)
    metrics = QFontMetrics(line_font)
    painter.drawText(lines, WRAPPED, _two_lines(row.subtitle, metrics, lines.width()))


def _two_lines(text: str, metrics: QFontMetrics, width: int) -> str:
    """Cut a text to what two lines hold."""
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(width * 1.85))
