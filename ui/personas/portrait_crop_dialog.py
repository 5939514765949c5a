"""Which part of a picture becomes the portrait: a frame to drag, and its place in numbers.

Shows the picture and answers with a box; knows no service.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.personas.portrait_crop_view import PortraitCropView
from ui.personas.reading_page import label
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.portrait_frame import PortraitFrame
from ui.widgets.portraits import paint_picture

_SIDE_WIDTH = 200
_DISCS = (112, 38)


class PortraitCropDialog(QDialog):
    """Asks for a square part of a picture. GUI thread; owned by the portrait's tool.

    Signals:
        box_chosen(CropBox): keep that part.
    """

    box_chosen = Signal(object)

    def __init__(self, image: QImage, name: str, theme: LiveTheme, parent: QWidget) -> None:
        """Show the picture with the largest frame on it."""
        super().__init__(parent)
        self.setWindowTitle(f"Portrait of {name}" if name else "Portrait")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(700, 560)
        self._view = PortraitCropView(image, theme)
        self._preview = _Discs(image, theme)
        self._left = _number("Frame from the left", "in pixels of the picture")
        self._top = _number("Frame from the top", "in pixels of the picture")
        self._side = _number("Size of the frame", "width and height in pixels of the picture")
        self._keep = QPushButton("Keep this part")
        self._keep.setProperty("kind", "primary")
        self._keep.setDefault(True)
        self._cancel = QPushButton("Cancel")
        self._cancel.setAutoDefault(False)
        self._lay_out()
        self._show(self._view.frame)
        self._view.frame_changed.connect(self._show)
        for number in (self._left, self._top):
            number.valueChanged.connect(self._place)
        self._side.valueChanged.connect(self._resize)
        self._keep.clicked.connect(self._finish)
        self._cancel.clicked.connect(self.reject)
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def view(self) -> PortraitCropView:
        """The picture with its frame."""
        return self._view

    def _lay_out(self) -> None:
        numbers = QGridLayout()
        numbers.setHorizontalSpacing(10)
        numbers.setVerticalSpacing(8)
        words = ("From the left", self._left), ("From the top", self._top), ("Size", self._side)
        for row, (title, number) in enumerate(words):
            numbers.addWidget(label(title, "secondary"), row, 0)
            numbers.addWidget(number, row, 1)
        side = QVBoxLayout()
        side.setSpacing(10)
        side.addWidget(label("In the cast", "mark"))
        side.addWidget(self._preview)
        side.addSpacing(8)
        side.addLayout(numbers)
        side.addStretch(1)
        holder = QWidget()
        holder.setFixedWidth(_SIDE_WIDTH)
        side.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(side)
        middle = QHBoxLayout()
        middle.setSpacing(18)
        middle.addWidget(self._view, 1)
        middle.addWidget(holder)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(26, 22, 26, 20)
        layout.setSpacing(10)
        layout.addWidget(label("Which part is the portrait?", "title"))
        layout.addWidget(
            label(
                "Drag the frame, or one of its corners. The arrow keys move it, with Shift by a "
                "pixel; + and \u2212 change its size.",
                "secondary",
            )
        )
        layout.addLayout(middle, 1)
        layout.addLayout(foot)

    def _show(self, frame: PortraitFrame) -> None:
        """Say where the frame is, without taking the numbers as an answer."""
        side = round(frame.side)
        facts = (
            (self._left, 0, frame.width - side, round(frame.left)),
            (self._top, 0, frame.height - side, round(frame.top)),
            (self._side, round(frame.least_side), round(frame.largest_side), side),
        )
        for number, least, most, value in facts:
            number.blockSignals(True)
            number.setRange(least, max(least, most))
            number.setValue(value)
            number.blockSignals(False)
        self._preview.show_frame(frame)

    def _place(self) -> None:
        self._view.set_frame(self._view.frame.placed(self._left.value(), self._top.value()))

    def _resize(self) -> None:
        self._view.set_frame(self._view.frame.resized(self._side.value()))

    def _finish(self) -> None:
        self.box_chosen.emit(self._view.frame.box)
        self.accept()


class _Discs(QWidget):
    """The part as the cast shows it, large and as small as there. GUI thread."""

    def __init__(self, image: QImage, theme: LiveTheme) -> None:
        super().__init__()
        self._image = image
        self._theme = theme
        self._part = QImage()
        self.setFixedSize(_SIDE_WIDTH, _DISCS[0] + 2)

    def show_frame(self, frame: PortraitFrame) -> None:
        side = round(frame.side)
        part = self._image.copy(round(frame.left), round(frame.top), side, side)
        # Twice the largest disc is enough for any screen, and quick to draw.
        size = min(side, 2 * _DISCS[0])
        mode, way = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        self._part = part.scaled(size, size, mode, way)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        left = 1
        for size in _DISCS:
            disc = QRectF(left, self.height() - size - 1, size, size)
            paint_picture(painter, disc, self._part, self._theme.current)
            left += size + 16
        painter.end()


def _number(name: str, description: str) -> QSpinBox:
    number = QSpinBox()
    number.setAccessibleName(name)
    number.setAccessibleDescription(description)
    number.setKeyboardTracking(False)
    number.setSuffix(" px")
    number.lineEdit().setTextMargins(8, 0, 0, 0)
    return number
