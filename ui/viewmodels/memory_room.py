"""The memory room: whose memories, of which story, of which sorts, with which words.

Puts them in order on a lane of its own, so that a long story does not hold up the window.
Knows the services by type and no widget; what is done to a memory is in `memory_deeds`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import Conversation, PersonaRecord
from app.domain.ids import ConversationId, MemoryId
from app.domain.memory import Memory
from app.domain.memory_order import MemoryOrder, in_order
from app.errors import AppError, Cancelled
from app.services.conversations import ConversationService
from app.services.memory_room import MemoryRoomService
from app.tasks import Lane
from ui.bridge import deliver
from ui.viewmodels.cast_rows import title_of
from ui.viewmodels.memory_rows import FARTHEST_ROW, MemoryListModel, MemoryRows, lay_out
from ui.viewmodels.memory_shelf import (
    USUAL_CHIPS,
    MemoryChip,
    MemoryEntry,
    MemoryShelf,
    keep_known,
    let_go,
    narrow,
    shelve,
)
from ui.viewmodels.memory_whose import LONGEST_TITLE, Remembered, aside_in_words, story_in_words
from ui.viewmodels.memory_words import shorten

_WORDS_TO_FIND = 6
_T = TypeVar("_T")


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
        self._order = MemoryOrder.NEWEST
        self._only: tuple[MemoryId, ...] = ()
        self._chosen: MemoryId | None = None
        self._left_from: int | None = None
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
        return [(one, shorten(title_of(one, now), LONGEST_TITLE)) for one in self._stories]

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
    def order(self) -> MemoryOrder:
        """What comes first in the list, whoever is shown."""
        return self._order

    @property
    def only(self) -> tuple[MemoryId, ...]:
        """The memories that alone are shown, because they were found together; () for all."""
        return self._only

    @property
    def is_loaded(self) -> bool:
        """Whether what is shown is what there is."""
        return self._is_loaded

    @property
    def chosen(self) -> Memory | None:
        """The memory that is looked at."""
        return self._shelf.memories.get(self._chosen) if self._chosen is not None else None

    @property
    def chosen_id(self) -> MemoryId | None:
        """The same before it was read, None for none."""
        return self._chosen

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
        return aside_in_words(self._shelf.aside)

    def open(
        self,
        persona: PersonaRecord,
        conversation: Conversation | None,
        memory_id: MemoryId | None = None,
        only: Sequence[MemoryId] = (),
    ) -> None:
        """Show a character's memories of a story, None for all of them; perhaps some `only`."""
        whose = Remembered(persona, conversation)
        is_same = self._whose is not None and self._whose.is_same(whose)
        self._whose = whose
        if not is_same:
            self._empty()
        self._only = tuple(only)
        # Heard below, once it is read.
        self._chosen = memory_id if memory_id is not None or not is_same else self._chosen
        self._selected = (self._chosen,) if self._chosen is not None else ()
        self.opened.emit()
        stories = self._conversations.list_all(persona.id)
        deliver(stories, self, self._take_stories, self.failed.emit)
        self.refresh()

    def _empty(self) -> None:
        """Show nothing of whom was shown before."""
        self._narrowed += 1
        self.model.replace([])
        before, self._shelf = [self._shelf], MemoryShelf()
        self.on_lane(lambda: let_go(before))
        self._is_loaded = self._are_chips_chosen = False
        self._chips = USUAL_CHIPS
        self._words = ""
        self.rows_changed.emit()

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
                ordered = self.on_lane(lambda: _put_in_order(memories, before))
                if ordered is not None:
                    deliver(ordered, self, take, self.failed.emit)

        def take(shelf: MemoryShelf) -> None:
            if asked == self._asked:
                self._take_shelf(shelf)

        deliver(future, self, put_in_order, self._fail)

    def set_chips(self, chips: Collection[MemoryChip]) -> None:
        """Show these sorts only."""
        self._are_chips_chosen = True
        if frozenset(chips) != self._chips or self._only:
            self._chips = frozenset(chips)
            self._only = ()
            self._narrow()

    def set_words(self, words: str) -> None:
        """Show only what has all these words."""
        if words != self._words:
            self._words = words
            self._narrow()

    def set_order(self, order: MemoryOrder) -> None:
        """List in another order, and look at what is first in it."""
        if order is not self._order:
            self._order = order
            self._narrow(looks_at_first=True)

    def choose(self, memory_id: MemoryId | None) -> None:
        """Look at a memory, superseded ones included."""
        if memory_id != self._chosen:
            self._chosen = memory_id
            self._selected = (memory_id,) if memory_id is not None else ()
            self.chosen_changed.emit(self.chosen)

    def reveal(self, memory_id: MemoryId) -> None:
        """Look at a memory and have it in the list, whatever was searched for."""
        entry = self._shelf.told_in.get(memory_id)
        if entry is not None:
            self._only = ()
            self._chips = self._chips | {entry.chip}
            self._are_chips_chosen = True
            is_near = self._is_near(entry)
            # Far down it is found by its words, which then stand in the search.
            self._words = "" if is_near else " ".join(entry.memory.text.split()[:_WORDS_TO_FIND])
        self.choose(memory_id)
        self.shelf_changed.emit()
        self._narrow()

    def show_only(self, memory_ids: Sequence[MemoryId]) -> None:
        """Show nothing but these, of whichever sort, and look at the first; () for all again."""
        self._only, self._words = tuple(memory_ids), ""
        first = next((one for one in memory_ids if one in self._shelf.memories), self._chosen)
        self.choose(first)
        self.shelf_changed.emit()
        self._narrow()

    def show_everything(self) -> None:
        """Show every sort, whatever was searched for."""
        self._chips, self._are_chips_chosen = frozenset(MemoryChip), True
        self.show_only(())

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
        self._left_from = self._row_of_chosen()
        self._shelf, self._is_loaded = shelf, True
        if is_first and not self._are_chips_chosen:
            has_notes = any(shelf.counts.get(chip) for chip in USUAL_CHIPS)
            # A room with episodes only must not look empty.
            self._chips = USUAL_CHIPS if has_notes else USUAL_CHIPS | {MemoryChip.EPISODES}
        if self._chosen is not None and self._chosen not in shelf.memories:
            self._chosen, self._selected = None, ()
        elif self._chosen is not None and is_first:
            chosen = shelf.told_in.get(self._chosen)
            self._chips = self._chips | ({chosen.chip} if chosen is not None else set())
        self._selected = tuple(one for one in self._selected if one in shelf.memories)
        self.shelf_changed.emit()
        self.chosen_changed.emit(self.chosen)
        self._narrow(is_first=is_first)

    def _narrow(self, *, is_first: bool = False, looks_at_first: bool = False) -> None:
        self._narrowed += 1
        asked, shelf, chips, words = self._narrowed, self._shelf, self._chips, self._words
        only, before, order = self._only, self.model.rows, self._order

        def take(rows: MemoryRows) -> None:
            if asked == self._narrowed:
                self.model.show(rows)
                if looks_at_first and rows.rows:
                    self.choose(rows.rows[0].memory.id)
                self.rows_changed.emit()
                self._rest(is_first=is_first)

        def put_in_order() -> MemoryRows:
            shown = narrow(shelf, chips, words, only)
            return lay_out(in_order(shown, order, lambda entry: entry.memory), before)

        future = self.on_lane(put_in_order)
        if future is not None:
            deliver(future, self, take, self.failed.emit)

    def _rest(self, *, is_first: bool) -> None:
        """Look at the first row, or at the one that came to where the last one was."""
        left_from, self._left_from = self._left_from, None
        rows = self.model.rows
        if not rows:
            return
        if self._chosen is None and is_first:
            self.choose(rows[0].memory.id)
        elif left_from is not None and self._row_of_chosen() is None:
            self.choose(rows[min(left_from, len(rows) - 1)].memory.id)

    def _is_near(self, entry: MemoryEntry) -> bool:
        """Whether the list can be scrolled to it when every sort is shown."""
        entries = self._shelf.entries
        if self._order is not MemoryOrder.NEWEST:
            return len(entries) <= FARTHEST_ROW
        return any(entry is one for one in entries[:FARTHEST_ROW])

    def _row_of_chosen(self) -> int | None:
        """Return in which row the memory that is looked at is told, None when it is in none."""
        entry = self._shelf.told_in.get(self._chosen) if self._chosen is not None else None
        return self.model.row_of(entry.memory.id) if entry is not None else None

    def on_lane(self, work: Callable[[], _T]) -> Future[_T] | None:
        """Put in order beside the window; None when the window closes already."""
        try:
            return self._lane.submit(work)
        except Cancelled:
            return None

    def _fail(self, error: AppError) -> None:
        self._is_loaded = True
        self.rows_changed.emit()
        self.failed.emit(error)


def _put_in_order(memories: list[Memory], before: MemoryShelf) -> MemoryShelf:
    keep_known(memories, before)
    return shelve(memories, before)
