"""Personas and their versions in SQLite.

A body that no longer validates is listed with its reason and never overwritten by reading.
Knows no conversation.
"""

from __future__ import annotations

import json
from typing import cast

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId, PersonaVersionId, new_id
from app.ports.clock import Clock
from app.storage.database import Database
from app.storage.lookup import find_persona, find_persona_version
from app.storage.schema import PersonaRow, PersonaVersionRow
from personas.persona import Persona

_NAMELESS = "Unreadable character"


class PersonaRepository:
    """Satisfies `PersonaStore`. Owned by the app context; storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Work on an open database."""
        self._database = database
        self._clock = clock

    def add(self, persona: Persona, *, from_library: str | None = None) -> PersonaRecord:
        """Keep a new persona as version 1."""
        with self._database.writing() as session:
            row = PersonaRow(id=new_id(), from_library=from_library, created_at=self._clock.now())
            session.add(row)
            session.flush()
            version = self._add_version(session, row, persona, number=1)
            return _to_record(row, version)

    def save(self, persona_id: PersonaId, persona: Persona) -> PersonaRecord:
        """Keep a new version; saving an equal value changes nothing."""
        with self._database.writing() as session:
            row = find_persona(session, persona_id)
            version = find_persona_version(session, row.current_version_id or "")
            record = _to_record(row, version)
            if record.problem is None and record.persona == persona:
                return record
            newest = session.execute(
                select(func.max(col(PersonaVersionRow.number))).where(
                    col(PersonaVersionRow.persona_id) == persona_id
                )
            ).scalar_one()
            return _to_record(row, self._add_version(session, row, persona, number=newest + 1))

    def get(self, persona_id: PersonaId) -> PersonaRecord:
        """Return the version in force."""
        with self._database.reading() as session:
            row = find_persona(session, persona_id)
            return _to_record(row, find_persona_version(session, row.current_version_id or ""))

    def get_version(self, version_id: PersonaVersionId) -> PersonaRecord:
        """Return one version, however old."""
        with self._database.reading() as session:
            version = find_persona_version(session, version_id)
            return _to_record(find_persona(session, version.persona_id), version)

    def list_all(self) -> list[PersonaRecord]:
        """Return every persona not set aside, by name; broken ones carry a `problem`."""
        with self._database.reading() as session:
            pairs = session.execute(
                select(PersonaRow, PersonaVersionRow)
                .join(
                    PersonaVersionRow,
                    col(PersonaVersionRow.id) == col(PersonaRow.current_version_id),
                )
                .where(col(PersonaRow.set_aside_at).is_(None))
                .order_by(col(PersonaRow.created_at))
            ).all()
            records = [_to_record(row, version) for row, version in pairs]
        return sorted(records, key=lambda record: record.persona.name.casefold())

    def library_slugs(self) -> set[str]:
        """Return which library characters were ever added, set aside ones included."""
        with self._database.reading() as session:
            slugs = session.scalars(select(col(PersonaRow.from_library)).distinct()).all()
        return {slug for slug in slugs if slug is not None}

    def set_aside(self, persona_id: PersonaId) -> None:
        """Move to the trash."""
        with self._database.writing() as session:
            row = find_persona(session, persona_id)
            row.set_aside_at = row.set_aside_at or self._clock.now()

    def restore(self, persona_id: PersonaId) -> None:
        """Take back out of the trash."""
        with self._database.writing() as session:
            find_persona(session, persona_id).set_aside_at = None

    def _add_version(
        self, session: Session, row: PersonaRow, persona: Persona, *, number: int
    ) -> PersonaVersionRow:
        """Keep a body and put it in force."""
        version = PersonaVersionRow(
            id=new_id(),
            persona_id=row.id,
            number=number,
            # Only what was filled in, so that a field which is one day dropped, and which
            # this persona never used, does not make the body unreadable.
            body=persona.model_dump_json(exclude_defaults=True),
            created_at=self._clock.now(),
        )
        session.add(version)
        row.current_version_id = version.id
        session.flush()
        return version


def _to_record(row: PersonaRow, version: PersonaVersionRow) -> PersonaRecord:
    """Read a body; one that does not hold becomes a stand-in with a `problem`."""
    problem: str | None = None
    try:
        persona = Persona.model_validate_json(version.body)
    except ValidationError as error:
        persona = Persona(name=_name_in(version.body))
        problem = _describe(persona.name, error)
    return PersonaRecord(
        id=PersonaId(row.id),
        version_id=PersonaVersionId(version.id),
        version=version.number,
        persona=persona,
        updated_at=version.created_at,
        from_library=row.from_library,
        problem=problem,
    )


def _describe(name: str, error: ValidationError) -> str:
    """Return a sentence with the first finding."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    where = f" at {place}" if place else ""
    return (
        f"What is stored of {name} cannot be read by this version of Dramatis{where}: "
        f"{first['msg']}. Nothing was changed; an earlier version or a backup may still hold it."
    )


def _name_in(body: str) -> str:
    """Return the name in a body that did not validate, or a word for one without."""
    try:
        raw: object = json.loads(body)
    except (ValueError, RecursionError):
        return _NAMELESS
    name = cast("dict[str, object]", raw).get("name") if isinstance(raw, dict) else None
    return name.strip()[:200] if isinstance(name, str) and name.strip() else _NAMELESS
