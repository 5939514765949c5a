"""The cast: list, read, write, set aside. The library's characters join on first start.

Knows stores, never adapters.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId
from app.events import EventHub, PersonasChanged
from app.ports.stores import PersonaStore
from app.tasks import Lane
from personas.persona import Persona


class PersonaService:
    """What a person does with characters. Owned by the app context; call from any thread."""

    def __init__(self, store: PersonaStore, hub: EventHub, storage_lane: Lane) -> None:
        """Take the store; nothing happens yet."""
        self._store = store
        self._hub = hub
        self._storage = storage_lane

    def list_all(self) -> Future[list[PersonaRecord]]:
        """Return the cast by name."""
        return self._storage.submit(self._store.list_all)

    def get(self, persona_id: PersonaId) -> Future[PersonaRecord]:
        """Return one character; UserError when there is none with that id."""
        return self._storage.submit(lambda: self._store.get(persona_id))

    def add(self, persona: Persona) -> Future[PersonaRecord]:
        """Keep a new character."""

        def work() -> PersonaRecord:
            record = self._store.add(persona)
            self._hub.publish(PersonasChanged())
            return record

        return self._storage.submit(work)

    def save(self, persona_id: PersonaId, persona: Persona) -> Future[PersonaRecord]:
        """Keep a new version; the older ones stay."""

        def work() -> PersonaRecord:
            record = self._store.save(persona_id, persona)
            self._hub.publish(PersonasChanged())
            return record

        return self._storage.submit(work)

    def set_aside(self, persona_id: PersonaId) -> Future[None]:
        """Take a character off the cast; `restore` brings it back."""

        def work() -> None:
            self._store.set_aside(persona_id)
            self._hub.publish(PersonasChanged())

        return self._storage.submit(work)

    def restore(self, persona_id: PersonaId) -> Future[None]:
        """Bring a character back onto the cast."""

        def work() -> None:
            self._store.restore(persona_id)
            self._hub.publish(PersonasChanged())

        return self._storage.submit(work)

    def welcome(self, library: Mapping[str, Persona]) -> Future[int]:
        """Add the library's characters that were never added; return how many came.

        A character that was set aside or changed is left as the person left it.
        """

        def work() -> int:
            known = self._store.library_slugs()
            newcomers = [slug for slug in library if slug not in known]
            for slug in newcomers:
                self._store.add(library[slug], from_library=slug)
            if newcomers:
                self._hub.publish(PersonasChanged())
            return len(newcomers)

        return self._storage.submit(work)
