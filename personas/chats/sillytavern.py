"""SillyTavern's chats, and what Chub and Dramatis write in the same shape: one object a line.

Names come from the messages, for newer headers hold none. Reads parsed lines; knows no bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

from personas.cards import coercion
from personas.cards.coercion import JsonObject
from personas.chats.line_reading import Reading, words_of
from personas.chats.values import ChatLine

_HEADER = frozenset({"chat_metadata", "user_name", "character_name", "create_date"})


def is_message(row: JsonObject) -> bool:
    """Whether a line is a message of such a chat."""
    return "mes" in row


def is_header(row: JsonObject) -> bool:
    """Whether a line is the head of such a chat."""
    return "mes" not in row and not _HEADER.isdisjoint(row)


def read_rows(written: Iterable[JsonObject], reading: Reading) -> tuple[ChatLine, ...]:
    """Return the messages in order; those that were hidden from the model are passed over."""
    lines: list[ChatLine] = []
    for row in written:
        if not is_message(row):
            continue
        extra = coercion.mapping(row.get("extra"))
        if coercion.flag(row.get("is_system")):
            reading.pass_over("hidden")
            continue
        takes, chosen = _takes(row)
        line = reading.line(
            row.get("name"),
            coercion.flag(row.get("is_user")),
            takes,
            chosen=chosen,
            said_at=row.get("send_date"),
            is_narration=extra.get("type") == "narrator",
        )
        if line is not None:
            lines.append(line)
    return tuple(lines)


def _takes(row: JsonObject) -> tuple[list[str], int]:
    """Return the takes and which of them was read: where the two disagree, `mes` is right."""
    read = words_of(row.get("mes"))
    swipes = [words_of(swipe) for swipe in coercion.items(row.get("swipes"))]
    chosen = coercion.whole(row.get("swipe_id"))
    if chosen is not None and 0 <= chosen < len(swipes) and swipes[chosen] == read:
        return swipes, chosen
    if read in swipes:
        return swipes, swipes.index(read)
    return [*swipes, read], len(swipes)
