"""The choice of threads during the work, on simulated machines."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.children.process import child_environment
from app.inference.worker.thread_governor import (
    FEWEST_TOKENS,
    MOST_TOKENS,
    ThreadGovernor,
    thread_candidates,
)

Rates = Callable[[int], float]


def idle(threads: int) -> float:
    return 100.0 * threads


def crowded_above(limit: int) -> Rates:
    """A machine on which more than `limit` threads are ten times slower."""
    return lambda threads: 100.0 * threads / (10 if threads > limit else 1)


def read(governor: ThreadGovernor, rates: Rates, slices: int) -> list[int]:
    """Let it read; returns the thread count of every slice."""
    used: list[int] = []
    for _ in range(slices):
        used.append(governor.threads)
        tokens = governor.slice_tokens
        governor.note(tokens, tokens / rates(governor.threads))
    return used


def write(governor: ThreadGovernor, rates: Rates, tokens: int) -> list[int]:
    used: list[int] = []
    for _ in range(tokens):
        used.append(governor.threads)
        governor.note(1, 1 / rates(governor.threads))
    return used


def test_idle_machine_sees_one_short_look_at_fewer_threads():
    governor = ThreadGovernor([1, 2])
    assert read(governor, idle, 50).count(1) == 1
    assert set(read(governor, idle, 50)) == {2}


def test_quick_machine_sees_none():
    governor = ThreadGovernor([1, 2])
    assert set(read(governor, lambda threads: 2000.0 * threads, 50)) == {2}


def test_collapse_in_a_prompt_is_noticed_and_left_within_three_slices():
    governor = ThreadGovernor([1, 2])
    read(governor, idle, 10)
    assert read(governor, crowded_above(1), 4) == [2, 1, 1, 1]


def test_collapse_before_the_first_prompt_costs_little():
    governor = ThreadGovernor([1, 2])
    machine = crowded_above(1)
    before = governor.slice_tokens / machine(2)
    assert before < 5
    assert read(governor, machine, 3) == [2, 1, 1]


def test_collapse_in_a_reply_is_left_within_a_second():
    governor = ThreadGovernor([1, 2], fewest_tokens=1, window_tokens=8, best_rates={1: 20, 2: 35})
    write(governor, lambda threads: {1: 20.0, 2: 35.0}[threads], 40)
    used = write(governor, lambda threads: {1: 20.0, 2: 2.0}[threads], 20)
    assert used.index(1) <= 1
    assert set(used[used.index(1) :]) == {1}


def test_idle_machine_gets_its_threads_back():
    governor = ThreadGovernor([1, 2])
    read(governor, idle, 10)
    read(governor, crowded_above(1), 10)
    assert governor.threads == 1
    read(governor, idle, 25)
    assert governor.threads == 2


def test_next_request_tries_more_threads_at_once():
    governor = ThreadGovernor([1, 2])
    read(governor, idle, 5)
    read(governor, crowded_above(1), 3)
    assert governor.threads == 1
    governor.begin(2)
    assert governor.slice_tokens == FEWEST_TOKENS
    assert read(governor, idle, 4) == [1, 2, 2, 2]
    governor.begin(2)
    assert governor.slice_tokens == 2 * FEWEST_TOKENS


def test_lasting_crowd_is_tried_ever_more_rarely():
    governor = ThreadGovernor([1, 2])
    read(governor, idle, 5)
    used = read(governor, crowded_above(1), 400)
    assert used[-200:].count(2) < used[:200].count(2) <= 8


def test_machine_that_is_slow_with_any_count_keeps_its_count():
    governor = ThreadGovernor([1, 2])
    read(governor, idle, 5)
    used = read(governor, lambda threads: 5.0 * threads, 60)
    assert used.count(1) <= 6
    assert used[-1] == 2


def test_near_draw_goes_to_fewer_threads():
    governor = ThreadGovernor([1, 2, 4])
    read(governor, idle, 5)
    read(governor, lambda threads: {4: 20.0, 2: 101.0, 1: 100.0}[threads], 4)
    assert governor.threads == 1


def test_long_prompt_that_slows_down_evenly_is_no_collapse():
    governor = ThreadGovernor([1, 2])
    read(governor, idle, 5)
    used: list[int] = []
    for position in range(10):
        used += read(governor, lambda threads, at=position: 200 * threads / (1 + at / 10), 1)
    assert set(used) == {2}


def test_busy_machine_begins_with_what_is_free_and_sees_whether_more_is_faster():
    governor = ThreadGovernor(thread_candidates(8))
    governor.begin(5)
    assert read(governor, crowded_above(4), 3) == [4, 8, 4]
    governor.begin(0)
    assert read(governor, idle, 4) == [1, 4, 8, 8]


def test_short_pieces_say_nothing():
    governor = ThreadGovernor([1, 2])
    read(governor, idle, 5)
    for _ in range(20):
        governor.note(FEWEST_TOKENS - 1, 60.0)
    assert governor.threads == 2


def test_slices_grow_while_they_are_quick_and_shrink_when_they_are_long():
    governor = ThreadGovernor([1])
    lengths = []
    for _ in range(5):
        lengths.append(governor.slice_tokens)
        governor.note(governor.slice_tokens, 0.1)
    assert lengths == [64, 128, 256, 512, MOST_TOKENS]
    for _ in range(6):
        governor.note(governor.slice_tokens, 3.0)
    assert governor.slice_tokens == FEWEST_TOKENS


@pytest.mark.parametrize(
    ("preferred", "counts"), [(1, (1,)), (2, (1, 2)), (3, (1, 3)), (8, (1, 4, 8))]
)
def test_smaller_counts_worth_trying(preferred: int, counts: tuple[int, ...]):
    assert thread_candidates(preferred) == counts


@given(
    preferred=st.integers(1, 64),
    work=st.lists(
        st.one_of(
            st.tuples(st.just("begin"), st.integers(-1, 100), st.just(0.0)),
            st.tuples(st.just("note"), st.integers(1, 512), st.floats(0, 1e6)),
        ),
        max_size=80,
    ),
)
def test_never_leaves_its_candidates(preferred: int, work: list[tuple[str, int, float]]):
    candidates = thread_candidates(preferred)
    governor = ThreadGovernor(candidates)
    for what, number, seconds in work:
        if what == "begin":
            governor.begin(number)
        else:
            governor.note(number, seconds)
        assert governor.threads in candidates
        assert FEWEST_TOKENS <= governor.slice_tokens <= MOST_TOKENS


@given(preferred=st.integers(1, 32), limit=st.integers(1, 32), speed=st.floats(0.1, 20))
@example(preferred=2, limit=1, speed=1.0)
def test_finds_the_fastest_count_of_a_crowded_machine_and_comes_back(
    preferred: int, limit: int, speed: float
):
    candidates = thread_candidates(preferred)
    crowd = crowded_above(limit)
    governor = ThreadGovernor(candidates)
    read(governor, lambda threads: speed * idle(threads), 12)
    assert governor.threads == preferred
    read(governor, lambda threads: speed * crowd(threads), 6)
    fastest = max(map(crowd, candidates))
    # Up to a factor of two there is nothing to notice; now and then larger counts are tried.
    used = read(governor, lambda threads: speed * crowd(threads), 9)
    assert sum(crowd(threads) >= fastest / 2 for threads in used) > len(used) / 2
    for _ in range(8):
        governor.begin(preferred)
        read(governor, lambda threads: speed * idle(threads), 4)
    assert governor.threads == preferred


def gomp_settings(**variables: str) -> str:
    """What libgomp says about itself in a process that loads llama.cpp."""
    inherited = {
        name: value
        for name, value in child_environment().items()
        if not name.startswith(("OMP_", "GOMP_"))
    }
    done = subprocess.run(
        [sys.executable, "-c", "from app.inference.worker.bindings import *; import_bindings()"],
        env=inherited | {"OMP_DISPLAY_ENV": "verbose"} | variables,
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only the build for Linux has libgomp")
def test_threads_that_wait_soon_sleep():
    assert "GOMP_SPINCOUNT = '1000'" in gomp_settings()
    assert "OMP_WAIT_POLICY = 'ACTIVE'" in gomp_settings(OMP_WAIT_POLICY="active")
    assert "GOMP_SPINCOUNT = '77'" in gomp_settings(GOMP_SPINCOUNT="77")
