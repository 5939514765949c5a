"""A short list of rows, a name and a quieter line each, under headings where there are any.

Followed by click and arrows. Knows keys and words, and nothing of what they stand for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize
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
_ROW_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row, or the heading of those that follow. A value; GUI thread.

    `line` may have up to `RowList.lines` lines' worth of words.
    """

    key: str
    title: str
    line: str = ""
    is_heading: bool = False
    is_faded: bool = False


class RowList(QListWidget):
    """One column of rows. GUI thread; owned by its screen.

    Signals:
        chosen(str): the keyboard or the pointer came to another row.
    """

    chosen = Signal(str)

    def __init__(self, theme: LiveTheme, spoken: str, *, lines: int = 1) -> None:
        """Start empty; each row has room for `lines` lines below its name."""
        super().__init__()
        self._theme = theme
        self._rows: tuple[ListRow, ...] = ()
        self._is_filling = False
        self.lines = lines
        set_up_column(self, spoken)
        self.setItemDelegate(_RowDelegate(theme, self))
        self.currentItemChanged.connect(self._tell)
        theme.theme_changed.connect(lambda _theme: self.doItemsLayout())

    @property
    def rows(self) -> tuple[ListRow, ...]:
        """What is shown."""
        return self._rows

    @property
    def current(self) -> str:
        """The key of the chosen row; empty when there is none."""
        item = self.currentItem()
        return item.data(_ROW_ROLE).key if item is not None else ""

    def set_rows(self, rows: Iterable[ListRow]) -> None:
        """Show other rows; the chosen one stays chosen where it is still there."""
        wanted = tuple(rows)
        if wanted == self._rows:
            return
        kept = self.current
        self._is_filling = True
        self.clear()
        for row in wanted:
            item = QListWidgetItem(row.title)
            item.setData(_ROW_ROLE, row)
            spoken = f"{row.title}, {row.line}" if row.line else row.title
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            if row.is_heading:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            else:
                item.setToolTip(spoken)
            self.addItem(item)
        self._rows = wanted
        self.choose(kept)
        self._is_filling = False

    def choose(self, key: str) -> None:
        """Rest on a row without saying so."""
        was_filling, self._is_filling = self._is_filling, True
        place = next((n for n, r in enumerate(self._rows) if r.key == key and key), -1)
        self.setCurrentRow(place)
        self._is_filling = was_filling

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._is_filling:
            self.chosen.emit(item.data(_ROW_ROLE).key)


class _RowDelegate(QStyledItemDelegate):
    """Paints one row. GUI thread; owned by its list."""

    def __init__(self, theme: LiveTheme, parent: RowList) -> None:
        super().__init__(parent)
        self._theme = theme
        self._list = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        theme = self._theme.current
        row: ListRow = index.data(_ROW_ROLE)
        mark = QFontMetrics(theme.sans(TextSize.MARK)).height()
        if row.is_heading:
            return QSize(option.rect.width(), mark + (12 if index.row() == 0 else 26))
        name = QFontMetrics(theme.serif(TextSize.NAME, bold=True)).height()
        lines = self._list.lines if row.line else 0
        return QSize(option.rect.width(), name + lines * mark + 2 * ROW_PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: ListRow = index.data(_ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.is_heading:
            area = option.rect.adjusted(ROW_INSET + ROW_PADDING, 0, 0, 0)
            paint_heading(painter, area, row.title, self._theme.current)
        else:
            paint_ground(painter, option, self._theme.current)
            self._paint_words(painter, option.rect, row)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRect, row: ListRow) -> None:
        theme = self._theme.current
        side = ROW_INSET + ROW_PADDING
        inner = area.adjusted(side, ROW_PADDING, -side, -ROW_PADDING)
        name_font, line_font = theme.serif(TextSize.NAME, bold=True), theme.sans(TextSize.MARK)
        name_metrics, metrics = QFontMetrics(name_font), QFontMetrics(line_font)
        head = QRect(inner.left(), inner.top(), inner.width(), name_metrics.height())
        write(painter, head, row.title, name_font, theme, "ink_3" if row.is_faded else "ink")
        painter.setFont(line_font)
        painter.setPen(theme.palette.colour("ink_2"))
        lines = QRect(head.left(), head.bottom() + 1, head.width(), inner.bottom() - head.bottom())
        # A line breaks between words, so the last of several may not be filled to its end.
        room = round(lines.width() * (1 if self._list.lines == 1 else self._list.lines - 0.2))
        words = metrics.elidedText(row.line, Qt.TextElideMode.ElideRight, room)
        painter.drawText(lines, WRAPPED, words)
