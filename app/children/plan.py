"""What a supervisor must know of its child before it can start it.

Values only; knows no process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.children.protocol import Codec


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before which restart. A value; times in seconds."""

    first_seconds: float = 0.25
    ceiling_seconds: float = 10.0
    attempts: int = 5
    healthy_seconds: float = 60.0

    def delay(self, crashes_in_a_row: int) -> float | None:
        """Return the wait after so many crashes in a row, None to give up."""
        if crashes_in_a_row > self.attempts:
            return None
        return min(self.first_seconds * 2 ** (crashes_in_a_row - 1), self.ceiling_seconds)


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """What a supervisor must know of its child. A value; times in seconds.

    The hello must carry `version`; a pong `busy` and `progress` (see Heartbeat). A child
    hangs when it leaves a ping unanswered for `pong_seconds`, or is busy without progress
    for `hang_seconds`.
    """

    module: str
    codec: Codec
    hello_type: type
    version: int
    ping: Callable[[int], object]
    shutdown: Callable[[int], object]
    pong_type: type
    partial_types: tuple[type, ...] = ()
    log_path: Path | None = None
    command: tuple[str, ...] = ()
    start_seconds: float = 60.0
    ping_seconds: float = 2.0
    pong_seconds: float = 30.0
    hang_seconds: float = 180.0
    backoff: Backoff = field(default_factory=Backoff)
