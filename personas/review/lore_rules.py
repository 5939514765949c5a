"""Rules about the lorebook: entries that never come up, come up always, or say nothing.

Whether a pattern can be read is for the lore engine to say; it is handed in with the reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from personas.decorators import split_decorators
from personas.lorebook import LoreEntry
from personas.review.finding import Remark, Severity, quoted
from personas.review.language import normalised
from personas.review.reading import Reading

_EVERYDAY = frozenset(
    [
        *("a", "an", "the", "i", "you", "he", "she", "it", "we", "they", "and", "or", "but", "is"),
        *("are", "was", "be", "do", "to", "of", "in", "on", "at", "my", "me", "yes", "no", "so"),
        *("{{char}}", "{{user}}"),
    ]
)
_FIRING_DECORATORS = frozenset({"activate", "constant", "additional_keys", "is_greeting"})
_SLASHED = re.compile(r"/.+/[a-z]*", re.DOTALL)


def entry_without_keys(reading: Reading) -> Iterator[Remark]:
    """An entry that nothing can bring up."""
    for number, entry in _entries(reading):
        decorators = {mark.name for mark in split_decorators(entry.content).decorators}
        if entry.constant or any(key.strip() for key in entry.keys):
            continue
        if not decorators & _FIRING_DECORATORS:
            yield Remark(
                Severity.WARN,
                f"The lorebook's entry {quoted(entry.label)} has no keys and is not constant, "
                "so it never comes up.",
                (f"lore.entries.{number}.keys",),
                "Give it a key, or make it constant.",
            )


def entry_without_text(reading: Reading) -> Iterator[Remark]:
    """An entry that comes up and says nothing."""
    for number, entry in _entries(reading):
        if not split_decorators(entry.content).text.strip():
            yield Remark(
                Severity.NOTE,
                f"The lorebook's entry {quoted(entry.label)} has no text.",
                (f"lore.entries.{number}.content",),
                "Write what there is to know, or take the entry out.",
            )


def everyday_key(reading: Reading) -> Iterator[Remark]:
    """A key that is in almost every message."""
    for number, entry in _entries(reading):
        for place, key in enumerate(entry.keys):
            if not entry.use_regex and key.strip().casefold() in _EVERYDAY and not entry.constant:
                yield Remark(
                    Severity.WARN,
                    f"The key {quoted(key)} of {quoted(entry.label)} is in almost every message.",
                    (f"lore.entries.{number}.keys.{place}",),
                    "Choose a rarer word, or make the entry constant if it should always be there.",
                )


def broken_pattern(reading: Reading) -> Iterator[Remark]:
    """A key that is no valid pattern, and so matches nothing; told where patterns can be tried."""
    if reading.pattern_fault is None:
        return
    for number, entry in _entries(reading):
        for place, key in enumerate(entry.keys):
            fault = reading.pattern_fault(key) if _is_pattern(entry, key) else ""
            if fault:
                yield Remark(
                    Severity.WARN,
                    f"The pattern {quoted(key)} of {quoted(entry.label)} cannot be read: {fault}.",
                    (f"lore.entries.{number}.keys.{place}",),
                    "Mend the pattern, or take “keys are patterns” off the entry.",
                )


def same_entry_twice(reading: Reading) -> Iterator[Remark]:
    """Two entries with the same text."""
    first: dict[str, int] = {}
    for number, entry in _entries(reading):
        key = normalised(split_decorators(entry.content).text)
        if key and key in first:
            yield Remark(
                Severity.NOTE,
                f"The lorebook's entry {quoted(entry.label)} says the same as entry "
                f"{first[key] + 1}.",
                (f"lore.entries.{number}.content", f"lore.entries.{first[key]}.content"),
                "Put the keys of both on one entry.",
            )
        first.setdefault(key, number)


def constants_above_the_budget(reading: Reading) -> Iterator[Remark]:
    """Entries that always come up and take more than the book may."""
    book = reading.persona.lore
    if book is None or not book.token_budget or book.token_budget < 0:
        return
    constant = [(number, entry) for number, entry in _entries(reading) if entry.constant]
    total = sum(reading.tokens(split_decorators(entry.content).text) for _, entry in constant)
    if total > book.token_budget:
        yield Remark(
            Severity.WARN,
            f"The constant entries take {total} tokens, the book's budget is "
            f"{book.token_budget}: no other entry has room.",
            ("lore.token_budget", *(f"lore.entries.{number}.constant" for number, _ in constant)),
            "Raise the budget or make fewer entries constant.",
        )


def _entries(reading: Reading) -> Iterator[tuple[int, LoreEntry]]:
    """Yield the entries that are switched on, with their places."""
    book = reading.persona.lore
    for number, entry in enumerate(book.entries if book else ()):
        if entry.enabled:
            yield number, entry


def _is_pattern(entry: LoreEntry, key: str) -> bool:
    # As the lore engine reads keys: slashes always make a pattern.
    if _SLASHED.fullmatch(key.strip()):
        return True
    return entry.use_regex and not entry.regex_in_slashes
