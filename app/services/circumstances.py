"""What a turn is made from besides the path: the character, their lorebooks, who the user is.

Read on the storage lane when a turn begins. Knows ports only.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.conversation import Conversation
from app.domain.ids import PersonaId, UserPersonaId
from app.ports.authoring import LoreStore, UserPersonaStore
from app.ports.stores import PersonaStore
from app.prompting.user_description import describe_user
from app.services.readable import require_talkable
from personas.lorebook import Lorebook
from personas.persona import Persona


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who talks with whom, and what is known of their world. A value; any thread."""

    persona: Persona
    lorebooks: tuple[Lorebook, ...] = ()
    user_description: str = ""


class CircumstanceReader:
    """Reads the circumstances of a conversation. Owned by the app context; storage lane."""

    def __init__(self, personas: PersonaStore, lore: LoreStore, users: UserPersonaStore) -> None:
        """Take the stores; nothing happens yet."""
        self._personas = personas
        self._lore = lore
        self._users = users

    def read(self, conversation: Conversation) -> Circumstances:
        """Return them as they are now."""
        persona = require_talkable(self._personas.get(conversation.persona_id)).persona
        return Circumstances(
            persona,
            self.books_for(conversation.persona_id, persona),
            self._describe(conversation.user_persona_id, persona),
        )

    def books_for(self, persona_id: PersonaId, persona: Persona) -> tuple[Lorebook, ...]:
        """Return the book of the card and the attached ones; unreadable ones are left out."""
        attached = [
            record.book for record in self._lore.attached_to(persona_id) if not record.problem
        ]
        own = [] if persona.lore is None else [persona.lore]
        return (*own, *attached)

    def describe_default(self, persona: Persona) -> str:
        """Return what a character can know of who the user is in new conversations."""
        user = self._users.default()
        return "" if user is None or user.problem else self._describe(user.id, persona)

    def _describe(self, user_persona_id: UserPersonaId | None, persona: Persona) -> str:
        if user_persona_id is None:
            return ""
        user = self._users.get(user_persona_id).user_persona
        played = None if user.persona_id is None else self._personas.get(user.persona_id).persona
        return describe_user(user, played, char=persona.called)
