"""What happens when something goes wrong that nobody foresaw: kept, and shown quietly.

Uncaught exceptions of every thread become one text that can be copied; crashes of native
code leave their stacks in the log folder. SIGINT and SIGTERM close the window as if by
hand. Knows no window.
"""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import os
import platform
import signal
import sys
import threading
import traceback
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO

import PySide6
from PySide6.QtCore import QObject, QSocketNotifier, Qt, Signal

from app.context import VERSION

_log = logging.getLogger(__name__)
_LOG_BYTES = 1_000_000


class FaultReporter(QObject):
    """Catches what nobody caught. Owned by the application; emits on the GUI thread.

    Signals:
        reported(str): a report, ready to be copied.
    """

    reported = Signal(str)

    def __init__(self, log_folder: Path, parent: QObject | None = None) -> None:
        """Prepare; nothing is hooked yet."""
        super().__init__(parent)
        self._log_folder = log_folder
        self._crash_file: IO[str] | None = None
        self._log_handler: logging.Handler | None = None

    def install(self) -> None:
        """Hook the interpreter's last resorts and write logs to the log folder."""
        handler = logging.handlers.RotatingFileHandler(
            self._log_folder / "dramatis.log", maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8"
        )
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger().addHandler(handler)
        logging.getLogger().setLevel(logging.INFO)
        self._log_handler = handler
        self._crash_file = (self._log_folder / "crash.log").open("a", encoding="utf-8")
        faulthandler.enable(self._crash_file)
        sys.excepthook = self._report
        threading.excepthook = self._report_from_thread

    def uninstall(self) -> None:
        """Put the interpreter's own hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        faulthandler.disable()
        if self._log_handler is not None:
            logging.getLogger().removeHandler(self._log_handler)
            self._log_handler.close()
            self._log_handler = None
        if self._crash_file is not None:
            self._crash_file.close()
            self._crash_file = None

    def _report_from_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._report(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        _log.critical("nobody caught this", exc_info=(kind, error, trace))
        if issubclass(kind, Exception):
            self.reported.emit(describe_fault(error))


class SignalWatch(QObject):
    """Turns SIGINT and SIGTERM into a Qt signal. GUI thread; owned by the application.

    Signals:
        close_requested: the system asked us to leave.
    """

    close_requested = Signal()

    def install(self) -> None:
        """Watch from now on.

        Python runs a signal's handler only between two of its own instructions, and an
        idle Qt loop executes none. The wake-up pipe makes the loop turn once.
        """
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        self._pipe = (reader, writer)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(reader, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._before = {
            number: signal.signal(number, self._ask_to_close)
            for number in (signal.SIGINT, signal.SIGTERM)
        }

    def uninstall(self) -> None:
        """Give the signals back to whoever had them."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        for end in self._pipe:
            os.close(end)

    def _drain(self) -> None:
        if self._notifier.isEnabled():
            os.read(self._pipe[0], 64)

    def _ask_to_close(self, _number: int, _frame: FrameType | None) -> None:
        self.close_requested.emit()


def describe_versions() -> str:
    """Return the versions that matter in a report or in About, one a line."""
    return "\n".join(
        (
            f"Dramatis {VERSION}",
            f"Python {platform.python_version()}",
            f"Qt {PySide6.__version__}",
            platform.platform(),
        )
    )


def describe_fault(error: BaseException) -> str:
    """Return a report that can be copied: versions, then the trace, nothing anyone wrote."""
    trace = "".join(traceback.format_exception(error))
    return f"{describe_versions()}\n\n{trace}"
