"""What can be taken back in each conversation, the newest last, as long as the process.

Holds deeds and their words only; knows no message. Who asks decides when a step may go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.ids import ConversationId

UNDO_DEPTH = 100


@dataclass(frozen=True, slots=True)
class UndoStep:
    """One deed and how to take it back. A value; carried out on the storage lane."""

    label: str
    carry_out: Callable[[], object]


class UndoSteps:
    """The steps of every conversation. Owned by ChatService; changed on the storage lane."""

    def __init__(self) -> None:
        """Begin with nothing done."""
        self._steps: dict[ConversationId, list[UndoStep]] = {}

    def add(
        self, conversation_id: ConversationId, label: str, carry_out: Callable[[], object]
    ) -> None:
        """Note what was done; the oldest step goes when there are too many."""
        steps = self._steps.setdefault(conversation_id, [])
        steps.append(UndoStep(label, carry_out))
        del steps[:-UNDO_DEPTH]

    def has_any(self, conversation_id: ConversationId) -> bool:
        """Whether something can be taken back. Any thread."""
        return bool(self._steps.get(conversation_id))

    def take_back(self, conversation_id: ConversationId) -> str | None:
        """Take back the newest step and say what it was; it stays when that fails."""
        steps = self._steps.get(conversation_id)
        if not steps:
            return None
        step = steps[-1]
        step.carry_out()
        steps.remove(step)
        return step.label
