"""The block of recalled memories: what it says and how many fit.

It stands near the tail, inside the newest message and never in history, as quoted data
with dates, so that nothing in it reads as an instruction. Knows nothing of how they were found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.domain.days import day_in_words
from app.domain.memory import Recalled
from app.prompting.clipping import clip

LONGEST_MEMORY = 800
"""Characters of one memory in the prompt; the whole stays in store."""

TokenCounter = Callable[[Sequence[str]], list[int]]


def fit_memories(
    recalled: Sequence[Recalled], budget: int, count_tokens: TokenCounter
) -> tuple[Recalled, ...]:
    """Mark what fits into `budget` tokens, best first; the rest stays, not injected."""
    if not recalled:
        return ()
    costs = count_tokens([memory_line(item) for item in recalled])
    fitted: list[Recalled] = []
    spent = 0
    for item, cost in zip(recalled, costs, strict=True):
        fits = spent + cost <= budget
        spent += cost if fits else 0
        fitted.append(replace(item, injected=fits, tokens=cost if fits else 0))
    return tuple(fitted)


def memory_block(recalled: Sequence[Recalled], name: str) -> str:
    """Return the block for the injected ones, oldest first, or nothing."""
    injected = sorted(
        (item for item in recalled if item.injected), key=lambda item: item.memory.happened_at
    )
    if not injected:
        return ""
    lines = "\n".join(memory_line(item) for item in injected)
    return f"[From {name}'s memory, as it was said then:\n{lines}\n]"


def memory_line(item: Recalled) -> str:
    """Return one memory with its date, on one line whatever breaks lines in it."""
    text = clip(" ".join(item.memory.text.split()), LONGEST_MEMORY)
    return f"- {day_in_words(item.memory.happened_at)}: {text}"
