"""Fields for text over which files are let go to the window, which brings them in.

Qt's own would write a file's path into the text. Knows no content.
"""

from __future__ import annotations

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit


def carries_files(event: QDropEvent) -> bool:
    """Return whether files of this machine are dragged, and not words."""
    return any(url.isLocalFile() for url in event.mimeData().urls())


class TextLine(QLineEdit):
    """One line. GUI thread; owned by its editor or screen."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Leave files to the window: who refuses them at first is not asked again."""
        if carries_files(event):
            event.ignore()
        else:
            super().dragEnterEvent(event)


class PlainText(QPlainTextEdit):
    """Several lines. GUI thread; owned by its editor or screen."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Leave files to the window: who refuses them at first is not asked again."""
        if carries_files(event):
            event.ignore()
        else:
            super().dragEnterEvent(event)
