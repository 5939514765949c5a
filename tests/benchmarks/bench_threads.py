"""How a prompt and a reply hold up when other programs want the cores.

Run by hand: `python tests/benchmarks/bench_threads.py [ROUNDS]` prints one JSON value: tokens
a second for each way to wait and to choose threads, on the machine as it is and beside as
many endless loops as it has cores. The ways take turns in real engine children, so that what
else goes on hits all of them.
"""

from __future__ import annotations

import json
import os
import platform
import queue
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.children.process import ChildProcess, python_command
from app.inference import protocol
from app.inference.engine_child import WORKER_MODULE, engine_codec
from app.inference.worker.threads import logical_cores
from app.models.bundled import find_bundled_model

GREEDY = protocol.WireSampler(
    temperature=0.0,
    top_k=0,
    top_p=1.0,
    min_p=0.0,
    typical_p=1.0,
    repeat_penalty=1.0,
    repeat_last_n=0,
    frequency_penalty=0.0,
    presence_penalty=0.0,
    dry_multiplier=0.0,
    dry_base=1.75,
    dry_allowed_length=2,
    xtc_probability=0.0,
    xtc_threshold=0.1,
    seed=1,
)
SENTENCE = "The keeper of the lighthouse wrote down the weather, the ships and the birds. "
LIBGOMPS_OWN = "300000"
# Way -> the spin count it is given ("" leaves it to the engine) and its fixed threads.
WAYS = {
    "1 thread, spinning": (LIBGOMPS_OWN, 1),
    "all cores, spinning": (LIBGOMPS_OWN, logical_cores()),
    "all cores, sleeping": ("", logical_cores()),
    "as shipped": ("", 0),
}
# What a collapsed reply would take is not waited for.
HOG_SECONDS = 20


class Engine:
    """A real engine child that writes one reply after the other."""

    def __init__(self, spin_count: str, threads: int) -> None:
        self._answers: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._ticket = 0
        # The child inherits our environment; nothing else runs here meanwhile.
        for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
            os.environ.pop(name, None)
        if spin_count:
            os.environ["GOMP_SPINCOUNT"] = spin_count
        self._child = ChildProcess(
            python_command(WORKER_MODULE), engine_codec(), self._answers.put, lambda: None
        )
        os.environ.pop("GOMP_SPINCOUNT", None)
        hint = 0 if threads else logical_cores()
        loaded = self.ask(
            protocol.Load(1, str(find_bundled_model()), 2048, threads, 0, thread_hint=hint)
        )
        assert isinstance(loaded, protocol.Loaded), loaded

    def ask(self, request: object) -> object:
        self._child.send(request)
        partial = (protocol.Ready, protocol.Loading, protocol.Delta)
        while isinstance(answer := self._answers.get(timeout=300), partial):
            pass
        return answer

    def reply(self, number: int) -> tuple[float, float]:
        """Read about 600 tokens that begin anew, write 40; returns tokens a second."""
        text = f"Note {number}. {SENTENCE * 38} Tell a long story about it."
        messages = (protocol.WireMessage("user", text),)
        self._ticket += 1
        done = self.ask(protocol.Generate(self._ticket, messages, GREEDY, 40))
        assert isinstance(done, protocol.Finished), done
        return done.prompt_read / done.read_seconds, done.generated / done.generate_seconds

    def close(self) -> None:
        self._child.close_input()
        self._child.exited.wait(10)
        self._child.finish()


@contextmanager
def company(count: int) -> Iterator[None]:
    """Run endless loops beside, for a bounded time."""
    loop = (
        f"import time\nend = time.monotonic() + {HOG_SECONDS}\nwhile time.monotonic() < end: pass"
    )
    started = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(count)]
    # They begin with the request and not before: what the child saw while it rested is past.
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def measure(rounds: int) -> dict[str, object]:
    engines = {way: Engine(*settings) for way, settings in WAYS.items()}
    found: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for number in range(rounds):
        for loops in (0, logical_cores()):
            order = list(engines.items())
            for way, engine in order[number % len(order) :] + order[: number % len(order)]:
                with company(loops):
                    rates = engine.reply(number * 2 + bool(loops))
                place = found.setdefault("beside loops" if loops else "as it is", {})
                place.setdefault(way, []).append(rates)
    for engine in engines.values():
        engine.close()
    return {
        "cores": logical_cores(),
        "machine": platform.machine(),
        "rounds": rounds,
        "tokens_per_second": {
            place: {way: _summary(rates) for way, rates in ways.items()}
            for place, ways in found.items()
        },
    }


def _summary(rates: list[tuple[float, float]]) -> dict[str, object]:
    reading, writing = zip(*rates, strict=True)
    return {
        "read_median": round(statistics.median(reading), 1),
        "write_median": round(statistics.median(writing), 1),
        "read": [round(rate, 1) for rate in reading],
        "write": [round(rate, 1) for rate in writing],
    }


if __name__ == "__main__":
    result = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
