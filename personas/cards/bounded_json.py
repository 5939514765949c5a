"""JSON from strangers: size, depth and number of values are checked, broken text is repaired.

Everything that other programs' parsers let through is let through (control characters,
half surrogates, NaN), so that a card opens; what cannot be kept in Unicode or JSON is
replaced. Knows no field.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, cast

from personas.cards import limits
from personas.cards.errors import CardError

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(content: bytes, file: str, place: str = "", *, what: str = "card") -> Any:  # noqa: ANN401 - any JSON
    """Return what a JSON text says. Raises CardError and nothing else; `what` names it there."""
    if len(content) > limits.JSON_BYTES:
        raise CardError(
            file,
            f"The JSON text has {len(content):,} bytes, more than any {what} needs.",
            f"Take pictures out of it and keep it under {limits.JSON_BYTES:,} bytes.",
            place=place,
        )
    _check_number_of_values(content, file, place, what)
    source = decode_text(content)
    if len(source) > limits.WIDE_TEXT_CHARACTERS and max(source) > "\uffff":
        raise CardError(
            file,
            f"The text has {len(source):,} characters, more than any {what} needs.",
            f"Keep it under {limits.WIDE_TEXT_CHARACTERS:,} characters.",
            place=place,
        )
    try:
        parsed = json.loads(source, strict=False)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise CardError(
            file,
            f"This is not valid JSON: {error.msg}.",
            "Look for a missing quotation mark, comma or bracket there or just before.",
            place=f"{place}, {where}" if place else where,
        ) from error
    except ValueError as error:  # a number of more digits than Python turns into one
        raise CardError(
            file,
            "A number in it has thousands of digits.",
            "Take the number out.",
            place=place,
        ) from error
    except RecursionError as error:
        raise _too_deep(file, place, what) from error
    return repaired(parsed, file, place, what=what)


def decode_text(content: bytes) -> str:
    """Return the text of bytes in UTF-8, in UTF-16 with its mark, or else in Latin-1."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def repaired(
    value: Any,  # noqa: ANN401
    file: str,
    place: str = "",
    depth: int = 0,
    *,
    what: str = "card",
) -> Any:  # noqa: ANN401
    """Return a parsed value with what neither Unicode nor JSON can hold replaced.

    Raises CardError for a value that is nested too deeply.
    """
    if isinstance(value, str):
        return _joined_surrogates(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if not isinstance(value, dict | list):
        return value
    if depth >= limits.JSON_DEPTH:
        raise _too_deep(file, place, what)
    if isinstance(value, list):
        return [
            repaired(item, file, place, depth + 1, what=what) for item in cast("list[Any]", value)
        ]
    return {
        _joined_surrogates(str(name)): repaired(inner, file, place, depth + 1, what=what)
        for name, inner in cast("dict[Any, Any]", value).items()
    }


def _joined_surrogates(value: str) -> str:
    if not _SURROGATE.search(value):
        return value
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _check_number_of_values(content: bytes, file: str, place: str, what: str) -> None:
    """Refuse a text whose values would fill the memory; commas in prose do not count."""
    if _count_values(content) <= limits.JSON_VALUES:
        return
    if _count_values(_STRING.sub(b"", content)) > limits.JSON_VALUES:
        raise CardError(
            file,
            f"The JSON text holds more than {limits.JSON_VALUES:,} values.",
            f"No {what} needs as many; ask its maker for a smaller one.",
            place=place,
        )


def _count_values(content: bytes) -> int:
    return sum(content.count(mark) for mark in (b",", b"[", b"{"))


def _too_deep(file: str, place: str, what: str) -> CardError:
    return CardError(
        file,
        f"The brackets are nested more than {limits.JSON_DEPTH} deep.",
        f"No {what} needs that; ask its maker for a plain one.",
        place=place,
    )
