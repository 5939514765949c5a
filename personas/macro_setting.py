"""What macros stand for with one persona: its parts, read once with the names put in.

Knows the persona; the clock, the seeds and what was said last are handed in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from personas.immersion import name_in_play
from personas.macro_expansion import MacroSetting
from personas.macros import expand
from personas.persona import Persona


def setting_of(
    persona: Persona,
    user_name: str,
    *,
    seed: str = "",
    turn: str = "",
    moment: datetime | None = None,
    idle: timedelta | None = None,
    user_persona: str = "",
    last_message: str = "",
    last_user_message: str = "",
    last_char_message: str = "",
) -> MacroSetting:
    """Return the setting of a text about `persona`.

    `seed` is the conversation's; leave `turn`, `idle` and the last messages out for what must
    stay the same all through it. `moment` is local time.
    """
    char, user = persona.called, name_in_play(user_name)
    examples = "\n\n".join(
        "\n".join(f"{line.speaker}: {line.text}" for line in example.lines)
        for example in persona.voice.examples
    )

    def named(text: str) -> str:
        return expand(text, char=char, user=user)

    return MacroSetting(
        char=char,
        user=user,
        seed=seed,
        turn=turn,
        moment=moment,
        idle=idle,
        description=named(persona.description),
        personality=named(persona.personality),
        scenario=named(persona.scenario),
        persona=named(user_persona),
        examples=named(examples),
        last_message=last_message,
        last_user_message=last_user_message,
        last_char_message=last_char_message,
    )
