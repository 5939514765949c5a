"""How many vectors hold, without counting a hundred thousand of them for every recall.

A count stays true while the generation that it was made at is the current one; vectors that
are added are counted on. Triggers write the generations. Knows no transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.domain.ids import LineId, PersonaId
from app.ports.stores import IndexFingerprint
from app.storage.driver import DriverConnection, read_value

_GENERATION = """
    SELECT generation FROM index_generation
    WHERE persona_id = :persona_id AND model_key = :model_key
"""

_ALL = """
    SELECT count(*) FROM holding_memory AS memory
    CROSS JOIN memory_line AS line ON line.memory_id = memory.id
    CROSS JOIN line_vector AS vector ON vector.line_id = line.id AND vector.model_key = :model_key
    WHERE memory.persona_id = :persona_id
"""

_ADDED = """
    SELECT memory.persona_id, count(*) AS added, count(holding.id) AS holding
    FROM json_each(:lines) AS added
    CROSS JOIN memory_line AS line ON line.id = added.value
    CROSS JOIN memory ON memory.id = line.memory_id
    LEFT JOIN holding_memory AS holding ON holding.id = memory.id
    GROUP BY memory.persona_id
"""

Counts = dict[tuple[str, str], IndexFingerprint]


class VectorCounts:
    """Counts that are known, by persona and model. Owned by one repository; storage lane."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: Counts = {}

    def fingerprint(
        self, connection: DriverConnection, persona_id: PersonaId, model_key: str
    ) -> IndexFingerprint:
        """Return the count and the generation of what holds."""
        generation = _generation(connection, persona_id, model_key)
        known = self._known.get((persona_id, model_key))
        if known is None or known.generation != generation:
            values = {"persona_id": persona_id, "model_key": model_key}
            count = read_value(connection, _ALL, values) if generation else 0
            known = IndexFingerprint(count, generation)
            self._known[persona_id, model_key] = known
        return known

    def count_added(
        self, connection: DriverConnection, lines: Sequence[LineId], model_key: str
    ) -> Counts:
        """Return the counts after new vectors of these lines were written, where they are sure.

        To be settled once the transaction is committed.
        """
        counts: Counts = {}
        rows = connection.execute(_ADDED, {"lines": json.dumps(list(lines))}).fetchall()
        for persona_id, added, holding in rows:
            before = self._known.get((persona_id, model_key))
            generation = _generation(connection, persona_id, model_key)
            if before is not None and before.generation + added == generation:
                total = IndexFingerprint(before.count + holding, generation)
                counts[persona_id, model_key] = total
        return counts

    def settle(self, counts: Counts) -> None:
        """Take over what was committed."""
        self._known |= counts


def _generation(connection: DriverConnection, persona_id: str, model_key: str) -> int:
    values = {"persona_id": persona_id, "model_key": model_key}
    return read_value(connection, _GENERATION, values) or 0
