"""How many threads to compute with: measured once a model, lowered while others compute.

Where threads share their cores with other programs, every step waits for the slowest of
them. What changes during the work is the `ThreadGovernor`'s business. Knows no model; the
measuring is handed in.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

_BUDGET_SECONDS = 1.0
_ROUNDS = 3
_CLEARLY_FASTER = 0.95
_SHORT_SECONDS = 0.2
_IDLE_FIELDS = (3, 4)  # idle and waiting for the disk, in the first line of /proc/stat


def logical_cores(cgroup: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Return the cores that this process may use, also inside a container."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:
        cores = os.cpu_count() or 1
    try:
        quota, period = cgroup.read_text("ascii").split()
        cores = min(cores, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError):
        pass
    return cores


def physical_cores(topology: Path = Path("/sys/devices/system/cpu")) -> int:
    """Return the cores without their second threads, never more than `logical_cores`."""
    found: set[tuple[str, str]] = set()
    for folder in topology.glob("cpu[0-9]*/topology"):
        try:
            package = (folder / "physical_package_id").read_text("ascii").strip()
            found.add((package, (folder / "core_id").read_text("ascii").strip()))
        except (OSError, ValueError):
            continue
    return max(1, min(len(found) or logical_cores(), logical_cores()))


def measure_threads(
    step: Callable[[int], float],
    candidates: Iterable[int],
    *,
    budget_seconds: float = _BUDGET_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> dict[int, float]:
    """Return the shortest step of each candidate in seconds.

    `step(threads)` does a little work and returns its seconds. The candidates take turns, so
    that a disturbance hits all of them. Ends with the first step after the budget; a step
    that only brings the model in from the disk goes before and does not count.
    """
    ordered = sorted(set(candidates), reverse=True)
    step(ordered[0])
    begun = clock()
    best: dict[int, float] = {}
    for threads in ordered * _ROUNDS:
        seconds = step(threads)
        best[threads] = min(best.get(threads, seconds), seconds)
        if clock() - begun >= budget_seconds:
            break
    return best


def quickest(seconds: Mapping[int, float]) -> int:
    """Return the count with the shortest step; a near draw goes to fewer threads."""
    limit = min(seconds.values()) / _CLEARLY_FASTER
    return min(threads for threads, taken in seconds.items() if taken <= limit)


class Load:
    """What other processes take of the machine. Owned by the server; compute thread.

    What this process takes itself is left out, so that it need not rest to see the others:
    who embeds for an hour without a pause learns that the machine is free again.
    """

    def __init__(
        self,
        statistics: Path = Path("/proc/stat"),
        own_seconds: Callable[[], float] = time.process_time,
    ) -> None:
        """Begin to look; `own_seconds` is the processor time of all threads here."""
        self._statistics = statistics
        self._own_seconds = own_seconds
        self._seen = self._read()
        self._busy_cores = 0.0

    def is_quiet(self, cores: int) -> bool:
        """Whether most of the machine is free, so that measuring it says something."""
        return self.lower(cores, cores) * 2 > cores

    def lower(self, threads: int, cores: int) -> int:
        """Return how many of the threads to use now; 1 at least."""
        now = self._read()
        if now is None or self._seen is None:
            return threads
        busy, total, own = (new - old for new, old in zip(now, self._seen, strict=True))
        # Too short a time says nothing: what was found before still stands.
        if total >= _SHORT_SECONDS * _ticks_per_second() * cores:
            others = max(0.0, busy - own * _ticks_per_second())
            self._busy_cores = others / total * cores
            self._seen = now
        return max(1, min(threads, round(cores - self._busy_cores)))

    def _read(self) -> tuple[int, int, float] | None:
        """Return busy and all ticks of all cores, and the seconds that were our own.

        None where the system does not say.
        """
        try:
            with self._statistics.open("r", encoding="ascii") as file:
                ticks = [int(word) for word in file.readline().split()[1:9]]
        except (OSError, ValueError):
            return None
        total = sum(ticks)
        idle = sum(ticks[field] for field in _IDLE_FIELDS if field < len(ticks))
        return total - idle, total, self._own_seconds()


def _ticks_per_second() -> int:
    return os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
