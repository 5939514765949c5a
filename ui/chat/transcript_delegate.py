"""Draws the rows of the transcript as a printed play.

Sizes and documents are cached by (message, revision) at one width; of a reply that grows, only
the last block is laid out again. Everything stands where
`PageColumns` says; the marks in the margin are drawn here and found again by `mark_at`.
Knows the model's roles; no view-model.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFontMetrics,
    QPainter,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.domain.conversation import Author, Message, MessageState
from app.domain.ids import MessageId
from ui.chat.message_documents import (
    BLOCK_GAP,
    DOCUMENTS_KEPT,
    SIZES_KEPT,
    BoundedCache,
    Key,
    MessageDocument,
    build_document,
)
from ui.chat.page_columns import lay_out, measure_type
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import RADIUS, TextSize, Theme
from ui.viewmodels.transcript_model import TranscriptRole
from ui.viewmodels.transcript_rows import HtmlParts

Index = QModelIndex | QPersistentModelIndex

ROW_TOP = 4
ROW_BOTTOM = 20
RETRY_WORDS = "Try again"
EARLIER, LATER = "\u2039", "\u203a"
# The two whose story it is have a colour each; others in a scene have the ink's.
_SPEAKERS = {Author.USER: "accent_2", Author.CHARACTER: "accent"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A small thing in the margin: `kind` is recalled, earlier, later, takes, state or retry."""

    kind: str
    text: str
    area: QRect


class _Faces:
    """The faces of a theme with their measures, made once and not for every row. GUI thread."""

    def __init__(self, theme: Theme) -> None:
        self.speaker = theme.speaker()
        self.mark = theme.sans(TextSize.MARK)
        self.plain = theme.sans()
        self.bold = theme.sans(bold=True)
        self.prose_metrics = QFontMetrics(theme.serif())
        self.speaker_metrics = QFontMetrics(self.speaker)
        self.mark_metrics = QFontMetrics(self.mark)
        self.plain_metrics = QFontMetrics(self.plain)
        self.bold_metrics = QFontMetrics(self.bold)


class TranscriptDelegate(QStyledItemDelegate):
    """Paints and measures rows. Lives on the GUI thread; owned by the transcript view."""

    def __init__(self, theme: LiveTheme, page: QAbstractScrollArea) -> None:
        """Follow the theme in force; `set_page_width` comes before the first painting."""
        super().__init__(page)
        self._page = page
        self._live = theme
        self._documents: BoundedCache[MessageDocument] = BoundedCache(DOCUMENTS_KEPT)
        self._sizes: dict[Key, QSize] = {}
        self._tail: tuple[Key, MessageDocument] | None = None
        self._type = measure_type(theme.current)
        self._faces = _Faces(theme.current)
        self.columns = lay_out(680, self._type)
        self.is_focus_shown = False
        self._open_row: MessageId | None = None
        self._open_height = 0

    # Sizes

    @property
    def documents_kept(self) -> int:
        """How many documents are in memory; never more than the bound."""
        return len(self._documents)

    def set_page_width(self, width: int) -> None:
        """Lay the columns out for a page; the list must lay its rows out afterwards."""
        before, self.columns = self.columns, lay_out(width, self._type)
        if before != self.columns:
            self._sizes.clear()

    def forget(self) -> None:
        """Measure everything anew, as after a change of theme."""
        self._documents.clear()
        self._sizes.clear()
        self._tail = None
        self._type = measure_type(self._live.current)
        self._faces = _Faces(self._live.current)
        self.columns = lay_out(self.columns.page_width, self._type)

    def open_row(self, message_id: MessageId | None, height: int = 0) -> None:
        """Leave a row's prose to an editor of that height; None closes it."""
        self._open_row = message_id
        self._open_height = height

    def document(self, index: Index) -> MessageDocument:
        """Return a row's text, laid out for the page."""
        key = (*index.data(TranscriptRole.KEY), self.columns.text_width)
        return self._documents.get(
            key,
            lambda: self._build(
                index.data(TranscriptRole.HTML), index.data(TranscriptRole.MESSAGE)
            ),
        )

    def parts(self, index: Index) -> tuple[MessageDocument, ...]:
        """Return a row's text as one document, or as two while it grows."""
        message: Message = index.data(TranscriptRole.MESSAGE)
        if message.state is not MessageState.STREAMING:
            return (self.document(index),)
        html: HtmlParts = index.data(TranscriptRole.HTML_PARTS)
        key = (*index.data(TranscriptRole.KEY), self.columns.text_width)
        if self._tail is None or self._tail[0] != key:
            self._tail = (key, self._build(html.tail, message))
        if not html.frozen_blocks:
            return (self._tail[1],)
        frozen_key = (message.id, "frozen", html.frozen_blocks, self.columns.text_width)
        frozen = self._documents.get(frozen_key, lambda: self._build(html.frozen, message))
        return frozen, self._tail[1]

    def text_height(self, index: Index) -> int:
        """Return the height of a row's prose."""
        parts = self.parts(index)
        gaps = BLOCK_GAP * (len(parts) - 1)
        return round(sum(part.size().height() for part in parts)) + gaps

    def text_area(self, row: QRect, index: Index) -> QRect:
        """Return where a row's prose stands."""
        height = self.text_height(index)
        top = row.top() + ROW_TOP + self.columns.lead
        return QRect(self.columns.text_left, top, self.columns.text_width, height)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return a row's height, from the cache where it is known."""
        del option
        key: Key = index.data(TranscriptRole.KEY)
        if self._open_row is not None and key[0] == self._open_row:
            height = self._open_height + ROW_TOP + self.columns.lead + ROW_BOTTOM
            return QSize(self.columns.page_width, height)
        size = self._sizes.get(key)
        if size is None:
            if len(self._sizes) >= SIZES_KEPT:
                self._sizes.clear()
            size = self._sizes[key] = QSize(self.columns.page_width, self._measure(index))
        return size

    def _measure(self, index: Index) -> int:
        message: Message = index.data(TranscriptRole.MESSAGE)
        content = self.text_height(index) + self._failure_height(index)
        if not self.columns.is_narrow:
            lines = 2 + (message.state is not MessageState.COMPLETE)
            may_have_marks = message.author is Author.CHARACTER or message.siblings > 1
            least = lines * self._type.mark_line if may_have_marks else 0
            content = max(content, least - ROW_BOTTOM + 6)
        return content + ROW_TOP + self.columns.lead + ROW_BOTTOM

    def _build(self, html: str, message: Message) -> MessageDocument:
        is_narration = message.author is Author.NARRATOR
        document = build_document(html, self._theme, self._type, is_narration=is_narration)
        document.setTextWidth(self.columns.text_width)
        return document

    # Marks

    def marks(self, row: QRect, index: Index) -> list[Mark]:
        """Return what stands in the margin of a row, from top to bottom."""
        marks: list[Mark] = []
        top = row.top() + ROW_TOP + self._first_mark_offset()
        recalled = index.data(TranscriptRole.RECALLED_COUNT)
        message: Message = index.data(TranscriptRole.MESSAGE)
        words: list[tuple[str, str]] = []
        if recalled:
            words.append(("recalled", f"{recalled} recalled"))
        if message.siblings > 1:
            takes = f"{EARLIER} {message.position + 1}/{message.siblings} {LATER}"
            words.append(("takes", takes))
        if message.state is MessageState.STOPPED:
            words.append(("state", "stopped"))
        elif message.state is MessageState.FAILED:
            words.append(("state", "broke off"))
        if self.columns.is_narrow:
            return self._marks_in_a_line(top, words)
        for kind, text in words:
            marks.extend(self._place_mark(kind, text, self.columns.marks_left, top))
            top += self._type.mark_line
        return marks

    def _first_mark_offset(self) -> int:
        """Return where the first mark stands so that it shares the prose's first baseline."""
        prose, mark = self._faces.prose_metrics, self._faces.mark_metrics
        return max(0, prose.ascent() - mark.ascent() - (self._type.mark_line - mark.height()) // 2)

    def _marks_in_a_line(self, top: int, words: list[tuple[str, str]]) -> list[Mark]:
        """Put the marks beside the speaker, from the right edge."""
        metrics = self._faces.mark_metrics
        right = self.columns.marks_left + self.columns.marks_width
        marks: list[Mark] = []
        for kind, text in words:
            right -= metrics.horizontalAdvance(text)
            marks.extend(self._place_mark(kind, text, right, top))
            right -= 14
        return marks

    def _place_mark(self, kind: str, text: str, left: int, top: int) -> list[Mark]:
        metrics = self._faces.mark_metrics
        area = QRect(left, top, metrics.horizontalAdvance(text) + 2, self._type.mark_line)
        if kind != "takes":
            return [Mark(kind, text, area)]
        half = area.width() // 2
        earlier = QRect(area.left() - 6, area.top(), half + 6, area.height())
        later = QRect(area.left() + half, area.top(), area.width() - half + 6, area.height())
        return [Mark(kind, text, area), Mark("earlier", "", earlier), Mark("later", "", later)]

    def mark_at(self, row: QRect, index: Index, point: QPoint) -> Mark | None:
        """Return the mark under a point that something can be done with."""
        for mark in [*self.marks(row, index), *self._retry_marks(row, index)]:
            if mark.kind in {"recalled", "earlier", "later", "retry"} and mark.area.contains(point):
                return mark
        return None

    # A failed row

    def _failure_area(self, row: QRect, index: Index) -> QRect:
        prose = self.text_area(row, index)
        is_empty = not index.data(Qt.ItemDataRole.DisplayRole)
        top = prose.top() + 2 if is_empty else prose.bottom() + 6
        metrics = self._faces.plain_metrics
        room = QRect(prose.left() + 12, top, prose.width() - 12, 10_000)
        words = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), _failure(index))
        return QRect(room.left(), top, room.width(), words.height())

    def _failure_height(self, index: Index) -> int:
        """Return how far a failed row reaches below its prose."""
        if index.data(TranscriptRole.MESSAGE).state is not MessageState.FAILED:
            return 0
        area = self._failure_area(QRect(0, 0, self.columns.page_width, 0), index)
        line = self._faces.plain_metrics.height()
        prose = self.text_area(QRect(0, 0, self.columns.page_width, 0), index)
        return area.bottom() + line + 8 - prose.bottom()

    def _retry_marks(self, row: QRect, index: Index) -> list[Mark]:
        if index.data(TranscriptRole.MESSAGE).state is not MessageState.FAILED:
            return []
        area = self._failure_area(row, index)
        metrics = self._faces.bold_metrics
        size = QSize(metrics.horizontalAdvance(RETRY_WORDS) + 4, metrics.height() + 4)
        return [Mark("retry", RETRY_WORDS, QRect(QPoint(area.left(), area.bottom() + 4), size))]

    # Painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row; its prose is left out while an editor stands in its place."""
        painter.save()
        row = option.rect
        if self.is_focus_shown and option.state & QStyle.StateFlag.State_HasFocus:
            self._paint_focus(painter, row)
        self._paint_speaker(painter, row, index)
        if index.data(TranscriptRole.KEY)[0] != self._open_row:
            self._paint_prose(painter, row, index)
        if index.data(TranscriptRole.MESSAGE).state is MessageState.FAILED:
            self._paint_failure(painter, row, index)
        self._paint_marks(painter, row, index)
        painter.restore()

    def _paint_focus(self, painter: QPainter, row: QRect) -> None:
        columns = self.columns
        right = columns.marks_left + columns.marks_width
        ring = QRectF(row).adjusted(columns.speaker_left - 6, -2, 0, 1)
        ring.setRight(right + 6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.palette.colour("accent_2"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ring.adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _paint_speaker(self, painter: QPainter, row: QRect, index: Index) -> None:
        author = index.data(TranscriptRole.MESSAGE).author
        if author is Author.NARRATOR:
            return
        metrics = self._faces.speaker_metrics
        columns = self.columns
        role = _SPEAKERS.get(author, "ink_2")
        name = index.data(TranscriptRole.SPEAKER)
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, columns.speaker_width)
        baseline = row.top() + ROW_TOP + self._faces.prose_metrics.ascent()
        left = columns.speaker_left
        if not columns.is_narrow:
            left += columns.speaker_width - metrics.horizontalAdvance(shown)
        painter.setFont(self._faces.speaker)
        painter.setPen(self._theme.palette.colour(role))
        painter.drawText(QPoint(left, baseline), shown)

    def _paint_prose(self, painter: QPainter, row: QRect, index: Index) -> None:
        corner = QPointF(self.text_area(row, index).topLeft())
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, self._theme.palette.colour("ink"))
        page = QRectF(self._page.viewport().rect())
        parts = self.parts(index)
        painter.save()
        painter.translate(corner)
        for part in parts:
            context.clip = page.translated(-corner)
            part.documentLayout().draw(painter, context)
            if part is not parts[-1]:
                step = QPointF(0, part.size().height() + BLOCK_GAP)
                painter.translate(step)
                corner += step
        if index.data(TranscriptRole.MESSAGE).state is MessageState.STREAMING:
            painter.fillRect(self._caret(parts[-1]), self._theme.palette.colour("accent"))
        painter.restore()

    def _caret(self, document: MessageDocument) -> QRectF:
        """Return the block behind the last character, in the document's coordinates."""
        block = document.lastBlock()
        layout = block.layout()
        corner = document.documentLayout().blockBoundingRect(block).topLeft()
        line = layout.lineAt(layout.lineCount() - 1)
        across = line.cursorToX(block.length() - 1)
        x = across[0] if isinstance(across, tuple) else across
        height = line.ascent() * 1.05
        top = corner.y() + line.y() + line.ascent() * 0.1
        return QRectF(QPointF(corner.x() + x + 1, top), QPointF(corner.x() + x + 6, top + height))

    def _paint_failure(self, painter: QPainter, row: QRect, index: Index) -> None:
        theme, area = self._theme, self._failure_area(row, index)
        retry = self._retry_marks(row, index)[0]
        bar = QRectF(area.left() - 12, area.top(), 3, retry.area.bottom() - area.top())
        painter.fillRect(bar, theme.palette.colour("bad"))
        painter.setFont(self._faces.plain)
        painter.setPen(theme.palette.colour("ink_2"))
        painter.drawText(area, int(Qt.TextFlag.TextWordWrap), _failure(index))
        painter.setFont(self._faces.bold)
        painter.setPen(theme.palette.colour("accent"))
        painter.drawText(retry.area, int(Qt.AlignmentFlag.AlignVCenter), retry.text)

    def _paint_marks(self, painter: QPainter, row: QRect, index: Index) -> None:
        painter.setFont(self._faces.mark)
        painter.setPen(QColor(self._theme.palette.ink_3))
        for mark in self.marks(row, index):
            if mark.text:
                painter.drawText(mark.area, int(Qt.AlignmentFlag.AlignVCenter), mark.text)

    @property
    def _theme(self) -> Theme:
        return self._live.current


def _failure(index: Index) -> str:
    return index.data(TranscriptRole.MESSAGE).failure or "This reply broke off."
