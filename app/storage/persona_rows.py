"""Rows of a persona: writing one with its first version, reading records, keeping portraits.

Shared by the repositories of personas and of cards, inside their transactions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row as ResultRow
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId, PersonaVersionId, new_id
from app.storage.bodies import read_body, write_body
from app.storage.schema import ConversationRow, PersonaRow, PersonaVersionRow, PortraitRow, Row
from personas.persona import Persona

_NAMELESS = "Unreadable character"
ReadPersona = Callable[[PersonaVersionRow], tuple[Persona, str | None]]


def add_persona(
    session: Session,
    persona: Persona,
    now: datetime,
    *,
    from_library: str | None = None,
    fingerprint: str | None = None,
    folder: str | None = None,
) -> PersonaRow:
    """Keep a new persona as version 1."""
    row = PersonaRow(
        id=new_id(),
        from_library=from_library,
        fingerprint=fingerprint,
        folder=folder,
        created_at=now,
    )
    session.add(row)
    session.flush()
    add_version(session, row, persona, now, number=1)
    return row


def add_version(
    session: Session, row: PersonaRow, persona: Persona, now: datetime, *, number: int
) -> None:
    """Keep a body and put it in force."""
    version = PersonaVersionRow(
        id=new_id(), persona_id=row.id, number=number, body=write_body(persona), created_at=now
    )
    session.add(version)
    row.current_version_id = version.id
    session.flush()


def put_portrait(session: Session, persona_id: str, png: bytes | None, now: datetime) -> None:
    """Keep a portrait in place of the one before, or none."""
    session.execute(delete(PortraitRow).where(col(PortraitRow.persona_id) == persona_id))
    if png is not None:
        digest = hashlib.sha256(png).hexdigest()
        session.add(PortraitRow(persona_id=persona_id, png=png, sha256=digest, updated_at=now))
    session.flush()


def current_records() -> Select[*tuple[Any, ...]]:
    """Return the query for personas in the version in force; see `to_record`."""
    return _records(col(PersonaVersionRow.id) == col(PersonaRow.current_version_id))


def all_versions() -> Select[*tuple[Any, ...]]:
    """Return the query for personas in every version; see `to_record`."""
    return _records(col(PersonaVersionRow.persona_id) == col(PersonaRow.id))


def read_record(session: Session, persona_id: str) -> PersonaRecord:
    """Return the version in force of a persona that is there."""
    statement = current_records().where(col(PersonaRow.id) == persona_id)
    return to_record(session.execute(statement).one())


def read_persona(version: PersonaVersionRow) -> tuple[Persona, str | None]:
    """Return a version's persona; a stand-in and the reason when its body does not hold."""
    return read_body(Persona, version.body, _NAMELESS)


def to_record(
    found: ResultRow[*tuple[Any, ...]], read: ReadPersona = read_persona
) -> PersonaRecord:
    """Read a result; a body that does not hold becomes a stand-in with a `problem`."""
    row: PersonaRow = found.PersonaRow
    version: PersonaVersionRow = found.PersonaVersionRow
    persona, problem = read(version)
    return PersonaRecord(
        id=PersonaId(row.id),
        version_id=PersonaVersionId(version.id),
        version=version.number,
        persona=persona,
        updated_at=version.created_at,
        from_library=row.from_library,
        problem=problem,
        folder=row.folder or "",
        portrait=found.portrait,
        created_at=row.created_at,
        archived_at=row.archived_at,
        last_spoken_at=found.last_spoken_at,
    )


def _records(joined: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - SQLAlchemy's clause
    spoken = (
        select(func.max(col(ConversationRow.updated_at)))
        .where(
            col(ConversationRow.persona_id) == col(PersonaRow.id),
            col(ConversationRow.set_aside_at).is_(None),
        )
        .correlate(PersonaRow)
        .scalar_subquery()
    )
    return (
        select(
            PersonaRow,
            PersonaVersionRow,
            Row.metadata.tables["portrait"].c.sha256.label("portrait"),
            spoken.label("last_spoken_at"),
        )
        .join(PersonaVersionRow, joined)
        .outerjoin(PortraitRow, col(PortraitRow.persona_id) == col(PersonaRow.id))
    )
