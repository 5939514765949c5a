"""How near a memory stays: layers, and how it fades within them (FinMem).

Recency is exp(-days / Q), importance loses a little each day, and what is used again gains. A
memory rises to the next layer, or sinks, by its importance; nothing is erased by forgetting, and
what is pinned does not age. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import exp, log

from app.domain.memory import Layer, Memory

RECENCY_DAYS = {Layer.SHORT: 3.0, Layer.MID: 90.0, Layer.LONG: 365.0}
"""After so many days a third of a memory's recency is left; pinned ones do not age."""

DAILY_IMPORTANCE = {Layer.SHORT: 0.92, Layer.MID: 0.967, Layer.LONG: 0.988}
MID_FROM, LONG_FROM = 6.0, 8.0
"""The jumps at 60 and 80 of FinMem's hundred."""

USE_WEIGHT = 0.5
"""What a use adds to the importance: 5 of FinMem's hundred."""

_FALLS = ((Layer.LONG, LONG_FROM, Layer.MID), (Layer.MID, MID_FROM, Layer.SHORT))
_DEPTHS = {layer: depth for depth, layer in enumerate((Layer.SHORT, Layer.MID, Layer.LONG))}
_SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a memory is at a moment: `recency` from 0 to 1, `importance` from 0 to 10."""

    layer: Layer
    recency: float
    importance: float


def first_layer(importance: float) -> Layer:
    """Return where a new memory begins."""
    if importance >= LONG_FROM:
        return Layer.LONG
    return Layer.MID if importance >= MID_FROM else Layer.SHORT


def nearness(memory: Memory, now: datetime) -> Nearness:
    """Return how near a memory is, counted from when it was last used, or said.

    The importance that it begins with decides its first layer; from there it sinks as its
    importance falls below a layer's, and use lifts it again. What was put deeper than its
    importance would (documents) stays there.
    """
    if memory.is_pinned:
        return Nearness(Layer.LONG, 1.0, 10.0)
    since = max(memory.last_used_at or memory.happened_at, memory.happened_at)
    days = max(0.0, (now - since).total_seconds() / _SECONDS_A_DAY)
    importance = min(10.0, memory.importance + USE_WEIGHT * memory.uses)
    layer, left = first_layer(importance), days
    if _DEPTHS[memory.layer] > _DEPTHS[first_layer(memory.importance)]:
        layer = max(layer, memory.layer, key=_DEPTHS.__getitem__)
    else:
        for upper, floor, lower in _FALLS:
            if layer is not upper:
                continue
            held = log(floor / importance) / log(DAILY_IMPORTANCE[upper])
            if left > held:
                layer, left, importance = lower, left - held, floor
    faded = importance * DAILY_IMPORTANCE[layer] ** left
    return Nearness(layer, exp(-days / RECENCY_DAYS[layer]), faded)
