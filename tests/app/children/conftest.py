from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.children.plan import Backoff, ChildPlan
from app.children.process import python_command
from app.children.supervisor import Supervisor
from tests.app.children.echo_child import (
    CODEC,
    VERSION,
    Hello,
    Piece,
    Ping,
    Pong,
    Shutdown,
)

MODULE = "tests.app.children.echo_child"


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    """Poll until something is so; fails after 20 seconds."""

    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.005)

    return wait


@pytest.fixture
def make_plan() -> Callable[..., ChildPlan]:
    def make(*arguments: str, **changes: object) -> ChildPlan:
        settings: dict[str, object] = {
            "module": MODULE,
            "codec": CODEC,
            "hello_type": Hello,
            "version": VERSION,
            "ping": Ping,
            "shutdown": Shutdown,
            "pong_type": Pong,
            "partial_types": (Piece,),
            "ping_seconds": 0.02,
            "backoff": Backoff(first_seconds=0.01, ceiling_seconds=0.02, attempts=3),
        }
        if arguments:
            settings["command"] = (*python_command(MODULE), *arguments)
        return ChildPlan(**(settings | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_supervisor(
    make_plan: Callable[..., ChildPlan],
) -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def make(*arguments: str, **changes: object) -> Supervisor:
        hooks = {
            name: changes.pop(name)
            for name in ("on_state", "on_started", "clock")
            if name in changes
        }
        supervisor = Supervisor(make_plan(*arguments, **changes), **hooks)  # type: ignore[arg-type]
        made.append(supervisor)
        return supervisor

    yield make
    for supervisor in made:
        supervisor.close()


@pytest.fixture
def is_gone() -> Callable[[int], bool]:
    """Whether a process has ended; one that waits to be reaped has."""

    def check(process_id: int) -> bool:
        try:
            status = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):
            return True
        return status.rpartition(")")[2].split()[0] in "ZX"

    return check
