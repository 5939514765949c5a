"""One exchange, from the user's message to the stored reply.

    IDLE -> RECALLING -> PROMPTING -> GENERATING -> STORING -> IDLE
                                          |            ^
                                          +-> STOPPING-+
    any but IDLE -> FAILED -> IDLE

Every enabled or disabled button follows from the phase. Knows no service.
"""

from __future__ import annotations

from enum import StrEnum


class TurnPhase(StrEnum):
    """Where a turn stands; knows its legal successors."""

    IDLE = "idle"
    RECALLING = "recalling"
    PROMPTING = "prompting"
    GENERATING = "generating"
    STOPPING = "stopping"
    STORING = "storing"
    FAILED = "failed"

    @property
    def successors(self) -> frozenset[TurnPhase]:
        """The phases that may follow this one."""
        return _SUCCESSORS[self]

    def advance(self, successor: TurnPhase) -> TurnPhase:
        """Return the successor; raises ValueError when it may not follow."""
        if successor not in self.successors:
            message = f"a turn cannot go from {self} to {successor}"
            raise ValueError(message)
        return successor

    @property
    def is_busy(self) -> bool:
        """Whether a reply is under way."""
        return self not in {TurnPhase.IDLE, TurnPhase.FAILED}

    @property
    def can_stop(self) -> bool:
        """Whether asking to stop means anything."""
        return self in {TurnPhase.RECALLING, TurnPhase.PROMPTING, TurnPhase.GENERATING}


_SUCCESSORS: dict[TurnPhase, frozenset[TurnPhase]] = {
    TurnPhase.IDLE: frozenset({TurnPhase.RECALLING}),
    TurnPhase.RECALLING: frozenset({TurnPhase.PROMPTING, TurnPhase.STOPPING, TurnPhase.FAILED}),
    TurnPhase.PROMPTING: frozenset({TurnPhase.GENERATING, TurnPhase.STOPPING, TurnPhase.FAILED}),
    TurnPhase.GENERATING: frozenset({TurnPhase.STOPPING, TurnPhase.STORING, TurnPhase.FAILED}),
    TurnPhase.STOPPING: frozenset({TurnPhase.STORING, TurnPhase.FAILED}),
    TurnPhase.STORING: frozenset({TurnPhase.IDLE, TurnPhase.FAILED}),
    TurnPhase.FAILED: frozenset({TurnPhase.IDLE}),
}
