"""What a character remembers as one JSON file: all that stands, with who vouches for it and when.

A copy to keep or to look through; what is kept out of recall is in it too, with the reason.
Knows ports only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId
from app.domain.memory import Memory
from app.ports.clock import Clock
from app.ports.memory_store import StoryMemoryStore
from app.ports.stores import PersonaStore
from app.tasks import Lane
from app.whole_files import write_whole

FORMAT = "dramatis-memories"
VERSION = 1


class MemoryExportService:
    """Writes memories into files. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        store: StoryMemoryStore,
        personas: PersonaStore,
        clock: Clock,
        storage_lane: Lane,
        pool: Lane,
    ) -> None:
        """Take the stores; nothing happens yet."""
        self._store = store
        self._personas = personas
        self._clock = clock
        self._storage = storage_lane
        self._pool = pool

    def export(self, persona_id: PersonaId, path: Path) -> Future[int]:
        """Write all that stands, replacing a file of that name; resolves with how many.

        MachineError when it cannot be written, UserError for an unknown character.
        """

        def work() -> int:
            record, memories = self._storage.call(
                lambda: (self._personas.get(persona_id), self._store.of_persona(persona_id))
            )
            text = memories_as_json(record, memories, self._clock.now())
            write_whole(path, text.encode("utf-8"), what="The memories", safe="what is remembered")
            return len(memories)

        return self._pool.submit(work)


def memories_as_json(record: PersonaRecord, memories: Sequence[Memory], at: datetime) -> str:
    """Return the file's text: times in ISO form, everything else as it is kept."""
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": at.isoformat(),
        "persona": {"id": record.id, "name": record.persona.name},
        "memories": [asdict(memory) for memory in memories],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    message = f"a memory has a field of the kind {type(value).__name__}"
    raise TypeError(message)
