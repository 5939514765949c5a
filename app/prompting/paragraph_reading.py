"""Reads a paragraph about somebody by rules: name, age, place, work, kin, loves and hates.

Rules find less than a reader and invent nothing, and need no model. Each finding stands
alone. Pure; knows no engine.
"""

from __future__ import annotations

from typing import Any

from app.prompting.suggesting import SuggestionPath

Finding = tuple[SuggestionPath, Any]


def read_paragraph(paragraph: str) -> tuple[Finding, ...]:
    """Return what the paragraph says, as paths and values of a draft."""
    return ()
