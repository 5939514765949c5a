"""How much the window does where much is remembered: counted in lines of ours, not timed."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QApplication

from tests.ui.memories.remembering import a_note, keep
from ui.memories.memory_list import MemoryList
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.viewmodels.memory_rows import FIRST_ROWS
from ui.viewmodels.memory_shelf import MemoryChip, MemoryShelf, let_go, shelve

OURS = str(Path(sys.modules[MemoryList.__module__].__file__ or "").parents[1])
FEW, MORE = FIRST_ROWS + 50, 6 * FIRST_ROWS
LAYING_OUT = {"sizeHint", "_count_lines", "count_below", "rows", "rowCount"}
"""What Qt asks for each row that the view was given, as often as it pleases: few at first."""


class Counted:
    """Counts the lines of the window that run on this thread, by function."""

    def __init__(self) -> None:
        self.lines: Counter[str] = Counter()

    def run(self, work: Callable[[], object]) -> Counter[str]:
        """Do something and return how many lines each function took."""
        self.lines = Counter()
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            work()
        finally:
            sys.settrace(before)
        return self.lines

    def _enter(self, frame: FrameType, _event: str, _what: object):
        code = frame.f_code
        is_counted = code.co_filename.startswith(OURS) and code.co_name not in LAYING_OUT
        return self._count if is_counted else None

    def _count(self, frame: FrameType, event: str, _what: object):
        self.lines[frame.f_code.co_qualname] += event == "line"
        return self._count


def test_the_window_does_no_more_where_more_is_remembered(
    screen, session, context, conversation, qtbot
):
    room, counted = session.memories.room, Counted()
    room.set_chips(set(MemoryChip))
    kept = 0

    def fill(count: int) -> None:
        nonlocal kept
        notes = [
            a_note(f"n{kept + number}", f"He said {kept + number}.", 40) for number in range(count)
        ]
        keep(context, conversation, *notes)
        kept += count
        settle(room.refresh)

    def settle(work: Callable[[], object]) -> None:
        with qtbot.waitSignal(room.rows_changed):
            work()
        QApplication.processEvents()

    def look() -> dict[str, Counter[str]]:
        tea = room.shelf.memories["tea"]
        context.memory_room.set_pinned(tea.id, pinned=not tea.is_pinned).result()
        found = {"refresh": counted.run(lambda: settle(room.refresh))}
        found["search"] = counted.run(lambda: settle(lambda: room.set_words("said")))
        found["again"] = counted.run(lambda: settle(lambda: room.set_words("")))
        keep(context, conversation, a_note(f"one{kept}", "One more.", 1))
        found["one more"] = counted.run(lambda: settle(room.refresh))
        found["reveal"] = counted.run(lambda: settle(lambda: room.reveal("tea")))
        return found

    fill(FEW)
    few = look()
    fill(MORE)
    assert len(room.model.rows) > FEW + MORE
    more = look()
    # Nothing may run over the rows: that would be a line for each of them at the very least.
    grown = {
        (what, where): lines - few[what][where]
        for what in few
        for where, lines in more[what].items()
        if lines - few[what][where] > MORE // 2
    }
    assert grown == {}


def test_a_shelf_is_emptied_and_other_rows_are_laid_out_again_when_they_changed(qapp):
    shelf = shelve([a_note("a", "One."), a_note("b", "Two.", 2)])
    shelves = [shelf, MemoryShelf()]
    let_go(shelves)
    assert shelves == []
    room = MemoryRoomViewModel(None, None, None)
    room.model.replace(shelf.entries)
    assert room.model.row_of("b") == 1
    assert room.model.row_of("c") is None
    assert room.model.place_of("c") == QModelIndex()
