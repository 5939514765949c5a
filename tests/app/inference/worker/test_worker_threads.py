"""The choice of threads, on described machines."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.inference.worker.threads import (
    Load,
    logical_cores,
    measure_threads,
    physical_cores,
    quickest,
)


class Machine:
    """A processor whose steps take what a table says, on a clock of its own."""

    def __init__(self, seconds: dict[int, float]) -> None:
        self.seconds = seconds
        self.now = 0.0
        self.tried: list[int] = []

    def step(self, threads: int) -> float:
        self.tried.append(threads)
        self.now += self.seconds[threads]
        return self.seconds[threads]

    def choose(self) -> int:
        return quickest(measure_threads(self.step, self.seconds, clock=lambda: self.now))


@pytest.mark.parametrize(
    ("seconds", "best"),
    [
        ({1: 0.05, 2: 0.03}, 2),
        ({1: 0.03, 2: 0.30}, 1),
        ({1: 0.08, 4: 0.02, 8: 0.025}, 4),
        ({1: 0.05, 4: 0.0201, 8: 0.02}, 4),
        ({2: 0.05}, 2),
    ],
)
def test_quickest_wins_and_a_near_draw_goes_to_fewer(seconds: dict[int, float], best: int):
    assert Machine(seconds).choose() == best


def test_slow_model_is_measured_no_longer_than_its_budget():
    machine = Machine({1: 3.0, 8: 2.0})
    assert machine.choose() == 8
    assert machine.tried == [8, 8]


def test_cores_are_counted_with_the_containers_quota(tmp_path: Path):
    quota = tmp_path / "cpu.max"
    quota.write_text("100000 100000\n")
    assert logical_cores(quota) == 1
    quota.write_text("max 100000\n")
    everything = logical_cores(quota)
    assert everything == len(os.sched_getaffinity(0))
    assert logical_cores(tmp_path / "nothing") == everything


def test_second_threads_of_a_core_do_not_count(tmp_path: Path):
    for number in range(2):
        folder = tmp_path / f"cpu{number}" / "topology"
        folder.mkdir(parents=True)
        (folder / "physical_package_id").write_text("0\n")
        (folder / "core_id").write_text("0\n")
    (tmp_path / "cpu9" / "topology").mkdir(parents=True)
    assert physical_cores(tmp_path) == 1
    assert physical_cores(tmp_path / "nothing") == logical_cores()


TICKS = os.sysconf("SC_CLK_TCK")


@pytest.fixture
def statistics(tmp_path: Path) -> Callable[[int, int], Path]:
    """Writes /proc/stat with so many ticks busy and idle."""

    def write(busy: int, idle: int) -> Path:
        path = tmp_path / "stat"
        path.write_text(f"cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\ncpu0 1 2 3\n")
        return path

    return write


def test_quiet_machine_gives_all_threads(statistics: Callable[[int, int], Path]):
    load = Load(statistics(1000, 1000))
    statistics(1010, 5000)
    assert load.lower(4, 4) == 4
    assert load.is_quiet(4)


def test_busy_machine_gives_what_others_leave(statistics: Callable[[int, int], Path]):
    load = Load(statistics(1000, 1000), own_seconds=lambda: 0.0)
    statistics(3000, 3000)
    assert load.lower(4, 4) == 2
    assert load.lower(1, 4) == 1
    assert not load.is_quiet(4)
    statistics(30_000, 3000)
    assert load.lower(4, 4) == 1


def test_own_work_is_not_held_against_us(statistics: Callable[[int, int], Path]):
    own = iter((5.0, 5.0 + 8000 / TICKS, 5.0 + 12_000 / TICKS))
    load = Load(statistics(1000, 1000), own_seconds=lambda: next(own))
    statistics(9000, 1000)
    assert load.lower(4, 4) == 4
    statistics(17_000, 1000)
    assert load.lower(4, 4) == 2


def test_who_never_rests_learns_that_the_others_are_gone(statistics: Callable[[int, int], Path]):
    own = iter((0.0, 0.0, 2000 / TICKS))
    load = Load(statistics(1000, 1000), own_seconds=lambda: next(own))
    statistics(3000, 1000)
    assert load.lower(2, 2) == 1
    statistics(5000, 3000)
    assert load.lower(2, 2) == 2


def test_a_short_time_keeps_what_was_found(statistics: Callable[[int, int], Path]):
    load = Load(statistics(1000, 1000), own_seconds=lambda: 0.0)
    statistics(3000, 3000)
    assert load.lower(4, 4) == 2
    statistics(3000, 3001)
    assert load.lower(4, 4) == 2


def test_machine_that_does_not_say_gives_all_threads(tmp_path: Path):
    load = Load(tmp_path / "nothing")
    assert load.lower(3, 4) == 3
