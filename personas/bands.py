"""Where a score on the 7-point scale falls: seven bands with a neutral one in the middle.

Scores are compared, never floored; a half falls towards the middle, so that reversing a
scale (8 - score) mirrors its band. Knows no wording.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import IntEnum

_EDGES_BELOW_THE_MIDDLE = (1.5, 2.5, 3.5)


class Band(IntEnum):
    """One seventh of the scale, lowest first; a value, any thread."""

    VERY_LOW = 1
    LOW = 2
    RATHER_LOW = 3
    MIDDLE = 4
    RATHER_HIGH = 5
    HIGH = 6
    VERY_HIGH = 7


def band_of(score: float) -> Band:
    """Return the band of a score from 1 to 7. Raises ValueError outside that range."""
    if not 1.0 <= score <= 7.0:
        message = f"The score {score} is outside the scale from 1 to 7."
        raise ValueError(message)
    if score > 4.0:
        return Band(8 - band_of(8.0 - score))
    return Band(1 + bisect_right(_EDGES_BELOW_THE_MIDDLE, score))
