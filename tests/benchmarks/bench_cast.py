"""How the cast bears a crowd: building its rows, laying them out, typing a search, scrolling.

Run by hand: `python tests/benchmarks/bench_cast.py [CHARACTERS]` prints one JSON value.
Budget with 2,000 characters: a step of a search (a letter typed or taken back, rows built, laid
out and painted), opening a folder, and a frame while scrolling, each under 16 ms by median.
Offscreen, with a portrait for every fourth character and a folder for every tenth; times depend
on the machine and its load.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic, perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication

from app.context import AppContext, build_context
from app.inference.scripted import ScriptedEngine
from app.paths import find_paths
from app.settings import Appearance
from personas.cards.portrait import blank_portrait
from personas.persona import Persona
from ui.bridge import EventBridge
from ui.cast.cast_list import CastList
from ui.cast.cast_panel import CastPanel
from ui.theme.fonts import load_fonts
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.cast_model import CastRowKind
from ui.viewmodels.cast_view_model import CastViewModel

FRAMES = 200
TYPED = "person 1 okafor"
TOGGLES = 20
PATIENCE_SECONDS = 60


def fill(context: AppContext, count: int) -> None:
    """Keep `count` characters with three tags each, some with a portrait, some in folders."""
    png = blank_portrait()
    futures = []
    for number in range(count):
        tags = (f"tag {number % 40}", f"place {number % 15}", "crowd")
        persona = Persona(
            name=f"Person {number:04} Okafor", tagline=f"stands at place {number}", tags=tags
        )
        futures.append(context.personas.add(persona))
    for number, future in enumerate(futures):
        record = future.result()
        if number % 4 == 0:
            context.personas.set_portrait(record.id, png).result()
        if number % 10 == 0:
            context.personas.set_folder(record.id, f"Folder {number % 7}").result()


def wait(application: QApplication, condition: Callable[[], bool]) -> None:
    """Let events run until the condition holds; SystemExit when it never does."""
    end = monotonic() + PATIENCE_SECONDS
    while not condition():
        application.processEvents()
        if monotonic() > end:
            sys.exit("The cast did not fill in time.")


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    began = perf_counter()
    work()
    return round((perf_counter() - began) * 1000, 2)


def spread(times: list[float]) -> dict[str, float]:
    """Return what is usual, what is rare and what is worst."""
    return {
        "median": round(statistics.median(times), 2),
        "p95": sorted(times)[int(len(times) * 0.95)],
        "worst": max(times),
    }


def measure(application: QApplication, context: AppContext, count: int) -> dict[str, object]:
    """Show the cast and use it."""
    theme = LiveTheme(application, Appearance(), load_fonts())
    bridge = EventBridge(context.hub)
    cast = CastViewModel(context.personas, context.conversations, bridge)
    panel = CastPanel(theme)
    panel.resize(248, 820)
    panel.set_view_model(cast)
    panel.show()
    cast.refresh()
    wait(application, lambda: len(cast.model.rows) > count)
    rows = panel.findChild(CastList)
    if rows is None:
        sys.exit("The panel has no list.")

    def step(words: str) -> None:
        cast.set_words(words)
        rows.doItemsLayout()
        panel.grab()

    def toggle() -> None:
        cast.activate(next(row for row in cast.model.rows if row.kind == CastRowKind.FOLDER))
        rows.doItemsLayout()
        panel.grab()

    # Once through before it counts: fonts and pictures are found the first time.
    step("p")
    step("")
    there = [TYPED[:length] for length in range(1, len(TYPED) + 1)]
    typed = [
        milliseconds(lambda words=words: step(words)) for words in (*there, *there[-2::-1], "")
    ]
    toggled = [milliseconds(toggle) for _ in range(TOGGLES)]
    laid_out = milliseconds(rows.doItemsLayout)
    bar = rows.verticalScrollBar()
    frames = []
    for frame in range(FRAMES):

        def scroll(frame: int = frame) -> None:
            bar.setValue(bar.maximum() * frame // FRAMES)
            rows.viewport().grab()

        frames.append(milliseconds(scroll))
        application.processEvents()
    cast.close()
    bridge.close()
    panel.close()
    return {
        "characters": count,
        "rows": len(cast.model.rows),
        "search_step_ms": spread(typed),
        "folder_ms": spread(toggled),
        "layout_ms": laid_out,
        "frame_ms": spread(frames),
        "machine": platform.platform(),
    }


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        paths = find_paths({"DRAMATIS_HOME": folder})
        paths.create()
        with build_context(paths, engine=ScriptedEngine()) as context:
            fill(context, count)
            result = measure(application, context, count)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
