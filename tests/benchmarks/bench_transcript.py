"""How long the page takes: opening 10,000 stored messages, a streamed step, an older page.

Run by hand: `python tests/benchmarks/bench_transcript.py [MESSAGES]` prints one JSON value.
Budgets: opened and painted under 300 ms, a streamed step under 8 ms by median. Offscreen,
with the real storage and the scripted engine; times depend on the machine and its load.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication

from app.context import AppContext, build_context
from app.domain.conversation import Author, Conversation, MessageState
from app.domain.ids import MessageId
from app.inference.scripted import ScriptedEngine
from app.paths import AppPaths, find_paths
from app.ports.clock import SystemClock
from app.ports.stores import NewMessage
from app.storage.conversation_repository import ConversationRepository
from app.storage.database import Database
from ui.bridge import EventBridge
from ui.chat.chat_screen import ChatScreen
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.conversation_view_model import ConversationViewModel
from ui.viewmodels.transcript_model import WINDOW_ROWS

LINE = "It had died. *She does not look up from the back of the set.* Then I found the valve. "
STEPS = 200


def fill(paths: AppPaths, count: int) -> Conversation:
    """Store a conversation of `count` messages of about 270 characters."""
    with build_context(paths, engine=ScriptedEngine()) as context:
        persona = context.personas.list_all().result()[0]
        conversation = context.conversations.create(persona.id).result()
    database = Database.open(paths.database, paths.backups)
    store = ConversationRepository(database, SystemClock())
    leaf = store.get(conversation.id).leaf_id
    for number in range(count):
        author = Author.CHARACTER if number % 2 else Author.USER
        text = LINE * (2 + number % 3)
        leaf = store.append(conversation.id, leaf, NewMessage(author, "Isla MacRae", text)).id
    database.close()
    return conversation


def pump(app: QApplication, is_done: Callable[[], bool]) -> None:
    while not is_done():
        app.processEvents()


def milliseconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1000


def measure(
    app: QApplication, context: AppContext, conversation: Conversation
) -> dict[str, object]:
    bridge = EventBridge(context.hub)
    model = ConversationViewModel(context.conversations, context.chat, context.models, bridge)
    screen = ChatScreen(model, LiveTheme(app))
    screen.resize(1000, 820)
    screen.show()
    app.processEvents()
    view, transcript = screen.transcript, model.transcript

    def open_it() -> None:
        model.open(conversation)
        pump(app, lambda: transcript.rowCount() > 0)
        view.viewport().repaint()

    first = milliseconds(open_it)
    again = [milliseconds(open_it) for _ in range(5)]

    def older() -> None:
        rows = transcript.rowCount()
        transcript.fetch_older()
        pump(app, lambda: transcript.rowCount() > rows)
        view.viewport().repaint()

    pages: list[float] = []
    while transcript.rowCount() < WINDOW_ROWS:
        pages.append(milliseconds(older))
    view.follow_end()

    template = transcript.newest
    assert template is not None
    reply = replace(template, id=MessageId("new"), text="", state=MessageState.STREAMING)
    transcript.store(reply, is_new=True)

    words = iter(range(10 * STEPS))

    def step() -> None:
        transcript._replies._timer.stop()
        paragraph = "\n\n" if next(words) % 10 == 9 else ""
        transcript.append_delta(reply.id, f"and the lamp turns *slowly* {paragraph}")
        app.processEvents()
        view.viewport().repaint()

    steps = [milliseconds(step) for _ in range(STEPS)]

    def scroll() -> None:
        bar = view.verticalScrollBar()
        bar.setValue(bar.value() - 40)
        view.viewport().repaint()

    scrolls = [milliseconds(scroll) for _ in range(50)]
    resizes = [milliseconds(lambda w=w: screen.resize(w, 820)) for w in (990, 700, 690, 680)]
    screen.close()
    bridge.close()
    return {
        "rows": transcript.rowCount(),
        "open_first_ms": round(first, 1),
        "open_again_ms": round(statistics.median(again), 1),
        "older_page_ms": round(statistics.median(pages), 1),
        "stream_step_median_ms": round(statistics.median(steps), 2),
        "stream_step_worst_ms": round(max(steps), 2),
        "scroll_40px_ms": round(statistics.median(scrolls), 2),
        "resize_ms": [round(one, 1) for one in resizes],
    }


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        paths = find_paths({"DRAMATIS_HOME": folder})
        conversation = fill(paths, count)
        with build_context(paths, engine=ScriptedEngine()) as context:
            result = measure(app, context, conversation)
    machine = {"machine": platform.machine(), "python": platform.python_version()}
    sys.stdout.write(json.dumps({"messages": count, **result, **machine}) + "\n")


if __name__ == "__main__":
    main()
