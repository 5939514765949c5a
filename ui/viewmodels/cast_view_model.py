"""The cast panel's state: who is there, what is searched for, who and what is chosen.

Turns choices into requests that the window answers with a screen. Knows services and
values; the rows' look is the delegate's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import Conversation, PersonaRecord
from app.domain.ids import ConversationId, PersonaId
from app.events import ConversationsChanged, PersonasChanged
from app.ports.clock import Clock, SystemClock
from app.ports.stores import SearchHit
from app.services.sheet_search import NOTHING_FOUND, SheetHits
from personas.persona import Persona
from ui.bridge import EventBridge, deliver
from ui.viewmodels.cast_model import CastModel, CastOrder, CastRow, CastRowKind
from ui.viewmodels.cast_portraits import CastPortraits
from ui.viewmodels.cast_rows import CastRows, CastState, count_tags, folder_key, list_folders
from ui.viewmodels.cast_search import CastSearch
from ui.viewmodels.notice import Notice

if TYPE_CHECKING:
    from app.errors import AppError
    from app.services.conversations import ConversationService
    from app.services.personas import PersonaService


class CastViewModel(QObject):
    """What the cast panel shows and does. GUI thread; owned by the session.

    Signals:
        conversation_requested(Conversation): show it.
        message_requested(Conversation, MessageId): show it at that message.
        passage_requested(PersonaId, str): show a sheet at a dotted place.
        persona_added(PersonaRecord): a new character wants its sheet filled in.
        chosen_changed(PersonaRecord | None): another character is the chosen one.
        notice_raised(Notice): something to say quietly.
        tags_changed(list[str]): the cast's tags, the commonest first.
        persona_tagged(PersonaRecord): a character has other tags, given here.
        failed(AppError): something did not work.
    """

    conversation_requested = Signal(object)
    message_requested = Signal(object, str)
    passage_requested = Signal(str, str)
    persona_added = Signal(object)
    chosen_changed = Signal(object)
    notice_raised = Signal(object)
    tags_changed = Signal(object)
    persona_tagged = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        personas: PersonaService,
        conversations: ConversationService,
        bridge: EventBridge,
        clock: Clock | None = None,
    ) -> None:
        """Listen for changes; nothing is fetched before `refresh`."""
        super().__init__()
        self.model = CastModel()
        self.portraits = CastPortraits(personas)
        self._personas = personas
        self._conversations = conversations
        self._clock = clock or SystemClock()
        self._state = CastState()
        self._rows = CastRows()
        self._tags: list[str] = []
        self._is_fetching = False
        self._is_stale = False
        self._search = CastSearch(conversations, self)
        self._search.due.connect(self._look)
        self._search.said_found.connect(self._take_said)
        self._search.sheets_found.connect(self._take_sheets)
        self._search.failed.connect(self.failed)
        bridge.personas_changed.connect(self._react_to_personas)
        bridge.conversations_changed.connect(self._react_to_conversations)

    @property
    def state(self) -> CastState:
        """Everything that decides the rows."""
        return self._state

    @property
    def chosen(self) -> PersonaRecord | None:
        """The character that is chosen."""
        return self.find(self._state.chosen_persona)

    @property
    def tags(self) -> list[str]:
        """The cast's tags, the commonest first."""
        return self._tags

    @property
    def folders(self) -> list[str]:
        """Every folder that somebody is in, by name."""
        return list_folders((*self._state.personas, *self._state.archived))

    def find(self, persona_id: PersonaId | None) -> PersonaRecord | None:
        """Return a listed character, also one in the archive."""
        everyone = (*self._state.personas, *self._state.archived)
        return next((who for who in everyone if who.id == persona_id), None)

    def refresh(self) -> None:
        """Fetch the cast and its conversations again."""
        self._fetch_personas()
        deliver(self._conversations.list_all(), self, self._take_conversations, self.failed.emit)

    def set_tag(self, tag: str) -> None:
        """Show only those who have a tag, "" for everyone."""
        self._update(tag=tag)

    def set_order(self, order: CastOrder) -> None:
        """Sort the cast in another way."""
        self._update(order=order)

    def close_folders(self, folders: Iterable[str]) -> None:
        """Close these folders and open the others; names in any case."""
        self._update(closed_folders=frozenset(map(folder_key, folders)))

    def set_words(self, words: str) -> None:
        """Filter by words at once; look in what was said and in the sheets after a pause."""
        self._update(words=words.strip(), hits=(), sheets=NOTHING_FOUND)
        self._search.wait_for(self._state.words)

    def close(self) -> None:
        """Ask for nothing any more: the services are about to close."""
        self._search.close()
        self.portraits.close()

    def show_conversation(self, conversation: Conversation | None) -> None:
        """Mark a conversation and its character as the ones on screen."""
        if conversation is None:
            self._update(chosen_conversation=None)
            return
        self._update(chosen_conversation=conversation.id)
        self.choose(conversation.persona_id)

    def choose(self, persona_id: PersonaId | None) -> None:
        """Make a character the chosen one without opening anything."""
        if persona_id != self._state.chosen_persona:
            self._update(chosen_persona=persona_id)
            self.chosen_changed.emit(self.chosen)

    def activate(self, row: CastRow) -> None:
        """Follow a row to where it leads."""
        if not row.can_be_chosen:
            return
        match row.kind:
            case CastRowKind.CONVERSATION if row.conversation_id is not None:
                self.open_conversation(row.conversation_id)
            case CastRowKind.ARCHIVE:
                self._update(is_archive_open=not self._state.is_archive_open)
            case CastRowKind.FOLDER:
                self._toggle_folder(row.folder)
            case CastRowKind.SHEET_HIT if row.persona_id is not None:
                self.passage_requested.emit(row.persona_id, row.place)
            case CastRowKind.HIT if row.conversation_id is not None:
                self._open_hit(row)
            case _ if row.persona_id is not None:
                self.open_persona(row.persona_id)
            case _:
                return

    def open_persona(self, persona_id: PersonaId) -> None:
        """Open the last conversation with a character, or a first one."""
        self.choose(persona_id)
        deliver(
            self._conversations.open_latest(persona_id),
            self,
            self.conversation_requested.emit,
            self.failed.emit,
        )

    def open_conversation(self, conversation_id: ConversationId) -> None:
        """Open one conversation."""
        deliver(
            self._conversations.get(conversation_id),
            self,
            self.conversation_requested.emit,
            self.failed.emit,
        )

    def begin_conversation(self, persona_id: PersonaId) -> None:
        """Open a new conversation with a character."""
        deliver(
            self._conversations.create(persona_id),
            self,
            self.conversation_requested.emit,
            self.failed.emit,
        )

    def add_persona(self, name: str) -> None:
        """Keep a new character of that name; its sheet is empty."""
        deliver(
            self._personas.add(Persona(name=name.strip())), self, self._take_added, self.failed.emit
        )

    def duplicate_persona(self, persona_id: PersonaId) -> None:
        """Keep a copy of a character, and say what it is called."""

        def tell(record: PersonaRecord) -> None:
            self.notice_raised.emit(Notice(f"The copy is called {record.persona.name}."))

        deliver(self._personas.duplicate(persona_id), self, tell, self.failed.emit)

    def archive_persona(self, persona_id: PersonaId) -> None:
        """Put a character into the archive, with a way back."""

        def tell(record: PersonaRecord) -> None:
            text = f"{record.persona.name} is in the archive, at the end of the cast."
            notice = Notice(
                text, action="Bring back", act=lambda: self.unarchive_persona(record.id)
            )
            self.notice_raised.emit(notice)

        deliver(self._personas.archive(persona_id), self, tell, self.failed.emit)

    def unarchive_persona(self, persona_id: PersonaId) -> None:
        """Bring a character back out of the archive."""
        deliver(self._personas.unarchive(persona_id), self, None, self.failed.emit)

    def set_folder(self, persona_id: PersonaId, folder: str) -> None:
        """Put a character into a folder, "" for out of it; a known one keeps its spelling."""
        record = self.find(persona_id)
        if record is None or folder_key(folder.strip()) == folder_key(record.folder):
            return
        before, name = record.folder, record.persona.name

        def tell(moved: PersonaRecord) -> None:
            words = (
                f"is in the folder “{moved.folder}”" if moved.folder else f"is out of “{before}”"
            )
            self.notice_raised.emit(Notice(f"{name} {words}.", action="Undo", act=go_back))

        def go_back() -> None:
            deliver(self._personas.set_folder(persona_id, before), self, None, self.failed.emit)

        deliver(self._personas.set_folder(persona_id, folder), self, tell, self.failed.emit)

    def rename_folder(self, folder: str, name: str) -> None:
        """Call a folder otherwise; "" takes everybody out, another's name puts them in there."""
        key = folder_key(folder)
        inside = [
            who.id
            for who in (*self._state.personas, *self._state.archived)
            if folder_key(who.folder) == key
        ]

        def tell(_result: None) -> None:
            words = (
                f"The folder is called “{name}”." if name else f"“{folder}” is no folder any more."
            )
            self.notice_raised.emit(Notice(words, action="Undo", act=go_back))

        def go_back() -> None:
            deliver(self._personas.move_all(inside, folder), self, None, self.failed.emit)

        if key in self._state.closed_folders and name:
            self.close_folders({*self._state.closed_folders, name})
        deliver(self._personas.move_all(inside, name), self, tell, self.failed.emit)

    def set_tags(self, persona_id: PersonaId, tags: Sequence[str]) -> None:
        """Give a character other tags, with a way back."""
        record = self.find(persona_id)
        if record is None or tuple(tags) == record.persona.tags:
            return
        before, name = record.persona.tags, record.persona.name

        def tell(tagged: PersonaRecord) -> None:
            words = ", ".join(tagged.persona.tags)
            text = f"{name} has the tags {words}." if words else f"{name} has no tags any more."
            self.persona_tagged.emit(tagged)
            self.notice_raised.emit(Notice(text, action="Undo", act=go_back))

        def go_back() -> None:
            back = self._personas.set_tags(persona_id, before)
            deliver(back, self, self.persona_tagged.emit, self.failed.emit)

        deliver(self._personas.set_tags(persona_id, tags), self, tell, self.failed.emit)

    def set_persona_aside(self, persona_id: PersonaId) -> None:
        """Take a character off the cast, with a way back."""
        record = self.find(persona_id)
        name = record.persona.name if record else "The character"

        def bring_back() -> None:
            deliver(self._personas.restore(persona_id), self, None, self.failed.emit)

        def tell(_result: None) -> None:
            notice = Notice(f"{name} is set aside.", action="Bring back", act=bring_back)
            self.notice_raised.emit(notice)

        deliver(self._personas.set_aside(persona_id), self, tell, self.failed.emit)

    def set_conversation_aside(self, conversation_id: ConversationId) -> None:
        """Take a conversation off the list, with a way back."""

        def bring_back() -> None:
            deliver(
                self._conversations.restore(conversation_id),
                self,
                self.conversation_requested.emit,
                self.failed.emit,
            )

        def tell(_conversation: object) -> None:
            notice = Notice("The conversation is set aside.", action="Bring back", act=bring_back)
            self.notice_raised.emit(notice)

        deliver(self._conversations.set_aside(conversation_id), self, tell, self.failed.emit)

    def rename_conversation(self, conversation_id: ConversationId, title: str) -> None:
        """Give a conversation another title."""
        deliver(self._conversations.rename(conversation_id, title), self, None, self.failed.emit)

    def _toggle_folder(self, folder: str) -> None:
        """Open a folder or close it; while something is searched for all are open."""
        if not self._state.is_narrowed:
            self.close_folders(self._state.closed_folders ^ {folder_key(folder)})

    def _open_hit(self, row: CastRow) -> None:
        conversation_id, message_id = row.conversation_id, row.message_id
        if conversation_id is None or message_id is None:
            return

        def show(conversation: Conversation) -> None:
            self.message_requested.emit(conversation, message_id)

        deliver(self._conversations.get(conversation_id), self, show, self.failed.emit)

    def _look(self) -> None:
        """Look in the sheets of those whom their names and tags do not bring up already."""
        self._search.look(self._rows.beside(self._state))

    def _take_said(self, hits: list[SearchHit]) -> None:
        self._update(hits=tuple(hits))

    def _take_sheets(self, found: SheetHits) -> None:
        self._update(sheets=found)

    def _fetch_personas(self) -> None:
        """Fetch the cast; changes that come meanwhile are fetched together, once."""
        if self._is_fetching:
            self._is_stale = True
            return
        self._is_fetching, self._is_stale = True, False
        everyone = self._personas.list_all(include_archived=True)
        deliver(everyone, self, self._take_personas, self._fail_to_fetch)

    def _fail_to_fetch(self, error: AppError) -> None:
        self._is_fetching = False
        self.failed.emit(error)

    def _take_added(self, record: PersonaRecord) -> None:
        self._update(
            personas=(*self._state.personas, record), words="", hits=(), sheets=NOTHING_FOUND
        )
        self.choose(record.id)
        self.persona_added.emit(record)

    def _take_personas(self, records: list[PersonaRecord]) -> None:
        self._is_fetching = False
        if self._is_stale:
            self._fetch_personas()
        before = self.chosen
        here = tuple(record for record in records if record.archived_at is None)
        away = tuple(record for record in records if record.archived_at is not None)
        self._update(personas=here, archived=away, is_loaded=True)
        tags = count_tags(here)
        if tags != self._tags:
            self._tags = tags
            self.tags_changed.emit(tags)
        if self.chosen != before:
            self.chosen_changed.emit(self.chosen)

    def _take_conversations(self, conversations: list[Conversation]) -> None:
        self._update(conversations=tuple(conversations))

    def _react_to_personas(self, _event: PersonasChanged) -> None:
        self._fetch_personas()

    def _react_to_conversations(self, _event: ConversationsChanged) -> None:
        deliver(self._conversations.list_all(), self, self._take_conversations, self.failed.emit)

    def _update(self, **changes: object) -> None:
        self._state = replace(self._state, **changes)  # pyright: ignore[reportArgumentType] - names are CastState's own
        self.model.replace(self._rows.build(self._state, self._clock.now()))
