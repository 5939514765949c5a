"""Which messages of a path are in the context, and when the oldest leave it.

History leaves in large steps and not one message a turn, so that the prefix which the
engine has already read stays the same for many turns. Knows tokens, not what they say.
"""

from __future__ import annotations

from collections.abc import Sequence

KEEP_SHARE = 0.7
"""After a step this share of the budget is still filled (a step is at least a quarter)."""


def first_kept(counts: Sequence[int], budget: int, anchor: int = 0) -> int:
    """Return the index of the oldest message that stays in the context.

    `counts` are tokens per message, oldest first; `anchor` is what the last call for this
    conversation returned. While everything from the anchor on fits into `budget` the anchor
    holds; once it does not, the oldest leave until KEEP_SHARE of the budget is filled. The
    newest message always stays: whether it fits is the caller's question.
    """
    if not counts:
        return 0
    anchor = min(max(anchor, 0), len(counts) - 1)
    if sum(counts[anchor:]) <= budget:
        return anchor
    target = int(budget * KEEP_SHARE)
    kept = 0
    for index in range(len(counts) - 1, anchor - 1, -1):
        kept += counts[index]
        if kept > target:
            return min(index + 1, len(counts) - 1)
    return anchor
