"""A list of lore rows: books, entries or what came of a trial, drawn without a widget a row.

Followed by click and arrows; Space ticks a box, Return opens. Knows row values and the theme.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ui.theme.icons import tinted_pixmap
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize, Theme
from ui.viewmodels.lore_rows import LoreListModel, LoreRole, LoreRow, LoreRowKind, RowKey
from ui.widgets.row_paint import (
    ROW_INSET,
    ROW_PADDING,
    WRAPPED,
    paint_ground,
    paint_heading,
    set_up_column,
    write,
)

Index = QModelIndex | QPersistentModelIndex

_BOX = 15


class LoreList(QListView):
    """One column of rows. GUI thread; owned by a panel.

    Signals:
        chosen(RowKey): the keyboard or the pointer came to another row.
        opened(RowKey): a row was clicked, or Return was pressed on it.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, model: LoreListModel, theme: LiveTheme, spoken: str) -> None:
        """Show a model's rows."""
        super().__init__()
        self._rows = model
        self._wanted: RowKey | None = None
        self.setModel(model)
        self.setItemDelegate(LoreDelegate(theme, self))
        set_up_column(self, spoken)
        self.clicked.connect(self._open)
        model.modelReset.connect(self._keep_place)
        theme.theme_changed.connect(lambda _theme: self.doItemsLayout())

    @property
    def current(self) -> RowKey | None:
        """The row that the keyboard rests on."""
        row = self._rows.row_at(self.currentIndex())
        return row.key if row is not None else None

    def choose(self, key: RowKey | None) -> None:
        """Rest on a row, now or as soon as it is there, without saying so."""
        self._wanted = key
        index = self._rows.index_of(key)
        self.setCurrentIndex(index)
        if index.isValid():
            self.scrollTo(index)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Say which row the keyboard came to."""
        super().currentChanged(current, previous)
        row = self._rows.row_at(current)
        if row is not None and row.key != self._wanted:
            self._wanted = row.key
            self.chosen.emit(row.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Tick with Space, open with Return."""
        if event.key() == Qt.Key.Key_Space:
            self._rows.toggle(self.currentIndex())
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Rest on a row when the keyboard arrives, so that the arrows have a start."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            rows = enumerate(self._rows.rows)
            first = next((n for n, row in rows if row.kind != LoreRowKind.HEADING), None)
            if first is not None:
                self.setCurrentIndex(self._rows.index(first))

    def _open(self, index: QModelIndex) -> None:
        row = self._rows.row_at(index)
        if row is not None and row.kind != LoreRowKind.HEADING:
            self.opened.emit(row.key)

    def _keep_place(self) -> None:
        index = self._rows.index_of(self._wanted)
        if index.isValid():
            self.choose(self._wanted)


class LoreDelegate(QStyledItemDelegate):
    """Paints one row: box, title, what is said of it, a mark. GUI thread; owned by its list."""

    def __init__(self, theme: LiveTheme, parent: QListView) -> None:
        """Follow the theme in force."""
        super().__init__(parent)
        self._theme = theme
        self._list = parent
        self._heights: dict[tuple[LoreRowKind, bool], int] = {}
        theme.theme_changed.connect(lambda _theme: self._heights.clear())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return a row's height; the width is the list's."""
        row: LoreRow = index.data(LoreRole.ROW)
        kind = row.kind
        if kind == LoreRowKind.TALL and self._fits(row):
            kind = LoreRowKind.ROW
        # Asked for every row whenever the list is laid out: measured once for each kind.
        key = (kind, index.row() == 0)
        if key not in self._heights:
            self._heights[key] = self._measure(*key)
        return QSize(option.rect.width(), self._heights[key])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row on its ground."""
        row: LoreRow = index.data(LoreRole.ROW)
        theme = self._theme.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.kind == LoreRowKind.HEADING:
            area = option.rect.adjusted(ROW_INSET + ROW_PADDING, 0, 0, 0)
            paint_heading(painter, area, row.title, theme)
        else:
            paint_ground(painter, option, theme)
            _paint_row(painter, option.rect, row, theme)
        painter.restore()

    def editorEvent(  # noqa: N802 - Qt's name
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Tick or clear a box that is clicked."""
        row: LoreRow | None = index.data(LoreRole.ROW)
        is_box = row is not None and row.is_checked is not None
        if not is_box or not isinstance(event, QMouseEvent):
            return False
        near = _box(option.rect).adjusted(-8, -8, 8, 8)
        if not near.contains(event.position()):
            return False
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(model, LoreListModel):
            model.toggle(index)
            return True
        return False

    def _fits(self, row: LoreRow) -> bool:
        """Whether what is said of a row needs no second line."""
        room = self._list.viewport().width() - 2 * (ROW_INSET + ROW_PADDING)
        metrics = QFontMetrics(self._theme.current.sans(TextSize.MARK))
        return metrics.horizontalAdvance(row.line) <= room

    def _measure(self, kind: LoreRowKind, is_first: bool) -> int:
        theme = self._theme.current
        mark = QFontMetrics(theme.sans(TextSize.MARK)).height()
        name = QFontMetrics(theme.serif(TextSize.NAME, bold=True)).height()
        match kind:
            case LoreRowKind.HEADING:
                return mark + (12 if is_first else 26)
            case LoreRowKind.ROW:
                return name + mark + 2 * ROW_PADDING
            case LoreRowKind.TALL:
                return name + 2 * mark + 2 * ROW_PADDING


def _box(area: QRect) -> QRectF:
    left = area.left() + ROW_INSET + ROW_PADDING
    return QRectF(left, area.center().y() - _BOX / 2 + 0.5, _BOX, _BOX)


def _paint_row(painter: QPainter, area: QRect, row: LoreRow, theme: Theme) -> None:
    inner = area.adjusted(
        ROW_INSET + ROW_PADDING, ROW_PADDING, -ROW_INSET - ROW_PADDING, -ROW_PADDING
    )
    if row.is_checked is not None:
        _paint_box(painter, _box(area), theme, is_checked=row.is_checked)
        inner.adjust(_BOX + 10, 0, 0, 0)
    name_font, line_font = theme.serif(TextSize.NAME, bold=True), theme.sans(TextSize.MARK)
    head = QRect(inner.left(), inner.top(), inner.width(), QFontMetrics(name_font).height())
    if row.mark:
        write(painter, head, row.mark, line_font, theme, "ink_2", right=True)
        head.adjust(0, 0, -QFontMetrics(line_font).horizontalAdvance(row.mark) - 8, 0)
    write(painter, head, row.title, name_font, theme, "ink_3" if row.is_faded else "ink")
    lines = QRect(inner.left(), head.bottom() + 1, inner.width(), inner.bottom() - head.bottom())
    role = "bad" if row.problem else "ink_2"
    words = f"! {row.problem}" if row.problem else row.line
    metrics = QFontMetrics(line_font)
    if lines.height() > 1.5 * metrics.height():
        room = round(lines.width() * 1.85)
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.setFont(line_font)
        painter.setPen(theme.palette.colour(role))
        painter.drawText(lines, WRAPPED, words)
    else:
        write(painter, lines, words, line_font, theme, role)


def _paint_box(painter: QPainter, box: QRectF, theme: Theme, *, is_checked: bool) -> None:
    palette = theme.palette
    painter.setPen(QPen(palette.colour("accent_2" if is_checked else "ink_3"), 1))
    painter.setBrush(palette.colour("accent_2" if is_checked else "paper"))
    painter.drawRoundedRect(box, 4, 4)
    if is_checked:
        ratio = painter.device().devicePixelRatio()
        tick = tinted_pixmap("check", palette, "paper", _BOX - 2, ratio)
        painter.drawPixmap(box.topLeft() + QPointF(1, 1), tick)
