"""The size of one field, judged before anything is made of it.

Knows no format: every reader asks it.
"""

from __future__ import annotations

from typing import cast

from personas.cards import coercion, limits
from personas.cards.errors import CardError


def check_field(value: object, field: str, file: str) -> None:
    """Raise CardError for a field that no model reads and no screen shows."""
    longest, most = _sizes(value)
    lines = coercion.text(value).count("\n") if field == "mes_example" else 0
    problem = ""
    if longest > limits.FIELD_CHARACTERS and field != "assets":
        problem = f"This field has more than {limits.FIELD_CHARACTERS:,} characters."
    elif most > limits.FIELD_ITEMS:
        problem = f"This field has more than {limits.FIELD_ITEMS:,} items."
    elif lines > limits.EXAMPLE_LINES:
        problem = f"This field has more than {limits.EXAMPLE_LINES:,} lines."
    if problem:
        remedy = "No model reads as much; ask its maker for a smaller one."
        raise CardError(file, problem, remedy, place=field)


def _sizes(value: object) -> tuple[int, int]:
    """Return the length of the longest text and of the longest list in a value."""
    if isinstance(value, str):
        return len(value), 0
    if isinstance(value, dict):
        parts = list(cast("dict[str, object]", value).values())
    elif isinstance(value, list):
        parts = cast("list[object]", value)
    else:
        return 0, 0
    sizes = [_sizes(part) for part in parts]
    longest = max((size[0] for size in sizes), default=0)
    return longest, max(len(parts), *(size[1] for size in sizes), 0)
