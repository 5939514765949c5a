"""The portrait on the first page of the editor: as it is, and the ways to have another.

A picture file may be chosen or dropped; a part of it is cut out before it is kept. Shows the
portrait's view-model; knows no service.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, QSize, QStandardPaths, Qt, QUrl
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.personas.portrait_crop_dialog import PortraitCropDialog
from ui.personas.reading_page import label
from ui.personas.section_tool import SectionTool
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import RADIUS
from ui.viewmodels.portrait_view_model import PortraitViewModel
from ui.widgets.portraits import paint_portrait

_SIDE = 132
_GAP = 18
_FILTER = "Pictures (*.png *.apng *.jpg *.jpeg *.webp *.gif);;All files (*)"


class PortraitTool(SectionTool):
    """The portrait and its buttons. GUI thread; owned by its page."""

    is_first = True

    def __init__(self, view_model: PortraitViewModel, theme: LiveTheme) -> None:
        """Show what the view-model has; it is asked with `reload`."""
        super().__init__()
        self._view_model = view_model
        self._theme = theme
        view_model.setParent(self)
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )
        self._picture = PortraitPicture(theme)
        self._choose = QPushButton("Choose \u2026")
        self._choose.setAccessibleName("Choose a picture")
        self._cut = QPushButton("Cut \u2026")
        self._cut.setAccessibleName("Cut the portrait")
        self._remove = QPushButton("Remove")
        self._remove.setAccessibleName("Remove the portrait")
        self._state = label("", "mark")
        self._problem = label("", "error")
        self.setAcceptDrops(True)
        self._lay_out()
        self._choose.clicked.connect(self.choose_file)
        self._cut.clicked.connect(view_model.cut_anew)
        self._remove.clicked.connect(view_model.remove)
        view_model.changed.connect(self._show)
        view_model.picture_opened.connect(self._ask_for_part)
        self._show()

    def reload(self) -> None:
        """Show the portrait of the open character."""
        self._view_model.refresh()
        self._show()

    def choose_file(self) -> None:
        """Ask which picture."""
        chosen, _filter = QFileDialog.getOpenFileName(
            self, "Choose a picture", self._folder, _FILTER
        )
        if chosen:
            self._folder = str(Path(chosen).parent)
            self._view_model.open_file(Path(chosen))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for the buttons' width: the picture moves above them where it is narrow."""
        return QSize(self._beside.minimumSize().width(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the picture above the buttons where there is no room beside them."""
        super().resizeEvent(event)
        is_wide = self.width() >= _SIDE + _GAP + self._beside.minimumSize().width()
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take addresses, to say at least why one is not taken."""
        if event.mimeData().hasUrls():
            self._picture.set_awaited(is_awaited=True)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """Wait no more."""
        self._picture.set_awaited(is_awaited=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open the picture that was let go here."""
        self._picture.set_awaited(is_awaited=False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._take(event.mimeData())

    def _take(self, dropped: QMimeData) -> None:
        urls = dropped.urls()
        if len(urls) > 1:
            self._view_model.refuse_many()
        elif urls:
            self._view_model.open_address(
                urls[0].toString(QUrl.ComponentFormattingOption.FullyEncoded)
            )

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._choose, self._cut, self._remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        beside = QVBoxLayout()
        beside.setSpacing(8)
        beside.addStretch(1)
        beside.addWidget(
            label(
                "A portrait for the cast and for cards. Drop a picture here or choose one; only "
                "its pixels are kept, nothing that the file says about place or camera.",
                "mark",
            )
        )
        beside.addLayout(buttons)
        beside.addWidget(self._state)
        beside.addWidget(self._problem)
        beside.addStretch(1)
        self._beside = beside
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 12)
        self._row.setSpacing(_GAP)
        self._row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(beside, 1)

    def _show(self) -> None:
        view_model = self._view_model
        has_portrait, is_idle = view_model.picture is not None, not view_model.busy
        self._picture.show_portrait(
            view_model.picture, view_model.name, view_model.initials, view_model.tint
        )
        self._choose.setEnabled(is_idle)
        for button in (self._cut, self._remove):
            # Not hidden under the keyboard: Tab would lose its place.
            button.setEnabled(has_portrait and is_idle)
        self._state.setText(view_model.busy)
        self._state.setVisible(not is_idle)
        self._problem.setText(view_model.problem)
        self._problem.setVisible(bool(view_model.problem))

    def _ask_for_part(self, image: QImage) -> None:
        dialog = PortraitCropDialog(image, self._view_model.name, self._theme, self)
        dialog.box_chosen.connect(self._view_model.keep)
        dialog.rejected.connect(self._view_model.drop)
        dialog.open()


class PortraitPicture(QWidget):
    """The whole portrait with soft corners, or the initials. GUI thread; owned by the tool."""

    def __init__(self, theme: LiveTheme) -> None:
        """Start with nobody."""
        super().__init__()
        self._theme = theme
        self._image: QImage | None = None
        self._initials, self._tint = "?", 0
        self._is_awaited = False
        self.setFixedSize(QSize(_SIDE, _SIDE))
        theme.theme_changed.connect(lambda _theme: self.update())

    def show_portrait(self, image: QImage | None, name: str, initials: str, tint: int) -> None:
        """Show another portrait."""
        self._image, self._initials, self._tint = image, initials, tint
        if image is None:
            self.setAccessibleName(f"No portrait of {name}: the initials {initials}")
        else:
            self.setAccessibleName(f"Portrait of {name}")
        self.update()

    def set_awaited(self, *, is_awaited: bool) -> None:
        """Show that a file may be let go here."""
        self._is_awaited = is_awaited
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the portrait."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        palette, room = self._theme.current.palette, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._image is None:
            disc = room.adjusted(1, 1, -1, -1)
            paint_portrait(painter, disc, self._initials, self._tint, self._theme.current)
        else:
            size = self._image.size().scaled(room.size().toSize(), _WHOLE)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(room.center())
            outline = QPainterPath()
            outline.addRoundedRect(place, RADIUS, RADIUS)
            painter.setClipPath(outline)
            painter.drawImage(place, self._image)
            painter.setClipping(False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.colour("rule"), 1))
            painter.drawPath(outline)
        if self._is_awaited:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.colour("accent_2"), 2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(room, RADIUS, RADIUS)
        painter.end()


_WHOLE = Qt.AspectRatioMode.KeepAspectRatio
