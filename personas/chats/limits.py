"""How much an old chat may ask of the machine, beside what `personas.cards.limits` says.

Knows no format.
"""

from __future__ import annotations

CHATS = 500
"""Of one file: some programs write everything that was ever said into one."""
LINES = 60_000
"""Of all chats in one file; at a hundred a day they take a year and a half."""
LINE_BYTES = 8 * 1024**2
"""Of one line of JSONL, with all takes of its message."""
SPEAKERS = 100
"""Who may speak in one chat that is parted by their names."""
