"""Conversations and their message trees in SQLite.

A message's id never changes and nothing is erased: editing adds a version, deleting marks.
The questions to the tree stand in `message_tree`, its search in `search`. Knows no memory
but by the record of what was recalled.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.conversation import Conversation, Message, MessageState, PersonaRecord
from app.domain.generation import Usage
from app.domain.ids import ConversationId, MessageId, PersonaId, UserPersonaId, new_id
from app.domain.memory import Recalled
from app.errors import UserError
from app.ports.clock import Clock
from app.ports.stores import NewMessage, SearchHit
from app.storage.conversation_rows import PathLengths, read_conversation, to_conversation
from app.storage.database import Database
from app.storage.lookup import (
    find_conversation,
    find_current_version,
    find_message,
    find_persona_version,
    find_user_persona,
)
from app.storage.message_tree import (
    find_leaf_beside,
    find_newest_leaf,
    is_above,
    message_query,
    read_deleted,
    read_message,
    read_path,
    read_siblings,
    to_message,
)
from app.storage.reply_record import read_recalled, read_usage, write_reply_record
from app.storage.schema import (
    ConversationRow,
    MessageRow,
    MessageVersionRow,
    conversation_table,
    message_table,
)
from app.storage.search import search_messages


class ConversationRepository:
    """Satisfies `ConversationStore`. Owned by the app context; storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Work on an open database."""
        self._database = database
        self._clock = clock
        self._lengths = PathLengths()

    def create(
        self,
        persona: PersonaRecord,
        *,
        title: str,
        user_name: str,
        user_persona_id: UserPersonaId | None = None,
    ) -> Conversation:
        """Open an empty conversation with a version of a persona."""
        now = self._clock.now()
        with self._database.writing() as session:
            find_persona_version(session, persona.version_id)
            row = ConversationRow(
                id=new_id(),
                persona_id=persona.id,
                persona_version_id=persona.version_id,
                title=title,
                user_name=user_name,
                user_persona_id=user_persona_id,
                created_at=now,
                updated_at=now,
            )
            session.add(row)
            session.flush()
            return read_conversation(session, row.id, self._lengths)

    def get(self, conversation_id: ConversationId) -> Conversation:
        """Return one conversation, also one in the trash."""
        with self._database.reading() as session:
            row = find_conversation(session, conversation_id)
            return read_conversation(session, row.id, self._lengths)

    def list_all(self, persona_id: PersonaId | None = None) -> list[Conversation]:
        """Return conversations not set aside, the last touched first."""
        statement = select(conversation_table).where(conversation_table.c.set_aside_at.is_(None))
        if persona_id is not None:
            statement = statement.where(conversation_table.c.persona_id == persona_id)
        newest_first = (
            conversation_table.c.updated_at.desc(),
            conversation_table.c.created_at.desc(),
        )
        with self._database.reading() as session:
            rows = session.execute(statement.order_by(*newest_first)).all()
            return [to_conversation(session, row, self._lengths) for row in rows]

    def rename(self, conversation_id: ConversationId, title: str) -> Conversation:
        """Give another title."""
        with self._database.writing() as session:
            row = find_conversation(session, conversation_id)
            row.title = title
            row.updated_at = self._clock.now()
            session.flush()
            return read_conversation(session, row.id, self._lengths)

    def set_user(
        self,
        conversation_id: ConversationId,
        user_name: str,
        user_persona_id: UserPersonaId | None,
    ) -> Conversation:
        """Say who the user is from here on."""
        with self._database.writing() as session:
            row = find_conversation(session, conversation_id)
            if user_persona_id is not None:
                find_user_persona(session, user_persona_id)
            row.user_name = user_name
            row.user_persona_id = user_persona_id
            row.updated_at = self._clock.now()
            session.flush()
            return read_conversation(session, row.id, self._lengths)

    def set_aside(self, conversation_id: ConversationId) -> None:
        """Move to the trash."""
        with self._database.writing() as session:
            row = find_conversation(session, conversation_id)
            row.set_aside_at = row.set_aside_at or self._clock.now()

    def restore(self, conversation_id: ConversationId) -> None:
        """Take back out of the trash."""
        with self._database.writing() as session:
            find_conversation(session, conversation_id).set_aside_at = None

    def append(
        self, conversation_id: ConversationId, parent_id: MessageId | None, message: NewMessage
    ) -> Message:
        """Add a child of `parent_id` (None: a root), after its siblings; it becomes the leaf.

        The parent may be deleted: the chain goes on through it.
        """
        with self._database.writing() as session:
            owner = find_conversation(session, conversation_id)
            if parent_id is not None:
                find_message(session, parent_id, conversation_id)
            row = MessageRow(
                id=new_id(),
                conversation_id=conversation_id,
                parent_id=parent_id,
                position=_next_position(session, conversation_id, parent_id),
                author=message.author,
                speaker=message.speaker,
                state=message.state,
                created_at=self._clock.now(),
            )
            session.add(row)
            session.flush()
            self._add_version(session, row, message.text, number=1, replaces_id=None)
            owner.leaf_id = row.id
            return self._touch(session, row)

    def checkpoint(
        self, message_id: MessageId, text: str, state: MessageState, failure: str | None = None
    ) -> Message:
        """Replace the text of the version that is being written, in place."""
        with self._database.writing() as session:
            row = find_message(session, message_id)
            self._write(session, row, text, state, failure)
            return self._touch(session, row)

    def finish_reply(
        self,
        message_id: MessageId,
        text: str,
        state: MessageState,
        usage: Usage,
        recalled: Sequence[Recalled],
        failure: str | None = None,
    ) -> Message:
        """Commit a reply's end with what it cost and what was recalled for it."""
        with self._database.writing() as session:
            row = find_message(session, message_id)
            version_id = self._write(session, row, text, state, failure)
            write_reply_record(session, version_id, usage, recalled)
            return self._touch(session, row)

    def edit(self, message_id: MessageId, text: str) -> Message:
        """Make a new version of a message's text; older versions stay.

        Raises UserError while the message is still being written.
        """
        with self._database.writing() as session:
            row = find_message(session, message_id)
            if row.state == MessageState.STREAMING:
                sentence = (
                    f"{row.speaker} is still writing this message. "
                    "Stop the reply or wait for its end, then edit it."
                )
                raise UserError(sentence, code="still-writing")
            newest = session.execute(
                select(func.max(col(MessageVersionRow.number))).where(
                    col(MessageVersionRow.message_id) == message_id
                )
            ).scalar_one()
            self._add_version(
                session, row, text, number=newest + 1, replaces_id=row.current_version_id
            )
            row.revision += 1
            return self._touch(session, row)

    def undo_edit(self, message_id: MessageId) -> Message:
        """Go back to the version that the current one replaced; the undone one stays in store.

        Raises UserError when the message was never edited.
        """
        with self._database.writing() as session:
            row = find_message(session, message_id)
            before = find_current_version(session, row).replaces_id
            if before is None:
                sentence = "This message has no earlier text to go back to."
                raise UserError(sentence, code="nothing-to-undo")
            row.current_version_id = before
            row.revision += 1
            return self._touch(session, row)

    def delete(self, message_id: MessageId) -> bool:
        """Pass a message over in every path; its descendants stay. False when it was gone.

        When the path would end there, it goes on through the nearest sibling, if there is one.
        """
        with self._database.writing() as session:
            row = find_message(session, message_id)
            stood = row.deleted_at is None
            if stood:
                row.deleted_at = self._clock.now()
                session.flush()
                self._lengths.forget(row.conversation_id)
                owner = find_conversation(session, row.conversation_id)
                beside = find_leaf_beside(session, row.id, owner.leaf_id)
                owner.leaf_id = beside or owner.leaf_id
            self._touch(session, row)
            return stood

    def undelete(self, message_id: MessageId) -> bool:
        """Bring a message back, with the path to it. False when it was not deleted."""
        with self._database.writing() as session:
            row = find_message(session, message_id)
            was_gone = row.deleted_at is not None
            if was_gone:
                row.deleted_at = None
                session.flush()
                self._lengths.forget(row.conversation_id)
                owner = find_conversation(session, row.conversation_id)
                if not is_above(session, row.id, owner.leaf_id):
                    owner.leaf_id = find_newest_leaf(session, row.id)
            self._touch(session, row)
            return was_gone

    def deleted(self, conversation_id: ConversationId) -> list[Message]:
        """Return what was deleted in a conversation, on any branch, the last deleted first.

        Replies that never got a word are left out: there is nothing to bring back.
        """
        with self._database.reading() as session:
            return read_deleted(session, find_conversation(session, conversation_id).id)

    def select(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        """Show the branch through a message: its newest descendant becomes the leaf."""
        with self._database.writing() as session:
            find_message(session, message_id, conversation_id)
            owner = find_conversation(session, conversation_id)
            owner.leaf_id = find_newest_leaf(session, message_id)
            session.flush()
            return read_conversation(session, conversation_id, self._lengths)

    def message(self, message_id: MessageId) -> Message:
        """Return one message, also a deleted one."""
        with self._database.reading() as session:
            return read_message(session, find_message(session, message_id).id)

    def siblings(self, message_id: MessageId) -> list[Message]:
        """Return a message's siblings and itself in order, deleted ones left out."""
        with self._database.reading() as session:
            row = find_message(session, message_id)
            return read_siblings(session, row.conversation_id, row.parent_id)

    def path(
        self,
        conversation_id: ConversationId,
        *,
        before: MessageId | None = None,
        limit: int | None = None,
    ) -> list[Message]:
        """Return the path to the leaf, oldest first, deleted messages left out.

        With `limit` only the newest ones; with `before` only those above that message.
        """
        with self._database.reading() as session:
            start = find_conversation(session, conversation_id).leaf_id
            if before is not None:
                start = find_message(session, before, conversation_id).parent_id
            return read_path(session, start, limit)

    def recalled_for(self, message_id: MessageId) -> tuple[Recalled, ...]:
        """Return what was recalled for a reply's current version."""
        with self._database.reading() as session:
            row = find_message(session, message_id)
            return read_recalled(session, row.current_version_id or "")

    def usage_of(self, message_id: MessageId) -> Usage | None:
        """Return what a reply's current version cost, if it was generated."""
        with self._database.reading() as session:
            row = find_message(session, message_id)
            return read_usage(session, row.current_version_id or "")

    def unfinished(self) -> list[Message]:
        """Return messages left STREAMING by a crash, oldest first, deleted ones included."""
        statement = message_query().where(message_table.c.state == MessageState.STREAMING)
        with self._database.reading() as session:
            rows = session.execute(statement.order_by(message_table.c.ordinal))
            return [to_message(row) for row in rows]

    def search(self, words: str, *, limit: int = 50) -> list[SearchHit]:
        """Find messages by their words, best first."""
        with self._database.reading() as session:
            return search_messages(session, words, limit)

    def _add_version(
        self,
        session: Session,
        row: MessageRow,
        text: str,
        *,
        number: int,
        replaces_id: str | None,
    ) -> None:
        """Keep a text and put it in force."""
        version = MessageVersionRow(
            id=new_id(),
            message_id=row.id,
            number=number,
            replaces_id=replaces_id,
            text=text,
            created_at=self._clock.now(),
        )
        session.add(version)
        session.flush()
        row.current_version_id = version.id

    def _write(
        self,
        session: Session,
        row: MessageRow,
        text: str,
        state: MessageState,
        failure: str | None,
    ) -> str:
        """Replace the current version's text in place and return the version's id."""
        version = find_current_version(session, row)
        version.text = text
        row.state = state
        row.failure = failure
        row.revision += 1
        return version.id

    def _touch(self, session: Session, row: MessageRow) -> Message:
        """Note that the conversation changed, and return the message as it now stands."""
        find_conversation(session, row.conversation_id).updated_at = self._clock.now()
        session.flush()
        return read_message(session, row.id)


def _next_position(session: Session, conversation_id: str, parent_id: str | None) -> int:
    """Return the place after all siblings, deleted ones included."""
    last = session.execute(
        select(func.max(message_table.c.position)).where(
            message_table.c.conversation_id == conversation_id,
            message_table.c.parent_id.is_not_distinct_from(parent_id),
        )
    ).scalar_one()
    return 0 if last is None else last + 1
