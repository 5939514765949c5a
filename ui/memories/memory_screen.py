"""What a character remembers, as a screen: timeline, words and map, with one memory beside.

Shows view-models; asks before what cannot be undone. Other screens are asked for by signals.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFrame, QStackedWidget, QVBoxLayout, QWidget

from app.domain.ids import MemoryId
from ui.memories.bond_plot import BondPanel
from ui.memories.known_page import KnownPage
from ui.memories.memory_head import BOND_PAGE, MemoryHead
from ui.memories.memory_map_page import MemoryMapPage
from ui.memories.memory_questions import MemoryQuestions
from ui.memories.memory_side import MemorySide
from ui.memories.memory_timeline import MemoryTimeline
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize
from ui.viewmodels.memory_bond import BondPicture
from ui.viewmodels.memory_deeds import MemoryDeeds
from ui.viewmodels.memory_facts import MemoryFacts
from ui.viewmodels.memory_map import MemoryMapViewModel
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.widgets.plain_parts import rule, scroll_area
from ui.widgets.undo_keys import add_undo_keys

_SIDE_WIDTH = 348
_NARROW = 860
_UNBOUNDED = 16_777_215
_USUAL_LETTERS = 14
_SHARE_BELOW, _MOST_BELOW = 0.3, 0.45
_LEAST_READ = 80
_TALL_PLOT = 200
_MANY_STORIES = "Choose one story to see how the two stand in it."


class MemoryScreen(QWidget):
    """The room. GUI thread; owned by the main window.

    Signals:
        message_requested(MessagePlace): go to a line of a conversation.
        documents_dropped(list[Path]): text files were let go over the room.
    """

    message_requested = Signal(object)
    documents_dropped = Signal(object)

    def __init__(
        self,
        room: MemoryRoomViewModel,
        facts: MemoryFacts,
        deeds: MemoryDeeds,
        map_: MemoryMapViewModel,
        theme: LiveTheme,
    ) -> None:
        """Build the screen; memories come with the room."""
        super().__init__()
        self.setAccessibleName("What is remembered")
        self.setAcceptDrops(True)
        self._room = room
        self._theme = theme
        self._is_narrow = False
        self._suffixes: frozenset[str] = frozenset()
        self.head = MemoryHead(room, theme)
        self.pages = QStackedWidget()
        self.timeline = MemoryTimeline(room, theme)
        self.list = self.timeline.list
        self.known = KnownPage(room, theme)
        self.map = MemoryMapPage(map_, theme)
        self.bond = BondPanel(theme, _TALL_PLOT)
        self.side = MemorySide(room, facts, theme)
        self._paper = QFrame()
        self._questions = MemoryQuestions(self, room, deeds, self.focus_page)
        self._lay_out()
        self._connect(deeds)
        theme.theme_changed.connect(lambda _theme: self._make_room())

    def take_documents(self, suffixes: frozenset[str]) -> None:
        """Take files with these endings where they are let go; others are the window's."""
        self._suffixes = suffixes

    def focus_page(self) -> None:
        """Give the keyboard to the memories."""
        page = self.pages.currentIndex()
        place = self.list if page == 0 else self.head.page_chips[page]
        place.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_page(self, number: int) -> None:
        """Show the timeline (0), the words (1), the map (2) or the relationship (3)."""
        self.pages.setCurrentIndex(number)
        self.head.show_page(number)

    def show_bond(self, picture: BondPicture | None) -> None:
        """Show how the two stand to each other; None where several stories are shown."""
        for panel in (self.side.bond, self.bond):
            if picture is None:
                panel.show_picture(BondPicture(), _MANY_STORIES)
            else:
                panel.show_picture(picture)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the side panel below where there is no room beside."""
        super().resizeEvent(event)
        self._make_room()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take documents; whatever else is left to the window."""
        if self._documents_in(event):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Say which documents came."""
        files = self._documents_in(event)
        if files:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.documents_dropped.emit(files)

    def _documents_in(self, event: QDropEvent) -> list[Path]:
        """Return the files that are dragged, none where one of them is no document."""
        urls = event.mimeData().urls()
        files = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        are_documents = all(file.suffix.casefold() in self._suffixes for file in files)
        return files if are_documents and len(files) == len(urls) else []

    def _make_room(self) -> None:
        """Take the width and the letters as they are."""
        scale = self._theme.current.pixels(TextSize.INTERFACE) / _USUAL_LETTERS
        is_narrow = self.width() < _NARROW * scale
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._stand()
        below = max(self.height() * _SHARE_BELOW, self.side.foot_height() + _LEAST_READ * scale)
        below = min(below, self.height() * _MOST_BELOW)
        self.side.setMaximumHeight(round(below) if is_narrow else _UNBOUNDED)

    def _stand(self) -> None:
        is_narrow = self._is_narrow
        directions = QBoxLayout.Direction
        self._whole.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        self._side_rule.setProperty("kind", "rule" if is_narrow else "upright-rule")
        self._side_rule.style().unpolish(self._side_rule)
        self._side_rule.style().polish(self._side_rule)
        self.side.stand(is_below=is_narrow)
        self.side.setMaximumWidth(_UNBOUNDED if is_narrow else _SIDE_WIDTH)
        self.side.setMinimumWidth(0 if is_narrow else _SIDE_WIDTH)
        self.head.stand(is_narrow=is_narrow)
        self.list.stand(is_dense=is_narrow)
        self._column.setContentsMargins(30, 14 if is_narrow else 24, 26, 8 if is_narrow else 14)
        self._column.setSpacing(6 if is_narrow else 12)
        if not is_narrow and self.pages.currentIndex() == BOND_PAGE:
            self.show_page(0)

    def _lay_out(self) -> None:
        bond = QWidget()
        beneath = QVBoxLayout(bond)
        beneath.setContentsMargins(0, 12, 12, 12)
        beneath.addWidget(self.bond)
        beneath.addStretch(1)
        for page in (self.timeline, self.known, self.map, scroll_area("Between them", bond)):
            self.pages.addWidget(page)
        self._paper.setProperty("kind", "page")
        self._column = QVBoxLayout(self._paper)
        self._column.addWidget(self.head)
        self._column.addWidget(self.pages, 1)
        self._side_rule = rule("upright-rule")
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(self._paper, 1)
        self._whole.addWidget(self._side_rule)
        self._whole.addWidget(self.side)
        self._stand()

    def _connect(self, deeds: MemoryDeeds) -> None:
        room, side, ask = self._room, self.side, self._questions
        self.head.page_chosen.connect(self.show_page)
        self.list.edit_requested.connect(ask.edit)
        self.list.forget_requested.connect(ask.forget)
        self.list.opened.connect(side.focus_memory)
        self.list.menu_requested.connect(lambda place: side.build_menu().popup(place))
        side.edit_requested.connect(ask.edit)
        side.pin_requested.connect(ask.pin)
        side.merge_requested.connect(ask.merge)
        side.split_requested.connect(ask.split)
        side.set_aside_requested.connect(ask.set_aside)
        side.forget_requested.connect(ask.forget)
        for part in (side, self.map, self.known):
            part.memory_requested.connect(lambda id_: room.reveal(MemoryId(id_)))
        self.bond.memory_requested.connect(self._show_memory)
        side.together_requested.connect(self.show_together)
        side.message_requested.connect(self.message_requested)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        add_undo_keys(self, deeds.undo, deeds.redo)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, context=here)
        find.activated.connect(self._focus_search)

    def show_together(self, memory_ids: tuple[MemoryId, ...]) -> None:
        """Show memories that were found together, and nothing else."""
        self.show_page(0)
        self._room.show_only(memory_ids)
        self.focus_page()

    def _show_memory(self, memory_id: str) -> None:
        self.show_page(0)
        self._room.reveal(MemoryId(memory_id))

    def _focus_search(self) -> None:
        self.show_page(0)
        self.head.focus_search()
