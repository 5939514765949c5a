"""Whom the user can be, in SQLite.

A body that no longer validates is listed with its reason and never overwritten by reading.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.ids import UserPersonaId, new_id
from app.domain.user_persona import UserPersona, UserPersonaRecord
from app.errors import UserError
from app.ports.clock import Clock
from app.storage.bodies import read_body, write_body
from app.storage.database import Database
from app.storage.lookup import find_user_persona
from app.storage.schema import ConversationRow, UserPersonaRow

_NAMELESS = "Unreadable user persona"


class UserPersonaRepository:
    """Satisfies `UserPersonaStore`. Owned by the app context; storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Work on an open database."""
        self._database = database
        self._clock = clock

    def add(self, user_persona: UserPersona) -> UserPersonaRecord:
        """Keep a new one."""
        now = self._clock.now()
        with self._database.writing() as session:
            row = UserPersonaRow(
                id=new_id(), body=write_body(user_persona), created_at=now, updated_at=now
            )
            session.add(row)
            session.flush()
            return _to_record(row)

    def save(self, user_persona_id: UserPersonaId, user_persona: UserPersona) -> UserPersonaRecord:
        """Write over one, and its name into its conversations, but not into what was said.

        UserError when what is there cannot be read: there are no versions.
        """
        with self._database.writing() as session:
            row = find_user_persona(session, user_persona_id)
            if problem := _to_record(row).problem:
                raise UserError(problem, code="user-persona-broken")
            row.body = write_body(user_persona)
            row.updated_at = self._clock.now()
            session.flush()
            session.execute(
                update(ConversationRow)
                .where(col(ConversationRow.user_persona_id) == row.id)
                .values(user_name=user_persona.name)
            )
            return _to_record(row)

    def get(self, user_persona_id: UserPersonaId) -> UserPersonaRecord:
        """Return one, also one in the trash."""
        with self._database.reading() as session:
            return _to_record(find_user_persona(session, user_persona_id))

    def list_all(self) -> list[UserPersonaRecord]:
        """Return all not set aside, by name; broken ones carry a `problem`."""
        return self._by_name(col(UserPersonaRow.set_aside_at).is_(None))

    def list_set_aside(self) -> list[UserPersonaRecord]:
        """Return what is in the trash, by name."""
        return self._by_name(col(UserPersonaRow.set_aside_at).is_not(None))

    def default(self) -> UserPersonaRecord | None:
        """Return who the user is in a new conversation, if that was chosen."""
        statement = select(UserPersonaRow).where(col(UserPersonaRow.is_default) == 1)
        with self._database.reading() as session:
            row = session.scalars(statement).first()
            return None if row is None else _to_record(row)

    def set_default(self, user_persona_id: UserPersonaId | None) -> None:
        """Choose who the user is in new conversations; None for nobody in particular."""
        with self._database.writing() as session:
            chosen = None
            if user_persona_id is not None:
                chosen = find_user_persona(session, user_persona_id)
            _clear_default(session)
            if chosen is not None:
                chosen.is_default = 1

    def set_aside(self, user_persona_id: UserPersonaId) -> None:
        """Move to the trash; the default then is nobody."""
        with self._database.writing() as session:
            row = find_user_persona(session, user_persona_id)
            row.set_aside_at = row.set_aside_at or self._clock.now()
            row.is_default = 0

    def restore(self, user_persona_id: UserPersonaId) -> None:
        """Take back out of the trash."""
        with self._database.writing() as session:
            find_user_persona(session, user_persona_id).set_aside_at = None

    def _by_name(self, condition: ColumnElement[bool]) -> list[UserPersonaRecord]:
        statement = select(UserPersonaRow).where(condition)
        with self._database.reading() as session:
            rows = session.scalars(statement.order_by(col(UserPersonaRow.created_at)))
            records = [_to_record(row) for row in rows]
        return sorted(records, key=lambda record: record.user_persona.name.casefold())


def _clear_default(session: Session) -> None:
    session.execute(update(UserPersonaRow).values(is_default=0))
    session.flush()


def _to_record(row: UserPersonaRow) -> UserPersonaRecord:
    user_persona, problem = read_body(UserPersona, row.body, _NAMELESS)
    return UserPersonaRecord(
        id=UserPersonaId(row.id),
        user_persona=user_persona,
        is_default=bool(row.is_default),
        updated_at=row.updated_at,
        problem=problem,
    )
