"""Lorebooks: list, read, write, attach to characters, try out, write to a file.

Knows stores, never adapters; `app.prompting` makes entries come up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from app.domain.ids import LorebookId, PersonaId
from app.domain.lore import LorebookRecord
from app.errors import UserError
from app.events import EventHub, LorebooksChanged
from app.ports.authoring import LoreStore
from app.ports.engine import Engine
from app.ports.stores import PersonaStore
from app.services.circumstances import CircumstanceReader
from app.services.lore_trials import LoreTrial, try_lore
from app.settings import Settings
from app.tasks import Lane
from app.whole_files import write_whole
from personas.cards.world_files import write_world_file
from personas.lorebook import Lorebook
from personas.persona import Persona

_T = TypeVar("_T")


class LoreService:
    """What a person does with lorebooks. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        store: LoreStore,
        personas: PersonaStore,
        circumstances: CircumstanceReader,
        hub: EventHub,
        storage_lane: Lane,
        pool: Lane,
        engine: Engine,
        settings: Callable[[], Settings],
        user_name: Callable[[], str],
    ) -> None:
        """Take the stores; nothing happens yet. `user_name` may wait for storage."""
        self._store = store
        self._personas = personas
        self._circumstances = circumstances
        self._hub = hub
        self._storage = storage_lane
        self._pool = pool
        self._engine = engine
        self._settings = settings
        self._user_name = user_name

    def list_all(self) -> Future[list[LorebookRecord]]:
        """Return the books by name; a book that came inside a card belongs to its character."""
        return self._storage.submit(self._store.list_all)

    def list_set_aside(self) -> Future[list[LorebookRecord]]:
        """Return the books that were set aside, by name."""
        return self._storage.submit(self._store.list_set_aside)

    def get(self, lorebook_id: LorebookId) -> Future[LorebookRecord]:
        """Return one book; UserError when there is none with that id."""
        return self._storage.submit(lambda: self._store.get(lorebook_id))

    def add(self, book: Lorebook) -> Future[LorebookRecord]:
        """Keep a new book; UserError for one without a name."""

        def work() -> LorebookRecord:
            return self._store.add(_require_name(book))

        return self._changing(work)

    def save(self, lorebook_id: LorebookId, book: Lorebook) -> Future[LorebookRecord]:
        """Keep a new version; the older ones stay."""

        def work() -> LorebookRecord:
            return self._store.save(lorebook_id, _require_name(book))

        return self._changing(work)

    def attach(self, lorebook_id: LorebookId, persona_id: PersonaId) -> Future[LorebookRecord]:
        """Let a character know what stands in a book."""
        return self._changing(lambda: self._store.attach(lorebook_id, persona_id))

    def detach(self, lorebook_id: LorebookId, persona_id: PersonaId) -> Future[LorebookRecord]:
        """Take a book off a character."""
        return self._changing(lambda: self._store.detach(lorebook_id, persona_id))

    def set_aside(self, lorebook_id: LorebookId) -> Future[None]:
        """Take a book off the list and off every character; `restore` brings it back."""
        return self._changing(lambda: self._store.set_aside(lorebook_id))

    def restore(self, lorebook_id: LorebookId) -> Future[None]:
        """Bring a book back."""
        return self._changing(lambda: self._store.restore(lorebook_id))

    def attached_to(self, persona_id: PersonaId) -> Future[list[LorebookRecord]]:
        """Return the books attached to a character, without the one inside the card."""
        return self._storage.submit(lambda: self._store.attached_to(persona_id))

    def books_for(self, persona_id: PersonaId) -> Future[tuple[Lorebook, ...]]:
        """Return all that a turn with this character looks through: the card's own book first."""

        def work() -> tuple[Lorebook, ...]:
            persona = self._personas.get(persona_id).persona
            return self._circumstances.books_for(persona_id, persona)

        return self._storage.submit(work)

    def try_out(
        self,
        books: Sequence[Lorebook],
        said: Sequence[str],
        *,
        persona: Persona | None = None,
        seed: str = "",
    ) -> Future[LoreTrial]:
        """Return what of the books would come up after these messages; see `try_lore`.

        The budget is that of the loaded model's context, or of the one in the settings.
        """
        settings, model = self._settings(), self._engine.model
        context_tokens = model.context_tokens if model else settings.model.context_tokens
        return self._pool.submit(
            lambda: try_lore(
                books,
                said,
                persona=persona,
                user_name=self._user_name(),
                context_tokens=context_tokens,
                seed=seed,
            )
        )

    def export_world(self, lorebook_id: LorebookId, path: Path) -> Future[Path]:
        """Write the book as a SillyTavern world file, replacing one of that name.

        Raises UserError for a book that cannot be read, and MachineError when the file cannot
        be written.
        """

        def work() -> Path:
            record = self._storage.call(lambda: self._store.get(lorebook_id))
            if record.problem:
                raise UserError(record.problem, code="lorebook-broken")
            write_whole(path, write_world_file(record.book), what="The book", safe="it")
            return path

        return self._pool.submit(work)

    def _changing(self, work: Callable[[], _T]) -> Future[_T]:
        def run() -> _T:
            result = work()
            self._hub.publish(LorebooksChanged())
            return result

        return self._storage.submit(run)


def _require_name(book: Lorebook) -> Lorebook:
    if not book.name.strip():
        message = "A lorebook needs a name, so that it can be found again. Give it one."
        raise UserError(message, code="lorebook-name")
    return book
