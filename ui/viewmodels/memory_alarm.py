"""The mark of what was recalled and is too much alike: what was measured, and where it is from.

Words and values only; when a set is marked is the service's business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.ids import MemoryId
from app.domain.memory import Recalled
from app.services.recall_alarm import HIGHEST_COSINE, HIGHEST_OVERLAP, alarm_of
from ui.viewmodels.memory_words import where_from

LOOK_TOGETHER = "Look at them together \u203a"


@dataclass(frozen=True, slots=True)
class AlarmWords:
    """What a marked set says of itself, and which memories it is about. A value."""

    text: str
    check: str
    memory_ids: tuple[MemoryId, ...]


def alarm_in_words(recalled: Sequence[Recalled]) -> AlarmWords | None:
    """Return what to tell of a recalled set, None where it is not marked."""
    text = alarm_of(recalled)
    if not text:
        return None
    sources = Counter(where_from(one.memory) for one in recalled)
    told = ", ".join(f"{count} {source}" for source, count in sources.most_common())
    check = f"Marked above {HIGHEST_COSINE:.2f} and {HIGHEST_OVERLAP:.2f}. Recalled: {told}."
    return AlarmWords(text, check, tuple(one.memory.id for one in recalled))
