"""The child's side, run as a real process without the supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from app.children.process import child_environment, python_command
from tests.app.children.conftest import MODULE
from tests.app.children.echo_child import (
    CODEC,
    Failed,
    Hello,
    Ping,
    Pong,
    Release,
    Said,
    Say,
    Shutdown,
)


class Worker:
    """The echo child on plain pipes."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            python_command(MODULE),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )

    def send(self, message: object) -> None:
        self._pipe(self.process.stdin).write(CODEC.encode(message))
        self._pipe(self.process.stdin).flush()

    def read(self) -> object:
        return CODEC.decode(self._pipe(self.process.stdout).readline())

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker(child_environment())
    yield made
    with made.process as process:
        process.kill()


def test_the_hello_comes_unasked_and_first(worker: Worker) -> None:
    assert worker.read() == Hello(7, worker.process.pid)


def test_what_native_code_prints_goes_to_stderr(worker: Worker) -> None:
    worker.read()
    worker.send(Say(1, "safe", "print"))
    assert worker.read() == Said(1, "safe")
    worker.send(Shutdown(2))
    rest, errors = worker.process.communicate(timeout=20)
    assert rest == b""
    assert b"printed by Python" in errors
    assert b"printed by native code" in errors


def test_a_ping_is_answered_while_the_worker_computes(worker: Worker) -> None:
    worker.read()
    worker.send(Say(1, "later", "wait"))
    busy = False
    ticket = 10
    while not busy:  # the main thread takes a moment to begin
        ticket += 1
        worker.send(Ping(ticket))
        pong = worker.read()
        assert isinstance(pong, Pong)
        assert pong.ticket == ticket
        busy = pong.busy
    worker.send(Release(2))
    assert worker.read() == Said(1, "later")


def test_an_exception_becomes_an_answer_and_the_worker_goes_on(worker: Worker) -> None:
    worker.read()
    worker.send(Say(1, "bad luck", "raise"))
    assert worker.read() == Failed(1, "AssertionError: bad luck")
    worker.send(Say(2, "still here"))
    assert worker.read() == Said(2, "still here")


def test_it_leaves_when_it_is_told(worker: Worker) -> None:
    worker.read()
    worker.send(Shutdown(1))
    assert worker.process.wait(20) == 0


def test_it_leaves_when_stdin_closes(worker: Worker) -> None:
    worker.read()
    assert worker.process.stdin is not None
    worker.process.stdin.close()
    assert worker.process.wait(20) == 0


def test_it_leaves_when_stdin_closes_even_from_the_middle_of_work(worker: Worker) -> None:
    worker.read()
    worker.send(Say(1, "for ever", "hang"))
    assert worker.process.stdin is not None
    worker.process.stdin.close()
    assert worker.process.wait(20) == 0


def test_it_leaves_when_nobody_reads_any_more(worker: Worker) -> None:
    worker.read()
    assert worker.process.stdout is not None
    worker.process.stdout.close()
    worker.send(Say(1, "into the void"))
    assert worker.process.wait(20) == 0


def test_it_leaves_with_a_word_when_it_is_sent_nonsense(worker: Worker) -> None:
    worker.read()
    assert worker.process.stdin is not None
    worker.process.stdin.write(b"nonsense\n")
    worker.process.stdin.flush()
    assert worker.process.wait(20) == 3
    assert worker.process.stderr is not None
    assert b"not JSON" in worker.process.stderr.read()


def test_ctrl_c_is_for_the_parent(worker: Worker) -> None:
    worker.read()
    worker.process.send_signal(signal.SIGINT)
    worker.send(Say(1, "unmoved"))
    assert worker.read() == Said(1, "unmoved")


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_it_does_not_start_under_a_parent_that_is_already_gone() -> None:
    environment = child_environment() | {"DRAMATIS_PARENT_PROCESS": "1"}
    orphan = Worker(environment)
    with orphan.process as process:
        assert process.stdout is not None
        assert process.stdout.read() == b""
    assert process.returncode == 1


_PARENT = """
import sys, threading
from app.children.supervisor import Supervisor
from app.children.plan import ChildPlan
from tests.app.children.echo_child import *

plan = ChildPlan(
    module="tests.app.children.echo_child", codec=CODEC, hello_type=Hello, version=VERSION,
    ping=Ping, shutdown=Shutdown, pong_type=Pong,
)
supervisor = Supervisor(plan)
hello = supervisor.start()
threading.Thread(
    target=supervisor.request, args=(Say(1, "for ever", "hang"),), daemon=True
).start()
print(hello.process_id, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_dies_with_its_parent_however_the_parent_dies(
    sign: signal.Signals,
    wait_until: Callable[[Callable[[], bool]], None],
    is_gone: Callable[[int], bool],
) -> None:
    root = Path(__file__).resolve().parents[3]
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=dict(os.environ) | {"PYTHONPATH": str(root)},
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not is_gone(child)
        parent.send_signal(sign)
        wait_until(lambda: is_gone(child))
