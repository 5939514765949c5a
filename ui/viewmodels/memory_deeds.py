"""What a person does to memories, told in the quiet bar, with the way back where there is one.

Everything can be taken back and done again, but forgetting: before that the screen asks.
Knows the service by type and no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.domain.ids import MemoryId, PersonaId
from app.domain.memory import Memory
from app.errors import UserError
from app.services.memory_room import MemoryRoomService
from ui.bridge import deliver
from ui.viewmodels.memory_words import shorten
from ui.viewmodels.notice import Notice

_T = TypeVar("_T")
_QUOTED = 48
_KEY = "memory"
_MOST_UNDOS = 50
_Start = Callable[[Callable[[list[Memory]], None]], None]
_BY_HAND = "Kept out of recall: you set it aside."


@dataclass(frozen=True, slots=True)
class _Deed:
    """What can be done, taken back and done again. A value; owned by the deeds.

    `undo` is what takes back what was made; `makes_new` tells that it is made anew each time.
    """

    start: _Start
    undo: Callable[[list[Memory]], _Start]
    words: Callable[[list[Memory]], str]
    makes_new: bool = False


class MemoryDeeds(QObject):
    """Changes memories. GUI thread; owned by the window's memories.

    Signals:
        done(MemoryId | None): something changed; the memory to look at next.
        notice_raised(Notice): what was done, perhaps with its undoing.
        failed(AppError): it was not done.
    """

    done = Signal(object)
    notice_raised = Signal(object)
    failed = Signal(object)

    def __init__(self, room: MemoryRoomService, parent: QObject | None = None) -> None:
        """Begin with nothing to undo."""
        super().__init__(parent)
        self._room = room
        self._undos: tuple[Callable[[], None], ...] = ()
        self._redos: tuple[_Deed, ...] = ()
        self._persona_id: PersonaId | None = None

    @property
    def can_undo(self) -> bool:
        """Whether the last deed can be taken back."""
        return bool(self._undos)

    def begin_with(self, persona_id: PersonaId) -> None:
        """Take nothing back of another character's memories, which are out of sight."""
        if persona_id != self._persona_id:
            self._persona_id = persona_id
            self._undos, self._redos = (), ()

    def undo(self) -> None:
        """Take the last deed back that was not taken back yet."""
        if self._undos:
            *rest, last = self._undos
            self._undos = tuple(rest)
            last()

    def redo(self) -> None:
        """Do again what was taken back last; anything done since ends that."""
        if self._redos:
            deed, *later = self._redos
            self._redos = ()
            # What was done later was done to what is now another memory.
            self._perform(deed, () if deed.makes_new else tuple(later))

    def set_pinned(self, memory: Memory, *, pinned: bool) -> None:
        """Pin, so that it never fades, or let it fade again."""
        words = "is pinned: it does not fade" if pinned else "is no longer pinned"
        self._change(
            partial(self._room.set_pinned, memory.id, pinned=pinned),
            partial(self._room.set_pinned, memory.id, pinned=not pinned),
            f"{_quote(memory)} {words}.",
        )

    def reword(self, memory: Memory, text: str) -> None:
        """Give a note another sentence."""
        self._change(
            partial(self._room.reword, memory.id, text),
            partial(self._room.reword, memory.id, memory.text),
            "The memory has another wording.",
        )

    def set_aside(self, memories: Sequence[Memory]) -> None:
        """Keep memories out of recall by the person's hand; they stay to be looked at."""
        are = f"{_quote(memories[0])} is"
        if len(memories) > 1:
            are = f"{len(memories)} memories are"
        words = f"{are} set aside: never recalled, until let in again."
        self._set_quarantines(memories, _BY_HAND, words)

    def let_in(self, memories: Sequence[Memory]) -> None:
        """Let memories that were set aside be recalled."""
        words = f"{_quote(memories[0])} is let in: it can be recalled from now on."
        if len(memories) > 1:
            words = f"{len(memories)} memories are let in: they can be recalled from now on."
        self._set_quarantines(memories, "", words)

    def merge(self, memory_ids: Sequence[MemoryId], text: str) -> None:
        """Make one note of several; they stand below it as superseded."""
        words = f"{len(memory_ids)} memories have become one; the old ones stand below it."
        start = self._one(partial(self._room.merge, memory_ids, text))
        self._perform(_Deed(start, self._unmake, lambda _made: words, makes_new=True))

    def split(self, memory: Memory, texts: Sequence[str]) -> None:
        """Make several notes of one, which stands below them as superseded."""

        def say(made: list[Memory]) -> str:
            return f"The memory is taken apart into {len(made)}; the old one stands below."

        start = self._many(partial(self._room.split, memory.id, texts))
        self._perform(_Deed(start, self._unmake, say, makes_new=True))

    def forget(self, memory_ids: Sequence[MemoryId]) -> None:
        """Erase for good. Whoever calls has asked before."""

        def tell(count: int) -> None:
            many = f"{count} memories are forgotten for good."
            # What was done before may have been done to what is no more.
            self._undos, self._redos = (), ()
            notice = Notice("Forgotten for good." if count == 1 else many, key=_KEY)
            self.notice_raised.emit(notice)
            self.done.emit(None)

        self._do(partial(self._room.forget, memory_ids), tell)

    def _change(
        self,
        begin: Callable[[], Future[Memory]],
        take_back: Callable[[], Future[Memory]],
        words: str,
    ) -> None:
        deed = _Deed(self._one(begin), lambda _made: self._one(take_back), lambda _made: words)
        self._perform(deed)

    def _set_quarantines(self, memories: Sequence[Memory], reason: str, words: str) -> None:
        after = {one.id: reason for one in memories}
        before = {one.id: one.quarantine for one in memories}
        start = self._many(partial(self._room.set_quarantines, after))
        undo = self._many(partial(self._room.set_quarantines, before))
        self._perform(_Deed(start, lambda _made: undo, lambda _made: words))

    def _unmake(self, made: list[Memory]) -> _Start:
        return self._many(partial(self._room.take_back, [one.id for one in made]))

    def _perform(self, deed: _Deed, later: tuple[_Deed, ...] = ()) -> None:
        """Do it and say so; `later` is what can be done again after it."""

        def tell(made: list[Memory]) -> None:
            undo = partial(self._take_back, deed, made)
            self._undos, self._redos = (*self._undos[1 - _MOST_UNDOS :], undo), later
            notice = Notice(deed.words(made), action="Undo", act=self.undo, key=_KEY)
            self.notice_raised.emit(notice)
            self.done.emit(made[0].id)

        deed.start(tell)

    def _take_back(self, deed: _Deed, made: list[Memory]) -> None:
        def tell(found: list[Memory]) -> None:
            self._redos = (deed, *self._redos)
            self.notice_raised.emit(Notice("Taken back.", key=_KEY))
            self.done.emit(found[0].id)

        deed.undo(made)(tell)

    def _one(self, begin: Callable[[], Future[Memory]]) -> _Start:
        return lambda take: self._do(begin, lambda memory: take([memory]))

    def _many(self, begin: Callable[[], Future[list[Memory]]]) -> _Start:
        return lambda take: self._do(begin, take)

    def _do(self, begin: Callable[[], Future[_T]], take: Callable[[_T], object]) -> None:
        """Have something done; what is refused at once is told as what fails later is."""
        try:
            future = begin()
        except UserError as error:
            self.failed.emit(error)
        else:
            deliver(future, self, take, self.failed.emit)


def sentences_of(text: str) -> list[str]:
    """Return a text's sentences, as a first offer for taking it apart."""
    parts: list[str] = []
    rest = " ".join(text.split())
    while rest:
        ends = [rest.find(mark) for mark in (". ", "! ", "? ", "; ") if mark in rest]
        if not ends:
            break
        end = min(ends) + 1
        parts.append(rest[:end].rstrip(";").strip())
        rest = rest[end:].strip()
    return [one for one in (*parts, rest) if one]


def joined(memories: Sequence[Memory]) -> str:
    """Return the sentences of several memories, oldest first, as a first offer for one."""
    ordered = sorted(memories, key=lambda one: one.happened_at)
    return " ".join(dict.fromkeys(" ".join(one.text.split()) for one in ordered))


def _quote(memory: Memory) -> str:
    return f"\u201c{shorten(memory.text, _QUOTED)}\u201d"
