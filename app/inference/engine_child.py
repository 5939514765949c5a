"""The one supervised engine process that the chat and the embedding client share.

Chat and embedding may be asked for from different lanes at once: the requests queue in
the child, whose single compute thread takes them in order; only Cancel and Ping overtake.
A child that had to be restarted is given its models again before anybody else may use it.
Knows no port: `client` and `embedding` satisfy those.
"""

from __future__ import annotations

import logging
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from app.children.failures import ChildCrashed, ChildError, ChildTimeout
from app.children.plan import Backoff, ChildPlan
from app.children.protocol import Codec, ProtocolError
from app.children.supervisor import StartedChild, Supervisor
from app.errors import EngineError
from app.inference import protocol
from app.inference.failures import translate_child_error

_log = logging.getLogger(__name__)

WORKER_MODULE = "app.inference.worker"

Partial = Callable[[protocol.Answer], None]


class EngineTenant(Protocol):
    """A client that keeps a model in the child and wants to know what becomes of it."""

    def restore(self, ask: Callable[[protocol.Request, Partial | None], protocol.Answer]) -> None:
        """Load again what was loaded; raises nothing but ChildError. Supervisor's thread."""
        ...

    def child_changed(self, state: str, detail: str) -> None:
        """Hear of a state of the supervisor's; must not raise. Any thread."""
        ...


def engine_codec() -> Codec:
    """Return the codec of the engine child's protocol, the same for both sides."""
    return Codec([*typing.get_args(protocol.Request), *typing.get_args(protocol.Answer)])


class EngineChild:
    """Asks the engine process and translates its failures. Owned by the context; any thread."""

    def __init__(
        self,
        *,
        log_path: Path | None = None,
        module: str = WORKER_MODULE,
        ping_seconds: float = 2.0,
        hang_seconds: float = 180.0,
        backoff: Backoff | None = None,
    ) -> None:
        """Start nothing yet; the first request does."""
        plan = ChildPlan(
            module=module,
            codec=engine_codec(),
            hello_type=protocol.Ready,
            version=protocol.VERSION,
            ping=protocol.Ping,
            shutdown=protocol.Shutdown,
            pong_type=protocol.Pong,
            partial_types=(protocol.Loading, protocol.Delta),
            log_path=log_path,
            ping_seconds=ping_seconds,
            hang_seconds=hang_seconds,
            backoff=backoff or Backoff(),
        )
        self._tenants: list[EngineTenant] = []
        self._supervisor = Supervisor(
            plan, on_state=self._tell_tenants, on_started=self._restore_tenants
        )

    @property
    def process_id(self) -> int | None:
        """The engine's process id while there is one."""
        return self._supervisor.process_id

    def add_tenant(self, tenant: EngineTenant) -> None:
        """Tell `tenant` of every state and restart from now on; before the first request."""
        self._tenants.append(tenant)

    def new_ticket(self) -> int:
        """Return a number for a request."""
        return self._supervisor.new_ticket()

    def wait_until_ready(self, is_cancelled: Callable[[], bool]) -> bool:
        """Start the child if need be and wait; False when cancelled. Raises EngineError."""
        while not is_cancelled():
            try:
                self._supervisor.start(timeout_seconds=0.1)
            except ChildTimeout:
                continue
            except ChildError as error:
                raise translate_child_error(error) from error
            return True
        return False

    def hello(self) -> protocol.Ready:
        """Start the child if need be and return its hello; raises EngineError."""
        try:
            return cast("protocol.Ready", self._supervisor.start())
        except ChildError as error:
            raise translate_child_error(error) from error

    def ask(
        self,
        request: protocol.Request,
        *,
        on_partial: Partial | None = None,
        on_sent: Callable[[], None] | None = None,
    ) -> protocol.Answer:
        """Send a request and wait for its last answer; raises EngineError.

        No time limit: a child that computes without getting anywhere is found by its pulse.
        """
        try:
            answer = self._supervisor.request(
                request, on_partial=_untyped(on_partial), on_sent=on_sent
            )
        except ChildError as error:
            raise translate_child_error(error) from error
        except ProtocolError as error:
            message = f"The engine cannot be asked this: {error}."
            raise EngineError(message, code="bad-request") from error
        return cast("protocol.Answer", answer)

    def ask_again(self, build: Callable[[int], protocol.Request]) -> protocol.Answer:
        """Like `ask`, and once more when the child crashed: for requests without effect.

        A crash takes along whatever waits, though mostly it is not to blame.
        """
        try:
            return self.ask(build(self.new_ticket()))
        except EngineError as error:
            if not isinstance(error.__cause__, ChildCrashed):
                raise
        return self.ask(build(self.new_ticket()))

    def post(self, request: protocol.Request) -> None:
        """Send what has no answer; never blocks."""
        self._supervisor.post(request)

    def close(self) -> None:
        """End the child; idempotent."""
        self._supervisor.close()

    def _restore_tenants(self, child: StartedChild) -> None:
        def ask(request: protocol.Request, on_partial: Partial | None) -> protocol.Answer:
            answer = child.request(request, on_partial=_untyped(on_partial))
            return cast("protocol.Answer", answer)

        for tenant in self._tenants:
            tenant.restore(ask)

    def _tell_tenants(self, state: str, detail: str) -> None:
        if detail and state != "off":
            _log.warning("the engine child is %s: %s", state, detail)
        for tenant in self._tenants:
            tenant.child_changed(state, detail)


def _untyped(on_partial: Partial | None) -> Callable[[object], None] | None:
    return cast("Callable[[object], None] | None", on_partial)
