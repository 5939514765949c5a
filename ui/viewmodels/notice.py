"""A quiet line to show at the top of the window, perhaps with one thing to do about it.

A value only; the bar that shows it is a widget.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """What to say; `action` names what `act` does. Notices of one `key` replace each other.

    `progress`, from 0 to 1, is how far something is that takes time.
    """

    text: str
    is_warning: bool = False
    action: str = ""
    act: Callable[[], None] | None = None
    key: str = ""
    progress: float | None = None
