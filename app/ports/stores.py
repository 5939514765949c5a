"""What is kept: personas, conversations, memories.

Every method is one transaction, blocks, and must be called on the storage lane. Raises
MachineError when the machine is in the way and UserError for an id that is not there.
Deleting marks and undo unmarks; nothing is erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.conversation import Author, Conversation, Message, MessageState, PersonaRecord
from app.domain.generation import Usage
from app.domain.ids import (
    ConversationId,
    MessageId,
    PersonaId,
    PersonaVersionId,
    UserPersonaId,
)
from app.domain.memory import Recalled
from personas.persona import Persona


class PersonaStore(Protocol):
    """Personas and all their versions."""

    def add(self, persona: Persona, *, from_library: str | None = None) -> PersonaRecord:
        """Keep a new persona as version 1."""
        ...

    def save(self, persona_id: PersonaId, persona: Persona) -> PersonaRecord:
        """Keep a new version; saving an equal value changes nothing."""
        ...

    def get(self, persona_id: PersonaId) -> PersonaRecord:
        """Return the version in force."""
        ...

    def get_version(self, version_id: PersonaVersionId) -> PersonaRecord:
        """Return one version, however old."""
        ...

    def list_all(self, *, include_archived: bool = False) -> list[PersonaRecord]:
        """Return every persona not set aside, by name; broken ones carry a `problem`."""
        ...

    def versions(self, persona_id: PersonaId) -> list[PersonaRecord]:
        """Return every version, the newest first; broken ones carry a `problem`."""
        ...

    def duplicate(self, persona_id: PersonaId, name: str) -> PersonaRecord:
        """Keep a copy under another name: portrait, folder and attached books come along."""
        ...

    def set_archived(self, persona_id: PersonaId, *, archived: bool) -> PersonaRecord:
        """Put into the archive or take out of it."""
        ...

    def set_folder(self, persona_id: PersonaId, folder: str) -> PersonaRecord:
        """Put into a folder; "" for none."""
        ...

    def move_all(self, persona_ids: Sequence[PersonaId], folder: str) -> None:
        """Put all into a folder, or none of them when one is not there."""
        ...

    def portrait(self, persona_id: PersonaId) -> bytes | None:
        """Return the portrait as PNG, if there is one."""
        ...

    def set_portrait(self, persona_id: PersonaId, png: bytes | None) -> PersonaRecord:
        """Keep a portrait, or none."""
        ...

    def library_slugs(self) -> set[str]:
        """Return which library characters were ever added, set aside ones included."""
        ...

    def set_aside(self, persona_id: PersonaId) -> None:
        """Move to the trash."""
        ...

    def restore(self, persona_id: PersonaId) -> None:
        """Take back out of the trash."""
        ...


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What is needed to append a message."""

    author: Author
    speaker: str
    text: str
    state: MessageState = MessageState.COMPLETE


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A message found by its words; `snippet` marks them with [ and ]."""

    message: Message
    snippet: str


class ConversationStore(Protocol):
    """Conversations and their message trees."""

    def create(
        self,
        persona: PersonaRecord,
        *,
        title: str,
        user_name: str,
        user_persona_id: UserPersonaId | None = None,
    ) -> Conversation:
        """Open an empty conversation with a version of a persona."""
        ...

    def set_user(
        self,
        conversation_id: ConversationId,
        user_name: str,
        user_persona_id: UserPersonaId | None,
    ) -> Conversation:
        """Say who the user is from here on."""
        ...

    def get(self, conversation_id: ConversationId) -> Conversation:
        """Return one conversation."""
        ...

    def list_all(self, persona_id: PersonaId | None = None) -> list[Conversation]:
        """Return conversations not set aside, the last touched first."""
        ...

    def rename(self, conversation_id: ConversationId, title: str) -> Conversation:
        """Give another title."""
        ...

    def set_aside(self, conversation_id: ConversationId) -> None:
        """Move to the trash."""
        ...

    def restore(self, conversation_id: ConversationId) -> None:
        """Take back out of the trash."""
        ...

    def append(
        self,
        conversation_id: ConversationId,
        parent_id: MessageId | None,
        message: NewMessage,
    ) -> Message:
        """Add a child of `parent_id` (None: a root), after its siblings; it becomes the leaf."""
        ...

    def checkpoint(
        self, message_id: MessageId, text: str, state: MessageState, failure: str | None = None
    ) -> Message:
        """Replace the text of the version that is being written, in place."""
        ...

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
        ...

    def edit(self, message_id: MessageId, text: str) -> Message:
        """Make a new version of a message's text; older versions stay."""
        ...

    def undo_edit(self, message_id: MessageId) -> Message:
        """Go back to the version before; the undone one stays in store."""
        ...

    def delete(self, message_id: MessageId) -> bool:
        """Pass a message over in every path; its descendants stay. False when it was gone."""
        ...

    def undelete(self, message_id: MessageId) -> bool:
        """Bring a deleted message back. False when it was not deleted."""
        ...

    def deleted(self, conversation_id: ConversationId) -> list[Message]:
        """Return what was deleted and can be brought back, the last deleted first."""
        ...

    def select(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        """Show the branch through a message: its newest descendant becomes the leaf."""
        ...

    def message(self, message_id: MessageId) -> Message:
        """Return one message."""
        ...

    def siblings(self, message_id: MessageId) -> list[Message]:
        """Return a message's siblings and itself in order, deleted ones left out."""
        ...

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
        ...

    def recalled_for(self, message_id: MessageId) -> tuple[Recalled, ...]:
        """Return what was recalled for a reply's current version."""
        ...

    def usage_of(self, message_id: MessageId) -> Usage | None:
        """Return what a reply cost, if it was generated."""
        ...

    def unfinished(self) -> list[Message]:
        """Return messages left STREAMING by a crash."""
        ...

    def search(self, words: str, *, limit: int = 50) -> list[SearchHit]:
        """Find messages by their words, best first."""
        ...


@dataclass(frozen=True, slots=True)
class IndexFingerprint:
    """What the index must agree with: how many vectors, and the last change's number."""

    count: int
    generation: int
