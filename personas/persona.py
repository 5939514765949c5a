"""The persona: name, three layers, voice and opening, as one frozen value.

Knows no identifier and no history: whoever stores a persona gives it both.
"""

from __future__ import annotations

from enum import StrEnum

from personas.fields import (
    CARD_V2,
    DRAMATIS,
    HPD,
    ROLE_PLAY_PROMPTING,
    SPECTRUM,
    SURVEY,
    Layer,
    documented,
)
from personas.identity import SocialIdentity
from personas.life_context import LifeContext
from personas.traits import PersonalIdentity
from personas.voice import Voice


class PersonaKind(StrEnum):
    """Where a persona comes from, which decides its risks (survey, 2404.18231)."""

    DEMOGRAPHIC = "demographic"
    CHARACTER = "character"
    INDIVIDUAL = "individual"


class Persona(Layer):
    """A character as a person; a value, safe on any thread."""

    name: str = documented(..., "Name", "What people call them.", HPD, min_length=1, max_length=200)
    tagline: str = documented(
        "", "In a line", "What a cast list would say: keeper of a light, Skye, 61.", DRAMATIS
    )
    kind: PersonaKind = documented(
        PersonaKind.CHARACTER, "Kind", "A group's portrait, a character, a real person.", SURVEY
    )
    social: SocialIdentity = documented(
        SocialIdentity(), "Social identity", "Who they are in society.", SPECTRUM
    )
    personal: PersonalIdentity = documented(
        PersonalIdentity(), "Personal identity", "Who they are inside.", SPECTRUM
    )
    life: LifeContext = documented(LifeContext(), "Life context", "How they live.", SPECTRUM)
    voice: Voice = documented(Voice(), "Voice", "How they speak.", DRAMATIS)
    scenario: str = documented(
        "", "Scenario", "Where the two of you are when it begins.", CARD_V2, long=True
    )
    greeting: str = documented("", "Greeting", "The first words.", CARD_V2, long=True)
    alternate_greetings: tuple[str, ...] = documented(
        (), "Other greetings", "Other first words, offered as alternatives.", CARD_V2, long=True
    )
    acceptance: str = documented(
        "",
        "Acceptance",
        "How they take on the role, in the first person; written for them when empty.",
        ROLE_PLAY_PROMPTING,
        long=True,
    )
