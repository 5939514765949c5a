"""What characters remember, in the window: the room's screen, the ways to it, what was last time.

Knows the session and the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.domain.conversation import Conversation, PersonaRecord
from app.domain.ids import MemoryId, MessageId, PersonaId
from app.domain.memory import Memory
from app.tasks import Lane
from ui.bridge import deliver
from ui.memories.memory_screen import MemoryScreen
from ui.viewmodels.memory_bond import BondPicture, picture_of
from ui.viewmodels.memory_deeds import MemoryDeeds
from ui.viewmodels.memory_facts import MemoryFacts, MessagePlace
from ui.viewmodels.memory_map import MemoryMapViewModel
from ui.viewmodels.memory_recap import RecapViewModel
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.window_memory_files import WindowMemoryFiles

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.session import Session


class WindowMemories(QObject):
    """Connects memories with the window. GUI thread; owned by the session."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        """Listen to the menu, the header and the cast; the screen is made when asked for."""
        super().__init__()
        self._session = session
        self._window = window
        self._screen: MemoryScreen | None = None
        self._lane = Lane("shelving")
        context = session.context
        self.room = MemoryRoomViewModel(
            context.memory_room, context.conversations, self._lane, self
        )
        self.facts = MemoryFacts(context.memory_room, context.conversations, self)
        self.deeds = MemoryDeeds(context.memory_room, self)
        self.map = MemoryMapViewModel(self.room, context.memory_room, self)
        self.files = WindowMemoryFiles(session, window, self.room)
        for source in (self.room, self.facts, self.deeds, self.map):
            source.failed.connect(session.show_error)
        self.deeds.notice_raised.connect(window.notices.show_notice)
        self.deeds.done.connect(self._follow_deed)
        self.room.chosen_changed.connect(self._look_up)
        self.room.shelf_changed.connect(self._show_bond)
        self.room.opened.connect(self._begin)
        window.actions_.memories.triggered.connect(lambda _checked: self.show())
        window.cast.memories_requested.connect(lambda id_: self.show(PersonaId(id_)))
        session.chat_screen.header.memories_requested.connect(self.show)
        session.chat_screen.memory_requested.connect(self.show_memory)
        session.chat_screen.panel.together_requested.connect(self.show_together)
        self.recap = RecapViewModel(context.memory_room, self)
        self.recap.changed.connect(session.chat_screen.recap.show_words)
        self.recap.failed.connect(session.show_error)
        session.chat_screen.recap.closed.connect(self.recap.close)
        session.conversation.conversation_changed.connect(self.recap.follow)
        session.conversation.sent.connect(self.recap.close)

    @property
    def screen(self) -> MemoryScreen:
        """The memory room."""
        if self._screen is None:
            screen = self._screen = MemoryScreen(
                self.room, self.facts, self.deeds, self.map, self._window.theme
            )
            screen.message_requested.connect(self._go_to_message)
            self.files.connect_screen(screen)
            self._window.add_screen(screen)
        return self._screen

    def show(
        self,
        persona_id: PersonaId | None = None,
        memory_id: MemoryId | None = None,
        only: Sequence[MemoryId] = (),
    ) -> None:
        """Bring what a character remembers onto the screen: of the open story, where it is theirs.

        Without a character, of whoever is on stage or chosen; with `only` nothing but these.
        """
        conversation = self._session.conversation.conversation
        if persona_id is None:
            chosen = self._session.cast.chosen
            if conversation is not None:
                persona_id = conversation.persona_id
            elif chosen is not None:
                persona_id = chosen.id
        if persona_id is None:
            return
        is_theirs = conversation is not None and conversation.persona_id == persona_id
        story = conversation if is_theirs else None

        def show(record: PersonaRecord) -> None:
            self._show(record, story, memory_id, only)

        found = self._session.context.personas.get(persona_id)
        deliver(found, self, show, self._session.show_error)

    def show_memory(self, memory_id: str) -> None:
        """Bring one memory of the open story onto the screen."""
        self.show(None, MemoryId(memory_id))

    def show_together(self, memory_ids: Sequence[MemoryId]) -> None:
        """Bring memories of the open story that were found together onto the screen."""
        self.show(None, memory_ids[0], memory_ids)

    def show_story(self, conversation: Conversation) -> None:
        """Bring what is remembered of one conversation onto the screen, whoever is on stage."""

        def show(record: PersonaRecord) -> None:
            self._show(record, conversation, None, ())

        found = self._session.context.personas.get(conversation.persona_id)
        deliver(found, self, show, self._session.show_error)

    def close(self) -> None:
        """Finish what is being put in order."""
        self._lane.close()

    def _show(
        self,
        record: PersonaRecord,
        story: Conversation | None,
        memory_id: MemoryId | None,
        only: Sequence[MemoryId],
    ) -> None:
        screen = self.screen
        self.room.open(record, story, memory_id, only)
        screen.show_page(0)
        self._window.show_screen(screen)
        screen.focus_page()
        # What was said last may still have to be noted.
        pending = self._session.context.memories.record_pending(record.id)
        deliver(pending, self, self._take_recorded, self._session.show_error)

    def _take_recorded(self, count: int) -> None:
        if count:
            self.room.refresh()

    def _begin(self) -> None:
        if self.room.whose is not None:
            self.deeds.begin_with(self.room.whose.persona.id)

    def _follow_deed(self, memory_id: MemoryId | None) -> None:
        # What is marked stays marked: perhaps more is to be done with it.
        if memory_id is not None and memory_id not in self.room.selected:
            self.room.choose(memory_id)
        self.room.refresh()

    def _look_up(self, memory: Memory | None) -> None:
        whose = self.room.whose
        if whose is not None:
            self.facts.look_up(memory, whose.character)

    def _show_bond(self) -> None:
        whose = self.room.whose
        if whose is None or self._screen is None:
            return
        picture: BondPicture | None = None
        if whose.conversation is not None:
            points = self.room.shelf.points
            picture = picture_of(points, whose.user, whose.character, datetime.now(UTC))
        self._screen.show_bond(picture)

    def _go_to_message(self, place: MessagePlace) -> None:
        def show(conversation: Conversation) -> None:
            self._session.show_message(conversation, MessageId(place.message_id))

        found = self._session.context.conversations.get(place.conversation_id)
        deliver(found, self, show, self._session.show_error)
