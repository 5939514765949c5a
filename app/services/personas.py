"""The cast: list, read, write, copy, put away. The library's characters join on first start.

Knows stores, never adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import TypeVar

from app.domain.conversation import PersonaRecord
from app.domain.copies import name_of_copy
from app.domain.ids import PersonaId, PersonaVersionId
from app.errors import UserError
from app.events import EventHub, PersonasChanged
from app.ports.stores import PersonaStore
from app.services.readable import require_readable
from app.tasks import Lane
from personas.persona import Persona

_T = TypeVar("_T")


class PersonaService:
    """What a person does with characters. Owned by the app context; call from any thread."""

    def __init__(self, store: PersonaStore, hub: EventHub, storage_lane: Lane) -> None:
        """Take the store; nothing happens yet."""
        self._store = store
        self._hub = hub
        self._storage = storage_lane

    def list_all(self, *, include_archived: bool = False) -> Future[list[PersonaRecord]]:
        """Return the cast by name, without or with those in the archive."""
        return self._storage.submit(lambda: self._store.list_all(include_archived=include_archived))

    def list_archived(self) -> Future[list[PersonaRecord]]:
        """Return those in the archive by name."""
        return self._storage.submit(
            lambda: [
                record
                for record in self._store.list_all(include_archived=True)
                if record.archived_at is not None
            ]
        )

    def get(self, persona_id: PersonaId) -> Future[PersonaRecord]:
        """Return one character; UserError when there is none with that id."""
        return self._storage.submit(lambda: self._store.get(persona_id))

    def add(self, persona: Persona) -> Future[PersonaRecord]:
        """Keep a new character."""
        return self._changing(lambda: self._store.add(persona))

    def save(self, persona_id: PersonaId, persona: Persona) -> Future[PersonaRecord]:
        """Keep a new version; the older ones stay."""
        return self._changing(lambda: self._store.save(persona_id, persona))

    def duplicate(self, persona_id: PersonaId) -> Future[PersonaRecord]:
        """Keep a copy with a name of its own; portrait, folder and books come along."""

        def work() -> PersonaRecord:
            name = self._readable(persona_id).persona.name
            taken = {record.persona.name for record in self._store.list_all(include_archived=True)}
            return self._store.duplicate(persona_id, name_of_copy(name, taken))

        return self._changing(work)

    def archive(self, persona_id: PersonaId) -> Future[PersonaRecord]:
        """Put a character away, out of the cast; their conversations stay."""
        return self._changing(lambda: self._store.set_archived(persona_id, archived=True))

    def unarchive(self, persona_id: PersonaId) -> Future[PersonaRecord]:
        """Bring a character back out of the archive."""
        return self._changing(lambda: self._store.set_archived(persona_id, archived=False))

    def set_folder(self, persona_id: PersonaId, folder: str) -> Future[PersonaRecord]:
        """Put a character into a folder; "" for none. One that others are in keeps its spelling."""

        def work() -> PersonaRecord:
            wanted = folder.strip()
            others = self._store.list_all(include_archived=True) if wanted else []
            spelt = {
                other.folder.casefold(): other.folder for other in others if other.id != persona_id
            }
            return self._store.set_folder(persona_id, spelt.get(wanted.casefold(), wanted))

        return self._changing(work)

    def move_all(self, persona_ids: Sequence[PersonaId], folder: str) -> Future[None]:
        """Put characters into a folder together, "" for none; its spelling is the one given."""
        return self._changing(lambda: self._store.move_all(persona_ids, folder.strip()))

    def set_tags(self, persona_id: PersonaId, tags: Sequence[str]) -> Future[PersonaRecord]:
        """Keep a version with these tags, each once whatever its case."""

        def work() -> PersonaRecord:
            persona = self._readable(persona_id).persona
            tidy: dict[str, str] = {}
            for tag in filter(None, (tag.strip() for tag in tags)):
                tidy.setdefault(tag.casefold(), tag)
            changed = persona.model_copy(update={"tags": tuple(tidy.values())})
            return self._store.save(persona_id, changed)

        return self._changing(work)

    def versions(self, persona_id: PersonaId) -> Future[list[PersonaRecord]]:
        """Return every version, the newest first; the one in force may be any of them."""
        return self._storage.submit(lambda: self._store.versions(persona_id))

    def restore_version(
        self, persona_id: PersonaId, version_id: PersonaVersionId
    ) -> Future[PersonaRecord]:
        """Keep a new version equal to an old one; UserError for one of somebody else."""

        def work() -> PersonaRecord:
            old = self._store.get_version(version_id)
            if old.id != persona_id:
                message = (
                    f"The version {version_id} is one of {old.persona.name}, another character. "
                    "Choose one of this character's own versions."
                )
                raise UserError(message, code="not-found")
            return self._store.save(persona_id, require_readable(old).persona)

        return self._changing(work)

    def portrait(self, persona_id: PersonaId) -> Future[bytes | None]:
        """Return the portrait as PNG, if there is one."""
        return self._storage.submit(lambda: self._store.portrait(persona_id))

    def set_portrait(self, persona_id: PersonaId, png: bytes | None) -> Future[PersonaRecord]:
        """Keep a portrait that `PortraitService` made, or none."""
        return self._changing(lambda: self._store.set_portrait(persona_id, png))

    def set_aside(self, persona_id: PersonaId) -> Future[None]:
        """Take a character off the cast; `restore` brings it back."""
        return self._changing(lambda: self._store.set_aside(persona_id))

    def restore(self, persona_id: PersonaId) -> Future[None]:
        """Bring a character back onto the cast."""
        return self._changing(lambda: self._store.restore(persona_id))

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

    def _changing(self, work: Callable[[], _T]) -> Future[_T]:
        def run() -> _T:
            result = work()
            self._hub.publish(PersonasChanged())
            return result

        return self._storage.submit(run)

    def _readable(self, persona_id: PersonaId) -> PersonaRecord:
        return require_readable(self._store.get(persona_id))
