"""Finds a lorebook's keys in texts: plain, whole words, case or not, and patterns.

Each key is looked for once in each text, however often it is asked for. Knows texts and
keys, no conversation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from unicodedata import normalize

from app.prompting.lore_pattern_search import OutOfStepsError, Pattern, Steps
from app.prompting.lore_pattern_syntax import PatternRefusedError, slashed
from personas.macros import expand

PATTERN_STEPS = 500_000
"""What all patterns of one turn may cost together, in steps of the search: well under a second."""

_WITHOUT_SPACES = 0x0E00
"""From Thai on, scripts set words side by side without a border between them."""


class KeyRule(NamedTuple):
    """How an entry's keys are to be read. A value, any thread."""

    use_regex: bool = False
    regex_in_slashes: bool = False
    case_sensitive: bool = False
    whole_words: bool = False


@dataclass(slots=True)
class KeyFinder:
    """Looks for keys and remembers what it found. One turn, one thread.

    `problems` holds a sentence for each pattern that could not be used; such a key is
    nowhere. `char` and `user` stand for their macros in keys.
    """

    char: str
    user: str
    steps: Steps = field(default_factory=lambda: Steps(PATTERN_STEPS))
    problems: dict[str, str] = field(default_factory=dict[str, str])
    _found: dict[tuple[str, KeyRule, str], bool] = field(
        default_factory=dict[tuple[str, KeyRule, str], bool]
    )
    _patterns: dict[tuple[str, bool], Pattern | None] = field(
        default_factory=dict[tuple[str, bool], Pattern | None]
    )
    _plain: dict[tuple[str, KeyRule], str | None] = field(
        default_factory=dict[tuple[str, KeyRule], str | None]
    )
    _folded: dict[tuple[str, bool], str] = field(default_factory=dict[tuple[str, bool], str])

    def is_in(self, key: str, rule: KeyRule, text: str) -> bool:
        """Whether the key is in the text; an empty key is nowhere."""
        place = (key, rule, text)
        known = self._found.get(place)
        if known is None:
            known = self._found[place] = self._look(key.strip(), rule, text)
        return known

    def _look(self, key: str, rule: KeyRule, text: str) -> bool:
        if not key:
            return False
        wanted = self._wanted(key, rule)
        if wanted is None:
            return self._matches(key, rule, text)
        folded = self._fold(text, rule)
        if wanted not in folded or not wanted:
            return False
        return not rule.whole_words or _stands_alone(wanted, folded)

    def _wanted(self, key: str, rule: KeyRule) -> str | None:
        """Return a plain key as it is looked for, None for a pattern."""
        place = (key, rule)
        if place not in self._plain:
            is_pattern = slashed(key) or (rule.use_regex and not rule.regex_in_slashes)
            named = expand(key, char=self.char, user=self.user)
            self._plain[place] = None if is_pattern else self._fold(named, rule)
        return self._plain[place]

    def _matches(self, key: str, rule: KeyRule, text: str) -> bool:
        pattern = self._pattern(key, rule)
        if pattern is None:
            return False
        try:
            return pattern.is_in(text, self.steps)
        except OutOfStepsError:
            self.problems[key] = (
                f"The pattern {_shortened(key)} was not looked for: the patterns take too long."
            )
            return False

    def _pattern(self, key: str, rule: KeyRule) -> Pattern | None:
        place = (key, rule.case_sensitive)
        if place not in self._patterns:
            try:
                self._patterns[place] = self._read(key, rule)
            except PatternRefusedError as error:
                self._patterns[place] = None
                self.problems[key] = f"The pattern {_shortened(key)} cannot be used: {error}."
        return self._patterns[place]

    def _read(self, key: str, rule: KeyRule) -> Pattern:
        parts = slashed(key)
        # Flags in slashes are the whole truth; elsewhere the entry's case decides.
        source, flags = parts or (key, "" if rule.case_sensitive else "i")
        named = expand(source, char=re.escape(self.char), user=re.escape(self.user))
        return Pattern(named, flags)

    def _fold(self, text: str, rule: KeyRule) -> str:
        place = (text, rule.case_sensitive)
        folded = self._folded.get(place)
        if folded is None:
            folded = normalize("NFC", text)
            if not rule.case_sensitive:
                folded = normalize("NFC", folded.casefold())
            self._folded[place] = folded
        return folded


def _stands_alone(wanted: str, text: str) -> bool:
    """Whether `wanted` is somewhere in `text` as whole words."""
    before = r"(?<!\w)" if _has_border(wanted[0]) else ""
    behind = r"(?!\w)" if _has_border(wanted[-1]) else ""
    # Safe for Python's own engine: nothing in it repeats.
    return re.search(f"{before}{re.escape(wanted)}{behind}", text) is not None


def _has_border(char: str) -> bool:
    return (char.isalnum() or char == "_") and ord(char) < _WITHOUT_SPACES


def _shortened(key: str) -> str:
    return key if len(key) <= 60 else f"{key[:59]}…"
