"""Decorators: the leading `@@name value` lines of a lorebook entry (Character Card V3).

A line of `@@@name value` is what to read instead when the line before it is unknown. Splits
only; what a decorator does is the lore engine's business. Never raises.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decorator:
    """One decorator with its fallbacks in order. A value, any thread."""

    name: str
    value: str
    fallbacks: tuple[Decorator, ...] = ()


@dataclass(frozen=True, slots=True)
class DecoratedText:
    """An entry's content in two parts: its decorators and what the model reads. Any thread."""

    decorators: tuple[Decorator, ...]
    text: str


def split_decorators(content: str) -> DecoratedText:
    """Take the decorators off the head of `content`; all of them, known or not.

    The head ends with the first line that is neither empty nor a decorator. A fallback that
    follows nothing is a decorator of its own.
    """
    lines = content.lstrip().split("\n")
    found: list[Decorator] = []
    taken = 0
    for line in lines:
        stripped = line.strip()
        if stripped and not stripped.startswith("@@"):
            break
        taken += 1
        if not stripped:
            continue
        is_fallback = stripped.startswith("@@@")
        name, _, value = stripped.lstrip("@").partition(" ")
        decorator = Decorator(name.strip().lower(), value.strip())
        if is_fallback and found:
            last = found[-1]
            found[-1] = Decorator(last.name, last.value, (*last.fallbacks, decorator))
        elif decorator.name:
            found.append(decorator)
    if not lines[0].strip().startswith("@@"):
        return DecoratedText((), content)
    return DecoratedText(tuple(found), "\n".join(lines[taken:]).strip())
