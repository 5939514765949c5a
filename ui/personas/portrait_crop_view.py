"""A picture with a square frame on it that is moved and sized by hand or by keys.

What lies outside the frame is dimmed, and a circle shows what the cast will show. Knows the
frame's geometry and no service.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.live_theme import LiveTheme
from ui.viewmodels.portrait_frame import PortraitFrame

_MARGIN = 10
_REACH = 14
_HANDLE = 5
_STEP = 0.02
_SIZE_STEP = 0.05
_DIM = QColor(0, 0, 0, 140)
# Black and white are seen on every picture, whatever its colours; the palette's are not.
_LINE, _EDGE = QColor("#FFFFFF"), QColor(0, 0, 0, 170)
_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_LARGER = frozenset({Qt.Key.Key_Plus, Qt.Key.Key_Equal})
_SMALLER = frozenset({Qt.Key.Key_Minus, Qt.Key.Key_Underscore})

Corner = tuple[bool, bool]
"""Whether it is a left one, and whether it is an upper one."""


class PortraitCropView(QWidget):
    """The picture and its frame. GUI thread; owned by the crop dialog.

    Signals:
        frame_changed(PortraitFrame): it was moved or sized here.
    """

    frame_changed = Signal(object)

    def __init__(self, image: QImage, theme: LiveTheme) -> None:
        """Begin with the largest square."""
        super().__init__()
        self._image = image
        self._theme = theme
        self._scaled = QPixmap()
        self._frame = PortraitFrame.largest(image.width(), image.height())
        self._grip: Corner | None = None
        self._held_at: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 220)
        self.setAccessibleName("Part of the picture that is kept")
        self.setAccessibleDescription(self._frame.spoken)

    @property
    def frame(self) -> PortraitFrame:
        """The square that is kept."""
        return self._frame

    def set_frame(self, frame: PortraitFrame) -> None:
        """Show another square."""
        if frame != self._frame:
            self._frame = frame
            self.setAccessibleDescription(frame.spoken)
            self.update()
            self.frame_changed.emit(frame)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for a picture that can be judged."""
        return QSize(460, 420)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Scale the picture once for a size, not once for a paint."""
        super().resizeEvent(event)
        place, ratio = self._place(), self.devicePixelRatioF()
        scaled = self._image.scaled(
            place.size() * ratio,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._scaled = QPixmap.fromImage(scaled)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the picture, dim what goes, draw the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place, square = QRectF(self._place()), self._square()
        painter.drawPixmap(self._place(), self._scaled)
        outside, circle = QPainterPath(), QPainterPath()
        outside.addRect(place)
        circle.addEllipse(square)
        painter.fillPath(outside.subtracted(circle), QColor(0, 0, 0, 60))
        kept = QPainterPath()
        kept.addRect(square)
        painter.fillPath(outside.subtracted(kept), _DIM)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((_EDGE, 3.0), (_LINE, 1.4)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(square)
            painter.drawEllipse(square)
        for x in (square.left(), square.right()):
            for y in (square.top(), square.bottom()):
                painter.setPen(QPen(_EDGE, 1))
                painter.setBrush(_LINE)
                painter.drawRect(QRectF(x - _HANDLE, y - _HANDLE, 2 * _HANDLE, 2 * _HANDLE))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.current.palette.colour("accent_2"), 2))
            painter.drawRect(place.adjusted(-4, -4, 4, 4))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move with the arrows, a pixel with Shift; plus and minus size; Home takes the largest."""
        key, frame = Qt.Key(event.key()), self._frame
        is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in _MOVES:
            step = 1.0 if is_fine else max(1.0, frame.largest_side * _STEP)
            right, down = _MOVES[key]
            self.set_frame(frame.moved(right * step, down * step))
        elif key in _LARGER or key in _SMALLER:
            sign = 1 if key in _LARGER else -1
            self.set_frame(frame.resized(frame.side + sign * frame.largest_side * _SIZE_STEP))
        elif key == Qt.Key.Key_Home:
            self.set_frame(PortraitFrame.largest(frame.width, frame.height))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take hold of a corner, or of the frame; beside it, bring the frame there."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        where = event.position()
        self._grip = self._corner_at(where)
        if self._grip is None and not self._square().contains(where):
            at, half = self._in_picture(where), self._frame.side / 2
            self.set_frame(self._frame.placed(at.x() - half, at.y() - half))
        self._held_at = where

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag what is held; else show what could be."""
        where = event.position()
        if self._held_at is None:
            self.setCursor(self._cursor_at(where))
            return
        at = self._in_picture(where)
        if self._grip is not None:
            is_left, is_top = self._grip
            frame = self._frame.dragged(is_left=is_left, is_top=is_top, x=at.x(), y=at.y())
        else:
            before = self._in_picture(self._held_at)
            frame = self._frame.moved(at.x() - before.x(), at.y() - before.y())
        self._held_at = where
        self.set_frame(frame)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let go."""
        self._grip = self._held_at = None

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Size the frame."""
        turns = event.angleDelta().y() / 120
        frame = self._frame
        self.set_frame(frame.resized(frame.side + turns * frame.largest_side * _SIZE_STEP))
        event.accept()

    def _place(self) -> QRect:
        """Return where the picture stands, whole and in the middle."""
        room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        size = self._image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        size = size.expandedTo(QSize(1, 1))
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(room.center())
        return place

    def _square(self) -> QRectF:
        place, frame = QRectF(self._place()), self._frame
        scale = place.width() / frame.width
        side = frame.side * scale
        return QRectF(
            place.left() + frame.left * scale, place.top() + frame.top * scale, side, side
        )

    def _in_picture(self, where: QPointF) -> QPointF:
        place = QRectF(self._place())
        return (where - place.topLeft()) * (self._frame.width / place.width())

    def _corner_at(self, where: QPointF) -> Corner | None:
        square = self._square()
        for is_left, x in ((True, square.left()), (False, square.right())):
            for is_top, y in ((True, square.top()), (False, square.bottom())):
                if abs(where.x() - x) <= _REACH and abs(where.y() - y) <= _REACH:
                    return is_left, is_top
        return None

    def _cursor_at(self, where: QPointF) -> Qt.CursorShape:
        corner = self._corner_at(where)
        if corner is not None:
            is_falling = corner[0] == corner[1]
            shapes = Qt.CursorShape.SizeFDiagCursor, Qt.CursorShape.SizeBDiagCursor
            return shapes[0] if is_falling else shapes[1]
        is_inside = self._square().contains(where)
        return Qt.CursorShape.SizeAllCursor if is_inside else Qt.CursorShape.ArrowCursor
