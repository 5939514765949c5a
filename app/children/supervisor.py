"""Keeps one child process running: start, heartbeat, crash and hang, restart, close.

    off -> starting -> ready -> restarting -> ready …
               |                    |
               +---> failed <-------+      close() from anywhere -> off

Many threads may wait for answers at once; requests queue in the child. Knows no message:
it matches answers to requests by `ticket`, and a ChildPlan says the rest.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

from app.children.failures import (
    ChildCrashed,
    ChildError,
    ChildTimeout,
    ChildUnavailable,
    ChildVersionDiffers,
)
from app.children.life import ChildLife
from app.children.plan import ChildPlan

_CLOSE_ASK_SECONDS = 1.0
_CLOSE_LEAVE_SECONDS = 3.0
_JOIN_SECONDS = 15.0
_IDLE_PING_FACTOR = 5
_CLOSED = "it was closed"


class StartedChild:
    """A child that said hello, for the `on_started` hook, before others may use it."""

    def __init__(
        self,
        hello: object,
        is_restart: bool,
        request: Callable[[object, float | None, Callable[[object], None] | None], object],
    ) -> None:
        """Hold what the hook needs. Any thread."""
        self.hello = hello
        self.is_restart = is_restart
        self._request = request

    def request(
        self,
        message: object,
        *,
        timeout_seconds: float | None = None,
        on_partial: Callable[[object], None] | None = None,
    ) -> object:
        """Like `Supervisor.request`, on this child only."""
        return self._request(message, timeout_seconds, on_partial)


class Supervisor:
    """Owns one child and its restarts. Owned by a client; any thread.

    `on_state(state, detail)` and `on_started(child)` run on threads of the supervisor's.
    `on_started` may request; everybody else waits until it has returned.
    """

    def __init__(
        self,
        plan: ChildPlan,
        *,
        on_state: Callable[[str, str], None] | None = None,
        on_started: Callable[[StartedChild], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start nothing yet; the first request does."""
        self._plan = plan
        self._on_state = on_state
        self._on_started = on_started
        self._clock = clock
        self._changed = threading.Condition()
        self._wake = threading.Event()
        self._tickets = itertools.count(1)
        self._keeper: threading.Thread | None = None
        self._life: ChildLife | None = None
        self._state = "off"
        self._failure: ChildUnavailable | None = None
        self._is_closed = False
        self._was_ready = False

    @property
    def state(self) -> str:
        """Off, starting, ready, restarting or failed."""
        return self._state

    @property
    def process_id(self) -> int | None:
        """The child's process id while there is one."""
        life = self._life
        return None if life is None else life.process.process_id

    def new_ticket(self) -> int:
        """Return a number for a request."""
        return next(self._tickets)

    def start(self, timeout_seconds: float | None = None) -> object:
        """Start the child unless it runs, wait until it is ready, return its hello.

        Tries afresh after a failure. Raises ChildUnavailable or ChildTimeout.
        """
        return self._ready_life(timeout_seconds).hello

    def request(
        self,
        message: object,
        *,
        timeout_seconds: float | None = None,
        on_partial: Callable[[object], None] | None = None,
        on_sent: Callable[[], None] | None = None,
    ) -> object:
        """Send a request and wait for its answer; starts the child when there is none.

        `on_partial` gets answers of the plan's partial types, on the calling thread;
        `on_sent` runs there too, and what is posted from then on arrives behind the request. The
        time counts from the moment when the child is ready. Raises ChildError, ProtocolError.
        """
        life = self._ready_life(timeout_seconds)
        return life.exchange(message, timeout_seconds, on_partial, on_sent)

    def post(self, message: object) -> None:
        """Send a message that has no answer; never blocks; without a child it is dropped."""
        life = self._life
        if life is not None:
            life.process.send(message)

    def close(self) -> None:
        """Ask the child to leave, then make it; idempotent, ends within seconds."""
        with self._changed:
            self._is_closed = True
            keeper = self._keeper
        self._wake.set()
        if keeper is not None and keeper is not threading.current_thread():
            keeper.join(_JOIN_SECONDS)

    def _ready_life(self, timeout_seconds: float | None) -> ChildLife:
        with self._changed:
            if self._is_closed:
                raise ChildUnavailable(_CLOSED)
            if self._state in {"off", "failed"}:
                self._begin()
            if not self._changed.wait_for(self._is_settled, timeout_seconds):
                text = f"it was not ready within {timeout_seconds:g} seconds"
                raise ChildTimeout(text)
            if self._state == "ready" and self._life is not None:
                return self._life
            failure = self._failure or ChildUnavailable(_CLOSED)
            raise type(failure)(failure.detail)

    def _is_settled(self) -> bool:
        return self._state in {"ready", "failed"} or self._is_closed

    def _begin(self) -> None:
        self._state = "starting"
        self._failure = None
        self._keeper = threading.Thread(target=self._keep, name="child-keeper", daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        """Start the child over and over. This thread must outlive it: see ChildProcess."""
        crashes = 0
        failure: ChildUnavailable = ChildUnavailable(_CLOSED)
        try:
            while not self._is_closed:
                if crashes:
                    self._set_state("restarting", failure.detail)
                else:
                    self._set_state("starting", "")
                started_at = self._clock()
                failure = self._live()
                if self._clock() - started_at > self._plan.backoff.healthy_seconds:
                    crashes = 0
                crashes += 1
                delay = self._plan.backoff.delay(crashes) if self._was_ready else None
                if delay is None or isinstance(failure, ChildVersionDiffers):
                    break
                self._rest(delay)
        finally:
            with self._changed:
                self._failure = failure
            self._set_state("off" if self._is_closed else "failed", failure.detail)

    def _rest(self, seconds: float) -> None:
        self._wake.clear()
        if not self._is_closed:
            self._wake.wait(seconds)

    def _live(self) -> ChildUnavailable:
        """Run one child to its end, and say how it ended."""
        self._wake.clear()
        try:
            life = ChildLife(self._plan, self._clock, self._wake)
        except OSError as error:
            return ChildUnavailable(f"it cannot be started: {error}")
        self._life = life
        outcome: type[ChildUnavailable] = ChildUnavailable
        helper: threading.Thread | None = None
        try:
            if self._greet(life):
                helper = self._make_ready(life)
                self._watch(life)
                if self._is_closed:
                    self._part(life)
            elif life.hello is not None:
                outcome = ChildVersionDiffers
        finally:
            with self._changed:
                self._life = None
                if self._state == "ready":
                    self._state = "restarting"
            detail = life.process.finish()
            life.end(ChildUnavailable if self._is_closed else ChildCrashed, detail)
            if helper is not None:
                helper.join(_JOIN_SECONDS)
        return outcome(_CLOSED if self._is_closed else detail)

    def _greet(self, life: ChildLife) -> bool:
        deadline = time.monotonic() + self._plan.start_seconds
        while not life.hello_or_exit.wait(0.1):
            if self._is_closed:
                return False
            if time.monotonic() > deadline:
                life.process.kill(f"it did not start within {self._plan.start_seconds:g} seconds")
                return False
        if life.hello is None:
            return False
        version = getattr(life.hello, "version", None)
        if version != self._plan.version:
            life.process.kill(
                f"it speaks version {version} of the protocol, not {self._plan.version}"
            )
            return False
        return True

    def _make_ready(self, life: ChildLife) -> threading.Thread | None:
        if self._on_started is None:
            self._open(life)
            return None
        hook = self._on_started
        child = StartedChild(life.hello, self._was_ready, life.exchange)

        def prepare() -> None:
            try:
                hook(child)
            except ChildError:
                return
            finally:
                self._open(life)

        # Not on the keeper's thread, which has to feel the pulse while a model loads.
        helper = threading.Thread(target=prepare, name="child-prepare", daemon=True)
        helper.start()
        return helper

    def _open(self, life: ChildLife) -> None:
        with self._changed:
            if self._is_closed or self._life is not life:
                return
            self._was_ready = True
            self._state = "ready"
            self._changed.notify_all()
        self._tell("ready", "")

    def _watch(self, life: ChildLife) -> None:
        while not self._is_closed and not life.process.exited.is_set():
            interval = self._plan.ping_seconds
            self._wake.wait(interval if life.is_waited_for else interval * _IDLE_PING_FACTOR)
            if self._is_closed or life.process.exited.is_set():
                return
            hang = life.find_hang()
            if hang is not None:
                life.process.kill(hang)
                return
            life.ping(self.new_ticket())

    def _part(self, life: ChildLife) -> None:
        life.process.send(self._plan.shutdown(self.new_ticket()))
        if not life.process.exited.wait(_CLOSE_ASK_SECONDS):
            life.process.close_input()
            life.process.exited.wait(_CLOSE_LEAVE_SECONDS)

    def _set_state(self, state: str, detail: str) -> None:
        with self._changed:
            self._state = state
            self._changed.notify_all()
        self._tell(state, detail)

    def _tell(self, state: str, detail: str) -> None:
        if self._on_state is not None:
            self._on_state(state, detail)
