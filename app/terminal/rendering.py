"""Domain values as JSON-ready dictionaries and as lines for a reader.

The names in these dictionaries are promises to scripts: add, never rename.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import cast

from app.domain.conversation import Conversation, Message, PersonaRecord
from app.domain.generation import Usage
from app.domain.lore import LorebookRecord
from app.domain.memory import Memory, Recalled
from app.domain.user_persona import UserPersonaRecord
from app.ports.stores import SearchHit
from personas.review import Finding


def persona_row(record: PersonaRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "name": record.persona.name,
        "tagline": record.persona.tagline,
        "kind": record.persona.kind.value,
        "version": record.version,
        "updated_at": record.updated_at.isoformat(),
        "from_library": record.from_library,
        "problem": record.problem,
        "tags": list(record.persona.tags),
        "folder": record.folder,
        "portrait": record.portrait,
        "archived_at": _moment(record.archived_at),
        "last_spoken_at": _moment(record.last_spoken_at),
    }


def persona_whole(record: PersonaRecord) -> dict[str, object]:
    return {**persona_row(record), "persona": record.persona.model_dump(mode="json")}


def finding_row(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
        "fields": list(finding.fields),
        "remedy": finding.remedy,
    }


def conversation_row(conversation: Conversation) -> dict[str, object]:
    return {
        "id": conversation.id,
        "persona": conversation.persona_id,
        "title": conversation.title,
        "user_name": conversation.user_name,
        "user_persona": conversation.user_persona_id,
        "messages": conversation.message_count,
        "created_at": conversation.created_at.isoformat(),
        "updated_at": conversation.updated_at.isoformat(),
    }


def lorebook_row(record: LorebookRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "name": record.book.name,
        "description": record.book.description,
        "entries": len(record.book.entries),
        "version": record.version,
        "updated_at": record.updated_at.isoformat(),
        "attached_to": list(record.attached_to),
        "problem": record.problem,
    }


def lorebook_whole(record: LorebookRecord) -> dict[str, object]:
    return {**lorebook_row(record), "book": record.book.model_dump(mode="json")}


def user_row(record: UserPersonaRecord) -> dict[str, object]:
    user = record.user_persona
    return {
        "id": record.id,
        "name": user.name,
        "description": user.description,
        "pronouns": user.pronouns,
        "plays": user.persona_id,
        "default": record.is_default,
        "problem": record.problem,
    }


def message_row(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "version": message.version_id,
        "author": message.author.value,
        "speaker": message.speaker,
        "text": message.text,
        "state": message.state.value,
        "position": message.position,
        "siblings": message.siblings,
        "created_at": message.created_at.isoformat(),
        "failure": message.failure,
    }


def usage_row(usage: Usage | None) -> dict[str, object] | None:
    if usage is None:
        return None
    return {**asdict(usage), "tokens_per_second": round(usage.tokens_per_second, 2)}


def memory_row(memory: Memory) -> dict[str, object]:
    return {
        "id": memory.id,
        "kind": memory.kind.value,
        "text": memory.text,
        "happened_at": memory.happened_at.isoformat(),
        "conversation": memory.conversation_id,
        "sources": [asdict(source) for source in memory.sources],
        "note_kind": memory.note_kind and memory.note_kind.value,
        "about": memory.about and memory.about.value,
        "provenance": memory.provenance.value,
        "importance": memory.importance,
        "keywords": list(memory.keywords),
        "speaks_of": memory.speaks_of and memory.speaks_of.isoformat(),
        "layer": memory.layer.value,
        "pinned": memory.is_pinned,
        "quarantine": memory.quarantine,
        "uses": memory.uses,
        "last_used_at": _moment(memory.last_used_at),
        "superseded_by": memory.superseded_by,
        "evidence": list(memory.evidence),
    }


def recalled_row(recalled: Recalled) -> dict[str, object]:
    return {
        **memory_row(recalled.memory),
        "similarity": round(recalled.similarity, 4),
        "reason": recalled.reason,
        "injected": recalled.injected,
        "tokens": recalled.tokens,
        "signals": [asdict(signal) for signal in recalled.signals],
    }


def hit_row(hit: SearchHit) -> dict[str, object]:
    return {
        **message_row(hit.message),
        "conversation": hit.message.conversation_id,
        "snippet": hit.snippet,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def lines_of(value: object, indent: str = "") -> list[str]:
    """Return a value as short readable lines, empty fields left out."""
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return [line for key, inner in fields.items() for line in _field(key, inner, indent)]
    if isinstance(value, list):
        elements = cast("list[object]", value)
        return [line for inner in elements for line in _bullet(inner, indent)]
    return [f"{indent}{value}"]


def _field(key: str, value: object, indent: str) -> list[str]:
    if value in ("", None, [], {}):
        return []
    label = key.replace("_", " ")
    if isinstance(value, dict | list):
        return [f"{indent}{label}:", *lines_of(cast("object", value), indent + "  ")]
    return [f"{indent}{label}: {value}"]


def _bullet(value: object, indent: str) -> list[str]:
    lines = lines_of(value, indent + "  ")
    if lines:
        lines[0] = f"{indent}- {lines[0].strip()}"
    return lines
