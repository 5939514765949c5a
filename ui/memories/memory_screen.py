"""What a character remembers, as a screen: timeline, words and map, with one memory beside.

Shows view-models; asks before what cannot be undone. Other screens are asked for by signals.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.ids import ConversationId, MemoryId
from ui.forms.flow_layout import FlowLayout
from ui.memories.known_page import KnownPage
from ui.memories.memory_list import MemoryList
from ui.memories.memory_map_page import MemoryMapPage
from ui.memories.memory_questions import MemoryQuestions
from ui.memories.memory_side import MemorySide
from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize
from ui.viewmodels.memory_bond import BondPicture
from ui.viewmodels.memory_deeds import MemoryDeeds
from ui.viewmodels.memory_facts import MemoryFacts
from ui.viewmodels.memory_map import MemoryMapViewModel
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.viewmodels.memory_shelf import MemoryChip
from ui.widgets.edge_fade import EdgeFade
from ui.widgets.eliding_label import ElidingLabel
from ui.widgets.plain_parts import button, label, rule
from ui.widgets.text_fields import TextLine
from ui.widgets.undo_keys import add_undo_keys
from ui.widgets.word_link import WordLink

_SIDE_WIDTH = 348
_NARROW = 860
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
    MemoryChip.EPISODES: "Every exchange, to the letter",
    MemoryChip.REFLECTIONS: "What several memories mean together",
    MemoryChip.ASIDE: "What reads like an instruction; it is never recalled",
}
_PAGES = ("Timeline", "In words", "Map")
_EMPTY = (
    "Nothing yet. Talk, and what is worth keeping is noted here, with the line that it came from."
)
_MANY_STORIES = "Choose one story to see how the two stand in it."
_NO_MATCH = "Nothing here fits."


class MemoryScreen(QWidget):
    """The room. GUI thread; owned by the main window.

    Signals:
        message_requested(MessagePlace): go to a line of a conversation.
    """

    message_requested = Signal(object)

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
        self._room = room
        self._facts = facts
        self._theme = theme
        self.title = ElidingLabel(least_characters=12)
        self.title.setProperty("kind", "title")
        self.story = WordLink("", theme, size=TextSize.INTERFACE)
        self.search = TextLine(placeholderText="Search these memories")
        self.pages = QStackedWidget()
        self.list = MemoryList(room, theme)
        self.known = KnownPage(room, theme)
        self.map = MemoryMapPage(map_, theme)
        self.side = MemorySide(room, facts, theme)
        self.chips = {chip: self._filter_chip(chip) for chip in MemoryChip}
        self.page_chips = [button(words, kind="chip") for words in _PAGES]
        self.empty = label("", "prose")
        self.show_all = button("Show everything", self._show_everything)
        self.aside = label("", "secondary")
        self.look_aside = WordLink("Look at it \u203a", theme, size=TextSize.INTERFACE)
        self._questions = MemoryQuestions(self, room, deeds)
        self._lay_out()
        self._connect(deeds)
        self._show_whose()
        self._show_shelf()
        self._show_rows()

    def focus_page(self) -> None:
        """Give the keyboard to the memories."""
        place = self.list if self.pages.currentIndex() == 0 else self.page_chips[0]
        place.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_page(self, number: int) -> None:
        """Show the timeline (0), the words (1) or the map (2)."""
        self.page_chips[number].setChecked(True)
        self.pages.setCurrentIndex(number)
        for chip in self.chips.values():
            chip.setVisible(number == 0)
        self.search.setVisible(number == 0)
        self._filters.updateGeometry()

    def show_bond(self, picture: BondPicture | None) -> None:
        """Show how the two stand to each other; None where several stories are shown."""
        if picture is None:
            self.side.bond.show_picture(BondPicture(), _MANY_STORIES)
        else:
            self.side.bond.show_picture(picture)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the side panel below where there is no room beside."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < _NARROW
        directions = QBoxLayout.Direction
        self._whole.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        self._side_rule.setProperty("kind", "rule" if is_narrow else "upright-rule")
        self._side_rule.style().unpolish(self._side_rule)
        self._side_rule.style().polish(self._side_rule)
        most = 16_777_215
        self.side.stand(is_below=is_narrow)
        self.side.setMaximumWidth(most if is_narrow else _SIDE_WIDTH)
        self.side.setMinimumWidth(0 if is_narrow else _SIDE_WIDTH)
        self.side.setMaximumHeight(event.size().height() * 2 // 5 if is_narrow else most)

    def _filter_chip(self, chip: MemoryChip) -> QPushButton:
        made = button(_CHIP_WORDS[chip], kind="chip", spoken=_CHIP_TIPS[chip])
        made.setCheckable(True)
        made.clicked.connect(lambda _checked: self._narrow())
        return made

    def _lay_out(self) -> None:
        self._stories = QMenu(self.story)
        self._stories.setAccessibleName("Of which story")
        self.story.clicked.connect(self._offer_stories)
        self.search.setAccessibleName("Search these memories")
        self.search.setFixedWidth(220)
        policy = self.search.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.search.setSizePolicy(policy)
        self._filters = QWidget()
        filters = FlowLayout(self._filters, spacing=8)
        self._group = QButtonGroup(self)
        for number, chip in enumerate(self.page_chips):
            chip.setCheckable(True)
            self._group.addButton(chip, number)
            filters.addWidget(chip)
        self.page_chips[0].setChecked(True)
        gap = QWidget()
        gap.setFixedSize(18, 1)
        filters.addWidget(gap)
        for one in self.chips.values():
            filters.addWidget(one)
        policy = self._filters.sizePolicy()
        policy.setHeightForWidth(True)
        self._filters.setSizePolicy(policy)
        paper = QFrame()
        paper.setProperty("kind", "page")
        column = QVBoxLayout(paper)
        column.setContentsMargins(30, 24, 26, 14)
        column.setSpacing(12)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.title)
        top.addStretch(1)
        top.addWidget(self.search, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        column.addWidget(self.story, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._filters)
        column.addWidget(rule())
        column.addWidget(self._build_pages(), 1)
        self._side_rule = rule("upright-rule")
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(paper, 1)
        self._whole.addWidget(self._side_rule)
        self._whole.addWidget(self.side)
        self._fade = EdgeFade(self.list, self._theme)

    def _build_pages(self) -> QWidget:
        timeline = QWidget()
        column = QVBoxLayout(timeline)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty)
        column.addWidget(self.show_all, 0, Qt.AlignmentFlag.AlignLeft)
        self._stretch = QWidget()
        column.addWidget(self._stretch, 1)
        set_aside = QHBoxLayout()
        set_aside.setSpacing(8)
        set_aside.addWidget(self.aside, 1)
        set_aside.addWidget(self.look_aside, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(set_aside)
        for page in (timeline, self.known, self.map):
            self.pages.addWidget(page)
        return self.pages

    def _connect(self, deeds: MemoryDeeds) -> None:
        room, side, ask = self._room, self.side, self._questions
        room.opened.connect(self._show_whose)
        room.shelf_changed.connect(self._show_shelf)
        room.rows_changed.connect(self._show_rows)
        self.search.textChanged.connect(room.set_words)
        self._group.idClicked.connect(self.show_page)
        self.look_aside.clicked.connect(self._look_aside)
        self.list.edit_requested.connect(ask.edit)
        self.list.forget_requested.connect(ask.forget)
        self.list.opened.connect(side.focus_memory)
        side.edit_requested.connect(ask.edit)
        side.pin_requested.connect(ask.pin)
        side.merge_requested.connect(ask.merge)
        side.split_requested.connect(ask.split)
        side.let_in_requested.connect(ask.let_in)
        side.forget_requested.connect(ask.forget)
        for part in (side, self.map):
            part.memory_requested.connect(lambda id_: room.reveal(MemoryId(id_)))
        self.known.memory_requested.connect(self._go_to)
        side.message_requested.connect(self.message_requested)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        add_undo_keys(self, deeds.undo, deeds.redo)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, context=here)
        find.activated.connect(self._focus_search)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.search, context=_ONLY_HERE)
        escape.activated.connect(self.search.clear)

    def _show_whose(self) -> None:
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
        if room.words != self.search.text():
            self.search.setText(room.words)

    def _offer_stories(self) -> None:
        self._stories.popup(self.story.mapToGlobal(self.story.rect().bottomLeft()))

    def _show_shelf(self) -> None:
        room = self._room
        counts = room.shelf.counts
        for chip, made in self.chips.items():
            count = counts.get(chip, 0)
            made.setText(f"{_CHIP_WORDS[chip]} {count:,}")
            made.setAccessibleName(f"{_CHIP_WORDS[chip]}, {count:,}. {_CHIP_TIPS[chip]}")
            made.setChecked(chip in room.chips)
        if room.words != self.search.text():
            self.search.setText(room.words)
        line = room.aside_line
        is_shown = bool(line) and MemoryChip.ASIDE not in room.chips
        self.aside.setText(line)
        self.aside.setVisible(is_shown)
        self.look_aside.setVisible(is_shown)
        self._filters.updateGeometry()

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

    def _narrow(self) -> None:
        self._room.set_chips({chip for chip, made in self.chips.items() if made.isChecked()})
        self._show_shelf()

    def _show_everything(self) -> None:
        self.search.clear()
        self._room.set_chips(set(MemoryChip))
        self._show_shelf()
        self.focus_page()

    def _look_aside(self) -> None:
        self._room.look_aside()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to(self, memory_id: str) -> None:
        self._room.reveal(MemoryId(memory_id))

    def _focus_search(self) -> None:
        self.show_page(0)
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()


_ONLY_HERE = Qt.ShortcutContext.WidgetShortcut


def _tick(action: QAction, *, is_shown: bool) -> None:
    """Mark what is shown; a click changes the mark, and the answer fills the menu anew."""
    action.setCheckable(True)
    action.setChecked(is_shown)
