"""How long the memory room holds up the window: the longest step of the GUI thread while it fills.

Run by hand: `python tests/benchmarks/bench_memory_room.py [MEMORIES]` prints one JSON value.
Budget: no step over 50 ms at 100,000 memories. Offscreen, with the real screen; the memories
come from a list, as fresh objects each time, where the product reads them from the database.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, thread_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication

from app.domain.conversation import Conversation, PersonaRecord
from app.domain.ids import ConversationId, MemoryId, PersonaId
from app.domain.memory import Bond, Memory, MemoryKind, NoteKind
from app.tasks import Lane
from personas.persona import Persona
from ui.memories.memory_list import MemoryList
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.viewmodels.memory_rows import FARTHEST_ROW
from ui.viewmodels.memory_shelf import MemoryChip

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PATIENCE_SECONDS = 60.0


class Shelves:
    """Answers as the services do, from a list: other objects each time. Any thread."""

    def __init__(self, count: int) -> None:
        self.lane = Lane("storage")
        self.memories = [_memory(number) for number in range(count)]

    def in_story(self, _conversation_id: ConversationId) -> Future[list[Memory]]:
        return self.lane.submit(lambda: [replace(one) for one in self.memories])

    def list_all(self, _persona_id: PersonaId) -> Future[list[Conversation]]:
        return self.lane.submit(lambda: [_conversation()])


class Steps(QObject):
    """Times what the GUI thread does between two looks at its queue. GUI thread.

    `longest` is what the clock says, `busiest` what the thread itself was at work, in seconds:
    the first also counts what else the machine does.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest = self.busiest = 0.0

    def until(self, app: QApplication, act: Callable[[], object], done: Callable[[], bool]) -> None:
        """Act and go on until it is done, and a little longer; note the longest step."""
        self.longest = self.busiest = 0.0
        begun = perf_counter()
        self._take(act)
        while not done():
            self._take(app.processEvents)
            if perf_counter() - begun > PATIENCE_SECONDS:
                raise TimeoutError
        for _ in range(20):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            self._take(app.processEvents)

    def _take(self, step: Callable[[], object]) -> None:
        start, worked = perf_counter(), thread_time()
        step()
        self.longest = max(self.longest, perf_counter() - start)
        self.busiest = max(self.busiest, thread_time() - worked)


def _memory(number: int) -> Memory:
    is_note = number % 3 == 0
    return Memory(
        id=MemoryId(f"m{number:06}"),
        persona_id=PersonaId("isla"),
        conversation_id=ConversationId("the-lamp-room"),
        kind=MemoryKind.NOTE if is_note else MemoryKind.EPISODE,
        text=f"He said {number}, and that the valve was in the tin with the buttons. " * 2,
        happened_at=NOW - timedelta(minutes=200_000 - number),
        sources=(),
        note_kind=NoteKind.FACT if is_note else None,
        keywords=("valve", "tin"),
        quarantine="It gives orders." if number % 100 == 1 else "",
        bond=Bond(0.1, 0.1, 0.1) if number % 30 == 0 else None,
    )


def _conversation() -> Conversation:
    return Conversation(
        id=ConversationId("the-lamp-room"),
        persona_id=PersonaId("isla"),
        persona_version_id="1",  # pyright: ignore[reportArgumentType] - nobody looks it up
        title="The lamp room",
        user_name="Daniel",
        leaf_id=None,
        created_at=NOW,
        updated_at=NOW,
    )


def main() -> None:
    """Measure opening, refreshing, and narrowing; print the longest steps in milliseconds."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    app = QApplication([])
    shelves = Shelves(count)
    lane = Lane("shelving")
    room = MemoryRoomViewModel(shelves, shelves, lane)  # pyright: ignore[reportArgumentType]
    view = MemoryList(room, LiveTheme(app))
    view.resize(700, 600)
    view.show()
    persona = PersonaRecord(
        PersonaId("isla"),
        "1",  # pyright: ignore[reportArgumentType] - nobody looks it up
        1,
        Persona(name="Isla MacRae"),
        NOW,
    )
    told: list[int] = []
    room.rows_changed.connect(lambda: told.append(1))
    # As in the product nothing is collected on the way; what it takes then is told apart.
    gc.disable()
    gc.collect()
    gc.freeze()
    steps = Steps()
    found: dict[str, dict[str, float]] = {}

    def measure(name: str, act: Callable[[], object]) -> None:
        told.clear()
        steps.until(app, act, lambda: bool(told) and room.model.rowCount() > 0)
        found[name] = {
            "clock_ms": round(steps.longest * 1000, 1),
            "work_ms": round(steps.busiest * 1000, 1),
        }

    measure("open", lambda: room.open(persona, _conversation()))
    measure("everything", lambda: room.set_chips(set(MemoryChip)))
    measure("refresh", room.refresh)
    shelves.memories[5] = replace(shelves.memories[5], is_pinned=True)
    measure("refresh_one_pinned", room.refresh)
    shelves.memories.append(_memory(count))
    measure("refresh_one_more", room.refresh)
    measure("search", lambda: room.set_words("valve 7"))
    measure("search_off", lambda: room.set_words(""))
    far = room.model.rows[FARTHEST_ROW - 1].memory.id
    measure("reveal_far_down", lambda: room.reveal(far))
    start = perf_counter()
    gc.collect()
    collected = round((perf_counter() - start) * 1000, 1)
    view.close()
    lane.close()
    shelves.lane.close()
    told_of = {"memories": count, "longest_gui_step": found, "collecting_ms": collected}
    print(json.dumps(told_of, indent=1))  # noqa: T201 - its output


if __name__ == "__main__":
    main()
