"""Who the user is, as a character may know it: a few lines for the stable part of the prompt.

Of a character whom the user plays only what shows is told: no secrets, no inner life. Knows
no storage.
"""

from __future__ import annotations

from app.domain.user_persona import UserPersona
from personas.macros import expand
from personas.persona import Persona

_SHOWS = ("age", "gender", "ethnicity", "nationality", "residence", "job", "living_style")
"""What somebody who knows you a little knows."""


def describe_user(user: UserPersona, played: Persona | None, *, char: str) -> str:
    """Return what `char` can know of the user, macros expanded; "" when nothing was written.

    In the user's own words `{{char}}` is who they talk with. In the words of a played character
    it is that character, and `{{user}}` whom that one talks with: the parts are exchanged.
    """
    own = expand(user.description, char=char, user=user.name)
    theirs = "" if played is None else expand(_shown(played), char=user.name, user=char)
    pronouns = f"Pronouns: {user.pronouns}" if user.pronouns else ""
    return "\n".join(line for line in (theirs, own, pronouns) if line)


def _shown(played: Persona) -> str:
    lines = [played.tagline]
    for field in _SHOWS:
        said: str = getattr(played.social, field)
        title = type(played.social).model_fields[field].title or field
        lines.append(f"{title}: {said}" if said else "")
    lines.append(played.description)
    return "\n".join(line for line in lines if line)
