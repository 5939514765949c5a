"""The window: the cast on the left, one screen on the right, menus, the quiet bar.

Stands and can be painted before anything heavy is imported; the session fills it later.
Arranges screens and knows none of them.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.cast.cast_panel import CastPanel
from ui.notice_bar import NoticeBar
from ui.opening_page import OpeningPage
from ui.theme.icons import tinted_icon
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import Theme
from ui.widgets.tab_order import focus_neighbour
from ui.window_actions import WindowActions

NARROW_PIXELS = 760
_USUAL_SIZE = QSize(1280, 820)
_CAST_WIDTH = 248


class MainWindow(QMainWindow):
    """The one window. GUI thread; owned by the application.

    Signals:
        first_painted: the window is on the screen; heavy work may begin.
        files_dropped(list[Path]): files were let go over the window.
        closing: the person leaves; everything that is typed must be kept now.
    """

    first_painted = Signal()
    files_dropped = Signal(object)
    closing = Signal()

    def __init__(self, theme: LiveTheme, state_file: Path) -> None:
        """Build the empty window; where it was last is read from `state_file`."""
        super().__init__()
        self.setWindowTitle("Dramatis")
        self.setMinimumSize(480, 420)
        self.theme = theme
        self._state_file = state_file
        self._was_painted = False
        self._is_narrow = False
        self.actions_ = WindowActions(self)
        self.actions_.fill(self.menuBar())
        self.cast = CastPanel(theme)
        self.notices = NoticeBar()
        self.opening = OpeningPage(theme)
        self._screens = QStackedWidget()
        self._strip = QFrame()
        self._toggle = QPushButton("Cast")
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out(theme)
        self.actions_.cast.toggled.connect(self._show_cast)
        self._toggle.toggled.connect(self.actions_.cast.setChecked)
        self.actions_.quit.triggered.connect(self.close)
        self._restore()
        self._screens.installEventFilter(self)

    @property
    def is_narrow(self) -> bool:
        """Whether there is no room for the cast beside a screen."""
        return self._is_narrow

    @property
    def screen_shown(self) -> QWidget | None:
        """The screen on the right."""
        return self._screens.currentWidget()

    def add_screen(self, screen: QWidget) -> None:
        """Keep a screen ready."""
        self._screens.addWidget(screen)

    def show_screen(self, screen: QWidget) -> None:
        """Show a screen that was added; in a narrow window the cast steps back."""
        self._screens.setCurrentWidget(screen)
        if self._is_narrow:
            self.actions_.cast.setChecked(False)

    def raise_window(self) -> None:
        """Come to the front, also out of the task bar."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Say once that the first paint happened."""
        if event.type() == QEvent.Type.Paint and not self._was_painted:
            self._was_painted = True
            self._screens.removeEventFilter(self)
            self.first_painted.emit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fold the cast away when it gets narrow, and bring it back."""
        super().resizeEvent(event)
        is_narrow = event.size().width() <= NARROW_PIXELS
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._strip.setVisible(is_narrow)
            self.actions_.cast.setChecked(not is_narrow)

    def focusNextPrevChild(self, is_next: bool, /) -> bool:  # noqa: N802 - Qt's name
        """Go with Tab as the window is read."""
        return focus_neighbour(self, is_forward=is_next) or super().focusNextPrevChild(is_next)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files, as copies, and nothing else."""
        if _files_in(event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Say which files came."""
        files = _files_in(event)
        if files:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.files_dropped.emit(files)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where the window was, and say that it closes."""
        self._remember()
        self.closing.emit()
        super().closeEvent(event)

    def _restyle(self, theme: Theme) -> None:
        self._toggle.setIcon(tinted_icon("panel", theme.palette))

    def _lay_out(self, theme: LiveTheme) -> None:
        self._toggle.setProperty("kind", "quiet")
        self._toggle.setCheckable(True)
        self._toggle.setAccessibleName("Show the cast")
        self._restyle(theme.current)
        theme.theme_changed.connect(self._restyle)
        strip = QHBoxLayout(self._strip)
        strip.setContentsMargins(8, 4, 8, 4)
        strip.addWidget(self._toggle)
        strip.addStretch(1)
        self._strip.setProperty("kind", "panel")
        self._strip.hide()
        self._screens.addWidget(self.opening)
        right = QWidget()
        right.setProperty("kind", "desk")
        layout = QVBoxLayout(right)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._strip)
        layout.addWidget(self.notices)
        layout.addWidget(self._screens, 1)
        self.cast.setMinimumWidth(200)
        self._splitter.addWidget(self.cast)
        self._splitter.addWidget(right)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.setAccessibleName("Cast and screen")
        self.setCentralWidget(self._splitter)

    def _show_cast(self, is_shown: bool) -> None:
        self.cast.setVisible(is_shown)
        self._toggle.setChecked(is_shown)

    def _restore(self) -> None:
        self.resize(_USUAL_SIZE)
        self._splitter.setSizes([_CAST_WIDTH, _USUAL_SIZE.width() - _CAST_WIDTH])
        state = self._settings()
        geometry, split = state.value("geometry"), state.value("splitter")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(split, QByteArray):
            self._splitter.restoreState(split)
        for order, action in self.actions_.orders.items():
            if state.value("cast_order") == order.value:
                action.setChecked(True)
        closed = state.value("closed_folders")
        # Qt hands a list of one back as its only word.
        names = closed if isinstance(closed, list) else [closed] if closed else []
        self.cast.close_folders(str(name) for name in names)

    def _remember(self) -> None:
        state = self._settings()
        state.setValue("geometry", self.saveGeometry())
        if not self._is_narrow and self.cast.isVisible():
            state.setValue("splitter", self._splitter.saveState())
        for order, action in self.actions_.orders.items():
            if action.isChecked():
                state.setValue("cast_order", order.value)
        state.setValue("closed_folders", self.cast.closed_folders)
        state.sync()

    def _settings(self) -> QSettings:
        return QSettings(str(self._state_file), QSettings.Format.IniFormat)


def _files_in(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
