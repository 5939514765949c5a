"""Which character, book or user persona a person means by what they typed.

Knows services only, through the context.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from app.context import AppContext
from app.domain.conversation import PersonaRecord
from app.domain.ids import LorebookId, PersonaId, UserPersonaId
from app.domain.lore import LorebookRecord
from app.domain.user_persona import UserPersonaRecord
from app.errors import UserError

_R = TypeVar("_R", LorebookRecord, UserPersonaRecord)


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


def find_lorebook(
    context: AppContext, wanted: str, *, set_aside_first: bool = False
) -> LorebookRecord:
    """Return a book by id or by name; those set aside are known by name only where asked."""
    lore = context.lore
    lists = (lore.list_set_aside, lore.list_all) if set_aside_first else (lore.list_all,)
    found = _find(lists, wanted, lambda record: record.book.name)
    return found or lore.get(LorebookId(wanted)).result()


def find_user(
    context: AppContext, wanted: str, *, set_aside_first: bool = False
) -> UserPersonaRecord:
    """Return a user persona by id or by name; those set aside by name only where asked."""
    users = context.users
    lists = (users.list_set_aside, users.list_all) if set_aside_first else (users.list_all,)
    found = _find(lists, wanted, lambda record: record.user_persona.name)
    return found or users.get(UserPersonaId(wanted)).result()


def _find(
    lists: Sequence[Callable[[], Future[list[_R]]]], wanted: str, name_of: Callable[[_R], str]
) -> _R | None:
    """Return the first that has this id or this name, whatever its case."""
    for records in lists:
        for record in records().result():
            if wanted == record.id or wanted.casefold() == name_of(record).casefold():
                return record
    return None
