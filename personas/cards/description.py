"""The description that other programs see: the free prose, then what the layers say.

The layers speak to the character, as our own sheet does; a line in front tells whoever reads
it who "you" is. Knows no format.
"""

from __future__ import annotations

from personas.persona import Persona
from personas.sheet import layer_texts

_LEAD = "What follows is written to {{char}}, who is called “you” in it."


def layers_block(persona: Persona) -> str:
    """Return what the layers add to a description; empty when nothing is filled in."""
    said = layer_texts(persona)
    return "\n\n".join((_LEAD, *said)) if said else ""


def write_description(persona: Persona) -> str:
    """Return the whole description for a card."""
    return "\n\n".join(part for part in (persona.description, layers_block(persona)) if part)
