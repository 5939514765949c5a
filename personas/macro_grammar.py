"""How macros are written: where they stand in a text, their names and their arguments.

`{{name}}`, `{{name::a::b}}`, `{{name:a,b}}`, `{{name a}}`, `{{// a note}}`; macros may stand in
the arguments of others. Linear in the text, never raises. Knows no macro's meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_BRACES = re.compile(r"\{\{(?!\{)|\}\}")
_NAME = re.compile(r"\s*(?P<name>[#/]?[A-Za-z_]\w*)\s*(?P<rest>.*)\Z", re.DOTALL)


class ArgumentStyle(Enum):
    """How the arguments were separated, if there are any."""

    NONE = "none"
    COLONS = "colons"
    COMMAS = "commas"


@dataclass(frozen=True, slots=True)
class MacroCall:
    """One macro as written. `arguments` are source text, macros in them included. Any thread."""

    name: str
    style: ArgumentStyle
    arguments: tuple[str, ...]


def macro_spans(text: str) -> list[tuple[int, int]]:
    """Return where the outermost macros begin and end, braces included, in order."""
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    for brace in _BRACES.finditer(text):
        if brace.group() == "{{":
            opened.append(brace.start())
        elif opened:
            start = opened.pop()
            while spans and spans[-1][0] > start:
                spans.pop()
            spans.append((start, brace.end()))
    return spans


def read_call(source: str) -> MacroCall | None:
    """Return the macro between its braces, name in lower case; None for what is none."""
    body = source[2:-2]
    if body.lstrip().startswith("//"):
        return MacroCall("//", ArgumentStyle.NONE, ())
    found = _NAME.match(body)
    if found is None:
        return None
    name, rest = found["name"].lower(), found["rest"]
    if not rest:
        return MacroCall(name, ArgumentStyle.NONE, ())
    if rest.startswith("::"):
        return MacroCall(name, ArgumentStyle.COLONS, _cut(rest[2:], "::"))
    if rest.startswith(":"):
        return MacroCall(name, ArgumentStyle.COMMAS, _cut(rest[1:], ","))
    # After a name comes a colon or space; anything else belongs to another language.
    if body.lstrip()[len(found["name"]) :][:1].isspace():
        return MacroCall(name, ArgumentStyle.COMMAS, _cut(rest, ","))
    return None


def _cut(text: str, separator: str) -> tuple[str, ...]:
    """Cut at the separator where it stands outside of macros and is not escaped."""
    masked = _without_macros(text)
    pieces: list[str] = []
    begun = at = 0
    while (at := masked.find(separator, at)) >= 0:
        if separator == "," and at and masked[at - 1] == "\\":
            at += 1
            continue
        pieces.append(text[begun:at])
        at += len(separator)
        begun = at
    pieces.append(text[begun:])
    return tuple(pieces)


def _without_macros(text: str) -> str:
    """Blank the macros out, so that nothing moves and no separator is found in them."""
    kept: list[str] = []
    begun = 0
    for start, end in macro_spans(text):
        kept += (text[begun:start], " " * (end - start))
        begun = end
    return "".join((*kept, text[begun:]))
