"""A persona's fields in the order and under the headings that a writer sees.

    Who she is        names, line, tags, kind, and the 22 lines of her place in society
    In prose          what a card says of her in free words, and what it tells the model
    What drives her   fifteen facets by domain, ten values, then what she says of herself
    How she lives     days, loves, people, past, goals, secrets
    How she speaks    register, habits, examples
    Opening           scene and first words
    Lore              no form: a book has an editor of its own

Fields come from the models by `describe_fields`; a field that no heading claims fails at
import, so that none is forgotten. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.errors import Bug
from personas.persona import Persona
from personas.pronouns import Pronouns
from personas.traits import DOMAINS
from ui.viewmodels.form_fields import (
    FieldDescription,
    FieldKind,
    FieldPath,
    describe_fields,
    told_of,
    value_at,
    with_looks,
    words_for,
)
from ui.viewmodels.persona_looks import PERSONA_LOOKS

_PERSONA_FIELDS = describe_fields(Persona)


class SectionKey(StrEnum):
    """The headings."""

    SOCIAL = "social"
    PROSE = "prose"
    PERSONAL = "personal"
    LIFE = "life"
    VOICE = "voice"
    OPENING = "opening"
    LORE = "lore"


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that stand together under `path`; the title may be empty. A value."""

    title: str
    path: FieldPath
    fields: tuple[FieldDescription, ...]
    domain: str = ""

    @property
    def is_scores(self) -> bool:
        """Whether all of it is set on scales."""
        return all(field.kind == FieldKind.SCORE for field in self.fields)


@dataclass(frozen=True, slots=True)
class PersonaSection:
    """One heading with its groups. A value.

    Its lead and the sentences of its fields leave the pronouns open until it is told of somebody.
    """

    key: SectionKey
    lead: str
    groups: tuple[FieldGroup, ...]

    def told_of(self, pronouns: Pronouns) -> PersonaSection:
        """Return the section with sentences that speak of somebody with these pronouns."""
        return replace(
            self,
            lead=pronouns.put_into(self.lead),
            groups=tuple(
                replace(group, fields=told_of(group.fields, pronouns)) for group in self.groups
            ),
        )

    def title(self, pronouns: Pronouns) -> str:
        """Return the heading in words that fit the character."""
        he, him = pronouns.subject, pronouns.object
        match self.key:
            case SectionKey.SOCIAL:
                return f"Who {he} {pronouns.verb('is', 'are')}"
            case SectionKey.PROSE:
                return "In prose"
            case SectionKey.PERSONAL:
                return f"What drives {him}"
            case SectionKey.LIFE:
                return f"How {he} {pronouns.verb('lives', 'live')}"
            case SectionKey.VOICE:
                return f"How {he} {pronouns.verb('speaks', 'speak')}"
            case SectionKey.OPENING:
                return "Opening"
            case SectionKey.LORE:
                return "Lore"

    def mark(self, draft: object) -> tuple[str, str]:
        """Return in a few signs how much is written, and the same as words to be spoken."""
        if self.key == SectionKey.LORE:
            book = value_at(draft, ("lore",))
            count = len(value_at(book, ("entries",)) or ()) if book else 0
            return str(count) if count else "", f"{count} {'entry' if count == 1 else 'entries'}"
        said, all_of_them = self.filled(draft)
        return f"{said}/{all_of_them}", f"{said} of {all_of_them} filled in"

    def filled(self, draft: object) -> tuple[int, int]:
        """Return how many of the fields say something, and how many there are."""
        values = [
            value_at(draft, (*group.path, field.name))
            for group in self.groups
            for field in group.fields
        ]
        said = [value for value in values if value not in (None, "", [], ())]
        return len(said), len(values)


def _pick(fields: dict[str, FieldDescription], *names: str) -> tuple[FieldDescription, ...]:
    return tuple(fields.pop(name) for name in names)


def _build_sections() -> tuple[PersonaSection, ...]:
    top = {field.name: field for field in with_looks(describe_fields(Persona), PERSONA_LOOKS)}
    sections = (
        PersonaSection(
            SectionKey.SOCIAL,
            "As society would write it down. Leave out what does not matter.",
            (
                FieldGroup("", (), _pick(top, "name", "nickname", "tagline", "tags", "kind")),
                FieldGroup("In society", ("social",), top.pop("social").fields),
            ),
        ),
        PersonaSection(
            SectionKey.PROSE,
            "What does not fit a line. Most cards say everything here.",
            (
                FieldGroup("", (), _pick(top, "description", "personality")),
                FieldGroup("To the model", ("instructions",), top.pop("instructions").fields),
            ),
        ),
        PersonaSection(
            SectionKey.PERSONAL,
            "Five traits and their facets, from 1 to 7, and ten values. Unsaid is a good answer.",
            _personal_groups(top.pop("personal")),
        ),
        PersonaSection(
            SectionKey.LIFE,
            "The days, the people, the past. Nothing makes a character more than this.",
            (FieldGroup("", ("life",), top.pop("life").fields),),
        ),
        PersonaSection(
            SectionKey.VOICE,
            "What the words sound like. Two short exchanges do more than a page of rules.",
            (FieldGroup("", ("voice",), top.pop("voice").fields),),
        ),
        PersonaSection(
            SectionKey.OPENING,
            "Where the two of you are, and the first words.",
            (
                FieldGroup(
                    "",
                    (),
                    _pick(top, "scenario", "greeting", "alternate_greetings", "acceptance"),
                ),
            ),
        ),
        PersonaSection(
            SectionKey.LORE,
            "What is known of {their} world, told to the model when the talk turns to it.",
            (),
        ),
    )
    _require_none_left(top)
    return sections


def _personal_groups(described: FieldDescription) -> tuple[FieldGroup, ...]:
    """Return the facets by domain, then the values, then what is said in words."""
    personal = {field.name: field for field in described.fields}
    traits = {field.name: field for field in personal.pop("traits").fields}
    values = personal.pop("values").fields
    domains = tuple(
        FieldGroup(
            words_for(domain).replace("Open mind", "Open-mind"),
            ("personal", "traits"),
            _pick(traits, *facets),
            domain,
        )
        for domain, facets in DOMAINS.items()
    )
    _require_none_left(traits)
    return (
        *domains,
        FieldGroup("What matters", ("personal", "values"), values),
        FieldGroup("In words", ("personal",), tuple(personal.values())),
    )


def _require_none_left(fields: dict[str, FieldDescription]) -> None:
    """Raise Bug when the persona has fields that no heading shows."""
    if fields:
        message = f"no heading shows the persona's {sorted(fields)}"
        raise Bug(message)


SECTIONS = _build_sections()

SECTION_OF_PART: Mapping[str, SectionKey] = {
    "identity": SectionKey.SOCIAL,
    "description": SectionKey.PROSE,
    "traits": SectionKey.PERSONAL,
    "values": SectionKey.PERSONAL,
    "work": SectionKey.PERSONAL,
    "life": SectionKey.LIFE,
    "people": SectionKey.LIFE,
    "past": SectionKey.LIFE,
    "voice": SectionKey.VOICE,
    "examples": SectionKey.VOICE,
    "scenario": SectionKey.OPENING,
}
"""Under which heading each part of the model's sheet is written."""


def section_of(path: FieldPath) -> SectionKey | None:
    """Return the heading under which a field is written, None where no form shows it."""
    if path[:1] == ("lore",):
        return SectionKey.LORE
    for section in SECTIONS:
        for group in section.groups:
            inner = path[len(group.path) :]
            is_under = path[: len(group.path)] == group.path
            if is_under and any(inner[:1] == (field.name,) for field in group.fields):
                return section.key
            if path and path == group.path[: len(path)]:
                return section.key
    return None


def path_from_dots(dotted: str) -> FieldPath:
    """Return the path that a finding names: "life.timeline.2.age"."""
    return tuple(int(step) if step.isdigit() else step for step in dotted.split(".") if step)


def field_at(path: FieldPath) -> FieldDescription | None:
    """Return what is written at a path, whatever list it stands in; None for no field."""
    fields, found = _PERSONA_FIELDS, None
    for step in path:
        if isinstance(step, int):
            continue
        found = next((one for one in fields if one.name == step), None)
        if found is None:
            return None
        fields = found.fields
    return found


def say_path(path: FieldPath) -> str:
    """Return where a field stands in words: "People 2, Name"."""
    fields = _PERSONA_FIELDS
    words: list[str] = []
    for step in path:
        if isinstance(step, int):
            if words:
                words[-1] = f"{words[-1]} {step + 1}"
            continue
        field = next((one for one in fields if one.name == step), None)
        if field is None:
            break
        fields = field.fields
        if field.kind != FieldKind.GROUP:
            words.append(field.title)
    return ", ".join(words)
