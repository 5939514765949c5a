"""One life of a child: who waits for which answer, and whether its pulse is felt.

Matches answers to requests by `ticket`. Knows no restart; a new life begins with a new
process.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import cast

from app.children.failures import ChildError, ChildTimeout
from app.children.plan import ChildPlan
from app.children.process import ChildProcess, python_command
from app.children.protocol import Heartbeat, Ticketed


class ChildLife:
    """One child from spawn to end: its process, its waiting requests, its pulse.

    Owned by the supervisor, built on the keeper's thread; any thread may exchange.
    """

    def __init__(self, plan: ChildPlan, clock: Callable[[], float], wake: threading.Event) -> None:
        """Start the process; raises OSError. `wake` is set when it has ended."""
        self._plan = plan
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[int, queue.SimpleQueue[object]] = {}
        self._end: ChildError | None = None
        self._ping_sent_at: float | None = None
        self._moved_at = clock()
        self._stuck_seconds = 0.0
        self._last_progress = -1
        self._wake = wake
        self.hello: object | None = None
        self.hello_or_exit = threading.Event()
        command = plan.command or python_command(plan.module)
        self.process = ChildProcess(command, plan.codec, self._take, self._exited, plan.log_path)

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for an answer."""
        with self._lock:
            return bool(self._waiting)

    def exchange(
        self,
        message: object,
        timeout_seconds: float | None,
        on_partial: Callable[[object], None] | None,
        on_sent: Callable[[], None] | None = None,
    ) -> object:
        """Send a request and wait for its answer; see `Supervisor.request`."""
        ticket = cast("Ticketed", message).ticket
        answers: queue.SimpleQueue[object] = queue.SimpleQueue()
        deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        with self._lock:
            if self._end is not None:
                raise type(self._end)(self._end.detail)
            self._waiting[ticket] = answers
        try:
            self.process.send(message)
            if on_sent is not None:
                on_sent()
            while True:
                answer = _next(answers, deadline)
                if isinstance(answer, ChildError):
                    raise answer
                if not isinstance(answer, self._plan.partial_types):
                    return answer
                if on_partial is not None:
                    on_partial(answer)
        finally:
            with self._lock:
                self._waiting.pop(ticket, None)

    def end(self, error_type: type[ChildError], detail: str) -> None:
        """Fail everybody who waits, and whoever comes later."""
        with self._lock:
            self._end = error_type(detail)
            waiting = list(self._waiting.values())
        for answers in waiting:
            answers.put(error_type(detail))

    def ping(self, ticket: int) -> None:
        """Ask whether it is there, unless an answer is still due. Keeper's thread."""
        if self._ping_sent_at is None:
            self._ping_sent_at = self._clock()
            self.process.send(self._plan.ping(ticket))

    def find_hang(self) -> str | None:
        """Return what is wrong when the child hangs. Keeper's thread."""
        now, sent_at = self._clock(), self._ping_sent_at
        if sent_at is not None and now - sent_at > self._plan.pong_seconds:
            return f"it did not answer for {self._plan.pong_seconds:g} seconds and was stopped"
        if self._stuck_seconds > self._plan.hang_seconds:
            return f"it got nowhere for {self._plan.hang_seconds:g} seconds and was stopped"
        return None

    def _take(self, message: object) -> None:
        if isinstance(message, self._plan.pong_type):
            self._feel_pulse(cast("Heartbeat", message))
            return
        if isinstance(message, self._plan.hello_type):
            self.hello = message
            self.hello_or_exit.set()
            return
        with self._lock:
            answers = self._waiting.get(cast("Ticketed", message).ticket)
        if answers is not None:
            answers.put(message)

    def _feel_pulse(self, pong: Heartbeat) -> None:
        self._ping_sent_at = None
        # -1 stands for idle, so that the time before a request does not count as a hang.
        progress = pong.progress if pong.busy else -1
        now = self._clock()
        if progress != self._last_progress or progress < 0:
            self._moved_at = now
        self._stuck_seconds = now - self._moved_at
        self._last_progress = progress

    def _exited(self) -> None:
        self.hello_or_exit.set()
        self._wake.set()


def _next(answers: queue.SimpleQueue[object], deadline: float | None) -> object:
    if deadline is None:
        return answers.get()
    try:
        return answers.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty:
        text = "it did not answer in time"
        raise ChildTimeout(text) from None
