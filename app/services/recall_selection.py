"""From ranked lines to the memories that are recalled: age, importance, repeats, shares.

What is said here may reorder near equals; it never sinks a strong match. Pure: memories come in
as values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil
from typing import cast

from app.domain.ids import MemoryId
from app.domain.memory import Memory, Provenance, Recalled, Signal
from app.services.noting.layers import nearness
from app.services.recall_alarm import FEWEST, alikeness, mark, within_clusters
from app.services.recall_question import Question
from app.services.recall_ranking import RankedLine
from app.services.recall_reasons import reason_of

RECENCY_WEIGHT = 0.3
IMPORTANCE_WEIGHT = 0.3
"""Both set by hand: together they outweigh a tenth of a cosine, no more. Dialogues that could
teach them have no notes and no importance."""

MARGIN = 6.0
"""What is this much less likely than the best, as a logarithm, is not recalled with it."""

_REPEATED = 0.96  # Cosine above which two lines say the same.
_SHARE_OF_A_SITTING = 0.5
_STRANGERS = frozenset({Provenance.IMPORT, Provenance.CARD, Provenance.MODEL})


def weigh(
    ranked: Sequence[RankedLine], memories: Mapping[MemoryId, Memory], now: datetime
) -> list[RankedLine]:
    """Return the lines of these memories in the order of their scores with age and importance.

    Lines whose memory is missing or quarantined are left out; those that repeat a better one
    of another memory come last.
    """
    weighed: list[RankedLine] = []
    for line in ranked:
        memory = memories.get(line.line.memory_id)
        if memory is None or memory.quarantine:
            continue
        more = _of_memory(memory, now)
        added = sum(signal.weight for signal in more)
        weighed.append(RankedLine(line.line, line.score + added, (*line.signals, *more)))
    weighed.sort(key=lambda line: -line.score)
    return _repeats_last(weighed)


def _of_memory(memory: Memory, now: datetime) -> tuple[Signal, ...]:
    near = nearness(memory, now)
    importance = max(0.0, (near.importance - 1) / 9)
    return (
        Signal("recency", near.recency, RECENCY_WEIGHT * near.recency),
        Signal("importance", near.importance, IMPORTANCE_WEIGHT * importance),
    )


def _repeats_last(lines: list[RankedLine]) -> list[RankedLine]:
    """Move to the end what says the same as a better line of another memory."""
    import numpy as np

    if len(lines) < 2:
        return lines
    vectors = np.stack([np.asarray(line.line.vector, np.float32) for line in lines])
    # Not by @: for so little, BLAS wakes threads that cost more than they do.
    cosines = np.einsum("ik,jk->ij", vectors, vectors)
    alike = cast("list[list[bool]]", (cosines > _REPEATED).tolist())
    first: list[int] = []
    last: list[int] = []
    for place, line in enumerate(lines):
        own = line.line.memory_id
        is_repeat = any(alike[place][kept] and lines[kept].line.memory_id != own for kept in first)
        (last if is_repeat else first).append(place)
    return [lines[place] for place in (*first, *last)]


def choose(
    lines: Sequence[RankedLine],
    memories: Mapping[MemoryId, Memory],
    question: Question,
    wanted: int,
) -> list[Recalled]:
    """Return up to `wanted` memories by their best lines, each once, with reasons.

    No sitting takes more than half while others have something to say, and what strangers
    vouch for (imports, cards, models) never more than half. Of what says nearly the same only
    a few are taken, and a set that was alike throughout is marked. A superseded note comes
    only behind its successor.
    """
    of_memories: dict[MemoryId, RankedLine] = {}
    for line in lines:
        if lines and line.score >= lines[0].score - MARGIN:
            of_memories.setdefault(line.line.memory_id, line)
    alike = alikeness([*of_memories.values()][: max(wanted, FEWEST)])
    strangers = {one for one in of_memories if memories[one].provenance in _STRANGERS}
    few_of_each = within_clusters([*of_memories.values()], strangers)
    best = {line.line.memory_id: line for line in few_of_each}
    chosen = _share_out(best, memories, wanted)
    found: dict[MemoryId, Recalled] = {}
    for memory_id in chosen:
        one = _recalled(memories[memory_id], best[memory_id], question)
        successor = memories.get(one.memory.superseded_by or MemoryId(""))
        if one.memory.superseded_by is not None:
            if successor is None or successor.quarantine:
                continue
            found.setdefault(successor.id, _in_place_of(successor, one))
        found.setdefault(memory_id, one)
    return [mark(one, alike) for one in found.values()][:wanted]


def _share_out(
    best: Mapping[MemoryId, RankedLine], memories: Mapping[MemoryId, Memory], wanted: int
) -> list[MemoryId]:
    most = max(1, ceil(wanted * _SHARE_OF_A_SITTING))
    sittings = Counter[str]()
    strangers = 0
    chosen: list[MemoryId] = []
    left: list[MemoryId] = []
    for memory_id, line in best.items():
        memory = memories[memory_id]
        if memory.provenance in _STRANGERS:
            strangers += 1
            if strangers > most:
                continue
        # A note sits alone in the story, and so does a passage of a document; what counts here is
        # the day it was made on.
        sitting = line.line.sitting
        if line.line.message_id is None:
            sitting = f"{memory.conversation_id} {memory.happened_at.astimezone().date()}"
        sittings[sitting] += 1
        (chosen if sittings[sitting] <= most else left).append(memory_id)
    places = {memory_id: place for place, memory_id in enumerate(best)}
    kept = [*chosen[:wanted], *left][:wanted]
    return sorted(kept, key=places.__getitem__)


def _recalled(memory: Memory, line: RankedLine, question: Question) -> Recalled:
    return Recalled(
        memory=memory,
        similarity=line.value("meaning"),
        reason=reason_of(memory, line, question),
        signals=line.signals,
    )


def _in_place_of(successor: Memory, found: Recalled) -> Recalled:
    return replace(found, memory=successor, reason=f"Replaces what was found. {found.reason}")
