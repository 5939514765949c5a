"""Reads files that a person wrote, as text or as a value, and says what is wrong with them.

Knows the values' types and no service.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar, cast

from pydantic import ValidationError

from app.errors import UserError
from personas.fields import Layer

_V = TypeVar("_V", bound=Layer)


def read_text(file: Path, code: str) -> str:
    """Return what a text file says; UserError when it cannot be read."""
    try:
        # "sig" because some editors put a byte order mark in front.
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"{file} cannot be read as text ({error.strerror}). Check the name and try again."
        raise UserError(message, code=code) from error
    except UnicodeDecodeError as error:
        message = f"{file} cannot be read as text: it is not in UTF-8. Save it so and try again."
        raise UserError(message, code=code) from error


def read_value(file: Path, kind: type[_V], key: str) -> _V:
    """Read the bare value, or what `show --json` printed, which has it under `key`."""
    code = f"{key}-file"
    try:
        raw: object = json.loads(read_text(file, code))
    except (ValueError, RecursionError) as error:
        message = f"{file} is not JSON ({error}). Mend that place and try again."
        raise UserError(message, code=code) from error
    try:
        body: object = raw
        if isinstance(raw, dict):
            body = cast("dict[str, object]", raw).get(key, body)
        return kind.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the top level"
        message = f"{file}, at {place}: {first['msg']}. Mend that field and try again."
        raise UserError(message, code=code) from error
