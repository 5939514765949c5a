"""Foreign values made into ours: nulls, numbers and lists where text belongs, and back.

Every function takes anything that JSON can hold and never raises; None says that a value
cannot be meant. Knows no field.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from typing import Any, cast

JsonObject = dict[str, Any]

_LARGEST = int(sys.float_info.max)  # JSON may hold whole numbers that nothing can reckon with.


def text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a value as text with plain line ends; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, str):
        plain = value
    elif isinstance(value, bool):
        plain = "true" if value else "false"
    elif isinstance(value, list):
        plain = "\n".join(text(item) for item in cast("list[Any]", value))
    elif isinstance(value, dict):
        plain = json.dumps(value, ensure_ascii=False)
    else:
        plain = str(value)
    return plain.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    """Return a list's items as texts; a lone text is a list of one."""
    if value is None:
        return ()
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    return tuple(text(item) for item in items)


def words(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    """Return keys: a list's items, or the parts of one text between its commas."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return texts(value)


def number(value: Any) -> int | float | None:  # noqa: ANN401 - as above
    """Return a number, also from its digits in a text; None for anything else."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str) and len(value) <= 40:
        try:
            found = float(value)
        except ValueError:
            return None
        if not math.isfinite(found):
            return None
        return int(found) if found.is_integer() and "." not in value else found
    return None


def whole(value: Any) -> int | None:  # noqa: ANN401 - as above
    """Return a whole number, None where there is none."""
    found = number(value)
    return None if found is None else int(found)


def flag(value: Any) -> bool | None:  # noqa: ANN401 - as above
    """Return yes or no, also from its word or digit; None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0
    if isinstance(value, str):
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
            value.strip().casefold()
        )
    return None


def mapping(value: Any) -> JsonObject:  # noqa: ANN401 - as above
    """Return an object as it is, and an empty one for anything else."""
    return cast("JsonObject", value) if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:  # noqa: ANN401 - as above
    """Return a list as it is, and an empty one for anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def objects(value: Any) -> list[JsonObject]:  # noqa: ANN401 - as above
    """Return those items of a list that are objects."""
    return [mapping(item) for item in items(value) if isinstance(item, dict)]


def canonical(value: Any) -> str:  # noqa: ANN401 - as above
    """Return JSON that is equal for equal values whatever the order of their keys."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def same(value: Any, other: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether two values are the same JSON: 1, 1.0 and true are three different ones."""
    if type(value) is not type(other):
        return False
    is_scalar = type(value) not in (dict, list)
    return value == other if is_scalar else canonical(value) == canonical(other)


def without(values: Mapping[str, Any], names: frozenset[str]) -> JsonObject:
    """Return an object's other fields."""
    return {name: value for name, value in values.items() if name not in names}
