"""Rows of a lorebook: writing one with its first version, attaching it, reading records.

Shared by the repositories of lorebooks and of cards, inside their transactions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.ids import LorebookId, LorebookVersionId, PersonaId, new_id
from app.domain.lore import LorebookRecord
from app.storage.bodies import read_body, write_body
from app.storage.schema import LorebookAttachmentRow, LorebookRow, LorebookVersionRow, PersonaRow
from personas.lorebook import Lorebook

_NAMELESS = "Unreadable lorebook"


def add_lorebook(
    session: Session, book: Lorebook, now: datetime, *, fingerprint: str | None = None
) -> LorebookRow:
    """Keep a new book as version 1."""
    row = LorebookRow(id=new_id(), fingerprint=fingerprint, created_at=now)
    session.add(row)
    session.flush()
    add_lore_version(session, row, book, now, number=1)
    return row


def add_lore_version(
    session: Session, row: LorebookRow, book: Lorebook, now: datetime, *, number: int
) -> None:
    """Keep a body and put it in force."""
    version = LorebookVersionRow(
        id=new_id(), lorebook_id=row.id, number=number, body=write_body(book), created_at=now
    )
    session.add(version)
    row.current_version_id = version.id
    session.flush()


def attach_lorebook(session: Session, lorebook_id: str, persona_id: str, now: datetime) -> None:
    """Attach a book to a persona; once is enough."""
    if session.get(LorebookAttachmentRow, (lorebook_id, persona_id)) is None:
        session.add(
            LorebookAttachmentRow(lorebook_id=lorebook_id, persona_id=persona_id, created_at=now)
        )
        session.flush()


def book_query() -> Select[LorebookRow, LorebookVersionRow]:
    """Return the query for books in the version in force; see `to_lorebooks`."""
    return select(LorebookRow, LorebookVersionRow).join(
        LorebookVersionRow, col(LorebookVersionRow.id) == col(LorebookRow.current_version_id)
    )


def read_lorebook(session: Session, lorebook_id: str) -> LorebookRecord:
    """Return the version in force of a book that is there."""
    return to_lorebooks(session, book_query().where(col(LorebookRow.id) == lorebook_id))[0]


def to_lorebooks(
    session: Session, query: Select[LorebookRow, LorebookVersionRow]
) -> list[LorebookRecord]:
    """Read what the query finds; a body that does not hold becomes a stand-in."""
    found = session.execute(query).all()
    attached = _attachments(session, [row.id for row, _ in found])
    return [_to_record(row, version, attached.get(row.id, ())) for row, version in found]


def _to_record(
    row: LorebookRow, version: LorebookVersionRow, attached: Iterable[str]
) -> LorebookRecord:
    book, problem = read_body(Lorebook, version.body, _NAMELESS)
    return LorebookRecord(
        id=LorebookId(row.id),
        version_id=LorebookVersionId(version.id),
        version=version.number,
        book=book,
        updated_at=version.created_at,
        attached_to=tuple(PersonaId(persona_id) for persona_id in attached),
        problem=problem,
    )


def _attachments(session: Session, lorebook_ids: list[str]) -> dict[str, list[str]]:
    """Return to whom each book is attached; those set aside are left out."""
    attached: dict[str, list[str]] = {}
    pairs = session.execute(
        select(col(LorebookAttachmentRow.lorebook_id), col(LorebookAttachmentRow.persona_id))
        .join(PersonaRow, col(PersonaRow.id) == col(LorebookAttachmentRow.persona_id))
        .where(col(PersonaRow.set_aside_at).is_(None))
        .where(col(LorebookAttachmentRow.lorebook_id).in_(lorebook_ids))
        .order_by(col(LorebookAttachmentRow.created_at), col(LorebookAttachmentRow.persona_id))
    )
    for lorebook_id, persona_id in pairs:
        attached.setdefault(lorebook_id, []).append(persona_id)
    return attached
