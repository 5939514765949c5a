"""What a card tells the model from outside the character: instead of our rules, and at the end.

Only the texts and how `{{original}}` is put in; `immersion` knows the rules that it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from personas.fields import CARD_V2, Layer, documented

_ORIGINAL = re.compile(r"\{\{\s*original\s*\}\}", re.IGNORECASE)


class Instructions(Layer):
    """Instructions that came with a card; a value, owned by its persona, any thread."""

    system_prompt: str = documented(
        "",
        "Rules of its own",
        "Stands in for our rules of play; {{original}} puts ours back in.",
        CARD_V2,
        long=True,
    )
    post_history: str = documented(
        "",
        "Last word",
        "Said to the model after the conversation so far, before the new message.",
        CARD_V2,
        long=True,
    )


def with_original(text: str, original: str, expand: Callable[[str], str]) -> str:
    """Return `text` expanded, with `original` as it is in place of each `{{original}}`."""
    return original.join(expand(part) for part in _ORIGINAL.split(text)).strip()
