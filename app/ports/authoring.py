"""What is kept besides characters: cards that come in, lorebooks, whom the user can be.

The rules are those of `stores`: every method is one transaction on the storage lane, and
nothing is erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.conversation import PersonaRecord
from app.domain.ids import ConversationId, LorebookId, PersonaId, UserPersonaId
from app.domain.lore import LorebookRecord
from app.domain.user_persona import UserPersona, UserPersonaRecord
from app.ports.stores import NewMessage
from personas.lorebook import Lorebook
from personas.persona import Persona


@dataclass(frozen=True, slots=True)
class NewTakes:
    """One message of a conversation to keep: its takes, which of them was read, and when."""

    takes: tuple[NewMessage, ...]
    chosen: int = 0
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewConversation:
    """A whole conversation to keep, with at least one message.

    `is_dated` makes it last touched when its last message was said, and not now.
    """

    title: str
    user_name: str
    messages: tuple[NewTakes, ...]
    user_persona_id: UserPersonaId | None = None
    is_dated: bool = False


@dataclass(frozen=True, slots=True)
class NewCard:
    """What came out of a file: a character with its portrait and books, or books alone.

    Conversations come with a character only.

    `fingerprint` is equal for files with equal content, and only for those.
    """

    persona: Persona | None
    portrait: bytes | None
    lorebooks: tuple[Lorebook, ...]
    fingerprint: str
    conversations: tuple[NewConversation, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptCard:
    """What became of a card: what was kept, or which one is here already."""

    persona: PersonaRecord | None = None
    lorebooks: tuple[LorebookRecord, ...] = ()
    duplicate_of: PersonaId | LorebookId | None = None
    conversations: tuple[ConversationId, ...] = ()


class CardStore(Protocol):
    """Characters and books that come from outside, many at a time."""

    def add_all(self, cards: Sequence[NewCard], *, even_duplicates: bool) -> list[KeptCard]:
        """Keep all cards, in order; one whose fingerprint is here is passed over.

        With `even_duplicates` it is kept once more. The books of a card with a character are
        attached to it.
        """
        ...


@dataclass(frozen=True, slots=True)
class KeptChat:
    """What became of an old chat: the conversation that it is now, or was already."""

    conversation_id: ConversationId
    is_duplicate: bool = False


class ChatStore(Protocol):
    """Old chats that come from outside, as conversations of a character."""

    def keep_chat(
        self, persona_id: PersonaId, new: NewConversation, *, even_duplicates: bool
    ) -> KeptChat:
        """Keep a chat; one in which the same was said is passed over, unless `even_duplicates`.

        One that was taken in before is known again also where it has gone on since.
        """
        ...


class LoreStore(Protocol):
    """Lorebooks, all their versions, and whom they are attached to."""

    def add(self, book: Lorebook) -> LorebookRecord:
        """Keep a new book as version 1."""
        ...

    def save(self, lorebook_id: LorebookId, book: Lorebook) -> LorebookRecord:
        """Keep a new version; saving an equal value changes nothing."""
        ...

    def get(self, lorebook_id: LorebookId) -> LorebookRecord:
        """Return the version in force."""
        ...

    def list_all(self) -> list[LorebookRecord]:
        """Return every book not set aside, by name; broken ones carry a `problem`."""
        ...

    def list_set_aside(self) -> list[LorebookRecord]:
        """Return every book in the trash, by name."""
        ...

    def attached_to(self, persona_id: PersonaId) -> list[LorebookRecord]:
        """Return the books attached to a character and not set aside, the first attached first."""
        ...

    def attach(self, lorebook_id: LorebookId, persona_id: PersonaId) -> LorebookRecord:
        """Attach to a character; once is enough."""
        ...

    def detach(self, lorebook_id: LorebookId, persona_id: PersonaId) -> LorebookRecord:
        """Take off a character."""
        ...

    def set_aside(self, lorebook_id: LorebookId) -> None:
        """Move to the trash."""
        ...

    def restore(self, lorebook_id: LorebookId) -> None:
        """Take back out of the trash."""
        ...


class UserPersonaStore(Protocol):
    """Whom the user can be."""

    def add(self, user_persona: UserPersona) -> UserPersonaRecord:
        """Keep a new one."""
        ...

    def save(self, user_persona_id: UserPersonaId, user_persona: UserPersona) -> UserPersonaRecord:
        """Write over one; UserError when what is there cannot be read."""
        ...

    def get(self, user_persona_id: UserPersonaId) -> UserPersonaRecord:
        """Return one, also one in the trash."""
        ...

    def list_all(self) -> list[UserPersonaRecord]:
        """Return all not set aside, by name; broken ones carry a `problem`."""
        ...

    def list_set_aside(self) -> list[UserPersonaRecord]:
        """Return what is in the trash, by name."""
        ...

    def default(self) -> UserPersonaRecord | None:
        """Return who the user is in a new conversation, if that was chosen."""
        ...

    def set_default(self, user_persona_id: UserPersonaId | None) -> None:
        """Choose who the user is in new conversations; None for nobody in particular."""
        ...

    def set_aside(self, user_persona_id: UserPersonaId) -> None:
        """Move to the trash; the default then is nobody."""
        ...

    def restore(self, user_persona_id: UserPersonaId) -> None:
        """Take back out of the trash."""
        ...
