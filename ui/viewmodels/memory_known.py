"""What a character knows, in prose, each sentence with the memory that it comes from.

Told off the GUI thread, while somebody looks. Knows no markup and no widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.domain.ids import MemoryId
from app.domain.memory import Memory
from app.services.memory_prose import what_is_known
from ui.bridge import deliver
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.viewmodels.memory_words import ABOUT_WORDS

MOST_SENTENCES = 120
"""So many sentences of a paragraph are told, the weightiest; who wants all has the timeline."""


@dataclass(frozen=True, slots=True)
class KnownSentence:
    """A sentence and its memory. A value."""

    text: str
    memory_id: MemoryId


@dataclass(frozen=True, slots=True)
class KnownParagraph:
    """What is known of one subject. A value; `left_out` counts sentences that are not told."""

    title: str
    sentences: tuple[KnownSentence, ...]
    left_out: int = 0


class MemoryKnownViewModel(QObject):
    """Tells what the room has while it is watched. GUI thread; owned by its page.

    Signals:
        changed: other paragraphs.
    """

    changed = Signal()

    def __init__(self, room: MemoryRoomViewModel, parent: QObject | None = None) -> None:
        """Follow the room."""
        super().__init__(parent)
        self._room = room
        self._is_watched = False
        self._asked = 0
        self._told: list[KnownParagraph] = []
        room.shelf_changed.connect(self._follow)

    @property
    def told(self) -> list[KnownParagraph]:
        """What is known; empty while nobody looks."""
        return self._told

    def watch(self, *, is_watched: bool) -> None:
        """Tell it while it is in sight, and let go of it otherwise."""
        self._is_watched = is_watched
        self._asked += 1
        if is_watched:
            self._follow()
        else:
            self._told = []

    def _follow(self) -> None:
        whose = self._room.whose
        if not self._is_watched or whose is None:
            return
        self._asked += 1
        asked, memories = self._asked, self._room.shelf.memories

        def take(told: list[KnownParagraph]) -> None:
            if asked == self._asked:
                self._told = told
                self.changed.emit()

        future = self._room.on_lane(
            lambda: tell_known(memories.values(), whose.user, whose.character)
        )
        if future is not None:
            deliver(future, self, take, self._room.failed.emit)


def tell_known(memories: Iterable[Memory], user: str, character: str) -> list[KnownParagraph]:
    """Return a paragraph for each subject, the weightiest sentence first."""
    told: list[KnownParagraph] = []
    for one in what_is_known(list(memories)):
        pairs = zip(one.sentences, one.memory_ids, strict=True)
        sentences = [KnownSentence(text, memory_id) for text, memory_id in pairs]
        title = ABOUT_WORDS[one.about].format(user=user, character=character)
        left_out = max(0, len(sentences) - MOST_SENTENCES)
        told.append(KnownParagraph(title, tuple(sentences[:MOST_SENTENCES]), left_out))
    return told
