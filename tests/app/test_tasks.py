"""Lanes: one thread each, in order, and nothing fails in silence."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator

import pytest

from app.errors import Bug, Cancelled, EngineError, MachineError, UserError
from app.tasks import Lane


@pytest.fixture
def open_lane() -> Generator[Callable[..., Lane]]:
    """Open lanes that are closed afterwards."""
    lanes: list[Lane] = []

    def open_one(name: str = "storage", threads: int = 1) -> Lane:
        lanes.append(Lane(name, threads))
        return lanes[-1]

    yield open_one
    for lane in lanes:
        lane.close()


def test_work_runs_in_order_on_one_thread(open_lane):
    lane = open_lane()
    seen: list[tuple[int, int]] = []
    for number in range(20):
        lane.submit(lambda number=number: seen.append((number, threading.get_ident())))
    assert lane.settle(10)
    assert [number for number, _ in seen] == list(range(20))
    assert len({thread for _, thread in seen}) == 1
    assert seen[0][1] != threading.get_ident()


def test_call_returns_the_result_and_raises_what_was_raised(open_lane):
    lane = open_lane()
    assert lane.call(lambda: 7) == 7
    with pytest.raises(UserError, match="no such file"):
        lane.call(lambda: fail(UserError("no such file")))


def test_a_call_from_the_lane_itself_does_not_wait_for_itself(open_lane):
    lane = open_lane()
    assert lane.call(lambda: lane.call(lambda: "inner"), timeout_seconds=10) == "inner"


def test_a_call_gives_up_waiting_but_the_work_goes_on(open_lane):
    lane = open_lane()
    go_on, done = threading.Event(), threading.Event()
    lane.submit(lambda: go_on.wait(10))
    with pytest.raises(TimeoutError):
        lane.call(done.set, timeout_seconds=0.01)
    assert not lane.settle(0.01)
    go_on.set()
    assert done.wait(10)


@pytest.mark.parametrize("error", [ValueError("odd"), Bug("ours")])
def test_what_nobody_waits_for_is_logged(open_lane, caplog: pytest.LogCaptureFixture, error):
    lane = open_lane()
    future = lane.submit(lambda: fail(error))
    assert future.exception(10) is error
    assert [record.getMessage() for record in caplog.records] == ["work on the storage lane failed"]
    assert caplog.records[0].exc_info is not None


@pytest.mark.parametrize("kind", [MachineError, EngineError])
def test_of_a_machine_in_trouble_the_log_says_the_code_and_nothing_else(
    open_lane, caplog: pytest.LogCaptureFixture, kind
):
    def work() -> None:
        try:
            fail(ValueError("the secret that was being stored"))
        except ValueError as error:
            message = "a sentence about the secret"
            raise kind(message, code="disk-full") from error

    assert isinstance(open_lane().submit(work).exception(10), kind)
    assert caplog.messages == ["work on the storage lane failed (disk-full)"]
    assert "secret" not in caplog.text


@pytest.mark.parametrize("error", [UserError("no such file"), Cancelled("stopped")])
def test_what_a_person_does_is_no_event_for_the_log(
    open_lane, caplog: pytest.LogCaptureFixture, error
):
    caplog.set_level(logging.DEBUG)
    assert open_lane().submit(lambda: fail(error)).exception(10) is error
    assert caplog.records == []


def test_a_lane_knows_its_own_thread_from_that_of_a_namesake(open_lane):
    lane, namesake, longer = open_lane("memory"), open_lane("memory"), open_lane("memory_index")
    assert lane.call(lambda: lane.is_current)
    assert not namesake.call(lambda: lane.is_current)
    assert not longer.call(lambda: lane.is_current)
    assert not lane.is_current
    lane.call(lane.require_current)
    with pytest.raises(Bug, match="off the memory lane"):
        namesake.call(lane.require_current)


def test_a_pool_runs_work_side_by_side(open_lane):
    lane = open_lane("pool", threads=2)
    meeting = threading.Barrier(2, timeout=10)
    first, second = lane.submit(meeting.wait), lane.submit(meeting.wait)
    assert {first.result(10), second.result(10)} == {0, 1}


def test_it_tells_whether_work_waits_behind_what_is_done(open_lane):
    lane = open_lane()
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert go_on.wait(10)

    running = lane.submit(work)
    assert begun.wait(10)
    assert not lane.has_waiting
    waiting, given_up = lane.submit(lambda: None), lane.submit(lambda: None)
    assert given_up.cancel()
    assert lane.has_waiting
    go_on.set()
    running.result(10)
    waiting.result(10)
    lane.close()
    with pytest.raises(Cancelled):
        lane.submit(lambda: None)
    assert not lane.has_waiting


def test_closing_finishes_what_is_queued_and_refuses_more(open_lane):
    lane = open_lane()
    seen: list[int] = []
    for number in range(5):
        lane.submit(lambda number=number: seen.append(number))
    lane.close()
    lane.close()
    assert seen == [0, 1, 2, 3, 4]
    with pytest.raises(Cancelled, match="storage lane is closed"):
        lane.submit(lambda: None)


def fail(error: Exception) -> None:
    raise error
