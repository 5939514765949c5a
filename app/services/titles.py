"""What a conversation is called when nobody named it: its first words.

Knows no conversation.
"""

from __future__ import annotations

TITLE_LENGTH = 40


def title_from(text: str) -> str:
    """Return the first words, for a conversation that has no title."""
    words = " ".join(text.split())
    if len(words) <= TITLE_LENGTH:
        return words
    return words[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:.-") + " …"
