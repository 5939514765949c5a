"""Cards from outside, kept many at a time: one commit for a batch is what makes it quick.

Knows no card format.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.ids import ConversationId, LorebookId, PersonaId
from app.errors import UserError
from app.ports.authoring import KeptCard, NewCard
from app.ports.clock import Clock
from app.storage.database import Database
from app.storage.lore_rows import add_lorebook, attach_lorebook, read_lorebook
from app.storage.persona_rows import add_persona, put_portrait, read_record
from app.storage.said_rows import add_conversation
from app.storage.schema import LorebookRow, PersonaRow


class CardRepository:
    """Satisfies `CardStore`. Owned by the app context; storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Work on an open database."""
        self._database = database
        self._clock = clock

    def add_all(self, cards: Sequence[NewCard], *, even_duplicates: bool) -> list[KeptCard]:
        """Keep all cards, in order, or none; one whose fingerprint is here is passed over.

        With `even_duplicates` it is kept once more. The books of a card with a character are
        attached to it. Raises UserError for a value that could not be read again.
        """
        with self._database.writing() as session:
            return [self._add(session, card, even_duplicates=even_duplicates) for card in cards]

    def _add(self, session: Session, card: NewCard, *, even_duplicates: bool) -> KeptCard:
        known = None if even_duplicates else _find_duplicate(session, card)
        if known is not None:
            return KeptCard(duplicate_of=known)
        now = self._clock.now()
        persona_id = _add_character(session, card, now)
        # A book that comes alone is recognised by itself the next time.
        fingerprint = card.fingerprint if persona_id is None else None
        book_ids = [
            add_lorebook(session, book, now, fingerprint=fingerprint).id for book in card.lorebooks
        ]
        if persona_id is not None:
            for book_id in book_ids:
                attach_lorebook(session, book_id, persona_id, now)
        kept = KeptCard(
            None if persona_id is None else read_record(session, persona_id),
            tuple(read_lorebook(session, book_id) for book_id in book_ids),
        )
        _require_readable(kept)
        if kept.persona is None:
            return kept
        ids = [add_conversation(session, kept.persona, new, now) for new in card.conversations]
        return replace(kept, conversations=tuple(map(ConversationId, ids)))


def _add_character(session: Session, card: NewCard, now: datetime) -> str | None:
    if card.persona is None:
        return None
    row = add_persona(session, card.persona, now, fingerprint=card.fingerprint)
    if card.portrait is not None:
        put_portrait(session, row.id, card.portrait, now)
    return row.id


def _find_duplicate(session: Session, card: NewCard) -> PersonaId | LorebookId | None:
    """Return what was kept of equal content and not set aside since."""
    if card.persona is not None:
        found = session.scalar(
            select(col(PersonaRow.id)).where(
                col(PersonaRow.fingerprint) == card.fingerprint,
                col(PersonaRow.set_aside_at).is_(None),
            )
        )
        return None if found is None else PersonaId(found)
    found = session.scalar(
        select(col(LorebookRow.id)).where(
            col(LorebookRow.fingerprint) == card.fingerprint,
            col(LorebookRow.set_aside_at).is_(None),
        )
    )
    return None if found is None else LorebookId(found)


def _require_readable(kept: KeptCard) -> None:
    """Raise UserError when something could be written but not read again."""
    records = (*kept.lorebooks, *((kept.persona,) if kept.persona else ()))
    problem = next((record.problem for record in records if record.problem), None)
    if problem is not None:
        message = f"The card holds values that could not be kept: {problem}"
        raise UserError(message, code="card-unreadable")
