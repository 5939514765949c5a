"""How many vectors hold, without counting a hundred thousand of them for every recall.

A count stays true while the generation that it was made at is the current one; vectors that
are added are counted on. Triggers write the generations. Knows no transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.ids import LineId, PersonaId
from app.ports.stores import IndexFingerprint

_GENERATION = text(
    """
    SELECT generation FROM index_generation
    WHERE persona_id = :persona_id AND model_key = :model_key
    """
)

_ALL = text(
    """
    SELECT count(*) FROM holding_memory AS memory
    CROSS JOIN memory_line AS line ON line.memory_id = memory.id
    CROSS JOIN line_vector AS vector ON vector.line_id = line.id AND vector.model_key = :model_key
    WHERE memory.persona_id = :persona_id
    """
)

_ADDED = text(
    """
    SELECT memory.persona_id, count(*) AS added, count(holding.id) AS holding
    FROM json_each(:lines) AS added
    CROSS JOIN memory_line AS line ON line.id = added.value
    CROSS JOIN memory ON memory.id = line.memory_id
    LEFT JOIN holding_memory AS holding ON holding.id = memory.id
    GROUP BY memory.persona_id
    """
)

Counts = dict[tuple[str, str], IndexFingerprint]


class VectorCounts:
    """Counts that are known, by persona and model. Owned by one repository; storage lane."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: Counts = {}

    def fingerprint(
        self, session: Session, persona_id: PersonaId, model_key: str
    ) -> IndexFingerprint:
        """Return the count and the generation of what holds."""
        generation = self._generation(session, persona_id, model_key)
        known = self._known.get((persona_id, model_key))
        if known is None or known.generation != generation:
            values = {"persona_id": persona_id, "model_key": model_key}
            count = session.execute(_ALL, values).scalar_one() if generation else 0
            known = IndexFingerprint(count, generation)
            self._known[persona_id, model_key] = known
        return known

    def count_added(self, session: Session, lines: Sequence[LineId], model_key: str) -> Counts:
        """Return the counts after new vectors of these lines were written, where they are sure.

        To be settled once the transaction is committed.
        """
        counts: Counts = {}
        for row in session.execute(_ADDED, {"lines": json.dumps(list(lines))}):
            before = self._known.get((row.persona_id, model_key))
            generation = self._generation(session, row.persona_id, model_key)
            if before is not None and before.generation + row.added == generation:
                total = IndexFingerprint(before.count + row.holding, generation)
                counts[row.persona_id, model_key] = total
        return counts

    def settle(self, counts: Counts) -> None:
        """Take over what was committed."""
        self._known |= counts

    def _generation(self, session: Session, persona_id: str, model_key: str) -> int:
        values = {"persona_id": persona_id, "model_key": model_key}
        return session.execute(_GENERATION, values).scalar() or 0
