"""Personas, their versions and portraits in SQLite.

A body that no longer validates is listed with its reason and never overwritten by reading.
Knows no conversation.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId, PersonaVersionId
from app.ports.clock import Clock
from app.storage.database import Database
from app.storage.lookup import find_persona, find_persona_version
from app.storage.persona_rows import (
    add_persona,
    add_version,
    all_versions,
    current_records,
    put_portrait,
    read_persona,
    read_record,
    to_record,
)
from app.storage.schema import LorebookAttachmentRow, PersonaRow, PersonaVersionRow, PortraitRow
from personas.persona import Persona

_Known = tuple[str, int]


class PersonaRepository:
    """Satisfies `PersonaStore`. Owned by the app context; storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Work on an open database."""
        self._database = database
        self._clock = clock
        self._known: dict[_Known, tuple[Persona, str | None]] = {}

    def add(self, persona: Persona, *, from_library: str | None = None) -> PersonaRecord:
        """Keep a new persona as version 1."""
        with self._database.writing() as session:
            row = add_persona(session, persona, self._clock.now(), from_library=from_library)
            return read_record(session, row.id)

    def save(self, persona_id: PersonaId, persona: Persona) -> PersonaRecord:
        """Keep a new version; saving an equal value changes nothing."""
        with self._database.writing() as session:
            row = find_persona(session, persona_id)
            record = read_record(session, row.id)
            if record.problem is None and record.persona == persona:
                return record
            newest = session.execute(
                select(func.max(col(PersonaVersionRow.number))).where(
                    col(PersonaVersionRow.persona_id) == persona_id
                )
            ).scalar_one()
            add_version(session, row, persona, self._clock.now(), number=newest + 1)
            return read_record(session, row.id)

    def get(self, persona_id: PersonaId) -> PersonaRecord:
        """Return the version in force."""
        with self._database.reading() as session:
            return read_record(session, find_persona(session, persona_id).id)

    def get_version(self, version_id: PersonaVersionId) -> PersonaRecord:
        """Return one version, however old."""
        with self._database.reading() as session:
            version = find_persona_version(session, version_id)
            statement = all_versions().where(col(PersonaVersionRow.id) == version.id)
            return to_record(session.execute(statement).one())

    def list_all(self, *, include_archived: bool = False) -> list[PersonaRecord]:
        """Return every persona not set aside, by name; broken ones carry a `problem`."""
        statement = current_records().where(col(PersonaRow.set_aside_at).is_(None))
        if not include_archived:
            statement = statement.where(col(PersonaRow.archived_at).is_(None))
        with self._database.reading() as session:
            rows = session.execute(statement.order_by(col(PersonaRow.created_at))).all()
            known, self._known = self._known, {}
            records = [to_record(row, lambda version: self._read(version, known)) for row in rows]
        return sorted(records, key=lambda record: record.persona.name.casefold())

    def versions(self, persona_id: PersonaId) -> list[PersonaRecord]:
        """Return every version, the newest first; broken ones carry a `problem`."""
        with self._database.reading() as session:
            statement = all_versions().where(
                col(PersonaRow.id) == find_persona(session, persona_id).id
            )
            newest_first = statement.order_by(col(PersonaVersionRow.number).desc())
            return [to_record(row) for row in session.execute(newest_first)]

    def duplicate(self, persona_id: PersonaId, name: str) -> PersonaRecord:
        """Keep a copy under another name: portrait, folder and attached books come along."""
        now = self._clock.now()
        with self._database.writing() as session:
            original = find_persona(session, persona_id)
            persona = read_record(session, original.id).persona.model_copy(update={"name": name})
            copy = add_persona(session, persona, now, folder=original.folder)
            portrait = session.get(PortraitRow, original.id)
            put_portrait(session, copy.id, portrait.png if portrait else None, now)
            _copy_attachments(session, original.id, copy.id)
            return read_record(session, copy.id)

    def set_archived(self, persona_id: PersonaId, *, archived: bool) -> PersonaRecord:
        """Put into the archive or take out of it."""
        with self._database.writing() as session:
            row = find_persona(session, persona_id)
            row.archived_at = (row.archived_at or self._clock.now()) if archived else None
            session.flush()
            return read_record(session, row.id)

    def set_folder(self, persona_id: PersonaId, folder: str) -> PersonaRecord:
        """Put into a folder; "" for none."""
        with self._database.writing() as session:
            row = find_persona(session, persona_id)
            row.folder = folder or None
            session.flush()
            return read_record(session, row.id)

    def move_all(self, persona_ids: Sequence[PersonaId], folder: str) -> None:
        """Put all into a folder, or none of them when one is not there."""
        with self._database.writing() as session:
            for persona_id in persona_ids:
                find_persona(session, persona_id).folder = folder or None

    def portrait(self, persona_id: PersonaId) -> bytes | None:
        """Return the portrait as PNG, if there is one."""
        with self._database.reading() as session:
            row = session.get(PortraitRow, find_persona(session, persona_id).id)
            return None if row is None else row.png

    def set_portrait(self, persona_id: PersonaId, png: bytes | None) -> PersonaRecord:
        """Keep a portrait, or none."""
        with self._database.writing() as session:
            row = find_persona(session, persona_id)
            put_portrait(session, row.id, png, self._clock.now())
            return read_record(session, row.id)

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

    def _read(
        self, version: PersonaVersionRow, known: dict[_Known, tuple[Persona, str | None]]
    ) -> tuple[Persona, str | None]:
        """Read a version for the list, and keep what was read for the next time.

        Reading is what a list costs: a second for two thousand, at every change of one.
        """
        key = (version.id, hash(version.body))
        found = known.get(key) or read_persona(version)
        self._known[key] = found
        return found


def _copy_attachments(session: Session, original_id: str, copy_id: str) -> None:
    attached = session.scalars(
        select(LorebookAttachmentRow).where(col(LorebookAttachmentRow.persona_id) == original_id)
    ).all()
    session.add_all(
        LorebookAttachmentRow(
            lorebook_id=row.lorebook_id, persona_id=copy_id, created_at=row.created_at
        )
        for row in attached
    )
    session.flush()
