"""When idle work may go on: while nobody speaks, and nobody is about to.

Knows what can be paused, and nothing of what it does.
"""

from __future__ import annotations

from threading import Lock
from typing import Protocol

from app.domain.ids import PersonaId
from app.services.asides import AsideService
from app.services.spare_time import NOTES


class IdleWork(Protocol):
    """What must not run beside a reply, and may afterwards."""

    def pause(self) -> None:
        """Stop at the next opportunity."""
        ...

    def resume(self, persona_id: PersonaId) -> None:
        """Go on, now that nobody waits."""
        ...


class IdleGate:
    """Holds idle work back for whoever speaks or types. Owned by the chat service; any thread.

    It is paused and resumed within the lock: whoever goes on must not undo a pause that came
    right behind.
    """

    def __init__(self, idle_work: IdleWork, asides: AsideService) -> None:
        """Take what is to be paused; nobody speaks yet."""
        self._idle_work = idle_work
        self._asides = asides
        self._lock = Lock()
        self._turns = 0
        self._is_typing = False
        self._held_back: dict[PersonaId, None] = {}

    def begin_turn(self) -> None:
        """Pause: somebody spoke, and a reply is due."""
        with self._lock:
            self._turns += 1
            self._idle_work.pause()

    def give_way(self) -> None:
        """Stop the notes that began to be taken meanwhile."""
        self._asides.stop(NOTES)

    def end_turn(self, persona_id: PersonaId) -> None:
        """Go on after the last turn, unless somebody types the next line already."""
        with self._lock:
            self._turns -= 1
            self._held_back[persona_id] = None
            self._go_on()

    def hold(self, persona_id: PersonaId) -> None:
        """Pause: somebody types to this persona."""
        with self._lock:
            self._is_typing = True
            self._held_back[persona_id] = None
            self._idle_work.pause()
        self.give_way()
        self._asides.read_again()

    def release(self) -> None:
        """Go on: nobody types any more. A turn goes on pausing."""
        with self._lock:
            self._is_typing = False
            self._go_on()

    def _go_on(self) -> None:
        """Resume the work for everybody it was held back for, if nobody speaks or types."""
        if self._turns or self._is_typing:
            return
        held_back, self._held_back = self._held_back, {}
        for persona_id in held_back:
            self._idle_work.resume(persona_id)
