"""Hands the undo keys of text fields to the sheet, whose history spans all fields.

Knows keys and widgets, not what is undone.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class UndoKeys(QObject):
    """Keeps the fields of a screen from undoing by themselves. GUI thread; owned by the screen."""

    def __init__(self, screen: QWidget) -> None:
        """Watch whichever field of the screen gets the keyboard."""
        super().__init__(screen)
        self._screen = screen
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Refuse the field its own undo, so that the screen's shortcut gets the key."""
        is_claim = event.type() == QEvent.Type.ShortcutOverride
        if is_claim and isinstance(event, QKeyEvent) and any(map(event.matches, _KEYS)):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self._screen.isAncestorOf(new):
            new.installEventFilter(self)
