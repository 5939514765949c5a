"""Reads each hostile file in a process of its own and prints what it cost, a JSON line each.

    .venv/bin/python -m tests.personas.cards.read_under_watch

The processes are forked from one that has read ordinary cards and made none of the files, so
that a file pays for itself, its bytes included, and for nothing else. `yardsticks` is the
processor time in units of a fixed piece of work, measured just before: what a file costs then
depends on the file and hardly on the machine. Where the caps were chosen, a yardstick is 0.08 s.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from time import process_time

from personas.cards import CardError, read_card
from tests.personas.cards.fixtures import PRODUCERS
from tests.personas.cards.hostile_files import FILES

_MEGABYTE = 1024**2


def main() -> int:
    warnings.simplefilter("error")
    for make in PRODUCERS.values():
        read_card(make(), file_name="whole")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "evil.png")
        for name, make in FILES.items():
            _in_a_child(lambda make=make: file.write_bytes(make()))
            has_lived = _in_a_child(lambda name=name: _say({"file": name, **_watch(file)}))
            if not has_lived:
                _say({"file": name, "outcome": "crashed"})
    return 0


def _in_a_child(work: Callable[[], object]) -> bool:
    """Do it in a process forked from this one; return whether that came to its end."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            sys.stdout.flush()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def _say(row: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")


def _watch(file: Path) -> dict[str, object]:
    yardstick = min(_yardstick() for _ in range(3))
    start, began = _megabytes(), process_time()
    try:
        card = read_card(file.read_bytes(), file_name=file.name)
        outcome, problem = "read", ""
        has_said, has_portrait = bool(card.receipt.rows), card.portrait is not None
    except CardError as error:
        outcome, problem, has_portrait = "refused", str(error), False
        has_said = error.problem.endswith((".", "?")) and error.remedy.endswith(".")
    seconds = process_time() - began
    return {
        "outcome": outcome,
        "problem": problem,
        "has_said": has_said,
        "has_portrait": has_portrait,
        "seconds": round(seconds, 3),
        "yardsticks": round(seconds / yardstick, 2),
        "megabytes": round(_megabytes() - start, 1),
    }


def _yardstick() -> float:
    """Return the processor time of work such as a card makes: inflating, parsing, counting."""
    began = process_time()
    packed = zlib.compress(bytes(range(256)) * 2000, 1)
    for _ in range(100):
        zlib.decompress(packed)
    text = json.dumps([{"keys": ["a", "b"], "content": "word " * 20}] * 2000)
    for _ in range(20):
        json.loads(text)
    sum(number % 7 for number in range(1_200_000))
    return process_time() - began


def _megabytes() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / _MEGABYTE


if __name__ == "__main__":
    sys.exit(main())
