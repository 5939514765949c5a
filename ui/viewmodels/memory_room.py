"""The memory room: whose memories, of which story, of which sorts, with which words.

Puts them in order on a lane of its own, so that a long story does not hold up the window.
Knows the services by type and no widget; what is done to a memory is in `memory_deeds`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import Conversation, PersonaRecord
from app.domain.ids import ConversationId, MemoryId
from app.domain.memory import Memory
from app.errors import AppError, Cancelled
from app.services.conversations import ConversationService
from app.services.memory_room import MemoryRoomService
from app.tasks import Lane
from ui.bridge import deliver
from ui.viewmodels.cast_rows import title_of
from ui.viewmodels.memory_rows import FARTHEST_ROW, MemoryListModel
from ui.viewmodels.memory_shelf import (
    USUAL_CHIPS,
    MemoryChip,
    MemoryEntry,
    MemoryShelf,
    narrow,
    shelve,
)
from ui.viewmodels.memory_words import shorten, where_from

_LONGEST_TITLE = 40
_WORDS_TO_FIND = 6
_KEPT_OUT = "Kept out of recall: "
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Remembered:
    """Whose memories are shown, and of which conversation; None for all. A value."""

    persona: PersonaRecord
    conversation: Conversation | None = None

    @property
    def character(self) -> str:
        """What the character is called in a sentence."""
        return self.persona.persona.called

    @property
    def user(self) -> str:
        """What the user is called in that story."""
        return self.conversation.user_name if self.conversation is not None else "the user"


class MemoryRoomViewModel(QObject):
    """What the room shows. GUI thread; owned by the window's memories.

    Signals:
        opened: another character or another story.
        shelf_changed: the memories, their counts or the relationship.
        rows_changed: the rows of the list.
        chosen_changed(Memory | None): the memory that is looked at.
        selected_changed: what is marked.
        failed(AppError): nothing could be read.
    """

    opened = Signal()
    shelf_changed = Signal()
    rows_changed = Signal()
    chosen_changed = Signal(object)
    selected_changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        room: MemoryRoomService,
        conversations: ConversationService,
        lane: Lane,
        parent: QObject | None = None,
    ) -> None:
        """Begin with nobody; nothing is fetched before `open`. `lane` puts things in order."""
        super().__init__(parent)
        self.model = MemoryListModel()
        self._room = room
        self._conversations = conversations
        self._lane = lane
        self._whose: Remembered | None = None
        self._stories: list[Conversation] = []
        self._shelf = MemoryShelf()
        self._chips: frozenset[MemoryChip] = USUAL_CHIPS
        self._are_chips_chosen = False
        self._words = ""
        self._chosen: MemoryId | None = None
        self._selected: tuple[MemoryId, ...] = ()
        self._is_loaded = False
        self._asked = 0
        self._narrowed = 0

    @property
    def whose(self) -> Remembered | None:
        """Whose memories, of which story."""
        return self._whose

    @property
    def stories(self) -> Sequence[Conversation]:
        """The character's conversations, the last touched first."""
        return self._stories

    @property
    def story_choices(self) -> list[tuple[Conversation, str]]:
        """The same with their titles, or the day they began."""
        now = datetime.now(UTC)
        return [(one, shorten(title_of(one, now), _LONGEST_TITLE)) for one in self._stories]

    @property
    def shelf(self) -> MemoryShelf:
        """All of them, in order."""
        return self._shelf

    @property
    def chips(self) -> frozenset[MemoryChip]:
        """The sorts that are shown."""
        return self._chips

    @property
    def words(self) -> str:
        """What is searched for."""
        return self._words

    @property
    def is_loaded(self) -> bool:
        """Whether what is shown is what there is."""
        return self._is_loaded

    @property
    def chosen(self) -> Memory | None:
        """The memory that is looked at."""
        return self._shelf.memories.get(self._chosen) if self._chosen is not None else None

    @property
    def selected(self) -> tuple[MemoryId, ...]:
        """All that are marked in the list, the one that is looked at among them."""
        return self._selected

    @property
    def title(self) -> str:
        """The screen's heading."""
        return f"What {self._whose.character} remembers" if self._whose is not None else ""

    @property
    def about(self) -> str:
        """Of whom and of which story, in words."""
        return story_in_words(self._whose) if self._whose is not None else ""

    @property
    def aside_line(self) -> str:
        """The line about what was set aside, "" when nothing was."""
        return aside_in_words([one.memory for one in self._shelf.aside])

    def open(
        self,
        persona: PersonaRecord,
        conversation: Conversation | None,
        memory_id: MemoryId | None = None,
    ) -> None:
        """Show a character's memories of a story, None for all of them."""
        whose = Remembered(persona, conversation)
        is_same = self._whose is not None and _is_same(self._whose, whose)
        self._whose = whose
        if not is_same:
            self._shelf = MemoryShelf()
            self._is_loaded = self._are_chips_chosen = False
            self._chips = USUAL_CHIPS
            self._words = ""
            self._show([])
        # Heard below, once it is read.
        self._chosen = memory_id if memory_id is not None or not is_same else self._chosen
        self._selected = (self._chosen,) if self._chosen is not None else ()
        self.opened.emit()
        stories = self._conversations.list_all(persona.id)
        deliver(stories, self, self._take_stories, self.failed.emit)
        self.refresh()

    def set_story(self, conversation_id: ConversationId | None) -> None:
        """Look at another story of the same character, None for all."""
        if self._whose is not None:
            story = next((one for one in self._stories if one.id == conversation_id), None)
            self.open(self._whose.persona, story)

    def refresh(self) -> None:
        """Read everything again."""
        whose = self._whose
        if whose is None:
            return
        self._asked += 1
        asked = self._asked
        if whose.conversation is not None:
            future = self._room.in_story(whose.conversation.id)
        else:
            future = self._room.list_all(whose.persona.id)

        def put_in_order(memories: list[Memory]) -> None:
            if asked == self._asked:
                before = self._shelf
                ordered = self._on_lane(lambda: shelve(memories, before))
                if ordered is not None:
                    deliver(ordered, self, take, self.failed.emit)

        def take(shelf: MemoryShelf) -> None:
            if asked == self._asked:
                self._take_shelf(shelf)

        deliver(future, self, put_in_order, self._fail)

    def set_chips(self, chips: Collection[MemoryChip]) -> None:
        """Show these sorts only."""
        self._are_chips_chosen = True
        if frozenset(chips) != self._chips:
            self._chips = frozenset(chips)
            self._narrow()

    def set_words(self, words: str) -> None:
        """Show only what has all these words."""
        if words != self._words:
            self._words = words
            self._narrow()

    def choose(self, memory_id: MemoryId | None) -> None:
        """Look at a memory, superseded ones included."""
        if memory_id != self._chosen:
            self._chosen = memory_id
            self._selected = (memory_id,) if memory_id is not None else ()
            self.chosen_changed.emit(self.chosen)

    def reveal(self, memory_id: MemoryId) -> None:
        """Look at a memory and have it in the list, whatever was searched for."""
        entry = self._shelf.entry_of(memory_id)
        if entry is not None:
            self._chips = self._chips | {entry.chip}
            self._are_chips_chosen = True
            is_near = any(entry is one for one in self._shelf.entries[:FARTHEST_ROW])
            # Far down it is found by its words, which then stand in the search.
            self._words = "" if is_near else " ".join(entry.memory.text.split()[:_WORDS_TO_FIND])
        self.choose(memory_id)
        self.shelf_changed.emit()
        self._narrow()

    def look_aside(self) -> None:
        """Show what was set aside, and the newest of it."""
        self._words = ""
        self.set_chips({MemoryChip.ASIDE})
        aside = self._shelf.aside
        self.choose(aside[0].memory.id if aside else None)
        self.shelf_changed.emit()

    def select(self, memory_ids: Sequence[MemoryId]) -> None:
        """Take what is marked in the list."""
        self._selected = tuple(memory_ids)
        self.selected_changed.emit()

    def _take_stories(self, stories: list[Conversation]) -> None:
        self._stories = stories
        if self._whose is not None and self._whose.conversation is not None:
            shown = self._whose.conversation.id
            # Its title may have changed since.
            renamed = next((one for one in stories if one.id == shown), self._whose.conversation)
            self._whose = Remembered(self._whose.persona, renamed)
        self.opened.emit()

    def _take_shelf(self, shelf: MemoryShelf) -> None:
        is_first = not self._is_loaded
        self._shelf, self._is_loaded = shelf, True
        if is_first and not self._are_chips_chosen:
            has_notes = any(shelf.counts.get(chip) for chip in USUAL_CHIPS)
            # A room with episodes only must not look empty.
            self._chips = USUAL_CHIPS if has_notes else USUAL_CHIPS | {MemoryChip.EPISODES}
        if self._chosen is not None and self._chosen not in shelf.memories:
            self._chosen, self._selected = None, ()
        if self._chosen is None and is_first:
            first = next((one for one in shelf.entries if one.chip in self._chips), None)
            self._chosen = first.memory.id if first is not None else None
            self._selected = (self._chosen,) if self._chosen is not None else ()
        elif self._chosen is not None and is_first:
            chosen = shelf.entry_of(self._chosen)
            self._chips = self._chips | ({chosen.chip} if chosen is not None else set())
        self._selected = tuple(one for one in self._selected if one in shelf.memories)
        self.shelf_changed.emit()
        self.chosen_changed.emit(self.chosen)
        self._narrow()

    def _narrow(self) -> None:
        self._narrowed += 1
        asked, shelf, chips, words = self._narrowed, self._shelf, self._chips, self._words

        def take(entries: tuple[MemoryEntry, ...]) -> None:
            if asked == self._narrowed:
                self._show(entries)

        future = self._on_lane(lambda: narrow(shelf, chips, words))
        if future is not None:
            deliver(future, self, take, self.failed.emit)

    def _show(self, entries: Sequence[MemoryEntry]) -> None:
        self.model.replace(entries)
        self.rows_changed.emit()

    def _on_lane(self, work: Callable[[], _T]) -> Future[_T] | None:
        """Put in order beside the window; None when the window closes already."""
        try:
            return self._lane.submit(work)
        except Cancelled:
            return None

    def _fail(self, error: AppError) -> None:
        self._is_loaded = True
        self.rows_changed.emit()
        self.failed.emit(error)


def story_in_words(whose: Remembered) -> str:
    """Return "about Daniel, in “The lamp room”", or that all stories are shown."""
    if whose.conversation is None:
        return "of all stories"
    title = shorten(title_of(whose.conversation, datetime.now(UTC)), _LONGEST_TITLE)
    if not whose.conversation.title:
        return f"about {whose.user}, {title[:1].lower()}{title[1:]}"
    return f"about {whose.user}, in \u201c{title}\u201d"


def aside_in_words(aside: Sequence[Memory]) -> str:
    """Return what was set aside and why, "" for nothing."""
    if not aside:
        return ""
    newest = aside[0]
    count = len(aside)
    text = "1 memory was set aside" if count == 1 else f"{count:,} memories were set aside"
    why = newest.quarantine.removeprefix(_KEPT_OUT).rstrip(".")
    why = f"{why[:1].lower()}{why[1:]}"
    if "\u201c" not in why:
        why = f"{why} (\u201c{shorten(newest.text, 36)}\u201d)"
    of_which = "" if count == 1 else "the newest, "
    return f"{text}: {of_which}{why}, {where_from(newest)}."


def _is_same(one: Remembered, other: Remembered) -> bool:
    first, second = one.conversation, other.conversation
    return one.persona.id == other.persona.id and ((first and first.id) == (second and second.id))
