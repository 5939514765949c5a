"""The keys of a screen's own undo and redo, which span all its fields.

Both habits of taking a step again hold everywhere, whatever the platform's own is. Knows keys
and widgets, not what is undone.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
_REDO = ("Ctrl+Shift+Z", "Ctrl+Y")


class UndoKeys(QObject):
    """Hands the undo keys of all fields to their screen. GUI thread; owned by the screen."""

    def __init__(
        self, screen: QWidget, undo: Callable[[], object], redo: Callable[[], object]
    ) -> None:
        """Follow the keys, and watch whichever field of the screen gets the keyboard."""
        super().__init__(screen)
        self._screen = screen
        add_undo_keys(screen, undo, redo)
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


def add_undo_keys(screen: QWidget, undo: Callable[[], object], redo: Callable[[], object]) -> None:
    """Let the keys undo and redo on a screen; a field that has the keyboard keeps its own."""
    keys = QKeySequence.StandardKey
    redo_keys = QKeySequence.keyBindings(keys.Redo)
    redo_keys += [one for one in map(QKeySequence, _REDO) if one not in redo_keys]
    for sequences, act in (
        (QKeySequence.keyBindings(keys.Undo), undo),
        (redo_keys, redo),
    ):
        shortcut = QShortcut(screen)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setKeys(sequences)
        shortcut.activated.connect(act)
