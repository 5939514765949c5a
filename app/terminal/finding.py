"""Which character a person means by what they typed.

Knows services only, through the context.
"""

from __future__ import annotations

from app.context import AppContext
from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId
from app.errors import UserError


def find_persona(context: AppContext, wanted: str | None) -> PersonaRecord:
    """Return a character by id, by name or by its library name; None takes the first."""
    cast = [record for record in context.personas.list_all().result() if not record.problem]
    if wanted is None and cast:
        return cast[0]
    for record in cast:
        names = {record.id, record.persona.name.casefold(), record.from_library}
        if wanted in names or (wanted or "").casefold() in names:
            return record
    if wanted is not None:
        return context.personas.get(PersonaId(wanted)).result()
    message = "The cast is empty. Write a character first: `personas save FILE`."
    raise UserError(message, code="no-persona")
