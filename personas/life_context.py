"""How a character lives: days, loves, hates, people, home, past, goals and secrets.

The layer that research found to matter most (SPeCtrum: C alone comes close to all three)
and that is never summarised on its way to the model. Knows no prompt and no screen.
"""

from __future__ import annotations

from personas.fields import DRAMATIS, HPD, SPECTRUM, Layer, documented


class RelationshipChange(Layer):
    """An event after which two people stood otherwise; a value, any thread.

    A number that is None stayed as it was. HPD keeps such rows by scene and never overwrites
    them; here they are by event.
    """

    when: str = documented(
        "", "When", "A year, a date, a season, or an event of the past.", DRAMATIS
    )
    age: int | None = documented(None, "Age", "Age at the time, in years.", DRAMATIS, ge=0)
    what: str = documented("", "What happened", "What changed it, in a sentence.", HPD)
    familiarity: int | None = documented(
        None,
        "Familiarity",
        "How well {they} knew this person afterwards, 0 to 10.",
        HPD,
        ge=0,
        le=10,
    )
    affection: int | None = documented(
        None, "Affection", "What {they} felt afterwards, from -10 to 10.", HPD, ge=-10, le=10
    )
    their_familiarity: int | None = documented(
        None,
        "Familiarity in return",
        "How well this person knew {them} afterwards, 0 to 10.",
        HPD,
        ge=0,
        le=10,
    )
    their_affection: int | None = documented(
        None,
        "Affection in return",
        "What this person felt for {them} afterwards, from -10 to 10.",
        HPD,
        ge=-10,
        le=10,
    )


class Relationship(Layer):
    """One person in the character's life, as it stands today; a value, any thread."""

    name: str = documented(..., "Name", "Who it is.", HPD, min_length=1)
    relation: str = documented("", "Relation", "Sister, rival, former teacher.", HPD)
    familiarity: int | None = documented(
        None, "Familiarity", "How well {they} [knows|know] this person, 0 to 10.", HPD, ge=0, le=10
    )
    affection: int | None = documented(
        None, "Affection", "What {they} [feels|feel], from -10 to 10.", HPD, ge=-10, le=10
    )
    their_familiarity: int | None = documented(
        None,
        "Familiarity in return",
        "How well this person knows {them}, 0 to 10.",
        HPD,
        ge=0,
        le=10,
    )
    their_affection: int | None = documented(
        None,
        "Affection in return",
        "What this person feels for {them}, from -10 to 10.",
        HPD,
        ge=-10,
        le=10,
    )
    note: str = documented("", "Note", "What stands between the two.", DRAMATIS, long=True)
    changes: tuple[RelationshipChange, ...] = documented(
        (), "How it changed", "What happened between the two, in order.", HPD
    )


class LifeEvent(Layer):
    """Something that happened, with its date or age; a value, any thread."""

    when: str = documented("", "When", "A year, a date, a season.", DRAMATIS)
    age: int | None = documented(None, "Age", "Age at the time, in years.", DRAMATIS, ge=0)
    what: str = documented(..., "What happened", "One or two sentences.", DRAMATIS, min_length=1)


class Secret(Layer):
    """What is not said, and who knows it all the same; a value, any thread."""

    what: str = documented(
        ..., "Secret", "What {they} [keeps|keep] to {themself}.", DRAMATIS, min_length=1
    )
    known_by: tuple[str, ...] = documented((), "Known by", "Names of who knows.", DRAMATIS)


class LifeContext(Layer):
    """The C layer; a value, owned by its persona, any thread."""

    weekday: str = documented(
        "", "A weekday", "An ordinary working day, in the first person.", SPECTRUM, long=True
    )
    weekend: str = documented(
        "", "A weekend", "A free day, in the first person.", SPECTRUM, long=True
    )
    loves: tuple[str, ...] = documented((), "Loves", "Up to five.", SPECTRUM, max_length=5)
    hates: tuple[str, ...] = documented((), "Hates", "Up to five.", SPECTRUM, max_length=5)
    relationships: tuple[Relationship, ...] = documented(
        (), "People", "Who is in {their} life.", HPD
    )
    home: str = documented("", "Home", "The place and what is in it.", DRAMATIS, long=True)
    timeline: tuple[LifeEvent, ...] = documented((), "Past", "What happened, in order.", DRAMATIS)
    goals: tuple[str, ...] = documented(
        (), "Goals", "What {they} [means|mean] to do next.", DRAMATIS
    )
    secrets: tuple[Secret, ...] = documented((), "Secrets", "What is kept back.", DRAMATIS)
