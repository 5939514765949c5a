"""Who the user can be: list, write, choose; a character of the cast can be played as well.

Knows stores, never adapters.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from app.domain.ids import PersonaId, UserPersonaId
from app.domain.user_persona import UserPersona, UserPersonaRecord
from app.events import EventHub, UserPersonasChanged
from app.ports.authoring import UserPersonaStore
from app.ports.stores import PersonaStore
from app.prompting.user_description import describe_user
from app.services.readable import require_readable
from app.services.user_names import name_by_default
from app.settings import Settings
from app.tasks import Lane

_T = TypeVar("_T")
_SOMEBODY = "the character"
"""Stands for whoever the user will talk with, where nobody is on stage."""


class UserPersonaService:
    """What a person does with who they are. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        store: UserPersonaStore,
        personas: PersonaStore,
        settings: Callable[[], Settings],
        hub: EventHub,
        storage_lane: Lane,
    ) -> None:
        """Take the stores; nothing happens yet."""
        self._store = store
        self._personas = personas
        self._settings = settings
        self._hub = hub
        self._storage = storage_lane

    def list_all(self) -> Future[list[UserPersonaRecord]]:
        """Return all by name."""
        return self._storage.submit(self._store.list_all)

    def list_set_aside(self) -> Future[list[UserPersonaRecord]]:
        """Return those taken off the list, by name."""
        return self._storage.submit(self._store.list_set_aside)

    def describe(self, user_persona: UserPersona) -> Future[str]:
        """Return what a character reads of one, as it stands; "" when nothing was written."""

        def work() -> str:
            played_id = user_persona.persona_id
            played = None if played_id is None else self._personas.get(played_id).persona
            return describe_user(user_persona, played, char=_SOMEBODY)

        return self._storage.submit(work)

    def get(self, user_persona_id: UserPersonaId) -> Future[UserPersonaRecord]:
        """Return one; UserError when there is none with that id."""
        return self._storage.submit(lambda: self._store.get(user_persona_id))

    def add(self, user_persona: UserPersona) -> Future[UserPersonaRecord]:
        """Keep a new one; UserError when it plays a character who is not there."""

        def work() -> UserPersonaRecord:
            self._require_played(user_persona)
            return self._store.add(user_persona)

        return self._changing(work)

    def play(self, persona_id: PersonaId) -> Future[UserPersonaRecord]:
        """Return the user persona that plays a character, made when there is none yet."""

        def work() -> UserPersonaRecord:
            for record in self._store.list_all():
                if record.user_persona.persona_id == persona_id:
                    return record
            played = require_readable(self._personas.get(persona_id)).persona
            return self._store.add(UserPersona(name=played.called, persona_id=persona_id))

        return self._changing(work)

    def save(
        self, user_persona_id: UserPersonaId, user_persona: UserPersona
    ) -> Future[UserPersonaRecord]:
        """Write over one; under another name, what is said next is said under it."""

        def work() -> UserPersonaRecord:
            self._require_played(user_persona)
            return self._store.save(user_persona_id, user_persona)

        return self._changing(work)

    def default(self) -> Future[UserPersonaRecord | None]:
        """Return who the user is in a new conversation, if that was chosen."""
        return self._storage.submit(self._store.default)

    def name_by_default(self) -> Future[str]:
        """Return what the user is called in a new conversation."""
        return self._storage.submit(lambda: name_by_default(self._store, self._settings()))

    def set_default(self, user_persona_id: UserPersonaId | None) -> Future[None]:
        """Choose who the user is in new conversations; None for the name in the settings."""
        return self._changing(lambda: self._store.set_default(user_persona_id))

    def set_aside(self, user_persona_id: UserPersonaId) -> Future[None]:
        """Take one off the list; conversations that have it keep it."""
        return self._changing(lambda: self._store.set_aside(user_persona_id))

    def restore(self, user_persona_id: UserPersonaId) -> Future[None]:
        """Bring one back onto the list."""
        return self._changing(lambda: self._store.restore(user_persona_id))

    def _require_played(self, user_persona: UserPersona) -> None:
        if user_persona.persona_id is not None:
            self._personas.get(user_persona.persona_id)

    def _changing(self, work: Callable[[], _T]) -> Future[_T]:
        def run() -> _T:
            result = work()
            self._hub.publish(UserPersonasChanged())
            return result

        return self._storage.submit(run)
