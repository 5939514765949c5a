"""The value of a persona's field as a line that a person can read.

For what is shown beside a field's title, as in the difference between two versions; the
words that reach the model are made in `sheet`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from pydantic import BaseModel

from personas.life_context import LifeEvent, Relationship, RelationshipChange, Secret
from personas.lorebook import Lorebook, LoreEntry
from personas.voice import ExampleDialogue, ExampleLine


def say_field(value: object) -> str:
    """Return a value as a person can read it; nothing where there is none."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case BaseModel():
            return _say_group(value)
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False) if value else ""
        case _:
            return f"{value}"


def _say_group(value: BaseModel) -> str:
    match value:
        case LifeEvent() | RelationshipChange():
            age = "" if value.age is None else f"aged {value.age}"
            return _joined((value.when, age, value.what)) or "A change"
        case Relationship():
            return _joined((value.name, value.relation))
        case Secret():
            known_by = _joined(value.known_by)
            return f"{value.what} (known by {known_by})" if known_by else value.what
        case ExampleLine():
            return f"{value.speaker}: {value.text}"
        case ExampleDialogue():
            return "\n".join(say_field(line) for line in value.lines) or "An empty exchange"
        case LoreEntry() | Lorebook():
            return _say_lore(value)
        case _:
            said = value.model_dump(mode="json", exclude_defaults=True)
            if all(isinstance(part, str | int | float) for part in said.values()):
                return _joined(f"{part}" for part in said.values())
            return json.dumps(said, ensure_ascii=False)


def _say_lore(value: LoreEntry | Lorebook) -> str:
    if isinstance(value, LoreEntry):
        head = value.name or _joined(value.keys)
        return f"{head}: {value.content}" if head else value.content or "An empty entry"
    count = len(value.entries)
    return _joined((value.name, f"{count} {'entry' if count == 1 else 'entries'}"))


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)
