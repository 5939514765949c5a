"""Refuses characters that this version cannot read: a stand-in must not be taken for them.

Knows records and no store.
"""

from __future__ import annotations

from app.domain.conversation import PersonaRecord
from app.errors import UserError


def require_readable(record: PersonaRecord) -> PersonaRecord:
    """Return the record; UserError with its problem when there is one."""
    if record.problem:
        raise UserError(record.problem, code="persona-broken")
    return record


def require_talkable(record: PersonaRecord) -> PersonaRecord:
    """Return the record; UserError that says who cannot be talked to, and why."""
    if record.problem:
        message = f"{record.persona.name} cannot be talked to: {record.problem}"
        raise UserError(message, code="persona-broken")
    return record
