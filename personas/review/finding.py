"""What a review finds: how grave, in which words, where, and what to do.

A finding quotes what it is about, so that a person can check it. Knows no rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_LONGEST_QUOTE = 70


class Severity(StrEnum):
    """How grave a finding is: worth knowing, worth mending, or certainly harmful."""

    NOTE = "note"
    WARN = "warn"
    BAD = "bad"

    @property
    def rank(self) -> int:
        """The gravest first, when sorted by it."""
        return (Severity.BAD, Severity.WARN, Severity.NOTE).index(self)


@dataclass(frozen=True, slots=True)
class Remark:
    """What one rule has to say once; a value, any thread."""

    severity: Severity
    sentence: str
    fields: tuple[str, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark under the name of its rule; a value, any thread.

    `fields` are dotted paths through the persona (`life.timeline.2.age`), the most useful
    place to jump to first.
    """

    rule: str
    severity: Severity
    sentence: str
    fields: tuple[str, ...]
    remedy: str


def quoted(text: str, at: int = 0) -> str:
    """Return what to show of a text from `at` on, on one line, in quotation marks."""
    shown = " ".join(text[at : at + 4 * _LONGEST_QUOTE].split())
    if len(shown) > _LONGEST_QUOTE:
        shown = f"{shown[: _LONGEST_QUOTE - 1].rstrip()}…"
    return f"“{shown}”"


def listed(phrases: list[str]) -> str:
    """Return the phrases as a sentence lists them: a, b and c."""
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}"
