"""How Dramatis comes up, in order.

    1. The paths are found and their folders made.
    2. QApplication, then the lock: a second start knocks on the first and leaves.
    3. Settings (a small file), fonts, theme; the window is built empty and shown.
    4. The first paint. Until here nothing heavy was imported: no SQLModel, no Alembic, no
       Chroma, no NumPy, no Markdown.
    5. A worker thread imports and opens everything: `build_context`.
    6. Back on this thread the session fills the cast, opens the last conversation (or
       greets somebody new), and the engine loads its model in the background.

It goes down in reverse: the window closes, what is typed is kept, the reply that is being
written is stopped and its text stored, the children end, the lock is given back.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.errors import AppError
from app.paths import AppPaths
from app.settings import SettingsFile
from app.tasks import Lane
from ui.bridge import deliver
from ui.errors import explain
from ui.garbage import GarbageCollector
from ui.main_window import MainWindow
from ui.reports import FaultReporter, SignalWatch
from ui.single_instance import Claim, SingleInstance
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.notice import Notice

if TYPE_CHECKING:
    from app.context import AppContext
    from ui.session import Session

GOOD, USER = 0, 2
_log = logging.getLogger(__name__)


class Application(QObject):
    """Owns the window, the context and the session. GUI thread; owned by `run`."""

    def __init__(self, qt: QApplication, paths: AppPaths, model: Path | None = None) -> None:
        """Build the window from the settings file alone; show nothing yet."""
        super().__init__()
        self._qt = qt
        self._paths = paths
        self._model = model
        self._lane = Lane("opening")
        self._context: AppContext | None = None
        self._garbage: GarbageCollector | None = None
        self.session: Session | None = None
        settings = SettingsFile(paths.settings).read()
        self.theme = LiveTheme(qt, settings.appearance)
        self.window = MainWindow(self.theme, paths.config / "window.ini")
        self.window.first_painted.connect(self._open_after_paint)
        self.window.opening.retry_requested.connect(self.open)
        self.window.closing.connect(self._leave_session)

    def show(self) -> None:
        """Show the window; opening begins after its first paint."""
        self.window.show()

    def open(self) -> None:
        """Open the context on a thread of its own."""
        if self._garbage is None:
            self._garbage = GarbageCollector(self)
        self.window.opening.say("Opening …")
        future: Future[AppContext] = self._lane.submit(self._build)
        deliver(future, self, self._begin, self._tell_failure)

    def close(self) -> None:
        """End everything in reverse; idempotent."""
        self._leave_session()
        self._lane.close()
        context, self._context = self._context, None
        if context is not None:
            context.close()
        if self._garbage is not None:
            self._garbage.close()

    def show_report(self, report: str) -> None:
        """Say quietly that something unforeseen happened, with a report to copy."""

        def copy() -> None:
            QGuiApplication.clipboard().setText(report)

        self.window.notices.show_notice(
            Notice(
                "Something went wrong in Dramatis itself. Nothing that was stored is lost.",
                is_warning=True,
                action="Copy the report",
                act=copy,
                key="fault",
            )
        )

    def _open_after_paint(self) -> None:
        # The paint is under way; the timer lets it reach the screen first.
        QTimer.singleShot(0, self, self.open)

    def _build(self) -> AppContext:
        from app.context import build_context

        self._context = build_context(self._paths)
        # Imported off the GUI thread, which needs them next: they are not small.
        for module in ("markdown_it", "ui.session"):
            importlib.import_module(module)

        return self._context

    def _begin(self, context: AppContext) -> None:
        from ui.session import Session

        self.session = Session(context, self.window, self.theme)
        self.session.begin(self._model)

    def _tell_failure(self, error: AppError) -> None:
        _log.error("the context could not be opened: %s", error)
        self.window.opening.explain(explain(error))

    def _leave_session(self) -> None:
        if self.session is not None:
            self.session.close()


def run(argv: Sequence[str], paths: AppPaths, model: Path | None = None) -> int:
    """Run the window until it is closed; returns the exit code."""
    try:
        paths.create()
    except AppError as error:
        sys.stderr.write(f"{error.message}\n")
        return USER
    QApplication.setApplicationName("Dramatis")
    QApplication.setDesktopFileName("dramatis")
    qt = QApplication(list(argv))
    instance = SingleInstance(paths)
    claim = instance.claim()
    if claim is not Claim.FIRST:
        return _tell_about_other(claim, paths)
    faults, signals = FaultReporter(paths.log), SignalWatch()
    faults.install()
    signals.install()
    application = Application(qt, paths, model)
    faults.reported.connect(application.show_report)
    signals.close_requested.connect(application.window.close)
    instance.raise_requested.connect(application.window.raise_window)
    application.show()
    try:
        return qt.exec()
    finally:
        application.close()
        signals.uninstall()
        faults.uninstall()
        instance.release()


def _tell_about_other(claim: Claim, paths: AppPaths) -> int:
    if claim is Claim.RAISED_OTHER:
        sys.stderr.write("Dramatis is already open; its window was raised.\n")
        return GOOD
    sys.stderr.write(
        f"Dramatis is already open for {paths.data}, but it does not answer. Close it, or end its "
        "process, then start again.\n"
    )
    return USER
