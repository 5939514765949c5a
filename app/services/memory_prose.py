"""What a character knows, told as a person would tell it: a few paragraphs with dates.

The sentences are those of the memories themselves; nothing is made up between them. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.days import day_in_words
from app.domain.ids import MemoryId
from app.domain.memory import About, Memory, MemoryKind

_ORDER = (About.USER, About.RELATIONSHIP, About.OTHERS, About.CHARACTER)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences on one subject, and which memories they come from, one each. A value."""

    about: About
    text: str
    memory_ids: tuple[MemoryId, ...]
    sentences: tuple[str, ...] = ()


def what_is_known(memories: Sequence[Memory]) -> list[Paragraph]:
    """Return a paragraph for each subject, the weightiest sentence first.

    What was superseded is told with what took its place; what is quarantined is not told.
    """
    standing = {one.id: one for one in memories if not one.quarantine}
    notes = [one for one in standing.values() if one.kind is not MemoryKind.EPISODE]
    before: dict[MemoryId, list[Memory]] = {}
    for note in notes:
        if note.superseded_by is not None:
            before.setdefault(note.superseded_by, []).append(note)
    paragraphs: list[Paragraph] = []
    for about in _ORDER:
        told = [
            one
            for one in notes
            if one.superseded_by is None and (one.about or About.OTHERS) is about
        ]
        told.sort(key=lambda one: (not one.is_pinned, -one.importance, one.happened_at))
        if told:
            sentences = [_sentence(one, before.get(one.id, ())) for one in told]
            ids = tuple(one.id for one in told)
            paragraphs.append(Paragraph(about, " ".join(sentences), ids, tuple(sentences)))
    return paragraphs


def _sentence(note: Memory, before: Sequence[Memory]) -> str:
    text = _ended(note.text)
    if not before:
        return text
    oldest_first = sorted(before, key=lambda one: one.happened_at)
    earlier = "; ".join(
        f"{one.text.rstrip('.')} ({day_in_words(one.happened_at)})" for one in oldest_first
    )
    return f"{text} Before that: {earlier}."


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
