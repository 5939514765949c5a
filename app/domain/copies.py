"""What a copy is called, and how its name shows whose copy it is.

Pure values; knows no store.
"""

from __future__ import annotations

import re
from collections.abc import Container

LONGEST_NAME = 200
_ENDING = re.compile(r"(?:\s*\(copy(?: \d+)?\))+\s*\Z")


def split_copy(name: str) -> tuple[str, str]:
    """Return a name without the ending that a copy has, and that ending as it is written."""
    found = _ENDING.search(name)
    if found is None or found.start() == 0:
        return name, ""
    return name[: found.start()], name[found.start() :]


def name_of_copy(name: str, taken: Container[str]) -> str:
    """Return the first of "Ada (copy)", "Ada (copy 2)" … that nobody has, also for a copy's."""
    original, _ = split_copy(name)
    number = 1
    while True:
        ending = " (copy)" if number == 1 else f" (copy {number})"
        candidate = original[: LONGEST_NAME - len(ending)] + ending
        if candidate not in taken:
            return candidate
        number += 1
