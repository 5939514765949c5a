"""Conversations as trees of messages.

A message may have siblings (swipes); a conversation points at the leaf that is being
read, and the path is that leaf with its ancestors. Deleted messages stay in the tree and
are passed over, so that undo is only a mark taken away. Knows no storage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.ids import (
    ConversationId,
    MessageId,
    MessageVersionId,
    PersonaId,
    PersonaVersionId,
    UserPersonaId,
)
from personas.persona import Persona


@dataclass(frozen=True, slots=True)
class PersonaRecord:
    """A persona as stored: its id, the version in force, and the value. Any thread.

    `problem` is set, and the persona is a stand-in with only a name, when what is stored
    cannot be read: it is listed, disabled, with its reason. `portrait` is the picture's sha256,
    a key for caches; `last_spoken_at` is when a conversation with them was last touched.
    """

    id: PersonaId
    version_id: PersonaVersionId
    version: int
    persona: Persona
    updated_at: datetime
    from_library: str | None = None
    problem: str | None = None
    folder: str = ""
    portrait: str | None = None
    created_at: datetime | None = None
    archived_at: datetime | None = None
    last_spoken_at: datetime | None = None


class Author(StrEnum):
    """Who wrote a message; OTHER is somebody else in the scene, called as its speaker says."""

    USER = "user"
    CHARACTER = "character"
    NARRATOR = "narrator"
    OTHER = "other"


class MessageState(StrEnum):
    """How a message's text came to its end, or that it has not yet.

    STREAMING is only found after a crash, or while a reply is being written.
    """

    COMPLETE = "complete"
    STREAMING = "streaming"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Message:
    """One node of a conversation's tree in its current version. Any thread.

    `position` counts from 0 among siblings, `siblings` is their number (deleted ones left
    out). `version_id` changes with every edit of the text; `revision` counts from 1 and
    also grows with every checkpoint, so that (id, revision) is a cache key.
    """

    id: MessageId
    conversation_id: ConversationId
    parent_id: MessageId | None
    position: int
    siblings: int
    author: Author
    speaker: str
    text: str
    state: MessageState
    version_id: MessageVersionId
    revision: int
    created_at: datetime
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation's particulars, without its messages. Any thread.

    `message_count` is how many are read on the path: other takes and greetings do not count.
    """

    id: ConversationId
    persona_id: PersonaId
    persona_version_id: PersonaVersionId
    title: str
    user_name: str
    leaf_id: MessageId | None
    created_at: datetime
    updated_at: datetime
    message_count: int = 0
    user_persona_id: UserPersonaId | None = None
