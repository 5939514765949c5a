"""A book's entries as a list: filter, new, copy, remove, up and down.

Shows rows and says what was asked for. Knows no draft.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.lore.lore_list import LoreList
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.lore_rows import LoreListModel
from ui.widgets.plain_parts import button, label
from ui.widgets.text_fields import TextLine

_NONE_YET = "No entries yet. \u201cNew\u201d writes the first: a few keys, and what is to be known."


class EntriesPanel(QWidget):
    """The list and what can be done with it. GUI thread; owned by the book's editor.

    Signals:
        filter_changed(str): only entries with these words.
        add_requested: a new entry.
        copy_requested: a copy of the chosen one.
        remove_requested: take the chosen one out.
        move_requested(int): the chosen one a step up (-1) or down (1).
    """

    filter_changed = Signal(str)
    add_requested = Signal()
    copy_requested = Signal()
    remove_requested = Signal()
    move_requested = Signal(int)

    def __init__(self, model: LoreListModel, theme: LiveTheme) -> None:
        """Show a model's rows."""
        super().__init__()
        self._model = model
        self._filter = TextLine(placeholderText="Filter entries", clearButtonEnabled=True)
        self._filter.setAccessibleName("Filter entries")
        self._filter.textChanged.connect(self.filter_changed.emit)
        self.list = LoreList(model, theme, "Entries")
        self.list.setUniformItemSizes(True)
        self._empty = label("", "hint")
        self._add = button("+ New", self.add_requested.emit, kind="quiet", spoken="New entry")
        self._up = self._tool("Up", "Move the entry up (Alt+Up)", -1)
        self._down = self._tool("Down", "Move the entry down (Alt+Down)", 1)
        self._copy = button("Copy", self.copy_requested.emit, kind="quiet", spoken="Copy the entry")
        self._remove = button(
            "Remove", self.remove_requested.emit, kind="quiet", spoken="Remove the entry (Delete)"
        )
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._filter, 1)
        head.addWidget(self._add)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        for tool in (self._up, self._down, self._copy, self._remove):
            tools.addWidget(tool)
        tools.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self._empty)
        layout.addWidget(self.list, 1)
        layout.addLayout(tools)
        self._add_keys()

    @property
    def words(self) -> str:
        """What the list is filtered by."""
        return self._filter.text()

    def show_all(self) -> None:
        """Filter by nothing."""
        self._filter.clear()

    def focus_adding(self) -> None:
        """Give the keyboard to what writes a new entry."""
        self._add.setFocus(Qt.FocusReason.OtherFocusReason)

    def height_for(self, most_rows: int) -> int:
        """Return what the panel needs to show its rows, up to so many, without scrolling."""
        rows = self._model.rowCount()
        row = self.list.sizeHintForRow(0) if rows else 0
        others = self.sizeHint().height() - self.list.sizeHint().height() * bool(rows)
        return others + row * min(rows, most_rows)

    def show_state(self, *, is_chosen: bool, count: int) -> None:
        """Enable what the chosen entry allows; say why the list is empty."""
        is_filtered = bool(self.words.strip())
        for tool in (self._copy, self._remove):
            tool.setEnabled(is_chosen)
        for tool in (self._up, self._down):
            tool.setEnabled(is_chosen and not is_filtered)
        shown = self._model.rowCount()
        self._empty.setVisible(not shown)
        self.list.setVisible(bool(shown))
        self._empty.setText(f"None of {count:,} entries has these words." if count else _NONE_YET)

    def _tool(self, text: str, spoken: str, step: int) -> QWidget:
        return button(text, lambda: self.move_requested.emit(step), kind="quiet", spoken=spoken)

    def _add_keys(self) -> None:
        here = Qt.ShortcutContext.WidgetShortcut
        for keys, act in (
            ("Alt+Up", lambda: self._move(-1)),
            ("Alt+Down", lambda: self._move(1)),
            ("Delete", self.remove_requested.emit),
        ):
            shortcut = QShortcut(QKeySequence(keys), self.list, context=here)
            shortcut.activated.connect(act)
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self._filter, context=here)
        down.activated.connect(self.list.setFocus)

    def _move(self, step: int) -> None:
        if self._up.isEnabled():
            self.move_requested.emit(step)
