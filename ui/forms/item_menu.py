"""What can be done with one thing of a list: another below it, up, down, away.

Knows an item and no value.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QToolButton

from ui.forms.item import Item

WIDTH = 28


class ItemMenu(QToolButton):
    """A small button with the ways, which have keys too. GUI thread; owned by its item."""

    def __init__(self, item: Item, spoken: str, *, has_keys: bool) -> None:
        """Offer them all; what holds a list itself leaves the keys to what is in it."""
        super().__init__()
        self._has_keys = has_keys
        self.setText("\u22ef")
        self.setAccessibleName(f"More for {spoken}")
        self.setToolTip("Add below, move, remove")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFixedWidth(WIDTH)
        menu = QMenu(self)
        self.below = self._add(menu, item, "Add one below", "Ctrl+Return")
        self.below.triggered.connect(lambda _checked: item.following_requested.emit())
        self.up = self._add(menu, item, "Move up", "Alt+Up")
        self.up.triggered.connect(lambda _checked: item.moved.emit(-1))
        self.down = self._add(menu, item, "Move down", "Alt+Down")
        self.down.triggered.connect(lambda _checked: item.moved.emit(1))
        menu.addSeparator()
        self.remove = menu.addAction("Remove")
        self.remove.triggered.connect(lambda _checked: item.removed.emit())
        self.setMenu(menu)

    def set_place(self, number: int, count: int) -> None:
        """Offer only the ways that there are."""
        self.up.setEnabled(number > 0)
        self.down.setEnabled(number < count - 1)

    def _add(self, menu: QMenu, item: Item, words: str, keys: str) -> QAction:
        """Add a way; its keys are shown in the menu and work from within the item."""
        if not self._has_keys:
            return menu.addAction(words)
        action = menu.addAction(f"{words}\t{keys}")
        shortcut = QShortcut(QKeySequence(keys), item)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(action.trigger)
        return action
