"""The head of the memory room: whose memories, of which story, which page, which sorts.

Shows the room's view-model; what is to be done with files goes out as a signal.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.domain.ids import ConversationId
from app.domain.memory_order import MemoryOrder
from ui.forms.flow_layout import FlowLayout
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.viewmodels.memory_shelf import MemoryChip
from ui.widgets.eliding_label import ElidingLabel
from ui.widgets.plain_parts import button, rule
from ui.widgets.text_fields import TextLine
from ui.widgets.word_link import WordLink

_CHIP_WORDS = {
    MemoryChip.FACTS: "Facts",
    MemoryChip.PROMISES: "Promises",
    MemoryChip.EPISODES: "Episodes",
    MemoryChip.REFLECTIONS: "Reflections",
    MemoryChip.ASIDE: "Set aside",
}
_CHIP_TIPS = {
    MemoryChip.FACTS: "What was noted, a sentence each",
    MemoryChip.PROMISES: "Promises and plans",
    MemoryChip.EPISODES: "Every exchange, to the letter, and what was brought in",
    MemoryChip.REFLECTIONS: "What several memories mean together",
    MemoryChip.ASIDE: "What you kept out, and what reads like an instruction; it is never recalled",
}
_ORDER_WORDS = {
    MemoryOrder.NEWEST: "newest first",
    MemoryOrder.OLDEST: "oldest first",
    MemoryOrder.WEIGHT: "weightiest first",
    MemoryOrder.USES: "most used first",
    MemoryOrder.USED: "last used first",
}
_PAGES = ("Timeline", "In words", "Map", "Between them")
BOND_PAGE = 3
"""The page that there is only where no room is beside the others."""

_SEARCH_WIDTH, _NARROW_SEARCH_WIDTH = 190, 170
_ONLY_HERE = Qt.ShortcutContext.WidgetShortcut


class MemoryHead(QWidget):
    """The head. GUI thread; owned by the screen.

    Signals:
        page_chosen(int): look at the timeline (0), the words, the map, or the relationship.
        documents_requested: bring documents in.
        chats_requested: bring an old chat in.
        copy_requested: write all that is remembered into a file.
    """

    page_chosen = Signal(int)
    documents_requested = Signal()
    chats_requested = Signal()
    copy_requested = Signal()

    def __init__(self, room: MemoryRoomViewModel, theme: LiveTheme) -> None:
        """Follow the room."""
        super().__init__()
        self._room = room
        self._page = 0
        self._is_narrow = False
        self.title = ElidingLabel(least_characters=12)
        self.title.setProperty("kind", "title")
        self.story = WordLink("", theme, size=TextSize.INTERFACE)
        self.search = TextLine(placeholderText="Search these memories")
        self.files = button("Files \u25be", spoken="Bring something in, or write a copy")
        self.chips = {chip: self._filter_chip(chip) for chip in MemoryChip}
        self.page_chips = [button(words, kind="chip") for words in _PAGES]
        self.order = WordLink("", theme, size=TextSize.INTERFACE)
        self._orders = QMenu(self.order)
        self._orders.setAccessibleName("In which order")
        self._stories = QMenu(self.story)
        self._stories.setAccessibleName("Of which story")
        self._filters = QWidget()
        self._flow = FlowLayout(self._filters, spacing=8)
        self._under_title = QHBoxLayout()
        self._pages = QHBoxLayout()
        self._bars = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._group = QButtonGroup(self)
        self._lay_out()
        self._fill_files()
        self._fill_orders()
        self.order.clicked.connect(self._offer_orders)
        self.story.clicked.connect(self._offer_stories)
        self.search.textChanged.connect(room.set_words)
        self._group.idClicked.connect(self.page_chosen)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.search, context=_ONLY_HERE)
        escape.activated.connect(self.search.clear)
        theme.theme_changed.connect(lambda _theme: QTimer.singleShot(0, self, self._claim_height))
        room.opened.connect(self.show_whose)
        room.shelf_changed.connect(self.show_shelf)
        room.rows_changed.connect(self.show_shelf)
        self.show_whose()
        self.show_shelf()

    def show_page(self, number: int) -> None:
        """Mark the page that is shown; only the timeline is searched and filtered."""
        self._page = number
        self.page_chips[number].setChecked(True)
        for part in (*self.chips.values(), self.order):
            part.setVisible(number == 0)
        self.search.setVisible(number == 0)
        self._claim_height()

    def stand(self, *, is_narrow: bool) -> None:
        """Take less room, and offer what stands beside elsewhere as a page."""
        self.page_chips[BOND_PAGE].setVisible(is_narrow)
        self.search.setFixedWidth(_NARROW_SEARCH_WIDTH if is_narrow else _SEARCH_WIDTH)
        self._column.setSpacing(6 if is_narrow else 12)
        directions = QBoxLayout.Direction
        self._bars.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        self._bars.setSpacing(6 if is_narrow else 26)
        self._is_narrow = is_narrow
        self._place_story()
        self._filters.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the story in one line with the pages only where there is room."""
        super().resizeEvent(event)
        self._place_story()
        self._claim_height()

    def _claim_height(self) -> None:
        """Insist on the rows that the filters take: nothing below may push them together."""
        self._filters.updateGeometry()
        self.setMinimumHeight(self._column.heightForWidth(max(1, self.width())))

    def _place_story(self) -> None:
        wanted = sum(one.sizeHint().width() + 8 for one in (self.story, *self.page_chips))
        is_inline = self._is_narrow and wanted <= self.width()
        if is_inline == (self._pages.indexOf(self.story) >= 0) and self.story.parent():
            return
        if is_inline:
            self._pages.insertWidget(0, self.story)
            self._flow.addWidget(self.order)
        else:
            self._under_title.insertWidget(0, self.story)
            self._under_title.addWidget(self.order)

    def focus_search(self) -> None:
        """Give the keyboard to the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def show_whose(self) -> None:
        """Say whose memories these are, and offer the other stories."""
        room = self._room
        self.title.set_words(room.title)
        self.story.set_words(f"{room.about} \u25be" if room.about else "")
        self.story.setAccessibleName(f"Of which story: {room.about}")
        self._stories.clear()
        everything = self._stories.addAction("All stories")
        everything.triggered.connect(lambda _checked: room.set_story(None))
        shown = room.whose.conversation if room.whose is not None else None
        _tick(everything, is_shown=shown is None)
        self._stories.addSeparator()
        for story, words in room.story_choices:
            action = self._stories.addAction(words.replace("&", "&&"))
            action.triggered.connect(
                lambda _checked, id_=story.id: room.set_story(ConversationId(id_))
            )
            _tick(action, is_shown=shown is not None and shown.id == story.id)
        self._show_words()
        self._place_story()

    def show_shelf(self) -> None:
        """Say how many of each sort there are, and which are shown."""
        room = self._room
        for chip, made in self.chips.items():
            count = room.shelf.counts.get(chip, 0)
            made.setText(f"{_CHIP_WORDS[chip]} {count:,}")
            made.setAccessibleName(f"{_CHIP_WORDS[chip]}, {count:,}. {_CHIP_TIPS[chip]}")
            made.setChecked(chip in room.chips and not room.only)
        self._show_order()
        self._show_words()
        self._claim_height()

    def _show_order(self) -> None:
        words = _ORDER_WORDS[self._room.order]
        self.order.set_words(f"{words} \u25be")
        self.order.setAccessibleName(f"In which order: {words}")
        for order, action in zip(_ORDER_WORDS, self._orders.actions(), strict=True):
            action.setChecked(order is self._room.order)

    def _show_words(self) -> None:
        if self._room.words != self.search.text():
            self.search.setText(self._room.words)

    def _narrow(self) -> None:
        self._room.set_chips({chip for chip, made in self.chips.items() if made.isChecked()})
        self.show_shelf()

    def _offer_stories(self) -> None:
        self._stories.popup(self.story.mapToGlobal(self.story.rect().bottomLeft()))

    def _offer_orders(self) -> None:
        self._orders.popup(self.order.mapToGlobal(self.order.rect().bottomLeft()))

    def _fill_orders(self) -> None:
        for order, words in _ORDER_WORDS.items():
            action = self._orders.addAction(f"{words[:1].upper()}{words[1:]}")
            action.triggered.connect(lambda _checked, order=order: self._take_order(order))
            _tick(action, is_shown=order is self._room.order)

    def _take_order(self, order: MemoryOrder) -> None:
        self._room.set_order(order)
        self._show_order()

    def _filter_chip(self, chip: MemoryChip) -> QPushButton:
        made = button(_CHIP_WORDS[chip], kind="chip", spoken=_CHIP_TIPS[chip])
        made.setCheckable(True)
        made.clicked.connect(lambda _checked: self._narrow())
        return made

    def _fill_files(self) -> None:
        menu = QMenu(self.files)
        menu.setAccessibleName("Bring something in, or write a copy")
        documents = menu.addAction("Bring in a document \u2026")
        documents.setToolTip("Text or Markdown; you can let files go over this room as well")
        documents.triggered.connect(lambda _checked: self.documents_requested.emit())
        chats = menu.addAction("Bring in an old chat \u2026")
        chats.setToolTip("From another program; it becomes a conversation, which is remembered")
        chats.triggered.connect(lambda _checked: self.chats_requested.emit())
        menu.addSeparator()
        copy = menu.addAction("Write a copy \u2026")
        copy.setToolTip("All that is remembered, as JSON")
        copy.triggered.connect(lambda _checked: self.copy_requested.emit())
        menu.setToolTipsVisible(True)
        self.files.setMenu(menu)

    def _lay_out(self) -> None:
        self.search.setAccessibleName("Search these memories")
        policy = self.search.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.search.setSizePolicy(policy)
        filters = self._flow
        self.order.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._pages.setSpacing(8)
        for number, chip in enumerate(self.page_chips):
            chip.setCheckable(True)
            self._group.addButton(chip, number)
            self._pages.addWidget(chip)
        self._pages.addStretch(1)
        self.page_chips[0].setChecked(True)
        for one in self.chips.values():
            filters.addWidget(one)
        policy = self._filters.sizePolicy()
        policy.setHeightForWidth(True)
        self._filters.setSizePolicy(policy)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.title)
        top.addStretch(1)
        for one in (self.search, self.files):
            top.addWidget(one, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(top)
        self._under_title.addWidget(self.story)
        self._under_title.addStretch(1)
        self._under_title.addWidget(self.order)
        self._column.addLayout(self._under_title)
        self._bars.addLayout(self._pages)
        self._bars.setAlignment(self._pages, Qt.AlignmentFlag.AlignTop)
        self._bars.addWidget(self._filters, 1)
        self._column.addLayout(self._bars)
        self._column.addWidget(rule())
        self.stand(is_narrow=False)


def _tick(action: QAction, *, is_shown: bool) -> None:
    """Mark what is shown; a click changes the mark, and the answer fills the menu anew."""
    action.setCheckable(True)
    action.setChecked(is_shown)
