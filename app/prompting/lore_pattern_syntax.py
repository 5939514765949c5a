"""Reads regular expressions of lorebook keys into a tree: the common ground of two dialects.

JavaScript's (`/dragons?/i`, what other programs write) and Python's. What cannot be matched in
linear time (references back to a group) is refused with a sentence. Matches nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

LONGEST_PATTERN = 1_000
_DEEPEST = 30
_MOST_REPEATS = 1_000

Accepts = Callable[[str], bool]


class PatternRefusedError(ValueError):
    """A pattern that cannot be read; a value, any thread. The message is a sentence's end."""


class Border(Enum):
    """A place in the text that has no width."""

    TEXT_START = "text start"
    TEXT_END = "text end"
    LINE_START = "line start"
    LINE_END = "line end"
    WORD = "word"
    NOT_WORD = "not word"


@dataclass(frozen=True, slots=True, eq=False)
class Letter:
    """One character that is accepted; `char` where it is known which. Any thread, as all nodes."""

    accepts: Accepts
    char: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """Parts one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several branches."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """A body so many times; None has no end."""

    body: Node
    least: int
    most: int | None


@dataclass(frozen=True, slots=True, eq=False)
class At:
    """A place without width."""

    border: Border


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What must, or must not, follow (ahead) or precede."""

    body: Node
    is_ahead: bool
    is_wanted: bool


Node = Letter | Sequence | Choice | Repeat | At | Look

_SLASHED = re.compile(r"/(?P<body>.+)/(?P<flags>[a-z]*)\Z", re.DOTALL)
_QUANTIFIER = re.compile(r"(?P<sign>[*+?])|\{(?P<least>\d+)(?P<to>,(?P<most>\d*))?\}")
_INLINE_FLAGS = re.compile(r"\(\?(?P<flags>[aimsux]+)\)")
_GROUP = re.compile(r"\?(?P<kind>:|=|!|<=|<!|P?<[^\d\W]\w*>)")
_CODE = re.compile(r"x(?P<two>[0-9a-fA-F]{2})|u(?P<four>[0-9a-fA-F]{4})|u\{(?P<any>[0-9a-fA-F]+)\}")
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_KNOWN_FLAGS = frozenset("gimsuyva")
_BORDERS = {"b": Border.WORD, "B": Border.NOT_WORD, "A": Border.TEXT_START, "Z": Border.TEXT_END}


def slashed(key: str) -> tuple[str, str] | None:
    """Return body and flags of a key written `/like this/i`, else nothing."""
    found = _SLASHED.match(key.strip())
    return (found["body"], found["flags"]) if found else None


def parse_pattern(source: str, flags: str = "") -> Node:
    """Return the pattern as a tree; raises PatternRefusedError.

    Of the flags i, m and s have a meaning here; g, u, y, v and a none.
    """
    if len(source) > LONGEST_PATTERN:
        _refuse(f"it is longer than {LONGEST_PATTERN} characters")
    inline = _INLINE_FLAGS.match(source)
    if inline:
        source, flags = source[inline.end() :], flags + inline["flags"]
    if unknown := sorted(set(flags) - _KNOWN_FLAGS):
        _refuse(f"the flag {unknown[0]} is not known")
    return _Parser(source, frozenset(flags)).whole()


def is_word(char: str) -> bool:
    """Whether a character belongs to a word."""
    return char.isalnum() or char == "_"


class _Parser:
    """Reads one pattern from left to right. One call, one thread."""

    def __init__(self, source: str, flags: frozenset[str]) -> None:
        self._source = source
        self._flags = flags
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._choice()
        if self._at < len(self._source):
            _refuse("a bracket is closed that was not opened")
        return node

    def _choice(self) -> Node:
        branches = [self._sequence()]
        while self._taken("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._at < len(self._source) and self._source[self._at] not in "|)":
            parts.append(self._repeated(self._atom()))
        return Sequence(tuple(parts))

    def _repeated(self, node: Node) -> Node:
        found = _QUANTIFIER.match(self._source, self._at)
        if found is None:
            return node
        self._at = found.end()
        if self._taken("+"):
            _refuse("possessive repeats are not supported")
        self._taken("?")
        if _QUANTIFIER.match(self._source, self._at):
            _refuse("a repeat is repeated")
        least, most = _bounds(found)
        if isinstance(node, At | Look):
            return node if least else Sequence(())
        return Repeat(node, least, most)

    def _atom(self) -> Node:
        char = self._source[self._at]
        self._at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return self._letter(self._class())
        if char == "\\":
            return self._escaped()
        if char in "*+?":
            _refuse("there is nothing to repeat")
        if char == ".":
            every = "s" in self._flags
            return Letter(lambda found: every or found != "\n")
        if char in "^$":
            return At(self._line_border(char))
        return self._letter(_one(char), char)

    def _line_border(self, char: str) -> Border:
        if "m" in self._flags:
            return Border.LINE_START if char == "^" else Border.LINE_END
        return Border.TEXT_START if char == "^" else Border.TEXT_END

    def _group(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            _refuse("its brackets are nested too deeply")
        kind = ":"
        if self._source.startswith("?", self._at):
            found = _GROUP.match(self._source, self._at)
            if found is None:
                _refuse("a group begins in a way that is not supported")
            kind = found["kind"]
            self._at = found.end()
        body = self._choice()
        if not self._taken(")"):
            _refuse("a bracket is not closed")
        self._depth -= 1
        if kind in {"=", "!", "<=", "<!"}:
            return Look(body, is_ahead=not kind.startswith("<"), is_wanted=kind.endswith("="))
        return body

    def _escaped(self) -> Node:
        char = self._source[self._at : self._at + 1]
        if char in _BORDERS and char:
            self._at += 1
            return At(_BORDERS[char])
        return self._letter(self._escape())

    def _escape(self) -> Accepts:
        """Read what follows a backslash, in a class or out of it."""
        if self._at >= len(self._source):
            _refuse("it ends in a backslash")
        char = self._code()
        if char is not None:
            return _one(char)
        char = self._source[self._at]
        self._at += 1
        if char.lower() in "dws":
            return _shorthand(char)
        if char in "123456789k":
            _refuse("it refers back to a group, which may take without end")
        if char.isalnum():
            _refuse(f"\\{char} is not supported")
        return _one(char)

    def _code(self) -> str | None:
        """Read a character that is written as its code (x41, u0041) or by a letter (n)."""
        found = _CODE.match(self._source, self._at)
        if found:
            self._at = found.end()
            code = int(found["two"] or found["four"] or found["any"], 16)
            return chr(code) if code < 0x110000 else "\0"
        control = _CONTROL.get(self._source[self._at])
        self._at += control is not None
        return control

    def _class(self) -> Accepts:
        is_negated = self._taken("^")
        tests: list[Accepts] = []
        is_first = True
        while is_first or not self._source.startswith("]", self._at):
            is_first = False
            if self._at >= len(self._source):
                _refuse("a class is not closed")
            tests.append(self._member())
        self._at += 1
        return _any_of(tuple(tests), is_negated=is_negated)

    def _member(self) -> Accepts:
        """Read one character, escape or range of a class."""
        low = self._class_char()
        if isinstance(low, str):
            rest = self._source[self._at : self._at + 2]
            if rest.startswith("-") and len(rest) == 2 and rest[1] != "]":
                self._at += 1
                high = self._class_char()
                if not isinstance(high, str) or high < low:
                    _refuse("a range in a class runs backwards")
                return _between(low, high)
            return _one(low)
        return low

    def _class_char(self) -> str | Accepts:
        char = self._source[self._at]
        self._at += 1
        if char != "\\":
            return char
        if self._taken("b"):
            return "\b"
        if self._at < len(self._source) and (coded := self._code()) is not None:
            return coded
        escaped = self._source[self._at : self._at + 1]
        if escaped and not escaped.isalnum():
            self._at += 1
            return escaped
        return self._escape()

    def _letter(self, accepts: Accepts, char: str = "") -> Letter:
        if "i" not in self._flags:
            return Letter(accepts, char)
        return Letter(
            lambda found: accepts(found) or accepts(found.lower()) or accepts(found.upper()), char
        )

    def _taken(self, char: str) -> bool:
        """Pass over `char` when it comes next."""
        is_there = self._source.startswith(char, self._at)
        self._at += is_there
        return is_there


def _bounds(found: re.Match[str]) -> tuple[int, int | None]:
    if found["sign"]:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[found["sign"]]
    least = int(found["least"])
    if not found["to"]:
        most: int | None = least
    else:
        most = int(found["most"]) if found["most"] else None
    if max(least, most or 0) > _MOST_REPEATS:
        _refuse(f"it repeats more than {_MOST_REPEATS} times")
    if most is not None and most < least:
        _refuse("a repeat's bounds are the wrong way round")
    return least, most


def _one(wanted: str) -> Accepts:
    return lambda char: char == wanted


def _between(low: str, high: str) -> Accepts:
    return lambda char: low <= char <= high


def _any_of(tests: tuple[Accepts, ...], *, is_negated: bool) -> Accepts:
    return lambda char: any(test(char) for test in tests) is not is_negated


def _shorthand(char: str) -> Accepts:
    tests: dict[str, Accepts] = {"d": str.isdecimal, "w": is_word, "s": str.isspace}
    test = tests[char.lower()]
    return test if char.islower() else lambda found: not test(found)


def _refuse(problem: str) -> NoReturn:
    raise PatternRefusedError(problem)
