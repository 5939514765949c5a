"""Old chats as conversations, each known again by what was said in it.

Knows no chat format.
"""

from __future__ import annotations

import json
from hashlib import blake2b

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.ids import ConversationId, PersonaId
from app.ports.authoring import KeptChat, NewConversation, NewTakes
from app.ports.clock import Clock
from app.ports.stores import NewMessage
from app.storage.database import Database
from app.storage.persona_rows import read_record
from app.storage.said_rows import add_conversation

# Of as many messages as are read there; which of them say the same is looked at one by one.
_AS_LONG = text(
    """
    SELECT conversation.id
    FROM conversation JOIN message INDEXED BY ix_message_story
        ON message.conversation_id = conversation.id AND message.on_path = 1
    WHERE conversation.persona_id = :persona_id AND conversation.set_aside_at IS NULL
        AND message.deleted_at IS NULL
    GROUP BY conversation.id HAVING count(*) = :messages
    """
)

_SAID = text(
    """
    SELECT message.author, version.text
    FROM message INDEXED BY ix_message_story
    JOIN message_version AS version ON version.id = message.current_version_id
    WHERE message.conversation_id = :id AND message.on_path = 1 AND message.deleted_at IS NULL
    ORDER BY message.depth
    """
)

_SET_ASIDE = text("SELECT set_aside_at IS NOT NULL FROM conversation WHERE id = :id")


class ChatRepository:
    """Satisfies `ChatStore`. Owned by the app context; storage lane."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Work on an open database."""
        self._database = database
        self._clock = clock

    def keep_chat(
        self, persona_id: PersonaId, new: NewConversation, *, even_duplicates: bool
    ) -> KeptChat:
        """Keep a chat; one in which the same was said is passed over, unless `even_duplicates`.

        Its id follows from what was said, so that it is known again though it has gone on.
        """
        said = [(str(one.author), one.text) for one in map(_read_take, new.messages)]
        with self._database.writing() as session:
            persona = read_record(session, persona_id)
            if not even_duplicates and (same := _find_same(session, persona_id, said)):
                return KeptChat(ConversationId(same), is_duplicate=True)
            key, is_here = _find_place(session, persona_id, said, even_duplicates=even_duplicates)
            if not is_here:
                add_conversation(session, persona, new, self._clock.now(), key)
            return KeptChat(ConversationId(key), is_duplicate=is_here)


def _read_take(said: NewTakes) -> NewMessage:
    return said.takes[said.chosen]


def _find_place(
    session: Session, persona_id: str, said: list[tuple[str, str]], *, even_duplicates: bool
) -> tuple[str, bool]:
    """Return the chat's id, and whether a conversation that was not set aside has it already."""
    told = json.dumps([persona_id, said], ensure_ascii=True).encode()
    number = 0
    while True:
        key = blake2b(told, digest_size=16, salt=number.to_bytes(8, "big")).hexdigest()
        is_set_aside = session.execute(_SET_ASIDE, {"id": key}).scalar()
        is_here = is_set_aside is not None and not is_set_aside
        if is_set_aside is None or (is_here and not even_duplicates):
            return key, is_here
        number += 1


def _find_same(session: Session, persona_id: str, said: list[tuple[str, str]]) -> str | None:
    """Return a conversation that reads the same, wherever it came from."""
    values = {"persona_id": persona_id, "messages": len(said)}
    for conversation_id in session.scalars(_AS_LONG, values).all():
        rows = session.execute(_SAID, {"id": conversation_id}).all()
        if [(row.author, row.text) for row in rows] == said:
            return conversation_id
    return None
