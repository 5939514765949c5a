"""Whether what was recalled is too much alike: the sign of a memory that was poisoned.

Entries that are to win one question lie in one small place (AgentPoison), so what they bring is
said over and over. A set like that is marked, and only a few of one cluster may be recalled.
Pure; works on ranked lines and on what was kept of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.domain.ids import MemoryId
from app.domain.memory import Recalled, Signal
from app.services.recall_ranking import RankedLine
from app.services.stems import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

HIGHEST_COSINE = 0.8
"""Mean cosine of all pairs above which a set is marked."""

HIGHEST_OVERLAP = 0.6
"""Mean share of words that two have in common (Jaccard) above which a set is marked."""

FEWEST = 3
"""Two that are alike are a coincidence."""

MOST_OF_A_CLUSTER = 2
"""So many that say nearly the same are recalled: once, and once more as a confirmation."""

_MEANING = "alike in meaning"
_WORDS = "alike in words"


@dataclass(frozen=True, slots=True)
class Alikeness:
    """How alike the items of a set are, as means over all pairs. A value."""

    count: int
    cosine: float
    overlap: float

    @property
    def is_alarming(self) -> bool:
        """Whether the set is marked."""
        is_alike = self.cosine > HIGHEST_COSINE or self.overlap > HIGHEST_OVERLAP
        return self.count >= FEWEST and is_alike

    @property
    def signals(self) -> tuple[Signal, ...]:
        """How a marked set is kept with each of its items; they weigh nothing."""
        if not self.is_alarming:
            return ()
        return (Signal(_MEANING, self.cosine, 0.0), Signal(_WORDS, self.overlap, 0.0))


def alikeness(lines: Sequence[RankedLine]) -> Alikeness:
    """Return how alike lines are in meaning and in words."""
    import numpy as np

    if len(lines) < 2:
        return Alikeness(len(lines), 0.0, 0.0)
    pairs = np.triu_indices(len(lines), 1)
    cosines, overlaps = _compare(lines)
    return Alikeness(len(lines), float(cosines[pairs].mean()), float(overlaps[pairs].mean()))


def within_clusters(
    lines: Sequence[RankedLine], strangers: Collection[MemoryId] = ()
) -> list[RankedLine]:
    """Return the lines without those that nearly repeat MOST_OF_A_CLUSTER others; in order.

    What strangers vouch for goes first, so that copies cannot push out what they copy.
    """
    if len(lines) <= MOST_OF_A_CLUSTER:
        return list(lines)
    cosines, overlaps = _compare(lines)
    is_alike = (cosines > HIGHEST_COSINE) | (overlaps > HIGHEST_OVERLAP)
    trusted_first = sorted(
        range(len(lines)), key=lambda place: lines[place].line.memory_id in strangers
    )
    kept: list[int] = []
    for place in trusted_first:
        if int(is_alike[place, kept].sum()) < MOST_OF_A_CLUSTER:
            kept.append(place)
    return [lines[place] for place in sorted(kept)]


def mark(recalled: Recalled, found: Alikeness) -> Recalled:
    """Return an item of a set with the mark of the set, where that is alarming."""
    return replace(recalled, signals=(*recalled.signals, *found.signals))


def alarm_of(recalled: Sequence[Recalled]) -> str:
    """Return the sentence that tells of the mark of a recalled set, "" where it has none."""
    values = {
        signal.name: signal.value
        for item in recalled
        for signal in item.signals
        if signal.name in {_MEANING, _WORDS}
    }
    if not values:
        return ""
    return (
        "What was found for this reply says the same over and over "
        f"({_MEANING} {values.get(_MEANING, 0.0):.2f}, {_WORDS} {values.get(_WORDS, 0.0):.2f}); "
        f"no more than {MOST_OF_A_CLUSTER} of it were recalled. See where it comes from."
    )


def _compare(lines: Sequence[RankedLine]) -> tuple[Numbers, Numbers]:
    """Return cosines and shares of words of all pairs; a line without words shares none."""
    import numpy as np

    vectors = np.stack([np.asarray(line.line.vector, np.float64) for line in lines])
    said = [set(words(line.line.text)) for line in lines]
    columns = {word: column for column, word in enumerate(sorted(set[str]().union(*said)))}
    has = np.zeros((len(lines), len(columns)))
    for row, one in enumerate(said):
        has[row, [columns[word] for word in one]] = 1.0
    shared = has @ has.T
    counts = has.sum(axis=1)
    either = counts[:, None] + counts[None, :] - shared
    # Not by @: for so little, BLAS wakes threads that cost more than they do.
    cosines = np.einsum("ik,jk->ij", vectors, vectors)
    return cosines, shared / np.maximum(either, 1.0)
