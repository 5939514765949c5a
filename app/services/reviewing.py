"""The review of a persona as the application gives it: with lorebook patterns tried for real.

The rules are `personas.review`'s; what a pattern may be is the lore engine's. Pure: takes no
lane, reads no store; quick enough to run while somebody types, on any thread.
"""

from __future__ import annotations

from app.prompting.lore_pattern_search import Pattern
from app.prompting.lore_pattern_syntax import PatternRefusedError, slashed
from personas.macros import expand
from personas.persona import Persona
from personas.review import CountTokens, Finding, Similarity, review


def review_persona(
    persona: Persona,
    *,
    context_tokens: int | None = None,
    count_tokens: CountTokens | None = None,
    similarity: Similarity | None = None,
) -> tuple[Finding, ...]:
    """Return what there is to say about a persona, the gravest first (see `review`)."""
    return review(
        persona,
        context_tokens=context_tokens,
        count_tokens=count_tokens,
        similarity=similarity,
        pattern_fault=pattern_fault,
    )


def key_fault(key: str, *, all_are_patterns: bool) -> str:
    """Return why the lore engine would refuse a key; of plain words it refuses none."""
    return pattern_fault(key) if all_are_patterns or slashed(key) else ""


def pattern_fault(key: str) -> str:
    """Return why the lore engine would refuse a key that is a pattern; empty when it would not."""
    source, flags = slashed(key) or (key, "")
    try:
        # Any names will do, as long as no brace of a macro is left for the pattern.
        Pattern(expand(source, char="char", user="user"), flags)
    except PatternRefusedError as error:
        return str(error)
    return ""
