"""A person's name at the rim of the map: to look at, to choose, to go to.

A button of its own, so that the keyboard and a screen reader find everybody.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.theme.live_theme import LiveTheme
from ui.theme.theme import RADIUS_SMALL, TextSize
from ui.viewmodels.people_map import Size, wrap_name

_PAD_X, _PAD_Y = 7.0, 3.0
_MOST_NAME_LINES, _MOST_RELATION_LINES = 4, 2
_STEPS = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
}


class PersonMark(QAbstractButton):
    """One name. GUI thread; owned by the map.

    Signals:
        chosen: the pointer or the keyboard came here.
        go_requested: show this person's form.
        step_requested(int): the keyboard goes on to the next (1) or the one before (-1).
    """

    chosen = Signal()
    go_requested = Signal()
    step_requested = Signal(int)

    def __init__(self, theme: LiveTheme, parent: QWidget) -> None:
        """Start without a name."""
        super().__init__(parent)
        self._theme = theme
        self._name: tuple[str, ...] = ()
        self._relation: tuple[str, ...] = ()
        self._is_left = False
        self._is_told = True
        self.setCheckable(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self.chosen)

    def set_words(self, name: str, relation: str, width: float) -> Size:
        """Take a name and a relation, in lines of at most `width`; returns the size needed."""
        theme = self._theme.current
        self.setText(name.replace("&", "&&"))
        inner = width - 2 * _PAD_X
        name_metrics = QFontMetricsF(theme.sans(bold=True))
        mark_metrics = QFontMetricsF(theme.sans(TextSize.MARK))
        # What comes after a comma is for the form: "sister, in Inverness".
        short = relation.partition(",")[0].strip()
        self._name = _bounded(
            wrap_name(name, name_metrics.horizontalAdvance, inner), _MOST_NAME_LINES
        )
        self._relation = _bounded(
            wrap_name(short, mark_metrics.horizontalAdvance, inner), _MOST_RELATION_LINES
        )
        widths = [
            *(name_metrics.horizontalAdvance(line) for line in self._name),
            *(mark_metrics.horizontalAdvance(line) for line in self._relation),
        ]
        height = len(self._name) * name_metrics.height()
        height += len(self._relation) * mark_metrics.height()
        return Size(max(widths, default=0.0) + 2 * _PAD_X + 1, height + 2 * _PAD_Y)

    def set_state(self, *, is_chosen: bool, is_left: bool, is_told: bool) -> None:
        """Show whether this one is chosen; only the chosen one is on the way of Tab."""
        self._is_left, self._is_told = is_left, is_told
        focus = Qt.FocusPolicy
        self.setFocusPolicy(focus.StrongFocus if is_chosen else focus.ClickFocus)
        self.setProperty("isChosen", is_chosen)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go on with the arrows, go to the form with Return."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.go_requested.emit()
        elif event.key() in _STEPS:
            self.step_requested.emit(_STEPS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Choose whoever the keyboard comes to."""
        super().focusInEvent(event)
        self.chosen.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go to the form."""
        super().mouseDoubleClickEvent(event)
        self.go_requested.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the lines, on the chosen row's ground where it is chosen."""
        theme = self._theme.current
        palette = theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        is_chosen = bool(self.property("isChosen"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.colour("selection" if is_chosen else "paper"))
        if self.hasFocus():
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setColor(palette.colour("accent_2"))
            pen.setWidthF(2)
            painter.setPen(pen)
        painter.drawRoundedRect(frame, RADIUS_SMALL, RADIUS_SMALL)
        sides = Qt.AlignmentFlag
        align = (sides.AlignRight if self._is_left else sides.AlignLeft) | sides.AlignVCenter
        top = _PAD_Y
        fonts = (
            (theme.sans(bold=True), self._name, "ink" if self._is_told else "ink_3"),
            (theme.sans(TextSize.MARK), self._relation, "ink_2" if self._is_told else "ink_3"),
        )
        for font, lines, role in fonts:
            painter.setFont(font)
            painter.setPen(palette.colour(role))
            height = QFontMetricsF(font).height()
            for line in lines:
                box = QRectF(_PAD_X, top, self.width() - 2 * _PAD_X, height)
                painter.drawText(box, align, line)
                top += height
        painter.end()


def _bounded(lines: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Leave out what a hostile name would fill the page with."""
    return lines if len(lines) <= most else (*lines[: most - 1], f"{lines[most - 1]}\u2026")
