"""What the lore engine reads: the lines so far, who speaks, and the seed for chance.

A scene is a path with everything left out that lore does not look at, so that a test bench
needs no conversation. Knows no lorebook.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.conversation import Author, Message


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One message: who said what. `id` stands for the moment after it, for chance. Any thread."""

    id: str
    author: Author
    text: str


@dataclass(frozen=True, slots=True)
class LoreScene:
    """A conversation as lore sees it, the newest line last. Any thread.

    `greeting` is the number of the greeting it begins with, None when that is not known.
    `expand` puts macros into an entry's text.
    """

    lines: tuple[SpokenLine, ...]
    char: str
    user: str
    expand: Callable[[str], str]
    seed: str = ""
    greeting: int | None = None

    def drawn(self, length: int, what: str) -> float:
        """Return a number from 0 below 1 for the moment after so many lines.

        The same for the same line, so that a reply that is written again meets the same.
        """
        turn = self.lines[length - 1].id if length else ""
        source = f"{self.seed}\0{turn}\0{what}".encode(errors="replace")
        return int.from_bytes(hashlib.sha256(source).digest()[:6]) / 2**48


def scene_of(
    path: Sequence[Message],
    *,
    char: str,
    user: str,
    expand: Callable[[str], str],
    seed: str = "",
) -> LoreScene:
    """Return the scene at the end of a path."""
    first = path[0] if path else None
    is_greeting = first is not None and first.parent_id is None and first.author is Author.CHARACTER
    return LoreScene(
        lines=tuple(SpokenLine(message.id, message.author, message.text) for message in path),
        char=char,
        user=user,
        expand=expand,
        seed=seed,
        greeting=first.position if first is not None and is_greeting else None,
    )
