"""Which character, book or user persona a person means by what they typed.

Knows services only, through the context.
"""

from __future__ import annotations

from app.context import AppContext
from app.domain.conversation import PersonaRecord
from app.domain.ids import LorebookId, PersonaId, UserPersonaId
from app.domain.lore import LorebookRecord
from app.domain.user_persona import UserPersonaRecord
from app.errors import UserError


def find_persona(context: AppContext, wanted: str | None) -> PersonaRecord:
    """Return a character by id, by name or by its library name; None takes the first.

    The cast comes before the archive.
    """
    everyone = context.personas.list_all(include_archived=wanted is not None).result()
    cast = sorted(
        (record for record in everyone if not record.problem),
        key=lambda record: record.archived_at is not None,
    )
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


def find_lorebook(context: AppContext, wanted: str) -> LorebookRecord:
    """Return a book by id or by name."""
    for record in context.lore.list_all().result():
        if wanted == record.id or wanted.casefold() == record.book.name.casefold():
            return record
    return context.lore.get(LorebookId(wanted)).result()


def find_user(context: AppContext, wanted: str) -> UserPersonaRecord:
    """Return a user persona by id or by name."""
    for record in context.users.list_all().result():
        if wanted == record.id or wanted.casefold() == record.user_persona.name.casefold():
            return record
    return context.users.get(UserPersonaId(wanted)).result()
