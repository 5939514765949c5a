"""A persona as blocks to be typeset: facts, prose, lists, scales, people, days, dialogue.

Only what was said appears; a section with nothing says so in one line. Pure values, so
that the page's wording is tested without a page. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from personas.life_context import LifeEvent, Relationship, RelationshipChange, Secret
from personas.persona import Persona
from personas.pronouns import pronouns_for
from personas.relationship_wording import (
    Party,
    bond_sentence,
    bond_sentence_afterwards,
    news_of,
    pronouns_of,
)
from personas.sheet import build_sheet
from personas.traits import DOMAINS
from personas.voice import ExampleDialogue
from ui.viewmodels.form_fields import FieldDescription, FieldKind
from ui.viewmodels.persona_sections import FieldGroup, PersonaSection, SectionKey

# A picture has room for a word at each corner; the full names stand in the list beside it.
_SHORT_NAMES = {
    "extraversion": "Extraversion",
    "agreeableness": "Agreeable",
    "conscientiousness": "Conscientious",
    "negative_emotionality": "Negative em.",
    "open_mindedness": "Open",
}


class BlockKind(StrEnum):
    """How a block is set."""

    FACTS = "facts"
    PROSE = "prose"
    LIST = "list"
    WORDS = "words"
    SCALES = "scales"
    ENTRIES = "entries"
    DIALOGUE = "dialogue"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Scale:
    """One score from 1 to 7; None is unsaid."""

    title: str
    score: float | None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A head, what belongs to it in small print, and a sentence."""

    head: str
    aside: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of the page under an optional small title. A value, any thread.

    `mean` is a domain's mean over the facets that were said.
    """

    kind: BlockKind
    title: str = ""
    text: str = ""
    items: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    scales: tuple[Scale, ...] = ()
    mean: float | None = None


def read_section(persona: Persona, section: PersonaSection) -> list[Block]:
    """Return a section's blocks in order; empty when nothing was said."""
    blocks: list[Block] = []
    for group in section.groups:
        holder: object = persona
        for step in group.path:
            holder = getattr(holder, str(step))
        if group.is_scores:
            blocks.extend(_scales(holder, group, persona))
        elif group.path == ("social",):
            blocks.extend(_facts(holder, group))
        elif section.key == SectionKey.SOCIAL:
            continue  # Name, line and kind stand in the page's head.
        else:
            for field in group.fields:
                blocks.extend(_field(field, getattr(holder, field.name), persona))
    if section.key == SectionKey.PERSONAL:
        blocks.extend(_as_read_by_the_model(persona))
    if section.key == SectionKey.LORE:
        blocks.extend(_lore(persona))
    return blocks


def names_beside(persona: Persona) -> str:
    """Return what else stands under the name: what they are called, and the tags."""
    called = f"Called {persona.nickname}" if persona.nickname else ""
    return " \u00b7 ".join(filter(None, (called, *persona.tags)))


def read_origin(persona: Persona) -> list[Block]:
    """Return what a card's maker says of it, for the foot of the page."""
    origin = persona.origin
    maker = f"Written by {origin.creator.strip()}" if origin.creator.strip() else ""
    version = f"version {origin.character_version.strip()}"
    facts = [maker, version if origin.character_version.strip() else "", *origin.source]
    line = " \u00b7 ".join(filter(None, facts))
    notes = origin.creator_notes.strip()
    return [Block(BlockKind.WORDS, text=text) for text in (line, notes) if text]


def _lore(persona: Persona) -> list[Block]:
    """Return the names of a book's entries; their texts are read in the book itself."""
    if persona.lore is None or not persona.lore.entries:
        return []
    names = (
        entry.name.strip() or entry.comment.strip() or ", ".join(entry.keys)
        for entry in persona.lore.entries
    )
    items = tuple(name or "Without a name" for name in names)
    return [Block(BlockKind.LIST, persona.lore.name.strip(), items=items)]


def _as_read_by_the_model(persona: Persona) -> list[Block]:
    """Return what the scores become on their way to the model, word for word."""
    wanted = {"traits", "values"}
    texts = [part.text for part in build_sheet(persona, user_name="You") if part.name in wanted]
    return (
        [Block(BlockKind.QUOTE, "As the model reads it", text="\n\n".join(texts))] if texts else []
    )


def domain_scales(persona: Persona) -> tuple[Scale, ...]:
    """Return the five domains' means, for the picture of the whole."""
    return tuple(
        Scale(_SHORT_NAMES[name], persona.personal.traits.domain(name)) for name in DOMAINS
    )


def say_score(score: float | None) -> str:
    """Return a score with one decimal, a dash when it is unsaid."""
    return "\u2013" if score is None else f"{score:.1f}"


def _facts(holder: object, group: FieldGroup) -> list[Block]:
    entries = tuple(
        Entry(field.title, text=value)
        for field in group.fields
        if (value := getattr(holder, field.name))
    )
    return [Block(BlockKind.FACTS, entries=entries)] if entries else []


def _scales(holder: object, group: FieldGroup, persona: Persona) -> list[Block]:
    scales = tuple(
        Scale(field.title, getattr(holder, field.name), field.description) for field in group.fields
    )
    said = tuple(scale for scale in scales if scale.score is not None)
    if not said:
        return []
    mean = persona.personal.traits.domain(group.domain) if group.domain else None
    return [Block(BlockKind.SCALES, group.title, scales=said, mean=mean)]


def _field(field: FieldDescription, value: object, persona: Persona) -> list[Block]:
    match value:
        case "" | () | None:
            return []
        case str() if field.kind == FieldKind.PROSE:
            return [Block(BlockKind.PROSE, field.title, text=value)]
        case str():
            return [Block(BlockKind.WORDS, field.title, text=value)]
        case tuple():
            return _many(field, cast("tuple[object, ...]", value), persona)
        case _:
            return [Block(BlockKind.WORDS, field.title, text=str(value))]


def _many(field: FieldDescription, values: Sequence[object], persona: Persona) -> list[Block]:
    if field.kind == FieldKind.PASSAGES:
        return [
            Block(BlockKind.PROSE, field.title if number == 0 else "", text=str(value))
            for number, value in enumerate(values)
        ]
    if field.kind == FieldKind.LINES:
        return [Block(BlockKind.LIST, field.title, items=tuple(map(str, values)))]
    dialogues = [value for value in values if isinstance(value, ExampleDialogue)]
    if dialogues:
        return [
            Block(
                BlockKind.DIALOGUE,
                field.title if number == 0 else "",
                entries=tuple(
                    Entry(_speaker(line.speaker, persona), text=line.text)
                    for line in dialogue.lines
                ),
            )
            for number, dialogue in enumerate(dialogues)
        ]
    entries = tuple(_entry(value, persona) for value in values)
    return [Block(BlockKind.ENTRIES, field.title, entries=entries)]


def _speaker(speaker: str, persona: Persona) -> str:
    return {"{{char}}": first_name(persona), "{{user}}": "You"}.get(speaker, speaker)


def _entry(value: object, persona: Persona) -> Entry:
    match value:
        case Relationship():
            return _person(value, persona)
        case LifeEvent():
            age = f"at {value.age}" if value.age is not None else ""
            return Entry(value.when or age, age if value.when else "", value.what)
        case Secret():
            known = f"known by {', '.join(value.known_by)}" if value.known_by else "known by nobody"
            return Entry(value.what, known)
        case _:
            return Entry(str(value))


def first_name(persona: Persona) -> str:
    """Return what a sentence calls the character."""
    return persona.nickname or persona.name.split()[0]


def _person(person: Relationship, persona: Persona) -> Entry:
    """Return one person: how the two stand, the note, and a line for each event."""
    own = Party.named(first_name(persona))
    theirs = Party.called(pronouns_of(person, pronouns_for(persona.social)))
    today = " ".join(filter(None, (bond_sentence(person, own, theirs), person.note)))
    lines = [today, *(_change(change, own, theirs) for change in news_of(person))]
    return Entry(person.name, person.relation, "\n".join(filter(None, lines)))


def _change(change: RelationshipChange, own: Party, theirs: Party) -> str:
    age = f"at {change.age}" if change.age is not None else ""
    moment = ", ".join(filter(None, (change.when, age)))
    said = " ".join(filter(None, (change.what, bond_sentence_afterwards(change, own, theirs))))
    return ": ".join(filter(None, (moment, said)))
