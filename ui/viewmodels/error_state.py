"""An error as something a screen shows and takes away again, not as something thrown.

A value only.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorState:
    """What went wrong, for the quiet bar; `can_retry` says whether trying again means anything."""

    code: str
    message: str
    can_retry: bool = False
