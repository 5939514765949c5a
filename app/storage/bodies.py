"""Values as JSON in a `body` column, and what to make of one that does not hold.

Knows no table.
"""

from __future__ import annotations

import json
from typing import TypeVar, cast

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from app.errors import UserError
from personas.fields import Layer

_V = TypeVar("_V", bound=Layer)


def write_body(value: Layer) -> str:
    """Return the JSON of what was filled in.

    Only that, so that a field which is one day dropped, and which this value never used, does
    not make the body unreadable. Raises UserError for foreign JSON that cannot be written.
    """
    try:
        return value.model_dump_json(exclude_defaults=True)
    except PydanticSerializationError as error:
        message = (
            f"This cannot be kept ({error}). Something that came from another program is nested "
            "too deeply or holds half a character; take it out and try again."
        )
        raise UserError(message, code="unkeepable") from error


def read_body(kind: type[_V], body: str, nameless: str) -> tuple[_V, str | None]:
    """Return the value in a body; for one that does not hold a stand-in and the reason.

    The stand-in has the name that stands in the body, or `nameless`.
    """
    try:
        return kind.model_validate_json(body), None
    except ValidationError as error:
        name = _name_in(body) or nameless
        return kind.model_validate({"name": name}), _describe(name, error)


def _describe(name: str, error: ValidationError) -> str:
    """Return a sentence with the first finding."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    where = f" at {place}" if place else ""
    return (
        f"What is stored of {name} cannot be read by this version of Dramatis{where}: "
        f"{first['msg']}. Nothing was changed; an earlier version or a backup may still hold it."
    )


def _name_in(body: str) -> str:
    """Return the name in a body that did not validate, if there is one."""
    try:
        raw: object = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    name = cast("dict[str, object]", raw).get("name") if isinstance(raw, dict) else None
    return name.strip()[:200] if isinstance(name, str) else ""
