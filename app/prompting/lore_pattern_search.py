"""Looks for a pattern in a text in time that grows with both and never faster.

Keys come with cards from anywhere, and Python's own `re` can neither be interrupted nor be
trusted with `(a+)+$`. So all ways through a pattern are walked at once (Thompson), with sets
of states remembered. Work is counted in steps and not in seconds: the same text gives the
same answer on every machine. Knows no lorebook.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.prompting.lore_pattern_syntax import (
    Accepts,
    At,
    Border,
    Choice,
    Letter,
    Look,
    Node,
    PatternRefusedError,
    Repeat,
    Sequence,
    is_word,
    parse_pattern,
)

_MOST_STATES = 3_000
_MOST_REMEMBERED = 4_000

_Holds = Callable[[str, int], bool]


class OutOfStepsError(Exception):
    """The steps that were allowed are spent; a value, any thread."""


@dataclass(slots=True)
class Steps:
    """How much work may still be done, shared by many searches. One thread."""

    left: int

    def spend(self, steps: int) -> None:
        """Count work; raises OutOfStepsError once there is none left."""
        self.left -= steps
        if self.left < 0:
            raise OutOfStepsError


@dataclass(slots=True)
class _State:
    """A step of the machine: one of a letter, a check, or a fork. `after` are its targets."""

    after: tuple[int, ...] = ()
    accepts: Accepts | None = None
    check: int | None = None


class Pattern:
    """A pattern ready for searching. Owned by whoever made it; one thread."""

    def __init__(self, source: str, flags: str = "") -> None:
        """Read the pattern; raises PatternRefusedError."""
        node = parse_pattern(source, flags)
        self._required = _required(node)
        self._machine = _Machine(node, is_forward=True)

    def is_in(self, text: str, steps: Steps) -> bool:
        """Whether some part of `text` matches; raises OutOfStepsError."""
        steps.spend(1)
        if self._required:
            folded = _folded(text)
            if not any(word in folded for word in self._required):
                return False
        return any(self._machine.ends(text, steps, first_only=True))


def _required(node: Node) -> frozenset[str]:
    """Return words of which every match holds one, folded; empty where there are none.

    Looking for a word is much quicker than walking, and mostly enough to say no.
    """
    if isinstance(node, Letter):
        return frozenset({_folded(node.char)} if node.char.isascii() and node.char else ())
    if isinstance(node, Choice):
        branches = [_required(branch) for branch in node.branches]
        known: frozenset[str] = frozenset()
        return known.union(*branches) if all(branches) else known
    if isinstance(node, Repeat):
        return _required(node.body) if node.least else frozenset()
    if not isinstance(node, Sequence):
        return frozenset()
    candidates: list[frozenset[str]] = []
    run = ""
    for part in node.parts:
        known = _required(part)
        if isinstance(part, Letter) and known:
            run += next(iter(known))
            continue
        if isinstance(part, At | Look):
            continue
        candidates += (frozenset({run}), known)
        run = ""
    candidates.append(frozenset({run}))
    return max(candidates, key=lambda words: min(map(len, words), default=0))


def _folded(text: str) -> str:
    return text.upper().lower()


class _Machine:
    """The states of one pattern, read in one direction. One thread."""

    def __init__(self, node: Node, *, is_forward: bool) -> None:
        self._is_forward = is_forward
        self._states: list[_State] = [_State()]
        self._checks: list[_BorderCheck | _LookCheck] = []
        self._start = self._emit(node, 0)

    def ends(self, text: str, steps: Steps, *, first_only: bool = False) -> bytearray:
        """Return for each place of the text whether some match ends there.

        Backwards, a match ends where it would begin.
        """
        held = [check.places(text, steps) for check in self._checks]
        found = bytearray(len(text) + 1)
        walk = _Walk(self._states, self._start, steps)
        states: frozenset[int] = frozenset()
        size = len(text)
        for count in range(size + 1):
            place = count if self._is_forward else size - count
            char = ""
            if count < size:
                char = text[place if self._is_forward else place - 1]
            truths = sum(1 << number for number, places in enumerate(held) if places[place])
            states, found[place] = walk.step(states, truths, char)
            if first_only and found[place]:
                break
        return found

    def _add(self, state: _State) -> int:
        if len(self._states) >= _MOST_STATES:
            message = "it has too many parts"
            raise PatternRefusedError(message)
        self._states.append(state)
        return len(self._states) - 1

    def _emit(self, node: Node, after: int) -> int:
        """Add the node's states in front of `after`; return where they begin."""
        if isinstance(node, Letter):
            return self._add(_State((after,), accepts=node.accepts))
        if isinstance(node, Sequence):
            for part in reversed(node.parts) if self._is_forward else node.parts:
                after = self._emit(part, after)
            return after
        if isinstance(node, Choice):
            begins = tuple(self._emit(branch, after) for branch in node.branches)
            return self._add(_State(begins))
        if isinstance(node, Repeat):
            return self._repeated(node, after)
        is_look = isinstance(node, Look)
        self._checks.append(_LookCheck(node) if is_look else _BorderCheck(node.border))
        return self._add(_State((after,), check=len(self._checks) - 1))

    def _repeated(self, node: Repeat, after: int) -> int:
        if node.most is None:
            loop = self._add(_State())
            self._states[loop].after = (self._emit(node.body, loop), after)
            after = loop
        else:
            beyond = after
            for _ in range(node.most - node.least):
                after = self._add(_State((self._emit(node.body, after), beyond)))
        for _ in range(node.least):
            after = self._emit(node.body, after)
        return after


class _Walk:
    """One way through a text, with what was met before remembered. One thread."""

    def __init__(self, states: list[_State], start: int, steps: Steps) -> None:
        self._states = states
        self._start = start
        self._steps = steps
        self._known: dict[tuple[frozenset[int], int, str], tuple[frozenset[int], bool]] = {}

    def step(self, states: frozenset[int], truths: int, char: str) -> tuple[frozenset[int], bool]:
        """Return the states after `char` and whether a match ended before it.

        A match may begin at every place. `truths` has a bit for each check that holds here.
        """
        self._steps.spend(1)
        key = (states, truths, char)
        known = self._known.get(key)
        if known is None:
            known = self._walked(states, truths, char)
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = known
        return known

    def _walked(
        self, states: frozenset[int], truths: int, char: str
    ) -> tuple[frozenset[int], bool]:
        pending = [*states, self._start]
        seen: set[int] = set()
        reached: set[int] = set()
        while pending:
            number = pending.pop()
            if number in seen:
                continue
            seen.add(number)
            state = self._states[number]
            if state.accepts is not None:
                if char and state.accepts(char):
                    reached.update(state.after)
            elif state.check is None or truths >> state.check & 1:
                pending.extend(state.after)
        self._steps.spend(len(seen))
        return frozenset(reached), 0 in seen


class _BorderCheck:
    """A place without width. Any thread."""

    def __init__(self, border: Border) -> None:
        self._holds = _BORDERS[border]

    def places(self, text: str, steps: Steps) -> bytearray:
        """Return for each place of the text whether this holds there."""
        steps.spend(len(text))
        return bytearray(self._holds(text, place) for place in range(len(text) + 1))


class _LookCheck:
    """What must, or must not, stand before or behind a place. One thread."""

    def __init__(self, look: Look) -> None:
        # What must follow is read backwards: it begins wherever a match read backwards ends.
        self._machine = _Machine(look.body, is_forward=not look.is_ahead)
        self._is_wanted = look.is_wanted

    def places(self, text: str, steps: Steps) -> bytearray:
        """Return for each place of the text whether this holds there."""
        found = self._machine.ends(text, steps)
        return found if self._is_wanted else bytearray(not there for there in found)


def _is_word_border(text: str, place: int) -> bool:
    before = place > 0 and is_word(text[place - 1])
    behind = place < len(text) and is_word(text[place])
    return before is not behind


_BORDERS: dict[Border, _Holds] = {
    Border.TEXT_START: lambda _text, place: place == 0,
    Border.TEXT_END: lambda text, place: place == len(text),
    Border.LINE_START: lambda text, place: place == 0 or text[place - 1] == "\n",
    Border.LINE_END: lambda text, place: place == len(text) or text[place] == "\n",
    Border.WORD: _is_word_border,
    Border.NOT_WORD: lambda text, place: not _is_word_border(text, place),
}
