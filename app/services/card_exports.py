"""Cards out: a character with portrait and books, in a format that other programs read.

Knows stores, never adapters; the formats are those of `personas.cards`.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from app.domain.ids import PersonaId
from app.errors import UserError
from app.ports.authoring import LoreStore
from app.ports.stores import PersonaStore
from app.services.readable import require_readable
from app.tasks import Lane
from app.whole_files import write_whole
from personas.cards import CardError, CardFormat, write_card
from personas.lorebook import Lorebook
from personas.persona import Persona


class CardExportService:
    """Writes cards. Owned by the app context; call from any thread."""

    def __init__(
        self, *, personas: PersonaStore, lore: LoreStore, storage_lane: Lane, pool: Lane
    ) -> None:
        """Take the stores; nothing happens yet."""
        self._personas = personas
        self._lore = lore
        self._storage = storage_lane
        self._pool = pool

    def export_card(self, persona_id: PersonaId, form: str, path: Path) -> Future[Path]:
        """Write the file, replacing one of that name.

        `form` is a value of `CardFormat`. Books attached to the character travel inside the
        card. Raises UserError for an unknown format or a character that cannot be read, and
        MachineError when the file cannot be written.
        """

        def work() -> Path:
            content = self._write(persona_id, _to_format(form))
            write_whole(path, content, what="The card", safe="the character")
            return path

        return self._pool.submit(work)

    def _write(self, persona_id: PersonaId, form: CardFormat) -> bytes:
        def read() -> tuple[Persona, bytes | None]:
            persona = require_readable(self._personas.get(persona_id)).persona
            books = [book.book for book in self._lore.attached_to(persona_id) if not book.problem]
            return with_books(persona, books), self._personas.portrait(persona_id)

        persona, portrait = self._storage.call(read)
        try:
            return write_card(persona, portrait, form)
        except CardError as error:
            raise UserError(str(error), code="card-export") from error


def with_books(persona: Persona, attached: Sequence[Lorebook]) -> Persona:
    """Return the persona with attached books inside: a card has room for one.

    The first book's own settings are kept; the others give their entries.
    """
    if not attached:
        return persona
    first, *others = attached if persona.lore is None else (persona.lore, *attached)
    entries = (*first.entries, *(entry for book in others for entry in book.entries))
    return persona.model_copy(update={"lore": first.model_copy(update={"entries": entries})})


def _to_format(form: str) -> CardFormat:
    try:
        return CardFormat(form)
    except ValueError:
        known = ", ".join(CardFormat)
        message = f"There is no card format “{form}”. Choose one of {known}."
        raise UserError(message, code="format") from None
