"""File names that people would give.

Knows no file system.
"""

from __future__ import annotations

import re

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_LONGEST = 80


def suggest_file_name(*parts: str, suffix: str) -> str:
    """Return a name that every system takes: the parts that say something, then the suffix."""
    cleaned = (" ".join(_NOT_IN_NAMES.sub(" ", part).split()).strip(". ") for part in parts)
    stem = " - ".join(part for part in cleaned if part) or "Conversation"
    return f"{stem[:_LONGEST].rstrip('. ')}{suffix}"
