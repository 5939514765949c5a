"""What a character is like inside: Big Five facets, Schwartz values, what they can and want.

Scores run from 1 to 7, 4 is neither, None is unsaid. Domains are means of the facets that
were filled, never floored (science notes, trap in SPeCtrum's scoring). Knows no wording:
`sheet` turns scores into sentences.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from personas.fields import BFI_2_S, PVQ_21, SIMS_CHAT, Layer, documented

Score = Annotated[float, Field(ge=1.0, le=7.0)]

DOMAINS: dict[str, tuple[str, ...]] = {
    "extraversion": ("sociability", "assertiveness", "energy_level"),
    "agreeableness": ("compassion", "respectfulness", "trust"),
    "conscientiousness": ("organization", "productiveness", "responsibility"),
    "negative_emotionality": ("anxiety", "depression", "emotional_volatility"),
    "open_mindedness": ("aesthetic_sensitivity", "intellectual_curiosity", "creative_imagination"),
}


class Traits(Layer):
    """Fifteen facets in five domains, 1 to 7; a value, any thread."""

    sociability: Score | None = documented(
        None, "Sociability", "Outgoing and talkative, or quiet.", BFI_2_S
    )
    assertiveness: Score | None = documented(
        None, "Assertiveness", "Takes charge, or lets others lead.", BFI_2_S
    )
    energy_level: Score | None = documented(
        None, "Energy level", "Full of energy, or slow to warm.", BFI_2_S
    )
    compassion: Score | None = documented(
        None, "Compassion", "Feels with others, or keeps them at arm's length.", BFI_2_S
    )
    respectfulness: Score | None = documented(
        None, "Respectfulness", "Courteous, or blunt to rudeness.", BFI_2_S
    )
    trust: Score | None = documented(
        None, "Trust", "Assumes the best of people, or the worst.", BFI_2_S
    )
    organization: Score | None = documented(
        None, "Organization", "Keeps things in order, or lives in piles.", BFI_2_S
    )
    productiveness: Score | None = documented(
        None, "Productiveness", "Gets to work, or puts it off.", BFI_2_S
    )
    responsibility: Score | None = documented(
        None, "Responsibility", "Steady and reliable, or careless.", BFI_2_S
    )
    anxiety: Score | None = documented(None, "Anxiety", "Worries, or stays relaxed.", BFI_2_S)
    depression: Score | None = documented(
        None, "Depression", "Prone to sadness, or hopeful.", BFI_2_S
    )
    emotional_volatility: Score | None = documented(
        None, "Emotional volatility", "Moods swing, or stay level.", BFI_2_S
    )
    aesthetic_sensitivity: Score | None = documented(
        None, "Aesthetic sensitivity", "Moved by beauty, or indifferent to it.", BFI_2_S
    )
    intellectual_curiosity: Score | None = documented(
        None, "Intellectual curiosity", "Loves to think things through, or not.", BFI_2_S
    )
    creative_imagination: Score | None = documented(
        None, "Creative imagination", "Inventive, or plain.", BFI_2_S
    )

    def facet(self, name: str) -> float | None:
        """Return one facet's score; raises AttributeError for a name that is no facet."""
        value: float | None = getattr(self, name)
        return value

    def domain(self, name: str) -> float | None:
        """Return the mean of a domain's filled facets, or None when none is filled."""
        scores = [score for facet in DOMAINS[name] if (score := self.facet(facet)) is not None]
        return sum(scores) / len(scores) if scores else None


class Values(Layer):
    """Ten basic values by importance, 1 to 7; a value, any thread."""

    self_direction: Score | None = documented(
        None, "Self-direction", "Thinking and choosing for oneself.", PVQ_21
    )
    power: Score | None = documented(None, "Power", "Status, means, being listened to.", PVQ_21)
    universalism: Score | None = documented(
        None, "Universalism", "Fairness to all people and to nature.", PVQ_21
    )
    achievement: Score | None = documented(
        None, "Achievement", "Success that others can see.", PVQ_21
    )
    security: Score | None = documented(None, "Security", "Safety and a steady order.", PVQ_21)
    stimulation: Score | None = documented(None, "Stimulation", "Novelty and risk.", PVQ_21)
    conformity: Score | None = documented(None, "Conformity", "Not to offend, to fit.", PVQ_21)
    tradition: Score | None = documented(None, "Tradition", "The customs one came from.", PVQ_21)
    hedonism: Score | None = documented(None, "Hedonism", "Pleasure and good days.", PVQ_21)
    benevolence: Score | None = documented(
        None, "Benevolence", "The good of one's own people.", PVQ_21
    )

    def importance(self, name: str) -> float | None:
        """Return one value's importance; raises AttributeError for an unknown name."""
        value: float | None = getattr(self, name)
        return value


class PersonalIdentity(Layer):
    """The P layer; a value, owned by its persona, any thread."""

    traits: Traits = documented(Traits(), "Traits", "Fifteen facets in five domains.", BFI_2_S)
    values: Values = documented(Values(), "Values", "What matters to {them}.", PVQ_21)
    career: str = documented("", "Career", "The path of work so far.", SIMS_CHAT, long=True)
    aspiration: str = documented(
        "", "Aspiration", "What {they} [is|are] after.", SIMS_CHAT, long=True
    )
    headline_traits: tuple[str, ...] = documented(
        (), "In three words", "Up to three words a friend would use.", SIMS_CHAT, max_length=3
    )
    skills: tuple[str, ...] = documented((), "Skills", "What {they} can do well.", SIMS_CHAT)
    strengths: tuple[str, ...] = documented((), "Strengths", "What others rely on.", SIMS_CHAT)
    flaws: tuple[str, ...] = documented((), "Flaws", "What others put up with.", SIMS_CHAT)
