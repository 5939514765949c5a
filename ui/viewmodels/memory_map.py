"""The weightiest memories as a map: what they speak of around the character, and what ties them.

Picks subjects from what memories state and from their keywords; places come from the picture.
Knows the service by type and no widget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.domain.ids import MemoryId
from app.domain.memory import About, Memory, MemoryKind
from app.services.memory_room import MemoryRoomService
from ui.bridge import deliver
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.viewmodels.memory_words import ABOUT_WORDS, capital

MOST_MEMORIES = 60
_MOST_SUBJECTS = 10
_LONGEST_SUBJECT = 26
_LEAST_SHARED = 2
_NO_SUBJECT = frozenset({"yes", "no"})


@dataclass(frozen=True, slots=True)
class MapSubject:
    """Something or somebody that memories speak of, the weightiest memory first. A value."""

    name: str
    memories: tuple[Memory, ...]

    @property
    def count_words(self) -> str:
        """How many memories."""
        count = len(self.memories)
        return "1 memory" if count == 1 else f"{count} memories"


@dataclass(frozen=True, slots=True)
class MemoryMap:
    """Subjects with their memories, and pairs of memories that belong together. A value."""

    subjects: tuple[MapSubject, ...] = ()
    ties: tuple[tuple[MemoryId, MemoryId], ...] = ()
    left_out: int = 0

    @property
    def memory_ids(self) -> list[MemoryId]:
        """All that is on the map."""
        return [one.id for subject in self.subjects for one in subject.memories]


class MemoryMapViewModel(QObject):
    """Draws the map up when it is looked at. GUI thread; owned by the window's memories.

    Signals:
        changed: another map.
        chosen_changed: another subject.
        failed(AppError): the ties could not be read.
    """

    changed = Signal()
    chosen_changed = Signal()
    failed = Signal(object)

    def __init__(
        self, room: MemoryRoomViewModel, service: MemoryRoomService, parent: QObject | None = None
    ) -> None:
        """Follow the room."""
        super().__init__(parent)
        self._room = room
        self._service = service
        self._map = MemoryMap()
        self._chosen: int | None = None
        self._is_watched = False
        self._asked = 0
        room.shelf_changed.connect(self._follow)
        room.chosen_changed.connect(self._follow_chosen)

    @property
    def map(self) -> MemoryMap:
        """What is on it."""
        return self._map

    @property
    def core(self) -> str:
        """Who stands in the middle, by the first of their names."""
        whose = self._room.whose
        return whose.character.split()[0] if whose is not None and whose.character else ""

    @property
    def chosen(self) -> int | None:
        """Which subject is looked at."""
        return self._chosen

    @property
    def memory_id(self) -> MemoryId | None:
        """Which memory is looked at."""
        memory = self._room.chosen
        return memory.id if memory is not None else None

    def watch(self, *, is_watched: bool) -> None:
        """Keep the map up to date while it is in sight."""
        self._is_watched = is_watched
        if is_watched:
            self._follow()

    def choose(self, number: int) -> None:
        """Look at a subject."""
        if number != self._chosen and number < len(self._map.subjects):
            self._chosen = number
            self.chosen_changed.emit()

    def look_at(self, memory_id: MemoryId) -> None:
        """Look at a memory, and at its subject."""
        place = self._place_of(memory_id)
        self._chosen = self._chosen if place is None else place
        self._room.choose(memory_id)
        self.chosen_changed.emit()

    def _place_of(self, memory_id: MemoryId | None) -> int | None:
        """Return under which subject a memory stands."""
        for number, subject in enumerate(self._map.subjects):
            if any(one.id == memory_id for one in subject.memories):
                return number
        return None

    def _follow_chosen(self, _memory: Memory | None) -> None:
        self.chosen_changed.emit()

    def _follow(self) -> None:
        whose = self._room.whose
        if not self._is_watched or whose is None:
            return
        self._asked += 1
        asked, memories = self._asked, self._room.shelf.memories

        def take(drawn: MemoryMap) -> None:
            if asked == self._asked:
                self._show(drawn)

        future = self._room.on_lane(
            lambda: draw_map(memories.values(), whose.user, whose.character)
        )
        if future is not None:
            deliver(future, self, take, self.failed.emit)

    def _show(self, drawn: MemoryMap) -> None:
        def take(ties: Sequence[tuple[MemoryId, MemoryId]]) -> None:
            if self._map is drawn:
                shown = set(drawn.memory_ids)
                pairs = tuple(pair for pair in ties if shown.issuperset(pair))
                self._map = MemoryMap(drawn.subjects, pairs, drawn.left_out)
                self.changed.emit()

        self._map = drawn
        looked_at = self._place_of(self.memory_id)
        if looked_at is not None:
            self._chosen = looked_at
        elif self._chosen is None or self._chosen >= len(drawn.subjects):
            self._chosen = 0 if drawn.subjects else None
        self.changed.emit()
        if drawn.subjects:
            ties = self._service.ties_among(drawn.memory_ids)
            deliver(ties, self, take, self.failed.emit)


def draw_map(memories: Iterable[Memory], user: str, character: str) -> MemoryMap:
    """Return the map of the weightiest memories, without what is set aside or superseded."""
    standing = [one for one in memories if not one.quarantine and one.superseded_by is None]
    notes = [one for one in standing if one.kind is not MemoryKind.EPISODE]
    told = notes or standing
    weighty = sorted(told, key=_weight, reverse=True)[:MOST_MEMORIES]
    names = {user.casefold(), character.casefold(), *_NO_SUBJECT}
    said = {one.id: _subjects_of(one, names) for one in weighty}
    counts = Counter(subject for subjects in said.values() for subject in subjects)
    often = [name for name, count in counts.most_common() if count >= _LEAST_SHARED]
    kept = often[: _MOST_SUBJECTS - len(About)]
    groups: dict[str, list[Memory]] = {}
    for memory in weighty:
        name = next((one for one in kept if one in said[memory.id]), None)
        groups.setdefault(name or _about(memory, user, character), []).append(memory)
    subjects = [MapSubject(capital(name), tuple(group)) for name, group in groups.items()]
    subjects.sort(key=lambda one: (-len(one.memories), one.name))
    return MemoryMap(tuple(subjects), left_out=len(told) - len(weighty))


def _weight(memory: Memory) -> tuple[bool, float, int, float]:
    return (memory.is_pinned, memory.importance, memory.uses, memory.happened_at.timestamp())


def _subjects_of(memory: Memory, without: Iterable[str]) -> list[str]:
    """Return what a memory speaks of, in small letters."""
    stated = [name for triple in memory.triples for name in (triple.object, triple.subject)]
    names = [" ".join(name.split()).casefold() for name in (*stated, *memory.keywords)]
    left_out = set(without)
    fitting = (name for name in names if name and len(name) <= _LONGEST_SUBJECT)
    return [name for name in dict.fromkeys(fitting) if name not in left_out]


def _about(memory: Memory, user: str, character: str) -> str:
    words: Mapping[About, str] = ABOUT_WORDS
    about = memory.about or About.OTHERS
    if memory.kind is MemoryKind.EPISODE:
        return "What was said"
    return words[about].format(user=user, character=character)
