"""The line above the page: who is on stage, which conversation, and who you are in it.

Knows the conversation's particulars only.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from app.domain.conversation import Conversation
from ui.chat.you_chip import YouChip
from ui.widgets.eliding_label import ElidingLabel

_ROOM_FOR_TITLE = 560
_ROOM_FOR_YOU = 460
_ROOM_FOR_MEMORIES = 540
EXPORT_FORMATS = (
    ("markdown", "Markdown …"),
    ("html", "Web page …"),
    ("text", "Plain text …"),
    ("jsonl", "SillyTavern …"),
)


class ChatHeader(QWidget):
    """Shows the particulars. Lives on the GUI thread; owned by the conversation screen.

    `memories_requested()` wants what the character remembers; `export_requested(str)` names the
    format, `copy_requested()` wants the whole transcript on the clipboard, `deleted_requested()`
    what was deleted; `inspect_toggled(bool)` opens and
    closes the side panel.
    """

    memories_requested = Signal()
    export_requested = Signal(str)
    copy_requested = Signal()
    deleted_requested = Signal()
    inspect_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with nobody."""
        super().__init__(parent)
        self._conversation: Conversation | None = None
        self.setProperty("kind", "desk")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.name = ElidingLabel(least_characters=28)
        self.name.setProperty("kind", "heading")
        self.title = ElidingLabel(least_characters=8)
        self.title.setProperty("kind", "chip")
        self.you = YouChip()
        self.inspect = QPushButton("Inspect")
        self.inspect.setCheckable(True)
        self.inspect.setToolTip("Show what was recalled for a reply")
        self.memories = QPushButton("Memories")
        self.memories.setToolTip("What the character remembers")
        self.memories.clicked.connect(lambda _checked: self.memories_requested.emit())
        self.export = QPushButton("Export")
        self.export.setMenu(self._build_export_menu())
        self.more = QPushButton("More")
        self.more.setAccessibleName("More about this conversation")
        self.more.setToolTip("More about this conversation")
        self.more.setMenu(self._build_more_menu())
        for button in (self.memories, self.inspect, self.export, self.more):
            button.setProperty("kind", "chip")
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.inspect.toggled.connect(self.inspect_toggled)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(22, 12, 22, 12)
        layout.setSpacing(12)
        layout.addWidget(self.name)
        layout.addWidget(self.title)
        layout.addWidget(self.you)
        layout.addStretch(1)
        layout.addWidget(self.memories)
        layout.addWidget(self.inspect)
        layout.addWidget(self.export)
        layout.addWidget(self.more)
        self.show_conversation(None)

    def set_name(self, name: str) -> None:
        """Say who is on stage."""
        self.name.set_words(name)

    def show_conversation(self, conversation: Conversation | None) -> None:
        """Show a conversation's particulars, or none."""
        self._conversation = conversation
        self.memories.setEnabled(conversation is not None)
        self.inspect.setEnabled(conversation is not None)
        self.export.setEnabled(conversation is not None)
        self.more.setEnabled(conversation is not None)
        if conversation is not None:
            self.title.set_words(conversation.title)
            self.you.show_conversation(conversation)
        self._fit()

    def _fit(self) -> None:
        """Leave the chips out where there is no room for them; the name stays."""
        conversation, room = self._conversation, self.width()
        self.title.setVisible(bool(conversation and conversation.title) and room >= _ROOM_FOR_TITLE)
        self.you.setVisible(conversation is not None and room >= _ROOM_FOR_YOU)
        # The menu leads there as well.
        self.memories.setVisible(room >= _ROOM_FOR_MEMORIES)

    def _build_export_menu(self) -> QMenu:
        menu = QMenu(self)
        for name, words in EXPORT_FORMATS:
            entry = menu.addAction(words)
            entry.triggered.connect(lambda _=False, one=name: self.export_requested.emit(one))
        menu.addSeparator()
        menu.addAction("Copy the conversation").triggered.connect(
            lambda _=False: self.copy_requested.emit()
        )
        return menu

    def _build_more_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName("More about this conversation")
        menu.addAction("Deleted messages \u2026").triggered.connect(
            lambda _=False: self.deleted_requested.emit()
        )
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()
