"""An entry as the engine works with it: its fields, its book's, and its decorators in one.

Decorators of Character Card V3 win over fields. Unknown ones, and those with a value that
makes no sense, give way to their fallbacks. Knows no conversation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.prompting.lore_keys import KeyRule
from personas.decorators import Decorator, split_decorators
from personas.lorebook import Lorebook, LoreEntry, LorePosition
from personas.macro_grammar import macro_spans, read_call

SCAN_DEPTH = 4
"""How many of the newest messages are searched where neither entry nor book says."""

FOREVER = 10**9
"""A number of messages that no conversation has."""

_NUMBER = re.compile(r"-?[0-9]{1,9}")
_POSITIONS = {
    "before_desc": LorePosition.BEFORE_CHARACTER,
    "after_desc": LorePosition.AFTER_CHARACTER,
    "personality": LorePosition.AFTER_CHARACTER,
    "scenario": LorePosition.AFTER_CHARACTER,
}
_ORDER = tuple(LorePosition)


@dataclass(frozen=True, slots=True)
class LoreRule:
    """One entry with everything that decides when it comes up, and where. Any thread."""

    number: int
    book: Lorebook
    book_number: int
    entry: LoreEntry
    text: str
    keys: KeyRule
    scan_depth: int
    level: int
    sticky: int
    cooldown: int
    delay: int
    groups: tuple[str, ...]
    additional_keys: tuple[str, ...] = ()
    exclude_keys: tuple[str, ...] = ()
    only_after: int = 0
    only_every: int = 1
    greeting: int | None = None
    is_forced: bool = False
    is_barred: bool = False
    yields_first: bool = False
    place: tuple[float, ...] = ()

    @property
    def is_timed(self) -> bool:
        """Whether it matters when it came up before."""
        return self.sticky > 0 or self.cooldown > 0

    @property
    def identity(self) -> str:
        """What chance is drawn by: the same as long as the book is."""
        return f"{self.book_number}/{self.number}/{self.entry.id}"

    @property
    def spreads(self) -> bool:
        """Whether its text may bring up others."""
        return bool(self.book.recursive_scanning) and not self.entry.prevent_recursion

    @property
    def recurs(self) -> bool:
        """Whether others' text may bring it up."""
        return bool(self.book.recursive_scanning) and not self.entry.exclude_recursion


def read_rules(books: Sequence[Lorebook]) -> list[LoreRule]:
    """Return a rule for every entry of the books, in order."""
    rules: list[LoreRule] = []
    for book_number, book in enumerate(books):
        for entry in book.entries:
            rules.append(_rule(len(rules), book_number, book, entry))
    return rules


def scanned_text(text: str) -> str:
    """Return an entry's text as others' keys see it: without its notes, hidden keys and all."""
    kept: list[str] = []
    begun = 0
    for start, end in macro_spans(text):
        call = read_call(text[start:end])
        if call is not None and call.name in {"//", "comment"}:
            kept.append(text[begun:start])
            begun = end
    return "".join((*kept, text[begun:]))


def finite(number: float | None, otherwise: float = 0) -> float:
    """Return a number that can be compared: files may hold NaN."""
    return number if number is not None and math.isfinite(number) else otherwise


def _rule(number: int, book_number: int, book: Lorebook, entry: LoreEntry) -> LoreRule:
    decorated = split_decorators(entry.content)
    said = _Decorators(decorated.decorators)
    depth = said.number("depth")
    position = said.position() or (entry.position if depth is None else LorePosition.AT_DEPTH)
    level = entry.delay_until_recursion
    return LoreRule(
        number=number,
        book=book,
        book_number=book_number,
        entry=entry,
        text=decorated.text.strip(),
        keys=KeyRule(
            entry.use_regex,
            entry.regex_in_slashes,
            bool(entry.case_sensitive),
            bool(entry.match_whole_words),
        ),
        scan_depth=_first(said.number("scan_depth"), entry.scan_depth, book.scan_depth, SCAN_DEPTH),
        level=max(int(level), 0),
        sticky=FOREVER if said.has("keep_activate_after_match") else max(entry.sticky or 0, 0),
        cooldown=FOREVER if said.has("dont_activate_after_match") else max(entry.cooldown or 0, 0),
        delay=max(entry.delay or 0, 0),
        groups=_listed(entry.group),
        additional_keys=said.words("additional_keys"),
        exclude_keys=said.words("exclude_keys"),
        only_after=said.number("activate_only_after") or 0,
        only_every=said.number("activate_only_every") or 1,
        greeting=said.number("is_greeting"),
        is_forced=said.has("activate"),
        is_barred=said.has("dont_activate"),
        yields_first=said.has("ignore_on_max_context"),
        place=_place(position, entry.depth if depth is None else depth, entry, number),
    )


def _place(position: LorePosition, depth: int, entry: LoreEntry, number: int) -> tuple[float, ...]:
    """Return what entries are sorted by: position, then depth, then the entry's own order."""
    deep = -depth if position is LorePosition.AT_DEPTH else 0
    return (_ORDER.index(position), deep, finite(entry.insertion_order), number)


class _Decorators:
    """An entry's decorators by name, fallbacks settled. One call, one thread."""

    def __init__(self, decorators: Sequence[Decorator]) -> None:
        self._values: dict[str, str] = {}
        for decorator in decorators:
            for candidate in (decorator, *decorator.fallbacks):
                is_sound = _KNOWN.get(candidate.name)
                if is_sound is not None and is_sound(candidate.value):
                    self._values.setdefault(candidate.name, candidate.value)
                    break

    def has(self, name: str) -> bool:
        return name in self._values

    def number(self, name: str) -> int | None:
        value = self._values.get(name)
        return None if value is None else int(value)

    def words(self, name: str) -> tuple[str, ...]:
        return _listed(self._values.get(name, ""))

    def position(self) -> LorePosition | None:
        return _POSITIONS.get(self._values.get("position", ""))


def _is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None


def _is_count(value: str) -> bool:
    return _is_number(value) and int(value) >= 0


def _is_yes(value: str) -> bool:
    return value.lower() in {"", "true"}


_KNOWN: dict[str, Callable[[str], bool]] = {
    "activate": _is_yes,
    "activate_only_after": _is_count,
    "activate_only_every": _is_count,
    "additional_keys": bool,
    "depth": _is_number,
    "dont_activate": _is_yes,
    "dont_activate_after_match": _is_yes,
    "exclude_keys": bool,
    "ignore_on_max_context": _is_yes,
    "is_greeting": _is_count,
    "keep_activate_after_match": _is_yes,
    "position": _POSITIONS.__contains__,
    "scan_depth": _is_count,
}
"""Decorators that mean something here, each with what its value must be like.

Depths in tokens or from the start, roles, icons and parts of other programs' screens do not.
"""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split(",") if (word := part.strip()))


def _first(*numbers: int | None) -> int:
    return next((max(number, 0) for number in numbers if number is not None), 0)
