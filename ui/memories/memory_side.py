"""The side panel of the memory room: how the two stand, and all about one memory.

Shows view-models; what is pressed goes out as a signal, and the screen asks where it must.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QLabel, QMenu, QVBoxLayout, QWidget

from app.domain.memory import Memory
from ui.forms.flow_layout import FlowLayout
from ui.memories.bond_plot import BondPanel
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.memory_facts import Fact, FactLine, MemoryFacts
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.widgets.plain_parts import button, clear, label, rule, scroll_area
from ui.widgets.word_link import WordLink

_TITLE_WIDTH = 84
_MARGIN = 22
_AIR = 2
"""Links have so much around their words; what stands beside them has it too."""

_NOTHING = "Choose a memory to see where it came from and when it was last used."


class MemorySide(QFrame):
    """The panel. GUI thread; owned by the screen.

    Signals:
        message_requested(MessagePlace): go to where it was said, or used.
        memory_requested(MemoryId): look at another memory.
        together_requested(tuple[MemoryId, ...]): look at these, and at nothing else.
        edit_requested, pin_requested, set_aside_requested (or let in), merge_requested,
        split_requested, forget_requested: do that to what is chosen.
    """

    message_requested = Signal(object)
    memory_requested = Signal(str)
    together_requested = Signal(object)
    edit_requested = Signal()
    pin_requested = Signal()
    set_aside_requested = Signal()
    merge_requested = Signal()
    split_requested = Signal()
    forget_requested = Signal()

    def __init__(self, room: MemoryRoomViewModel, facts: MemoryFacts, theme: LiveTheme) -> None:
        """Show what is chosen in the room."""
        super().__init__()
        self.setProperty("kind", "panel")
        self.setAccessibleName("The relationship and this memory")
        self._room = room
        self._facts = facts
        self._theme = theme
        self.bond = BondPanel(theme)
        self.sentence = label("", "prose")
        self._grid = QGridLayout()
        self._nothing = label(_NOTHING, "hint")
        self._heading = label("This memory", "heading")
        self.edit = button("Edit", self.edit_requested.emit)
        self.pin = button("Pin", self.pin_requested.emit)
        self.aside = button("Set aside", self.set_aside_requested.emit)
        self.merge = button("Merge \u2026", self.merge_requested.emit)
        self.split = button("Take apart \u2026", self.split_requested.emit)
        self.forget = button("Forget for good", self.forget_requested.emit, kind="danger")
        self._buttons = QWidget()
        self._foot = QWidget()
        self._them = QWidget()
        self._is_below = False
        self._lay_out()
        room.chosen_changed.connect(lambda _memory: self.refresh())
        room.selected_changed.connect(self.refresh)
        facts.changed.connect(self._show_facts)
        self.bond.memory_requested.connect(self.memory_requested)
        self.refresh()

    def refresh(self) -> None:
        """Show the memory that is looked at, and what can be done with what is marked."""
        memory = self._room.chosen
        marked = len(self._room.selected)
        self._nothing.setVisible(memory is None)
        for part in (self.sentence, self._foot):
            part.setVisible(memory is not None)
        self._heading.setVisible(memory is not None and (marked > 1 or not self._is_below))
        if memory is None:
            self._show_facts()
            return
        self._heading.setText("This memory" if marked < 2 else f"This memory, of {marked} marked")
        self.sentence.setText(" ".join(memory.text.split()))
        self._show_buttons(memory, marked)

    def stand(self, *, is_below: bool) -> None:
        """Stand beside the list, or below it without the relationship, which has a page then."""
        self._is_below = is_below
        self._them.setVisible(not is_below)
        top = 12 if is_below else 22
        self._both.setContentsMargins(30 if is_below else _MARGIN, top, _MARGIN, 12)
        self._foot_layout.setContentsMargins(30 if is_below else _MARGIN, 10, _MARGIN, 12)
        self.refresh()
        self._show_facts()

    def foot_height(self) -> int:
        """Return how high the buttons stand in the width there is."""
        width = max(1, self.width() - 2 * _MARGIN)
        return self._buttons.heightForWidth(width) + _MARGIN

    def build_menu(self) -> QMenu:
        """Return all that can be done with what is chosen, for whoever stays in the list."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName("What can be done with this memory")
        places = [line.message for fact in self._facts.facts for line in fact.lines]
        place = next((one for one in places if one is not None), None)
        if place is not None:
            go = menu.addAction("Go to the line")
            go.triggered.connect(lambda _checked: self.message_requested.emit(place))
            menu.addSeparator()
        keys = {self.edit: "F2", self.forget: "Del"}
        for one in (self.edit, self.pin, self.aside, self.merge, self.split, self.forget):
            if one is self.forget:
                menu.addSeparator()
            key = keys.get(one, "")
            action = menu.addAction(f"{one.text()}\t{key}" if key else one.text())
            action.setEnabled(one.isEnabled())
            action.triggered.connect(lambda _checked, button=one: button.click())
        return menu

    def focus_memory(self) -> None:
        """Give the keyboard to what can be done."""
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_buttons(self, memory: Memory, marked: int) -> None:
        self.pin.setText("Unpin" if memory.is_pinned else "Pin")
        self.pin.setAccessibleName(self.pin.text())
        self.pin.setToolTip(
            "Let it fade with time again" if memory.is_pinned else "Keep it from fading with time"
        )
        self._show_aside(memory)
        self.merge.setEnabled(marked > 1)
        self.merge.setText("Merge \u2026" if marked < 2 else f"Merge the {marked} \u2026")
        self.merge.setAccessibleName(self.merge.text())
        self.merge.setToolTip(
            "Make one memory of those that are marked"
            if marked > 1
            else "Mark several memories with Ctrl or Shift to make one of them"
        )
        self.split.setEnabled(marked < 2)
        self.edit.setEnabled(marked < 2)
        many = f"Forget the {marked} for good"
        self.forget.setText("Forget for good" if marked < 2 else many)
        self.forget.setAccessibleName(self.forget.text())
        self.forget.setToolTip("Erase it from the disk. This cannot be undone.")
        self._buttons.updateGeometry()

    def _show_aside(self, memory: Memory) -> None:
        known = self._room.shelf.memories
        marked = [known[one] for one in self._room.selected if one in known]
        are_aside = all(one.quarantine for one in marked or [memory])
        count = f" the {len(marked)}" if len(marked) > 1 else ""
        self.aside.setText(f"Let{count} in" if are_aside else f"Set{count} aside")
        self.aside.setAccessibleName(self.aside.text())
        self.aside.setToolTip(
            "Let it be recalled: you have read it and vouch for it"
            if are_aside
            else "Never recall it. It stays here to be looked at, and can be let in again"
        )

    def _lay_out(self) -> None:
        flow = FlowLayout(self._buttons, spacing=8)
        for one in (self.edit, self.pin, self.aside, self.merge, self.split, self.forget):
            flow.addWidget(one)
        policy = self._buttons.sizePolicy()
        policy.setHeightForWidth(True)
        self._buttons.setSizePolicy(policy)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._grid.setColumnMinimumWidth(0, _TITLE_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(9)
        them, memory = QVBoxLayout(self._them), QVBoxLayout()
        them.setContentsMargins(0, 0, 0, 0)
        for column in (them, memory):
            column.setSpacing(10)
        them.addWidget(label("Between them", "heading"))
        them.addWidget(self.bond)
        for part in (self._heading, self._nothing, self.sentence):
            memory.addWidget(part)
        memory.addSpacing(2)
        memory.addLayout(self._grid)
        memory.addStretch(1)
        inner = QWidget()
        self._both = QVBoxLayout(inner)
        self._both.setSpacing(24)
        self._both.addWidget(self._them)
        self._both.addLayout(memory, 1)
        self._foot_layout = QVBoxLayout()
        self._foot_layout.addWidget(self._buttons)
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(0)
        foot.addWidget(rule())
        foot.addLayout(self._foot_layout)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll_area("About this memory", inner), 1)
        # What can be done stays in sight, however much there is to read above.
        layout.addWidget(self._foot)
        self.stand(is_below=False)

    def _show_facts(self) -> None:
        clear(self._grid)
        if self._room.chosen is None:
            return
        for row, fact in enumerate(self._facts.facts):
            title = label(fact.title, "mark")
            title.setWordWrap(False)
            title.setContentsMargins(0, _AIR, 0, 0)
            self._grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(self._lines(fact), row, 1, Qt.AlignmentFlag.AlignTop)

    def _lines(self, fact: Fact) -> QWidget:
        holder = QWidget()
        directions = QBoxLayout.Direction
        is_row = self._is_below and len(fact.lines) == 1
        column = QBoxLayout(directions.LeftToRight if is_row else directions.TopToBottom, holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10 if is_row else 2)
        for line in fact.lines:
            if line.text:
                words: QLabel = label(line.text, "mark")
                words.setContentsMargins(2, _AIR, 0, 0)
                words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                column.addWidget(words, 0, Qt.AlignmentFlag.AlignTop)
            if line.link:
                column.addWidget(self._link(fact, line), 1 if is_row else 0)
        return holder

    def _link(self, fact: Fact, line: FactLine) -> WordLink:
        link = WordLink(line.link, self._theme, is_struck=line.is_struck)
        link.setAccessibleName(f"{fact.title}: {line.text} {line.link}".replace("  ", " "))
        if line.message is not None:
            link.clicked.connect(lambda: self.message_requested.emit(line.message))
        elif line.together:
            link.clicked.connect(lambda: self.together_requested.emit(line.together))
        elif line.memory_id is not None:
            link.clicked.connect(lambda: self.memory_requested.emit(line.memory_id))
        return link
