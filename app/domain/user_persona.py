"""Who the user is in a story: a small persona of its own, or a character whom they play.

Knows no storage and no prompt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.ids import PersonaId, UserPersonaId
from personas.fields import DRAMATIS, Layer, documented


class UserPersona(Layer):
    """Somebody whom the user can be; a value, safe on any thread."""

    name: str = documented(
        ..., "Name", "What the characters call you.", DRAMATIS, min_length=1, max_length=200
    )
    description: str = documented(
        "", "Description", "What they can know of you, in your own words.", DRAMATIS, long=True
    )
    pronouns: str = documented("", "Pronouns", "How to speak of you.", DRAMATIS)
    persona_id: PersonaId | None = documented(
        None, "Plays", "The character whom you play, if it is one of the cast.", DRAMATIS
    )


@dataclass(frozen=True, slots=True)
class UserPersonaRecord:
    """A user persona as stored. Any thread.

    `problem` is set, and the value is a stand-in with only a name, when what is stored cannot
    be read.
    """

    id: UserPersonaId
    user_persona: UserPersona
    is_default: bool
    updated_at: datetime
    problem: str | None = None
