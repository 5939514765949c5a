"""From words that a model wrote to a value that a draft can hold, judged by the persona itself.

What a list holds already stays in front of what is new; prose is written anew. Knows how
answers are read and no engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from annotated_types import MaxLen
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from app.prompting.suggested_words import (
    read_events,
    read_exchange,
    read_items,
    read_line,
    read_people,
    read_prose,
    read_words,
)
from app.prompting.suggesting import Part, Shape, SuggestionPath, opening_of
from personas.fields import Layer
from personas.persona import Persona

Draft = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value for one place of a draft; a value itself, any thread.

    `value` is JSON data as the draft holds it, `text` how it reads on a screen.
    """

    path: SuggestionPath
    title: str
    value: Any
    text: str


def title_of(path: SuggestionPath) -> str:
    """Return what the forms call a field."""
    return _field_of(path).title or str(path[-1])


def value_in(draft: Mapping[str, Any], path: SuggestionPath) -> Any:  # noqa: ANN401 - JSON
    """Return what stands at a path of a draft."""
    value: Any = draft
    for key in path:
        value = value[key]
    return value


def without(persona: Persona, path: SuggestionPath) -> Persona:
    """Return the persona with nothing at a path that may be empty."""
    return _with(persona, path, _field_of(path).get_default(call_default_factory=True)) or persona


def make_suggestion(persona: Persona, path: SuggestionPath, value: Any) -> Suggestion | None:  # noqa: ANN401 - JSON
    """Return the value as a suggestion, None when the persona cannot hold it or has it already."""
    before = value_in(persona.model_dump(mode="json"), path)
    changed = _with(persona, path, _added(before, value, path))
    if changed is None:
        return None
    held = value_in(changed.model_dump(mode="json"), path)
    if held in (before, "", []):
        return None
    return Suggestion(path, title_of(path), held, say_value(held, persona.called))


def accept_suggestion(persona: Persona, suggestion: Suggestion) -> Persona:
    """Return the persona with a suggestion that was made for it."""
    return _with(persona, suggestion.path, suggestion.value) or persona


def suggest_part(
    part: Part, persona: Persona, written: str, *, is_cut: bool = False
) -> Suggestion | None:
    """Read what was written behind the part's opening; None when there is nothing usable."""
    value = _read(part, persona, written, is_cut=is_cut)
    return make_suggestion(persona, part.path, value) if value else None


def say_value(value: Any, char: str) -> str:  # noqa: ANN401 - JSON
    """Return a draft's value as a reader would have it."""
    if isinstance(value, str):
        return value.replace("{{char}}", char)
    if isinstance(value, list):
        return "\n".join(say_value(item, char) for item in cast("list[Any]", value))
    return _say_item(cast("dict[str, Any]", value), char)


def _say_item(item: dict[str, Any], char: str) -> str:
    if "lines" in item:
        lines = cast("list[dict[str, str]]", item["lines"])
        return "\n".join(f"{_say_speaker(line['speaker'], char)}: {line['text']}" for line in lines)
    if "name" in item:
        who = f"{item['name']} ({item['relation']})" if item["relation"] else str(item["name"])
        return f"{who}: {item['note']}" if item["note"] else who
    age = None if item.get("age") is None else f"aged {item['age']}"
    moment = ", ".join(word for word in (item.get("when"), age) if word)
    return f"{moment}: {item['what']}" if moment else str(item["what"])


def _say_speaker(speaker: str, char: str) -> str:
    return {"{{char}}": char, "{{user}}": "You"}.get(speaker, speaker)


def _read(part: Part, persona: Persona, written: str, *, is_cut: bool) -> Any:  # noqa: ANN401
    opening = opening_of(part, persona)
    text = f"{opening}{written}"
    match part.shape:
        case Shape.PROSE:
            # The opening alone is ours; without a word behind it nothing was written.
            return read_prose(text, is_cut=is_cut) if read_prose(written) else ""
        case Shape.LINE:
            return read_line(text, (opening.removesuffix(":"), persona.name, title_of(part.path)))
        case Shape.WORDS:
            return read_words(text, part.wanted)
        case Shape.ITEMS:
            return read_items(text, part.wanted, is_cut=is_cut)
        case Shape.EVENTS:
            return read_events(text, part.wanted, is_cut=is_cut)
        case Shape.PEOPLE:
            people = read_people(text, part.wanted + 1, is_cut=is_cut)
            own = {persona.name.casefold(), persona.called.casefold()}
            others = [one for one in people if str(one["name"]).casefold() not in own]
            return others[: part.wanted]
        case Shape.SECRETS:
            items = read_items(text, part.wanted, is_cut=is_cut)
            return [{"what": item} for item in items]
        case Shape.EXCHANGE:
            lines = read_exchange(text, persona.called, is_cut=is_cut)
            return [{"lines": lines}] if lines else []


def _added(before: Any, value: Any, path: SuggestionPath) -> Any:  # noqa: ANN401 - JSON
    """Return a list's items with the new ones behind; where there is no room, the new alone."""
    if not isinstance(before, list):
        return value
    known = cast("list[Any]", before)
    said = {_key(item) for item in known}
    new = [item for item in cast("Sequence[Any]", value) if _key(item) not in said]
    most = _most(path)
    if most is None:
        return [*known, *new]
    room = most - len(known)
    return [*known, *new[:room]] if room > 0 else new[:most]


def _key(item: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(item, str):
        return item.casefold()
    said = cast("dict[str, Any]", item)
    return str(said.get("name") or said.get("what") or said.get("lines")).casefold()


def _most(path: SuggestionPath) -> int | None:
    limits = [mark.max_length for mark in _field_of(path).metadata if isinstance(mark, MaxLen)]
    return limits[0] if limits else None


def _field_of(path: SuggestionPath) -> FieldInfo:
    layer: type[Layer] = Persona
    for key in path[:-1]:
        layer = cast("type[Layer]", layer.model_fields[str(key)].annotation)
    return layer.model_fields[str(path[-1])]


def _with(persona: Persona, path: SuggestionPath, value: Any) -> Persona | None:  # noqa: ANN401
    draft = persona.model_dump(mode="json")
    value_in(draft, path[:-1])[path[-1]] = value
    try:
        return Persona.model_validate(draft)
    except ValidationError:
        return None
