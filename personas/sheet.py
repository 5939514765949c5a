"""Persona → prompt text: an ordered list of sections in the second person.

    identity · description · traits · values · work · life · people · past · voice · examples
    · scenario

Social identity becomes lines of key and value, scores (also those between two people) become
sentences by band, life context stays as it was written (it carries the most; SPeCtrum). Each
text stands on its own, so that a packer may leave a section out. Macros are expanded here,
once. Knows no tokens and no model; what goes before and after the sheet is in `immersion`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from personas.bands import band_of
from personas.immersion import (
    acceptance_turn,
    greeting_texts,
    macros_put_in,
    role_turn,
    rules_of_play,
)
from personas.life_context import (
    LifeContext,
    LifeEvent,
    Relationship,
    RelationshipChange,
    Secret,
)
from personas.macro_expansion import MacroSetting
from personas.persona import Persona
from personas.pronouns import Pronouns, pronouns_for
from personas.relationship_wording import (
    YOU,
    Party,
    bond_sentence,
    bond_sentence_afterwards,
    news_of,
    pronouns_of,
)
from personas.trait_wording import domain_sentence, facet_sentence
from personas.traits import DOMAINS, PersonalIdentity, Traits, Values
from personas.value_wording import value_sentence
from personas.voice import ExampleDialogue, Voice

__all__ = [
    "SheetSection",
    "acceptance_turn",
    "build_sheet",
    "greeting_texts",
    "role_turn",
    "rules_of_play",
]


@dataclass(frozen=True, slots=True)
class SheetSection:
    """One part of the sheet: a stable name, a title for screens, the text for the model."""

    name: str
    title: str
    text: str


def build_sheet(
    persona: Persona, *, user_name: str, setting: MacroSetting | None = None
) -> tuple[SheetSection, ...]:
    """Return the sections that have something to say, in order, macros expanded.

    Without a setting only the names are put in; with one all the macros that we know.
    """
    put_in = macros_put_in(persona, user_name, setting)
    identity = put_in(_identity(persona))
    drafts = (
        ("description", "About you", _description(persona)),
        *_layers(persona),
        ("examples", "How you sound", _examples(persona.voice.examples)),
        ("scenario", "Where you are now", _lead("Where you are now", persona.scenario)),
    )
    return (
        SheetSection("identity", "Who you are", _with_full_name(persona, identity)),
        *(SheetSection(name, title, put_in(text)) for name, title, text in drafts if text),
    )


def layer_texts(persona: Persona) -> tuple[str, ...]:
    """Return what the layers say, macros as written, without what a card has fields for.

    That is all but the description, the examples and the scenario; nothing when nothing is
    filled in.
    """
    is_placed = bool(persona.tagline) or not persona.social.is_empty
    identity = [_identity(persona)] if is_placed else []
    return (*identity, *(text for _, _, text in _layers(persona) if text))


def _layers(persona: Persona) -> tuple[tuple[str, str, str], ...]:
    """Return name, title and text of each part that the three layers and the voice make."""
    return (
        ("traits", "What you are like", _traits(persona.personal)),
        ("values", "What matters to you", _values(persona.personal.values)),
        ("work", "Your work", _work(persona.personal)),
        ("life", "How you live", _life(persona.life)),
        ("people", "The people in your life", _people(persona)),
        ("past", "Your past", _past(persona.life.timeline)),
        ("voice", "How you speak", _voice(persona.voice)),
    )


def _identity(persona: Persona) -> str:
    # The macro, not the name: a name that looks like a macro must not be expanded in turn.
    opening = "You are {{char}}."
    if persona.tagline:
        opening = f"You are {{{{char}}}}: {_stopped(persona.tagline)}"
    lines = [opening]
    for field, declared in type(persona.social).model_fields.items():
        said: str = getattr(persona.social, field)
        lines.append(_lead(declared.title or field, said))
    return _joined(lines)


def _with_full_name(persona: Persona, identity: str) -> str:
    """Add the name behind a nickname, after macros: it may look like one itself."""
    return f"{identity}\nFull name: {persona.name}" if persona.nickname else identity


def _description(persona: Persona) -> str:
    lines = [persona.description, _lead("What you are like", persona.personality)]
    return _headed("About you:", lines)


def _traits(personal: PersonalIdentity) -> str:
    lines = [
        _lead("In three words", _listed(", ", personal.headline_traits)),
        *(_domain(personal.traits, domain, facets) for domain, facets in DOMAINS.items()),
        _lead("Others rely on", _listed("; ", personal.strengths)),
        _lead("Others put up with", _listed("; ", personal.flaws)),
    ]
    return _headed("What you are like:", lines)


def _domain(traits: Traits, domain: str, facets: Iterable[str]) -> str:
    """Return a domain's sentence and those of its filled facets, on one line."""
    mean = traits.domain(domain)
    if mean is None:
        return ""
    sentences = [domain_sentence(domain, band_of(mean))]
    for facet in facets:
        score = traits.facet(facet)
        if score is not None:
            sentences.append(facet_sentence(facet, band_of(score)))
    return " ".join(sentences)


def _values(values: Values) -> str:
    sentences: list[str] = []
    for name in Values.model_fields:
        importance = values.importance(name)
        if importance is not None:
            sentences.append(value_sentence(name, band_of(importance)))
    return _headed("What matters to you:", [" ".join(sentences)])


def _work(personal: PersonalIdentity) -> str:
    return _joined(
        [
            _lead("Your work so far", personal.career),
            _lead("What you are after", personal.aspiration),
            _lead("What you can do well", _listed("; ", personal.skills)),
        ]
    )


def _life(life: LifeContext) -> str:
    return _joined(
        [
            _lead("A weekday, in your own words", life.weekday),
            _lead("A weekend, in your own words", life.weekend),
            _lead("You love", _listed("; ", life.loves)),
            _lead("You hate", _listed("; ", life.hates)),
            _lead("Your home", life.home),
            _lead("You mean to", _listed("; ", life.goals)),
            _headed("What you keep to yourself:", [_secret(secret) for secret in life.secrets]),
        ]
    )


def _secret(secret: Secret) -> str:
    knows = _listed(", ", secret.known_by)
    return f"- {secret.what} ({'known by ' + knows if knows else 'nobody knows'})"


def _people(persona: Persona) -> str:
    own = pronouns_for(persona.social)
    people = [_person(person, own) for person in persona.life.relationships]
    return _headed("The people in your life:", people)


def _person(person: Relationship, own: Pronouns) -> str:
    """Return one person: how each stands to the other, the note, and how it came about."""
    theirs = Party.called(pronouns_of(person, own))
    said = _listed(" ", (bond_sentence(person, YOU, theirs), person.note))
    line = f"- {person.name} ({person.relation})" if person.relation else f"- {person.name}"
    changes = (_change(change, theirs) for change in news_of(person))
    return _joined([f"{line}: {said}" if said else line, *changes])


def _change(change: RelationshipChange, theirs: Party) -> str:
    """Return an event and how the two stood after it, indented under its person."""
    happened = _stopped(change.what) if change.what else ""
    said = _listed(" ", (happened, bond_sentence_afterwards(change, YOU, theirs)))
    moment = _moment(change.when, change.age)
    return f"  - {_listed(': ', (moment, said))}" if moment or said else ""


def _past(timeline: Iterable[LifeEvent]) -> str:
    return _headed("Your past:", [_event(event) for event in timeline])


def _event(event: LifeEvent) -> str:
    moment = _moment(event.when, event.age)
    return f"- {moment}: {event.what}" if moment else f"- {event.what}"


def _moment(when: str, age: int | None) -> str:
    return _listed(", ", (when, "" if age is None else f"aged {age}"))


def _voice(voice: Voice) -> str:
    lines = [
        _lead("Register", voice.speech_register),
        _lead("Sentences", voice.sentence_length),
        _lead("Habits", _listed("; ", voice.habits)),
        _lead("You often say", _listed(" / ", voice.catchphrases)),
        _lead("You never say", _listed(" / ", voice.never_says)),
    ]
    return _headed("How you speak:", lines)


def _examples(examples: Iterable[ExampleDialogue]) -> str:
    dialogues = [
        "\n".join(f"{line.speaker}: {line.text}" for line in example.lines)
        for example in examples
        if example.lines
    ]
    return "How you sound, for example:\n" + "\n\n".join(dialogues) if dialogues else ""


def _lead(label: str, text: str) -> str:
    """Return `label: text`, or nothing where there is no text."""
    return f"{label}: {text}" if text else ""


def _listed(separator: str, items: Iterable[str]) -> str:
    return separator.join(item for item in items if item)


def _headed(heading: str, lines: Iterable[str]) -> str:
    """Return the heading over its lines, or nothing when all of them are empty."""
    body = _joined(lines)
    return f"{heading}\n{body}" if body else ""


def _joined(lines: Iterable[str]) -> str:
    return _listed("\n", lines)


def _stopped(phrase: str) -> str:
    """Return the phrase with something at its end that ends a sentence."""
    return phrase if phrase.endswith((".", "!", "?", "…")) else f"{phrase}."
