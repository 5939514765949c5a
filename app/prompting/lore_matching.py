"""Decides of one entry at one moment whether it comes up, and says why or why not.

The conditions in their order: switched on, forced, timers, counts, recursion, constant, keys.
Groups and chance come after, in `lore_activation`. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.conversation import Author
from app.prompting.lore_keys import KeyFinder
from app.prompting.lore_rules import FOREVER, LoreRule
from app.prompting.lore_scene import LoreScene
from personas.lorebook import LoreLogic


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided of one entry: a reason, or why not. Any thread.

    A settled verdict is not looked at again in this turn. `score` counts keys found.
    """

    reason: str = ""
    why_not: str = ""
    is_settled: bool = True
    is_sticky: bool = False
    score: int = 0


@dataclass(frozen=True, slots=True)
class Timer:
    """When an entry last came up of itself: after how many lines. Any thread."""

    begun: int

    def is_sticky(self, rule: LoreRule, length: int) -> bool:
        """Whether it still stays."""
        return rule.sticky > 0 and length - self.begun <= rule.sticky

    def is_resting(self, rule: LoreRule, length: int) -> bool:
        """Whether it rests after it stayed."""
        since = length - self.begun - rule.sticky
        return rule.cooldown > 0 and not self.is_sticky(rule, length) and since <= rule.cooldown


@dataclass(frozen=True, slots=True)
class Source:
    """A text that keys are looked for in, with what to call it. Any thread."""

    text: str
    called: str


class Matcher:
    """Judges entries at moments of one scene. One turn, one thread."""

    def __init__(self, scene: LoreScene, finder: KeyFinder) -> None:
        """Take the scene; nothing is searched yet."""
        self._scene = scene
        self._finder = finder
        self._replies = [0]
        for line in scene.lines:
            self._replies.append(self._replies[-1] + (line.author is Author.CHARACTER))

    def judge(
        self, rule: LoreRule, length: int, timer: Timer | None, level: int, spread: Sequence[Source]
    ) -> Verdict:
        """Return the verdict after `length` lines.

        `level` is 0 for the conversation's own words and counts the rounds in which the
        texts in `spread`, other entries' texts, are read as well.
        """
        if refusal := self._barred(rule):
            return Verdict(why_not=refusal)
        if rule.is_forced:
            return Verdict(reason="A decorator makes it come up whatever is said.")
        if timer is not None and timer.is_sticky(rule, length):
            return Verdict(reason=_staying(rule, length - timer.begun), is_sticky=True)
        if refusal := self._untimely(rule, length, timer):
            return Verdict(why_not=refusal)
        if refusal := _not_now(rule, level):
            return Verdict(why_not=refusal, is_settled=False)
        if rule.entry.constant:
            return Verdict(reason="It always comes up.")
        return self._found(rule, length, spread if rule.recurs else ())

    def _barred(self, rule: LoreRule) -> str:
        if not rule.entry.enabled:
            return "It is switched off."
        if not rule.text:
            return "It says nothing."
        if rule.is_barred and not rule.is_forced:
            return "A decorator keeps it from coming up."
        return ""

    def _untimely(self, rule: LoreRule, length: int, timer: Timer | None) -> str:
        """Say why it is too early, too late or not its turn."""
        replies = self._replies[length]
        if timer is not None and timer.is_resting(rule, length):
            if rule.cooldown >= FOREVER:
                return "It came up before and may do so only once."
            return f"It came up {_messages(length - timer.begun)} ago and rests."
        if length < rule.delay:
            return f"It waits until there are {_messages(rule.delay)}; there are {length}."
        if replies < rule.only_after:
            return f"It waits until there are {rule.only_after} replies; there are {replies}."
        if replies % rule.only_every:
            return f"It comes up with every {rule.only_every} replies; there are {replies}."
        greeting = self._scene.greeting
        if rule.greeting is not None and greeting is not None and rule.greeting != greeting:
            return f"It belongs to greeting {rule.greeting}; this began with {greeting}."
        return ""

    def _found(self, rule: LoreRule, length: int, spread: Sequence[Source]) -> Verdict:
        """Look for its keys in the newest lines and in what was brought up."""
        if not any(key.strip() for key in rule.entry.keys):
            return Verdict(why_not="It has no keys.")
        sources = [*self._window(rule, length), *spread]
        found = [key for key in rule.entry.keys if self._first(rule, key, sources)]
        if not found:
            return Verdict(why_not=self._nowhere(rule), is_settled=False)
        excluded = self._any(rule, rule.exclude_keys, sources)
        if excluded is not None:
            return Verdict(why_not=f"Its excluding key “{excluded}” is there.", is_settled=False)
        if rule.additional_keys and self._any(rule, rule.additional_keys, sources) is None:
            return Verdict(why_not="None of its additional keys is there.", is_settled=False)
        seconds = [key for key in rule.entry.secondary_keys if key.strip()]
        seconds = seconds if rule.entry.selective else []
        there = [key for key in seconds if self._first(rule, key, sources)]
        if seconds and (refusal := _illogical(rule.entry.logic, seconds, there)):
            return Verdict(why_not=refusal, is_settled=False)
        source = self._first(rule, found[0], sources)
        where = source.called if source else ""
        beside = f", with “{there[0]}”" if there else ""
        reason = f"The key “{found[0]}” is in {where}{beside}."
        return Verdict(reason=reason, score=len(found) + len(there))

    def _window(self, rule: LoreRule, length: int) -> list[Source]:
        begin = max(length - rule.scan_depth, 0)
        lines = self._scene.lines[begin:length]
        return [
            Source(line.text, _which(back))
            for back, line in enumerate(reversed(lines))
            if line.text
        ]

    def _first(self, rule: LoreRule, key: str, sources: Iterable[Source]) -> Source | None:
        return next(
            (source for source in sources if self._finder.is_in(key, rule.keys, source.text)), None
        )

    def _any(self, rule: LoreRule, keys: Iterable[str], sources: Sequence[Source]) -> str | None:
        return next((key for key in keys if self._first(rule, key, sources)), None)

    def _nowhere(self, rule: LoreRule) -> str:
        for key in rule.entry.keys:
            if problem := self._finder.problems.get(key.strip()):
                return problem
        if not rule.scan_depth:
            return "It searches no messages."
        return f"None of its keys is in the last {_messages(rule.scan_depth)}."


def _staying(rule: LoreRule, since: int) -> str:
    if rule.sticky >= FOREVER:
        return f"It came up {_messages(since)} ago and stays."
    return f"It came up {_messages(since)} ago and stays for {rule.sticky}."


def _not_now(rule: LoreRule, level: int) -> str:
    if level < rule.level and not rule.recurs:
        return "Only other entries may bring it up, and this book does not let them."
    if level < rule.level:
        return "Only other entries may bring it up."
    return ""


def _illogical(logic: LoreLogic, seconds: Sequence[str], there: Sequence[str]) -> str:
    """Say why the secondary keys keep the entry out, if they do."""
    missing = [key for key in seconds if key not in there]
    if logic is LoreLogic.AND_ANY and not there:
        return "A key is there, but none of the secondary keys."
    if logic is LoreLogic.AND_ALL and missing:
        return f"A key is there, but the secondary key “{missing[0]}” is not."
    if logic is LoreLogic.NOT_ANY and there:
        return f"The secondary key “{there[0]}” keeps it out."
    if logic is LoreLogic.NOT_ALL and not missing:
        return "All its secondary keys together keep it out."
    return ""


def _which(back: int) -> str:
    return "the newest message" if back == 0 else f"the message {back} before the newest"


def _messages(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"
