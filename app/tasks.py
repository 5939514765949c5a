"""Lanes: named single threads on which one kind of work happens in order.

`Lane.submit` returns a future; `Lane.call` waits for it. Work that nobody waits for must
not fail silently: `submit` logs what raises, but for what a person does anyway (a wrong
input, a stop). What people wrote stays out of the log. Knows no Qt and no service.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from app.errors import AppError, Bug, Cancelled, UserError

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Lane:
    """One thread (or a small pool) for one kind of work. Owned by the app context."""

    def __init__(self, name: str, threads: int = 1) -> None:
        """Prepare the lane; its threads start with the first work."""
        self.name = name
        self._threads = threads
        self._is_closed = False
        self._lock = threading.Lock()
        self._waiting = 0
        # Not the thread's name: a second context in the process has lanes of the same names.
        self._own_threads = threading.local()
        self._executor = ThreadPoolExecutor(
            max_workers=threads, thread_name_prefix=name, initializer=self._mark_thread
        )

    def submit(self, work: Callable[[], _T]) -> Future[_T]:
        """Queue work; an exception is logged and kept in the future.

        Only what is our fault is logged with its traceback; of a machine or an engine in
        trouble the code says enough, and whoever waits tells the rest.
        Raises Cancelled when the lane is closed.
        """

        def run() -> _T:
            self._count(-1)
            try:
                return work()
            except (UserError, Cancelled):
                raise
            except Exception as error:  # one of the four permitted places: the lane boundary
                self._log_failure(error)
                raise

        self._count(1)
        try:
            queued = self._executor.submit(run)
        except RuntimeError as error:
            self._count(-1)
            if not self._is_closed:
                raise
            message = f"the {self.name} lane is closed"
            raise Cancelled(message) from error
        queued.add_done_callback(lambda done: self._count(-1) if done.cancelled() else None)
        return queued

    def call(self, work: Callable[[], _T], timeout_seconds: float | None = None) -> _T:
        """Queue work and wait for its result; raises what it raised, or TimeoutError."""
        if self._threads == 1 and self.is_current:
            return work()
        return self.submit(work).result(timeout_seconds)

    @property
    def has_waiting(self) -> bool:
        """Whether work waits for its turn, besides what is being done."""
        return self._waiting > 0

    @property
    def is_current(self) -> bool:
        """Whether the caller runs on this lane."""
        return getattr(self._own_threads, "is_own", False)

    def require_current(self) -> None:
        """Raise Bug when called from elsewhere."""
        if not self.is_current:
            message = f"called off the {self.name} lane"
            raise Bug(message)

    def settle(self, timeout_seconds: float) -> bool:
        """Wait until what is queued now is done; return whether it was in time."""
        try:
            self._executor.submit(lambda: None).result(timeout_seconds)
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Finish what is queued and end the threads; idempotent."""
        self._is_closed = True
        self._executor.shutdown(wait=True, cancel_futures=False)

    def _count(self, more: int) -> None:
        with self._lock:
            self._waiting += more

    def _log_failure(self, error: Exception) -> None:
        if isinstance(error, AppError) and not isinstance(error, Bug):
            _log.warning("work on the %s lane failed (%s)", self.name, error.code)
        else:
            _log.error("work on the %s lane failed", self.name, exc_info=error)

    def _mark_thread(self) -> None:
        self._own_threads.is_own = True
