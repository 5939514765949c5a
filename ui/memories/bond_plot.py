"""The relationship as lines over time, with words beside the colours.

Arrows go from moment to moment, Return looks at the memory of one. Shows a picture's values;
knows no view-model.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.live_theme import LiveTheme
from ui.theme.palette import Palette
from ui.theme.theme import TextSize
from ui.viewmodels.memory_bond import BondLine, BondPicture
from ui.widgets.plain_parts import clear, label

_HEIGHT = 104
_TOP = 10.0
_STROKES = {
    "familiarity": ("accent_2", 2.2, Qt.PenStyle.SolidLine),
    "of_character": ("accent", 2.2, Qt.PenStyle.SolidLine),
    "of_user": ("ink_2", 1.6, Qt.PenStyle.DashLine),
}
_NOTHING = "Nothing has changed between them yet. What is said will show here."


class BondPanel(QWidget):
    """The plot with its legend and a line of words. GUI thread; owned by the side panel.

    Signals:
        memory_requested(MemoryId): look at what changed the two at that moment.
    """

    memory_requested = Signal(str)

    def __init__(self, theme: LiveTheme, height: int = _HEIGHT) -> None:
        """Begin with nothing to show, in a plot of that height."""
        super().__init__()
        self._theme = theme
        self.plot = BondPlot(theme, height)
        self.words = label("", "mark")
        self._legend = QVBoxLayout()
        self._legend.setSpacing(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.plot)
        layout.addLayout(self._legend)
        layout.addWidget(self.words)
        self.plot.memory_requested.connect(self.memory_requested)
        self.plot.moment_changed.connect(self._show_moment)
        self.show_picture(BondPicture())

    def show_picture(self, picture: BondPicture, nothing: str = _NOTHING) -> None:
        """Show another relationship, or say why there is none."""
        clear(self._legend)
        for line in picture.lines:
            self._legend.addWidget(_LegendRow(line, self._theme))
        self.plot.setVisible(bool(picture.lines))
        self.plot.show_picture(picture)
        self.words.setText(picture.summary if picture.lines else nothing)
        self.words.setVisible(bool(self.words.text()))

    def _show_moment(self, said: str) -> None:
        self.words.setText(said or self.plot.picture.summary)
        self.words.setVisible(bool(self.words.text()))


class BondPlot(QWidget):
    """The lines. GUI thread; owned by its panel.

    Signals:
        memory_requested(MemoryId): Return, or a click, on a moment.
        moment_changed(str): what stood at the moment that the keyboard is on, "" for none.
    """

    memory_requested = Signal(str)
    moment_changed = Signal(str)

    def __init__(self, theme: LiveTheme, height: int = _HEIGHT) -> None:
        """Begin without lines."""
        super().__init__()
        self._height = height
        self._theme = theme
        self._picture = BondPicture()
        self._moment: int | None = None
        self.setFixedHeight(self._height + 18)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("How they stand to each other, over time")
        theme.theme_changed.connect(lambda _theme: self.update())

    @property
    def picture(self) -> BondPicture:
        """What is shown."""
        return self._picture

    def show_picture(self, picture: BondPicture) -> None:
        """Show other lines."""
        self._picture = picture
        self._moment = None
        self.setAccessibleDescription(picture.spoken)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint hairlines, lines, the worst moment and the one that is looked at."""
        theme, picture = self._theme.current, self._picture
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        for line in picture.lines:
            painter.setPen(_pen(line.key, theme.palette))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(self._path(line))
        for place, is_looked_at in ((picture.lowest, False), (self._moment, True)):
            if place is not None and picture.lines:
                self._paint_moment(painter, place, is_looked_at=is_looked_at)
        if self.hasFocus():
            painter.setPen(QPen(theme.palette.colour("accent_2"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go from moment to moment; Return looks at the memory."""
        last = len(self._picture.across) - 1
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -last - 1}
        if event.key() in steps and last >= 0:
            now = last + 1 if self._moment is None else self._moment
            self._look_at(max(0, min(last, now + steps[Qt.Key(event.key())])))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._moment is not None:
            self.memory_requested.emit(self._picture.memory_ids[self._moment])
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Speak of the whole again."""
        super().focusOutEvent(event)
        self._look_at(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell of the moment under the pointer."""
        self.setToolTip(self._picture.said[near] if (near := self._near(event)) is not None else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Look at the moment under the pointer, and at its memory."""
        near = self._near(event)
        if near is not None:
            self._look_at(near)
            self.memory_requested.emit(self._picture.memory_ids[near])

    def _look_at(self, moment: int | None) -> None:
        self._moment = moment
        said = self._picture.said[moment] if moment is not None else ""
        self.setAccessibleDescription(said or self._picture.spoken)
        self.moment_changed.emit(said)
        self.update()

    def _near(self, event: QMouseEvent) -> int | None:
        across = self._picture.across
        if not across:
            return None
        x = event.position().x()
        return min(range(len(across)), key=lambda n: abs(self._x(across[n]) - x))

    def _paint_ground(self, painter: QPainter) -> None:
        theme, picture = self._theme.current, self._picture
        mark = theme.sans(TextSize.MARK)
        mark.setPixelSize(max(9, mark.pixelSize() - 2))
        painter.setFont(mark)
        middle = 0.0 if picture.floor < 0 else 5.0
        for height in (_TOP, middle, picture.floor):
            y = round(self._y(height)) + 0.5
            painter.setPen(QPen(theme.palette.colour("rule"), 1))
            painter.drawLine(QPointF(0, y), QPointF(self._right, y))
            painter.setPen(theme.palette.colour("ink_3"))
            words = f"{height:.0f}".replace("-", "\u2212")
            box = QRectF(self._right + 4, y - 9, self.width() - self._right - 4, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
        foot = QRectF(0, self._height, self._right, 18)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, picture.first_day)
        if picture.last_day != picture.first_day:
            painter.drawText(foot, Qt.AlignmentFlag.AlignRight, picture.last_day)

    def _paint_moment(self, painter: QPainter, place: int, *, is_looked_at: bool) -> None:
        palette = self._theme.current.palette
        x = self._x(self._picture.across[place])
        if is_looked_at:
            painter.setPen(QPen(palette.colour("ink_3"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, 0), QPointF(x, self._height))
        for line in self._picture.lines:
            if is_looked_at or line.key == "of_character":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(palette.colour(_STROKES[line.key][0]))
                painter.drawEllipse(QPointF(x, self._y(line.heights[place])), 4, 4)

    def _path(self, line: BondLine) -> QPainterPath:
        """Return a line that never swings beyond what it joins."""
        places = [
            QPointF(self._x(across), self._y(height))
            for across, height in zip(self._picture.across, line.heights, strict=True)
        ]
        path = QPainterPath(QPointF(self._x(0), places[0].y()))
        path.lineTo(places[0])
        for before, after in pairwise(places):
            middle = (before.x() + after.x()) / 2
            path.cubicTo(QPointF(middle, before.y()), QPointF(middle, after.y()), after)
        return path

    @property
    def _right(self) -> float:
        mark: QFont = self._theme.current.sans(TextSize.MARK)
        return self.width() - QFontMetrics(mark).horizontalAdvance("\u221210") - 6

    def _x(self, across: float) -> float:
        return 5 + across * (self._right - 10)

    def _y(self, height: float) -> float:
        floor = self._picture.floor
        return 9 + (1 - (height - floor) / (_TOP - floor)) * (self._height - 18)


class _LegendRow(QWidget):
    """A stroke and what it stands for. Owned by the panel."""

    def __init__(self, line: BondLine, theme: LiveTheme) -> None:
        super().__init__()
        words = label(line.words, "mark")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(_Stroke(line.key, theme), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)


class _Stroke(QWidget):
    """A short piece of a line. Owned by its row."""

    def __init__(self, key: str, theme: LiveTheme) -> None:
        super().__init__()
        self._key = key
        self._theme = theme
        self.setFixedSize(22, 18)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the stroke."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_pen(self._key, self._theme.current.palette))
        painter.drawLine(QPointF(1, 9), QPointF(21, 9))
        painter.end()


def _pen(key: str, palette: Palette) -> QPen:
    role, width, style = _STROKES[key]
    return QPen(palette.colour(role), width, style)
