"""SillyTavern's character note (`extensions.depth_prompt`) as a lorebook entry, and back.

It is text for the prompt at a depth, which an always-on entry says best; the entry is told
by its id. Knows no card.
"""

from __future__ import annotations

from typing import Any

from personas.cards import coercion
from personas.cards.coercion import JsonObject
from personas.lorebook import Lorebook, LoreEntry, LorePosition, LoreRole

NOTE_ID = "dramatis:depth_prompt"
_DEPTH = 4


def read_note(source: Any) -> LoreEntry | None:  # noqa: ANN401 - any JSON value
    """Return the entry of a note that says something."""
    note = coercion.mapping(source)
    prompt = coercion.text(note.get("prompt"))
    if not prompt.strip():
        return None
    depth = coercion.whole(note.get("depth"))
    role = coercion.text(note.get("role"))
    return LoreEntry(
        id=NOTE_ID,
        name="Character's note",
        content=prompt,
        constant=True,
        position=LorePosition.AT_DEPTH,
        depth=_DEPTH if depth is None else depth,
        role=LoreRole(role) if role in set(LoreRole) else LoreRole.SYSTEM,
    )


def with_note(book: Lorebook | None, note: LoreEntry | None) -> Lorebook | None:
    """Return the book with the note as its last entry."""
    if note is None:
        return book
    book = book or Lorebook()
    return book.model_copy(update={"entries": (*book.entries, note)})


def find_note(book: Lorebook | None) -> LoreEntry | None:
    """Return the note among a book's entries."""
    entries = () if book is None else book.entries
    return next((entry for entry in entries if entry.id == NOTE_ID), None)


def without_note(book: Lorebook | None) -> Lorebook | None:
    """Return the book without its note; nothing when the note was all there was."""
    if book is None or find_note(book) is None:
        return book
    entries = tuple(entry for entry in book.entries if entry.id != NOTE_ID)
    plain = book.model_copy(update={"entries": entries})
    return None if plain == Lorebook() else plain


def write_note(note: LoreEntry | None, extensions: JsonObject) -> JsonObject:
    """Return a card's extensions with the note as it is now, or without one."""
    former = extensions.get("depth_prompt")
    if read_note(former) == note:
        return extensions
    others = coercion.without(extensions, frozenset({"depth_prompt"}))
    if note is None:
        return others
    written = {"prompt": note.content, "depth": note.depth, "role": note.role.value}
    return {**others, "depth_prompt": {**coercion.mapping(former), **written}}
