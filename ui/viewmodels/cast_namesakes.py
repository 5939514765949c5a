"""Which of several characters of one name somebody is, so that a copy is told from its original.

"Mara Voss (copy)" is another Mara Voss: same initials, same tint, a number of its own. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.domain.conversation import PersonaRecord
from app.domain.copies import split_copy
from app.domain.ids import PersonaId


def number_namesakes(records: Iterable[PersonaRecord]) -> Mapping[PersonaId, int]:
    """Return 2, 3 … for all but the oldest of every name that several have."""
    by_name: dict[str, list[PersonaRecord]] = {}
    for record in records:
        by_name.setdefault(split_copy(record.persona.name)[0].casefold(), []).append(record)
    numbers: dict[PersonaId, int] = {}
    for namesakes in by_name.values():
        if len(namesakes) > 1:
            namesakes.sort(key=_is_copy_and_age)
            numbers |= {record.id: place for place, record in enumerate(namesakes[1:], 2)}
    return numbers


def _is_copy_and_age(record: PersonaRecord) -> tuple[bool, float]:
    age = record.created_at.timestamp() if record.created_at is not None else 0.0
    return bool(split_copy(record.persona.name)[1]), age
