"""What every reader makes of its file: the `data` of a V3 card, whatever it was before.

Knows no format: the readers do.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from personas.cards.coercion import JsonObject
from personas.cards.said import SaidConversation
from personas.lorebook import Lorebook


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the file holds it, and where. A value."""

    content: bytes
    where: str


@dataclass(frozen=True, slots=True)
class CardSource:
    """One file's card in V3's terms, or the lorebooks that it is. A value, any thread.

    `outer` are the fields beside `data`. Pictures stand in the order of their fitness as a
    portrait.
    """

    file_format: str
    data: JsonObject | None = None
    outer: JsonObject = field(default_factory=dict[str, object])
    pictures: tuple[Picture, ...] = ()
    books: tuple[Lorebook, ...] = ()
    conversations: tuple[SaidConversation, ...] = ()
