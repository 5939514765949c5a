"""Lorebooks, their versions and whom they are attached to in SQLite.

A body that no longer validates is listed with its reason and never overwritten by reading.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from app.domain.ids import LorebookId, PersonaId
from app.domain.lore import LorebookRecord
from app.ports.clock import Clock
from app.storage.database import Database
from app.storage.lookup import find_lorebook, find_persona
from app.storage.lore_rows import (
    add_lore_version,
    add_lorebook,
    attach_lorebook,
    book_query,
    read_lorebook,
    to_lorebooks,
)
from app.storage.schema import LorebookAttachmentRow, LorebookRow, LorebookVersionRow
from personas.lorebook import Lorebook


class LoreRepository:
    """Satisfies `LoreStore`. Owned by the app context; storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Work on an open database."""
        self._database = database
        self._clock = clock

    def add(self, book: Lorebook) -> LorebookRecord:
        """Keep a new book as version 1."""
        with self._database.writing() as session:
            row = add_lorebook(session, book, self._clock.now())
            return read_lorebook(session, row.id)

    def save(self, lorebook_id: LorebookId, book: Lorebook) -> LorebookRecord:
        """Keep a new version; saving an equal value changes nothing."""
        with self._database.writing() as session:
            row = find_lorebook(session, lorebook_id)
            record = read_lorebook(session, row.id)
            if record.problem is None and record.book == book:
                return record
            newest = session.execute(
                select(func.max(col(LorebookVersionRow.number))).where(
                    col(LorebookVersionRow.lorebook_id) == lorebook_id
                )
            ).scalar_one()
            add_lore_version(session, row, book, self._clock.now(), number=newest + 1)
            return read_lorebook(session, row.id)

    def get(self, lorebook_id: LorebookId) -> LorebookRecord:
        """Return the version in force."""
        with self._database.reading() as session:
            return read_lorebook(session, find_lorebook(session, lorebook_id).id)

    def list_all(self) -> list[LorebookRecord]:
        """Return every book not set aside, by name; broken ones carry a `problem`."""
        return self._by_name(col(LorebookRow.set_aside_at).is_(None))

    def list_set_aside(self) -> list[LorebookRecord]:
        """Return every book in the trash, by name."""
        return self._by_name(col(LorebookRow.set_aside_at).is_not(None))

    def attached_to(self, persona_id: PersonaId) -> list[LorebookRecord]:
        """Return the books attached to a character and not set aside, the first attached first."""
        query = (
            book_query()
            .join(
                LorebookAttachmentRow,
                col(LorebookAttachmentRow.lorebook_id) == col(LorebookRow.id),
            )
            .where(
                col(LorebookAttachmentRow.persona_id) == persona_id,
                col(LorebookRow.set_aside_at).is_(None),
            )
            .order_by(col(LorebookAttachmentRow.created_at), col(LorebookRow.created_at))
        )
        with self._database.reading() as session:
            return to_lorebooks(session, query)

    def attach(self, lorebook_id: LorebookId, persona_id: PersonaId) -> LorebookRecord:
        """Attach to a character; once is enough."""
        with self._database.writing() as session:
            row = find_lorebook(session, lorebook_id)
            persona = find_persona(session, persona_id)
            attach_lorebook(session, row.id, persona.id, self._clock.now())
            return read_lorebook(session, row.id)

    def detach(self, lorebook_id: LorebookId, persona_id: PersonaId) -> LorebookRecord:
        """Take off a character."""
        with self._database.writing() as session:
            row = find_lorebook(session, lorebook_id)
            persona = find_persona(session, persona_id)
            attachment = session.get(LorebookAttachmentRow, (row.id, persona.id))
            if attachment is not None:
                session.delete(attachment)
                session.flush()
            return read_lorebook(session, row.id)

    def set_aside(self, lorebook_id: LorebookId) -> None:
        """Move to the trash."""
        with self._database.writing() as session:
            row = find_lorebook(session, lorebook_id)
            row.set_aside_at = row.set_aside_at or self._clock.now()

    def restore(self, lorebook_id: LorebookId) -> None:
        """Take back out of the trash."""
        with self._database.writing() as session:
            find_lorebook(session, lorebook_id).set_aside_at = None

    def _by_name(self, condition: ColumnElement[bool]) -> list[LorebookRecord]:
        query = book_query().where(condition).order_by(col(LorebookRow.created_at))
        with self._database.reading() as session:
            records = to_lorebooks(session, query)
        return sorted(records, key=lambda record: record.book.name.casefold())
