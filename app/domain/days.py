"""Days in words, for prompts, memories and transcripts.

The model is addressed in English whatever the system's language; Qt switches the C library
to the system's, which is why strftime's names of months cannot be used. Knows no screen.
"""

from __future__ import annotations

from datetime import datetime

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def day_in_words(moment: datetime) -> str:
    """Return a moment's local day, as in 21 November 2026, whatever the system's language."""
    local = moment.astimezone()
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"
