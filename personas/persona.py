"""The persona: name, three layers, voice and opening, as one frozen value.

Knows no identifier and no history: whoever stores a persona gives it both.
"""

from __future__ import annotations

from enum import StrEnum

from personas.fields import (
    CARD_V2,
    CARD_V3,
    DRAMATIS,
    HPD,
    ROLE_PLAY_PROMPTING,
    SPECTRUM,
    SURVEY,
    Layer,
    documented,
)
from personas.identity import SocialIdentity
from personas.instructions import Instructions
from personas.life_context import LifeContext
from personas.lorebook import Lorebook
from personas.origin import Origin
from personas.traits import PersonalIdentity
from personas.voice import Voice

NEVER_IN_THE_PROMPT = frozenset({"tags", "origin"})
"""Fields for people and files only; every other one reaches the model (see `sheet`)."""

FIRED_INTO_THE_PROMPT = frozenset({"lore"})
"""Fields that reach the model entry by entry, when the conversation calls for them."""


class PersonaKind(StrEnum):
    """Where a persona comes from, which decides its risks (survey, 2404.18231)."""

    DEMOGRAPHIC = "demographic"
    CHARACTER = "character"
    INDIVIDUAL = "individual"


class Persona(Layer):
    """A character as a person; a value, safe on any thread."""

    name: str = documented(
        ..., "Name", "What people call {them}.", HPD, min_length=1, max_length=200
    )
    tagline: str = documented(
        "", "In a line", "What a cast list would say: keeper of a light, Skye, 61.", DRAMATIS
    )
    nickname: str = documented(
        "",
        "Called",
        "What {{char}} becomes, where it is not the name.",
        CARD_V3,
        max_length=200,
    )
    tags: tuple[str, ...] = documented(
        (), "Tags", "For finding them again; never in the prompt.", CARD_V2
    )
    description: str = documented(
        "", "Description", "About {them}, in free prose.", CARD_V2, long=True
    )
    personality: str = documented(
        "", "Personality", "What {they} [is|are] like, in free prose.", CARD_V2, long=True
    )
    kind: PersonaKind = documented(
        PersonaKind.CHARACTER, "Kind", "A group's portrait, a character, a real person.", SURVEY
    )
    social: SocialIdentity = documented(
        SocialIdentity(), "Social identity", "Who {they} [is|are] in society.", SPECTRUM
    )
    personal: PersonalIdentity = documented(
        PersonalIdentity(), "Personal identity", "Who {they} [is|are] inside.", SPECTRUM
    )
    life: LifeContext = documented(
        LifeContext(), "Life context", "How {they} [lives|live].", SPECTRUM
    )
    voice: Voice = documented(Voice(), "Voice", "How {they} [speaks|speak].", DRAMATIS)
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
        "How {they} [takes|take] on the role, in the first person; written for {them} when empty.",
        ROLE_PLAY_PROMPTING,
        long=True,
    )
    instructions: Instructions = documented(
        Instructions(), "Instructions", "What the card tells the model.", CARD_V2
    )
    lore: Lorebook | None = documented(
        None, "Lorebook", "What is known of {their} world.", CARD_V2, hidden=True
    )
    origin: Origin = documented(
        Origin(), "Origin", "Where the card came from.", DRAMATIS, hidden=True
    )

    @property
    def called(self) -> str:
        """What `{{char}}` stands for: the nickname where there is one."""
        return self.nickname or self.name
