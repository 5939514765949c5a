"""A thousand cards into the open window: how long it takes, and how long the window stands still.

Run by hand: `python tests/benchmarks/bench_imports.py [CARDS]` prints one JSON value. Budget:
1,000 cards in under 60 s with the window responsive. Half are pictures of 512 by 768 pixels of
painted noise, which no packer makes small; a quarter each are V2 and V3 JSON of some 6,000
letters with a lorebook. A timer of 5 ms beats on the GUI thread: a stall is the time between two
beats. The peer in the same run is a loop that only reads each file and parses its JSON or
verifies its picture with Pillow, on this one thread. Times depend on the machine and its load.
"""

from __future__ import annotations

import io
import json
import os
import platform
import random
import statistics
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from time import monotonic, perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PIL import Image, ImageFilter
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.context import AppContext, build_context
from app.inference.scripted import ScriptedEngine
from app.paths import find_paths
from app.settings import Appearance
from personas.cards import CardFormat, write_card
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona
from ui.garbage import GarbageCollector
from ui.main_window import MainWindow
from ui.session import Session
from ui.theme.fonts import load_fonts
from ui.theme.live_theme import LiveTheme

PATIENCE_SECONDS = 300
BEAT_MILLISECONDS = 5
FORMS = (CardFormat.PNG, CardFormat.JSON_V2, CardFormat.PNG, CardFormat.JSON_V3)


def painted(chance: random.Random) -> bytes:
    """Return a picture that packs about as badly as a painting does."""
    noise = Image.frombytes("RGB", (128, 192), chance.randbytes(128 * 192 * 3))
    large = noise.resize((512, 768)).filter(ImageFilter.GaussianBlur(1))
    stream = io.BytesIO()
    large.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def write_cards(folder: Path, count: int) -> list[Path]:
    """Write cards as other programs would hand them over, each with words of its own."""
    chance = random.Random(7)
    words = ["harbour", "lamp", "ledger", "frost", "cousin", "argument", "quiet", "bread", "rope"]
    pictures = [painted(chance) for _ in range(8)]
    files = []
    for number in range(count):
        prose = " ".join(chance.choices(words, k=700))
        book = Lorebook(
            name=f"Book {number}",
            entries=tuple(
                LoreEntry(keys=(word,), content=" ".join(chance.choices(words, k=30)))
                for word in words
            ),
        )
        persona = Persona(
            name=f"Person {number:04}", description=prose, greeting="Good evening.", lore=book
        )
        form = FORMS[number % len(FORMS)]
        file = folder / f"{number:04}{form.suffix}"
        file.write_bytes(write_card(persona, pictures[number % 8], form))
        files.append(file)
    return files


def read_plainly(files: list[Path]) -> float:
    """Return the seconds that the peer takes: every file read, parsed or decoded, nothing kept."""
    began = perf_counter()
    for file in files:
        content = file.read_bytes()
        if content.startswith(b"\x89PNG"):
            with Image.open(io.BytesIO(content)) as picture:
                picture.load()
        else:
            json.loads(content)
    return perf_counter() - began


def measure(application: QApplication, context: AppContext, folder: Path, count: int) -> object:
    """Import into a whole window while a timer watches it."""
    files = write_cards(folder, count)
    theme = LiveTheme(application, Appearance(), load_fonts())
    window = MainWindow(theme, folder / "window.ini")
    window.show()
    session = Session(context, window, theme)
    session.cast.refresh()
    imports = session.commands.cards.imports
    ended: list[object] = []
    imports.receipt_changed.connect(ended.append)
    beats: list[float] = []
    timer = QTimer(interval=BEAT_MILLISECONDS)
    timer.timeout.connect(lambda: beats.append(perf_counter()))
    timer.start()
    began = perf_counter()
    imports.import_files(files)
    end = monotonic() + PATIENCE_SECONDS
    while not ended:
        application.processEvents()
        if monotonic() > end:
            sys.exit("The import did not end in time.")
    seconds = perf_counter() - began
    shown = monotonic() + PATIENCE_SECONDS
    while len(session.cast.model.rows) < count and monotonic() < shown:
        application.processEvents()
    timer.stop()
    gaps = sorted((after - before) * 1000 for before, after in pairwise(beats))
    session.close()
    window.close()
    plain = read_plainly(files)
    return {
        "cards": count,
        "seconds": round(seconds, 2),
        "plain_reading_seconds": round(plain, 2),
        "ratio": round(seconds / plain, 2),
        "kept": len(context.personas.list_all().result()),
        "stall_ms": {
            "median": round(statistics.median(gaps), 1),
            "p99": round(gaps[int(len(gaps) * 0.99)], 1),
            "worst": round(gaps[-1], 1),
            "over_50": sum(gap > 50 for gap in gaps),
        },
        "machine": platform.platform(),
    }


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    application = QApplication([])
    # Garbage is collected as in the application, else Python does it on any thread at any time.
    garbage = GarbageCollector()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = find_paths({"DRAMATIS_HOME": str(folder / "home")})
        paths.create()
        (folder / "cards").mkdir()
        with build_context(paths, engine=ScriptedEngine()) as context:
            result = measure(application, context, folder / "cards", count)
    garbage.close()
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
