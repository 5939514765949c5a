"""Names put in for the macros of character cards: `{{char}}`, `{{user}}`, `<BOT>`, `<USER>`.

Once and never recursively: a name that looks like a macro stays as it is. Any case counts.
Other macros are left alone here; `macro_expansion` knows them. Knows no persona.
"""

from __future__ import annotations

import re

_MACRO = re.compile(r"\{\{(?P<braces>char|user)\}\}|<(?P<angles>bot|user)>", re.IGNORECASE)


def expand(text: str, *, char: str, user: str) -> str:
    """Return `text` with the character's and the user's name in place of their macros."""

    def name(found: re.Match[str]) -> str:
        macro = (found["braces"] or found["angles"]).lower()
        return user if macro == "user" else char

    return _MACRO.sub(name, text)
