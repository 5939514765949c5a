"""Shortens a text to what there is room for, and shows where something is missing.

Cuts between words: the beginning and the end of what was said carry the most. Knows no tokens.
"""

from __future__ import annotations

_GAP = " … "


def clip(text: str, length: int) -> str:
    """Shorten to at most `length` characters: the beginning, a gap, and the end."""
    if len(text) <= length:
        return text
    room = max(0, length - len(_GAP))
    head, tail = text[: room - room // 3], text[len(text) - room // 3 :]
    return f"{_without_last_word(head)}{_GAP}{_without_first_word(tail)}"[:length]


def _without_last_word(text: str) -> str:
    head, _, _ = text.rpartition(" ")
    return head or text


def _without_first_word(text: str) -> str:
    _, _, tail = text.partition(" ")
    return tail or text
