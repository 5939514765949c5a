"""Memories in the order in which a person looks at them: newest first, what is superseded below.

Made off the GUI thread: a story may have a hundred thousand of them. Pure; knows no service
and no widget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.ids import MemoryId
from app.domain.memory import Memory, MemoryKind, NoteKind
from app.domain.memory_order import by_day
from app.services.bonds import BondPoint, bond_line
from app.services.recall_alarm import HIGHEST_OVERLAP
from app.services.stems import words


class MemoryChip(StrEnum):
    """The sorts of memories that can be shown and hidden."""

    FACTS = "facts"
    PROMISES = "promises"
    EPISODES = "episodes"
    REFLECTIONS = "reflections"
    ASIDE = "aside"


USUAL_CHIPS = frozenset({MemoryChip.FACTS, MemoryChip.PROMISES, MemoryChip.REFLECTIONS})
_PROMISES = frozenset({NoteKind.PROMISE, NoteKind.PLAN})


@dataclass(frozen=True, slots=True)
class MemoryEntry:
    """A memory with what it superseded, newest first. A value, any thread."""

    memory: Memory
    earlier: tuple[Memory, ...] = ()

    @property
    def chip(self) -> MemoryChip:
        """Which chip shows it."""
        return chip_of(self.memory)

    def has(self, words: Sequence[str]) -> bool:
        """Whether all words stand in it, in what it superseded or among its keywords."""
        texts = (self.memory, *self.earlier)
        found = " ".join(" ".join((one.text, *one.keywords)) for one in texts).casefold()
        return all(word in found for word in words)


@dataclass(frozen=True, slots=True)
class MemoryShelf:
    """All memories of a story, or of all stories. A value, any thread.

    `aside` is what was set aside; `told_in` says of each memory in which entry it is told, as
    itself or as what was superseded.
    """

    entries: tuple[MemoryEntry, ...] = ()
    counts: Mapping[MemoryChip, int] = field(default_factory=dict[MemoryChip, int])
    points: tuple[BondPoint, ...] = ()
    memories: Mapping[MemoryId, Memory] = field(default_factory=dict[MemoryId, Memory])
    aside: tuple[MemoryEntry, ...] = ()
    told_in: Mapping[MemoryId, MemoryEntry] = field(default_factory=dict[MemoryId, MemoryEntry])


def chip_of(memory: Memory) -> MemoryChip:
    """Return which chip shows a memory."""
    if memory.quarantine:
        return MemoryChip.ASIDE
    match memory.kind:
        case MemoryKind.EPISODE:
            return MemoryChip.EPISODES
        case MemoryKind.REFLECTION:
            return MemoryChip.REFLECTIONS
        case MemoryKind.NOTE:
            is_promise = memory.note_kind in _PROMISES
            return MemoryChip.PROMISES if is_promise else MemoryChip.FACTS


def shelve(memories: Sequence[Memory], before: MemoryShelf | None = None) -> MemoryShelf:
    """Return memories as a shelf; entries that are as `before` are the same objects."""
    known = {one.id: one for one in memories}
    earlier: dict[MemoryId, list[Memory]] = {}
    tops: list[Memory] = []
    for memory in memories:
        successor = _last_successor(memory, known)
        if successor is None:
            tops.append(memory)
        else:
            earlier.setdefault(successor, []).append(memory)
    tops.sort(key=by_day, reverse=True)
    old: Mapping[MemoryId, MemoryEntry] = before.told_in if before is not None else {}
    entries: list[MemoryEntry] = []
    told_in: dict[MemoryId, MemoryEntry] = {}
    for memory in tops:
        below = sorted(earlier.get(memory.id, ()), key=by_day, reverse=True)
        entry = MemoryEntry(memory, tuple(below))
        same = old.get(memory.id)
        entry = entry if same is None or same != entry else same
        entries.append(entry)
        for one in (memory, *below):
            told_in[one.id] = entry
    counts = Counter(entry.chip for entry in entries)
    aside = tuple(entry for entry in entries if entry.memory.quarantine)
    points = tuple(bond_line(memories))
    return MemoryShelf(tuple(entries), counts, points, known, aside, told_in)


def keep_known(memories: list[Memory], before: MemoryShelf) -> None:
    """Put memories that are as `before` in the place of their doubles, in the list itself.

    The doubles are let go of one by one: a hundred thousand at once hold up every thread.
    """
    known = before.memories
    for place, memory in enumerate(memories):
        same = known.get(memory.id)
        if same is not None and same == memory:
            memories[place] = same


def let_go(shelves: list[MemoryShelf]) -> None:
    """Empty the list, and let go of what stood on the shelves one by one, for the same reason."""
    entries = [entry for shelf in shelves for entry in shelf.entries]
    memories = [memory for shelf in shelves for memory in shelf.memories.values()]
    shelves.clear()
    while entries:
        entries.pop()
    while memories:
        memories.pop()


def narrow(
    shelf: MemoryShelf,
    chips: Collection[MemoryChip],
    sought: str = "",
    only: Collection[MemoryId] = (),
) -> tuple[MemoryEntry, ...]:
    """Return the entries of these chips that have all the words.

    With `only` the entries that tell of these memories, of whichever chip, and what says nearly
    the same.
    """
    if only:
        shown = _near_copies(shelf, only)
    else:
        shown = (one for one in shelf.entries if one.chip in chips)
    wanted = sought.casefold().split()
    return tuple(one for one in shown if one.has(wanted)) if wanted else tuple(shown)


def _near_copies(shelf: MemoryShelf, memory_ids: Collection[MemoryId]) -> list[MemoryEntry]:
    """Return the entries of memories, and those that share most of their words with one."""
    own = {shelf.told_in[one].memory.id for one in memory_ids if one in shelf.told_in}
    said = [set(words(shelf.memories[one].text)) for one in memory_ids if one in shelf.memories]
    found: list[MemoryEntry] = []
    for entry in shelf.entries:
        if entry.memory.id in own:
            found.append(entry)
            continue
        other = set(words(entry.memory.text))
        if any(len(one & other) > HIGHEST_OVERLAP * len(one | other) for one in said):
            found.append(entry)
    return found


def _last_successor(memory: Memory, known: Mapping[MemoryId, Memory]) -> MemoryId | None:
    """Return which memory stands in the end for one that was superseded, None for none."""
    seen = {memory.id}
    latest = memory
    while latest.superseded_by is not None:
        successor = known.get(latest.superseded_by)
        if successor is not None and successor.id in seen:
            # Two that supersede each other both stand: nothing may vanish from sight.
            return None
        if successor is None or successor.quarantine:
            break
        seen.add(successor.id)
        latest = successor
    return None if latest is memory or memory.quarantine else latest.id
