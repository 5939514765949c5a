from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.children.failures import (
    ChildCrashed,
    ChildTimeout,
    ChildUnavailable,
    ChildVersionDiffers,
)
from app.children.plan import Backoff
from app.children.protocol import ProtocolError
from app.children.supervisor import StartedChild, Supervisor
from tests.app.children.echo_child import Failed, Hello, Piece, Release, Said, Say

WaitUntil = Callable[[Callable[[], bool]], None]
MakeSupervisor = Callable[..., Supervisor]


def say(supervisor: Supervisor, text: str, how: str = "", **options: object) -> object:
    return supervisor.request(
        Say(supervisor.new_ticket(), text, how),
        **options,  # type: ignore[arg-type]
    )


def count_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def text_of(answer: object) -> str:
    assert isinstance(answer, Said)
    return answer.text


def test_the_first_request_starts_the_child(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor()
    assert supervisor.state == "off"
    assert supervisor.process_id is None
    assert text_of(say(supervisor, "hello")) == "hello"
    assert supervisor.state == "ready"


def test_start_returns_the_hello_of_one_and_the_same_child(
    make_supervisor: MakeSupervisor,
) -> None:
    supervisor = make_supervisor()
    hello = supervisor.start()
    assert isinstance(hello, Hello)
    assert hello.process_id == supervisor.process_id
    assert supervisor.start() == hello


def test_it_works_from_any_folder(
    make_supervisor: MakeSupervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A folder named like ours must not be taken for it.
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    assert text_of(say(make_supervisor(), "here too")) == "here too"


def test_prints_do_not_corrupt_the_protocol(make_supervisor: MakeSupervisor) -> None:
    assert text_of(say(make_supervisor(), "whole", "print")) == "whole"


def test_partial_answers_arrive_in_order_on_the_calling_thread(
    make_supervisor: MakeSupervisor,
) -> None:
    heard: list[tuple[str, int]] = []

    def hear(answer: object) -> None:
        assert isinstance(answer, Piece)
        heard.append((answer.text, threading.get_ident()))

    say(make_supervisor(), "one two three", "pieces", on_partial=hear)
    assert heard == [(word, threading.get_ident()) for word in ("one", "two", "three")]


def test_partial_answers_may_go_unheard(make_supervisor: MakeSupervisor) -> None:
    assert text_of(say(make_supervisor(), "one two", "pieces")) == "one two"


def test_a_listener_that_raises_ends_only_its_own_request(make_supervisor: MakeSupervisor) -> None:
    def refuse(answer: object) -> None:
        raise LookupError("enough")

    supervisor = make_supervisor()
    with pytest.raises(LookupError, match="enough"):
        say(supervisor, "one two", "pieces", on_partial=refuse)
    assert text_of(say(supervisor, "next")) == "next"


def test_many_threads_get_their_own_answers(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor()
    texts = [f"text {number}" for number in range(60)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda text: text_of(say(supervisor, text)), texts))
    assert answers == texts


def test_a_failed_answer_is_an_answer(make_supervisor: MakeSupervisor) -> None:
    answer = say(make_supervisor(), "no", "raise")
    assert isinstance(answer, Failed)
    assert answer.detail == "AssertionError: no"


def test_what_cannot_be_sent_is_the_callers_error(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor()
    with pytest.raises(ProtocolError):
        supervisor.request(Say(supervisor.new_ticket(), 5))  # type: ignore[arg-type]
    assert text_of(say(supervisor, "next")) == "next"


def test_an_answer_that_takes_too_long_is_given_up(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor()
    supervisor.start()
    with pytest.raises(ChildTimeout, match="did not answer in time"):
        say(supervisor, "slow", "wait", timeout_seconds=0.05)
    supervisor.post(Release(0))
    assert text_of(say(supervisor, "next")) == "next"


def test_what_is_posted_when_sent_arrives_behind_the_request(
    make_supervisor: MakeSupervisor,
) -> None:
    supervisor = make_supervisor()
    answer = say(supervisor, "freed", "wait", on_sent=lambda: supervisor.post(Release(0)))
    assert text_of(answer) == "freed"


def test_posting_without_a_child_does_nothing(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor()
    supervisor.post(Release(0))
    assert supervisor.state == "off"


@pytest.mark.parametrize(
    ("how", "detail"),
    [
        ("abort", "SIGABRT"),
        ("exit", "code 5"),
        ("garble", "no answer"),
        ("close output", "closed its output"),
    ],
)
def test_a_crash_says_how_and_the_next_request_works(
    how: str, detail: str, make_supervisor: MakeSupervisor
) -> None:
    supervisor = make_supervisor()
    first = supervisor.start()
    with pytest.raises(ChildCrashed, match=detail):
        say(supervisor, "boom", how)
    assert text_of(say(supervisor, "risen")) == "risen"
    assert supervisor.start() != first


def test_a_crash_carries_the_last_lines_of_stderr(make_supervisor: MakeSupervisor) -> None:
    with pytest.raises(ChildCrashed) as caught:
        say(make_supervisor(), "boom", "abort")
    assert "about to abort" in caught.value.detail
    assert "\n" not in caught.value.detail.partition("\n")[0]


def test_stderr_is_kept_in_a_log_of_bounded_size(
    make_supervisor: MakeSupervisor, tmp_path: Path
) -> None:
    log = tmp_path / "child.log"
    log.write_bytes(b"old\n" * 300_000)
    supervisor = make_supervisor(log_path=log)
    say(supervisor, "x", "print")
    supervisor.close()
    assert b"printed by native code" in log.read_bytes()
    assert log.stat().st_size < 1000


def test_a_log_that_cannot_be_written_is_done_without(
    make_supervisor: MakeSupervisor, tmp_path: Path
) -> None:
    supervisor = make_supervisor(log_path=tmp_path / "no such folder" / "child.log")
    assert text_of(say(supervisor, "x")) == "x"


def test_partial_answers_before_a_crash_are_heard(make_supervisor: MakeSupervisor) -> None:
    heard: list[object] = []
    with pytest.raises(ChildCrashed):
        say(make_supervisor(), "so far", "pieces then abort", on_partial=heard.append)
    assert [piece.text for piece in heard if isinstance(piece, Piece)] == ["so", "far"]


def test_everybody_who_waits_learns_of_a_crash(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor()
    process_id = supervisor.start()
    assert isinstance(process_id, Hello)
    sent = threading.Barrier(5)
    with ThreadPoolExecutor(4) as pool:
        waiting = [
            pool.submit(say, supervisor, "x", "wait", on_sent=lambda: sent.wait(20) and None)
            for _ in range(4)
        ]
        sent.wait(20)
        os.kill(process_id.process_id, signal.SIGKILL)
        for future in waiting:
            assert isinstance(future.exception(20), ChildCrashed)
            assert "SIGKILL" in str(future.exception())


def test_a_child_that_dies_idle_is_started_again(
    make_supervisor: MakeSupervisor, wait_until: WaitUntil
) -> None:
    supervisor = make_supervisor()
    hello = supervisor.start()
    assert isinstance(hello, Hello)
    os.kill(hello.process_id, signal.SIGKILL)
    wait_until(lambda: supervisor.process_id not in {None, hello.process_id})
    assert text_of(say(supervisor, "again")) == "again"


def test_a_child_that_gets_nowhere_is_stopped(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor(hang_seconds=0.2)
    with pytest.raises(ChildCrashed, match=r"got nowhere for 0\.2 seconds"):
        say(supervisor, "x", "hang")
    assert text_of(say(supervisor, "next")) == "next"


def test_a_child_that_does_not_answer_pings_is_stopped(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor("deaf", pong_seconds=0.2)
    with pytest.raises(ChildCrashed, match=r"did not answer for 0\.2 seconds"):
        say(supervisor, "x", "hang")


def test_idleness_is_no_hang(make_supervisor: MakeSupervisor, wait_until: WaitUntil) -> None:
    hours: list[int] = []

    def clock() -> float:
        hours.append(len(hours) * 3600)
        return hours[-1]

    supervisor = make_supervisor(
        clock=clock, hang_seconds=10, pong_seconds=1e12, ping_seconds=0.001
    )
    hello = supervisor.start()
    wait_until(lambda: len(hours) > 40)
    assert supervisor.start() == hello


def test_states_are_told_in_order(make_supervisor: MakeSupervisor) -> None:
    states: list[tuple[str, str]] = []
    supervisor = make_supervisor(on_state=lambda state, detail: states.append((state, detail)))
    supervisor.start()
    with pytest.raises(ChildCrashed):
        say(supervisor, "x", "exit")
    say(supervisor, "x")
    supervisor.close()
    assert [state for state, _ in states] == ["starting", "ready", "restarting", "ready", "off"]
    assert states[2][1] == "it left with code 5"


def test_a_child_that_cannot_start_is_not_tried_for_ever(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor("broken")
    with pytest.raises(ChildUnavailable, match="this child cannot start"):
        supervisor.start()
    assert supervisor.state == "failed"
    with pytest.raises(ChildUnavailable, match="code 1"):
        say(supervisor, "tries afresh")


def test_a_program_that_is_not_there_is_said(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor(command=("/nowhere/python",))
    with pytest.raises(ChildUnavailable, match="cannot be started"):
        supervisor.start()


def test_a_child_that_says_nothing_is_given_up(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor("silent", start_seconds=0.2)
    with pytest.raises(ChildUnavailable, match=r"did not start within 0\.2 seconds"):
        supervisor.start()


def test_waiting_for_a_slow_start_can_be_bounded(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor("silent")
    with pytest.raises(ChildTimeout, match="not ready"):
        supervisor.start(timeout_seconds=0.05)


def test_another_version_of_the_protocol_is_refused(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor("newer")
    with pytest.raises(ChildVersionDiffers, match="version 8 of the protocol, not 7"):
        supervisor.start()


def test_crashes_in_a_row_end_in_failure_and_a_request_begins_anew(
    make_supervisor: MakeSupervisor, wait_until: WaitUntil
) -> None:
    should_crash = threading.Event()

    def prepare(child: StartedChild) -> None:
        if should_crash.is_set():
            child.request(Say(100_000, "x", "abort"))

    supervisor = make_supervisor(on_started=prepare)
    supervisor.start()
    should_crash.set()
    with pytest.raises(ChildCrashed):
        say(supervisor, "x", "abort")
    wait_until(lambda: supervisor.state == "failed")
    should_crash.clear()
    assert text_of(say(supervisor, "anew")) == "anew"


def test_health_forgives_earlier_crashes(make_supervisor: MakeSupervisor) -> None:
    # The clock leaps an hour at every look, so that each life counts as a long one.
    hours = iter(range(0, 10**9, 3600))
    lock = threading.Lock()

    def clock() -> float:
        with lock:
            return next(hours)

    supervisor = make_supervisor(
        clock=clock, pong_seconds=1e12, hang_seconds=1e12, backoff=Backoff(0.01, 0.01, attempts=1)
    )
    for _ in range(4):
        with pytest.raises(ChildCrashed):
            say(supervisor, "x", "exit")
    assert text_of(say(supervisor, "well")) == "well"


def test_the_wait_before_a_restart_doubles_up_to_a_ceiling_and_then_ends() -> None:
    backoff = Backoff(first_seconds=1.0, ceiling_seconds=5.0, attempts=4)
    assert [backoff.delay(crashes) for crashes in range(1, 6)] == [1.0, 2.0, 4.0, 5.0, None]


def test_others_wait_until_the_hook_has_prepared_the_child(make_supervisor: MakeSupervisor) -> None:
    order: list[str] = []
    restarts: list[bool] = []

    def prepare(child: StartedChild) -> None:
        assert isinstance(child.hello, Hello)
        restarts.append(child.is_restart)
        answer = child.request(Say(100_000, "prepared", "pieces"), on_partial=lambda _: None)
        order.append(text_of(answer))

    supervisor = make_supervisor(on_started=prepare)
    order.append(text_of(say(supervisor, "first")))
    with pytest.raises(ChildCrashed):
        say(supervisor, "x", "abort")
    order.append(text_of(say(supervisor, "second")))
    assert order == ["prepared", "first", "prepared", "second"]
    assert restarts == [False, True]


def test_close_is_idempotent_and_leaves_nothing_behind(
    make_supervisor: MakeSupervisor, is_gone: Callable[[int], bool]
) -> None:
    before = threading.active_count()
    supervisor = make_supervisor()
    hello = supervisor.start()
    assert isinstance(hello, Hello)
    supervisor.close()
    supervisor.close()
    assert supervisor.state == "off"
    assert is_gone(hello.process_id)
    assert threading.active_count() == before
    with pytest.raises(ChildUnavailable, match="closed"):
        say(supervisor, "x")


def test_crashes_leave_no_thread_and_no_descriptor(make_supervisor: MakeSupervisor) -> None:
    before = threading.active_count(), count_descriptors()
    supervisor = make_supervisor()
    for _ in range(3):
        with pytest.raises(ChildCrashed):
            say(supervisor, "x", "abort")
    supervisor.close()
    assert (threading.active_count(), count_descriptors()) == before


def test_close_before_any_start_does_nothing(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor()
    supervisor.close()
    with pytest.raises(ChildUnavailable):
        supervisor.start()


def test_close_ends_a_child_that_hangs_and_whoever_waits_for_it(
    make_supervisor: MakeSupervisor, is_gone: Callable[[int], bool]
) -> None:
    supervisor = make_supervisor()
    hello = supervisor.start()
    assert isinstance(hello, Hello)
    sent = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(say, supervisor, "x", "hang", on_sent=sent.set)
        assert sent.wait(20)
        supervisor.close()
        assert isinstance(waiting.exception(20), ChildUnavailable)
    assert is_gone(hello.process_id)


def test_close_ends_a_child_that_was_frozen(
    make_supervisor: MakeSupervisor, is_gone: Callable[[int], bool]
) -> None:
    supervisor = make_supervisor()
    hello = supervisor.start()
    assert isinstance(hello, Hello)
    os.kill(hello.process_id, signal.SIGSTOP)
    supervisor.close()
    assert is_gone(hello.process_id)


def test_a_full_pipe_blocks_neither_the_sender_nor_the_end(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor(pong_seconds=0.5)
    hello = supervisor.start()
    assert isinstance(hello, Hello)
    os.kill(hello.process_id, signal.SIGSTOP)
    with pytest.raises(ChildCrashed, match="did not answer"):
        say(supervisor, "x" * 2_000_000)
    assert text_of(say(supervisor, "x" * 2_000_000)) == "x" * 2_000_000


def test_close_while_the_child_starts(make_supervisor: MakeSupervisor) -> None:
    supervisor = make_supervisor("silent")
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(supervisor.start)
        while supervisor.process_id is None:
            threading.Event().wait(0.005)
        supervisor.close()
        assert isinstance(starting.exception(20), ChildUnavailable)
    assert supervisor.state == "off"
