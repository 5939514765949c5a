"""What a person does to memories, told in the quiet bar, with the way back where there is one.

Pinning, wording and letting in can be taken back; forgetting cannot, and the screen asks
before. Knows the service by type and no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.domain.ids import MemoryId
from app.domain.memory import Memory
from app.errors import UserError
from app.services.memory_room import MemoryRoomService
from ui.bridge import deliver
from ui.viewmodels.memory_words import shorten
from ui.viewmodels.notice import Notice

_T = TypeVar("_T")
_QUOTED = 48
_KEY = "memory"


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
        self._undo: Callable[[], None] | None = None
        self._redo: Callable[[], None] | None = None

    @property
    def can_undo(self) -> bool:
        """Whether the last deed can be taken back."""
        return self._undo is not None

    def undo(self) -> None:
        """Take the last deed back, once."""
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()

    def redo(self) -> None:
        """Do again what was just taken back, once; anything done since ends that."""
        redo, self._redo = self._redo, None
        if redo is not None:
            redo()

    def set_pinned(self, memory: Memory, *, pinned: bool) -> None:
        """Pin, so that it never fades, or let it fade again."""
        words = "is pinned: it does not fade" if pinned else "is no longer pinned"
        self._do_reversibly(
            partial(self._room.set_pinned, memory.id, pinned=pinned),
            partial(self._room.set_pinned, memory.id, pinned=not pinned),
            f"{_quote(memory)} {words}.",
        )

    def reword(self, memory: Memory, text: str) -> None:
        """Give a note another sentence."""
        self._do_reversibly(
            partial(self._room.reword, memory.id, text),
            partial(self._room.reword, memory.id, memory.text),
            "The memory has another wording.",
        )

    def let_in(self, memory: Memory) -> None:
        """Let a memory that was set aside be recalled."""
        self._do_reversibly(
            partial(self._room.set_quarantine, memory.id, ""),
            partial(self._room.set_quarantine, memory.id, memory.quarantine),
            f"{_quote(memory)} is let in: it can be recalled from now on.",
        )

    def merge(self, memory_ids: Sequence[MemoryId], text: str) -> None:
        """Make one note of several; they stand below it as superseded."""

        def tell(made: Memory) -> None:
            words = f"{len(memory_ids)} memories have become one; the old ones stand below it."
            self._tell(words, made.id)

        self._do(partial(self._room.merge, memory_ids, text), tell)

    def split(self, memory: Memory, texts: Sequence[str]) -> None:
        """Make several notes of one, which stands below them as superseded."""

        def tell(made: list[Memory]) -> None:
            words = f"The memory is taken apart into {len(made)}; the old one stands below."
            self._tell(words, made[0].id)

        self._do(partial(self._room.split, memory.id, texts), tell)

    def forget(self, memory_ids: Sequence[MemoryId]) -> None:
        """Erase for good. Whoever calls has asked before."""

        def tell(count: int) -> None:
            many = f"{count} memories are forgotten for good."
            self._tell("Forgotten for good." if count == 1 else many, None)

        self._do(partial(self._room.forget, memory_ids), tell)

    def _do_reversibly(
        self,
        begin: Callable[[], Future[Memory]],
        take_back: Callable[[], Future[Memory]],
        words: str,
    ) -> None:
        def tell_back(changed: Memory) -> None:
            self._redo = partial(self._do_reversibly, begin, take_back, words)
            self.done.emit(changed.id)

        def undo() -> None:
            self._do(take_back, tell_back)

        def tell(changed: Memory) -> None:
            self._undo, self._redo = undo, None
            self.notice_raised.emit(Notice(words, action="Undo", act=self.undo, key=_KEY))
            self.done.emit(changed.id)

        self._do(begin, tell)

    def _tell(self, words: str, memory_id: MemoryId | None) -> None:
        """Say what was done for good."""
        self._undo = self._redo = None
        self.notice_raised.emit(Notice(words, key=_KEY))
        self.done.emit(memory_id)

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
