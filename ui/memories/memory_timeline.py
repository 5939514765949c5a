"""The timeline of the memory room: the list, what is said where it is empty, what was set aside.

Shows the room's view-model; knows no service.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.memories.memory_list import MemoryList
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.viewmodels.memory_shelf import MemoryChip
from ui.widgets.edge_fade import EdgeFade
from ui.widgets.eliding_label import ElidingLabel
from ui.widgets.plain_parts import button, label
from ui.widgets.word_link import WordLink

_EMPTY = (
    "Nothing yet. Talk, and what is worth keeping is noted here, with the line that it came from."
)
_TOGETHER = "What was found together for one reply, and what says nearly the same."
_NO_MATCH = "Nothing here fits."


class MemoryTimeline(QWidget):
    """The page. GUI thread; owned by the screen."""

    def __init__(self, room: MemoryRoomViewModel, theme: LiveTheme) -> None:
        """Follow the room."""
        super().__init__()
        self._room = room
        self.list = MemoryList(room, theme)
        self.empty = label("", "prose")
        self.show_all = button("Show everything", self._show_everything)
        self.only = label("", "secondary")
        self.leave_only = WordLink("Show the others again \u203a", theme, size=TextSize.INTERFACE)
        self.aside = ElidingLabel(least_characters=30)
        self.aside.setProperty("kind", "secondary")
        self.look_aside = WordLink("Look at it \u203a", theme, size=TextSize.INTERFACE)
        self._stretch = QWidget()
        self._lay_out()
        self._fade = EdgeFade(self.list, theme)
        self.look_aside.clicked.connect(self._look_aside)
        self.leave_only.clicked.connect(self._leave_only)
        room.shelf_changed.connect(self._show_shelf)
        room.rows_changed.connect(self._show_rows)
        self._show_rows()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for words, link in ((self.only, self.leave_only), (self.aside, self.look_aside)):
            row = QHBoxLayout()
            row.setSpacing(8)
            link.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            row.addWidget(words, 1 if words is self.only else 0)
            row.addWidget(link, 0, Qt.AlignmentFlag.AlignBottom)
            if words is self.aside:
                row.addStretch(1)
            column.addLayout(row)
        column.insertWidget(1, self.list, 1)
        column.insertWidget(2, self.empty)
        column.insertWidget(3, self.show_all, 0, Qt.AlignmentFlag.AlignLeft)
        column.insertWidget(4, self._stretch, 1)

    def _show_shelf(self) -> None:
        room = self._room
        self.only.setText(_TOGETHER)
        for part in (self.only, self.leave_only):
            part.setVisible(bool(room.only))
        line = room.aside_line
        self.aside.set_words(line)
        for part in (self.aside, self.look_aside):
            part.setVisible(bool(line) and MemoryChip.ASIDE not in room.chips and not room.only)

    def _show_rows(self) -> None:
        room = self._room
        has_rows = room.model.rowCount() > 0
        has_any = bool(room.shelf.entries)
        self.list.setVisible(has_rows)
        self._stretch.setVisible(not has_rows)
        self.empty.setVisible(not has_rows and room.is_loaded)
        self.empty.setText(_NO_MATCH if has_any else _EMPTY)
        self.show_all.setVisible(not has_rows and has_any)
        self._show_shelf()

    def _show_everything(self) -> None:
        self._room.show_everything()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_only(self) -> None:
        self._room.show_only(())
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look_aside(self) -> None:
        self._room.look_aside()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
