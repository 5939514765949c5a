"""A language model and an embedding model, wherever they run.

Calls block; they run on a lane, never on the GUI thread. Errors are EngineError,
UserError (a model file that cannot be used) and Cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.domain.generation import Finished, GenerationRequest, ModelDescription, PromptMessage
from app.domain.memory import Vector


@dataclass(frozen=True, slots=True)
class ModelSelection:
    """Which chat model to load and how; None leaves the choice to the engine."""

    path: Path
    context_tokens: int | None = None
    threads: int | None = None
    gpu_layers: int | None = None


class Engine(Protocol):
    """A chat model. One generation at a time; `cancel` from any thread."""

    def load(
        self, selection: ModelSelection, on_progress: Callable[[float], None] | None = None
    ) -> ModelDescription:
        """Load a model, replacing the one before; progress runs from 0 to 1."""
        ...

    @property
    def model(self) -> ModelDescription | None:
        """The model that is loaded, if any."""
        ...

    def generate(self, request: GenerationRequest, on_text: Callable[[str], None]) -> Finished:
        """Write a reply, handing over its text in pieces on a thread of the engine's.

        A cancelled generation returns with reason CANCELLED; a crash raises EngineError,
        and what was handed over until then stays valid.
        """
        ...

    def read(self, request: GenerationRequest) -> None:
        """Read a prompt ahead of its reply, as far as `cancel` lets it; nothing is written."""
        ...

    def cancel(self) -> None:
        """Stop the running generation or reading, if any, within one slice."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without template marks."""
        ...

    def count_prompt(self, messages: Sequence[PromptMessage]) -> int:
        """Return the tokens of the whole prompt with the model's chat template."""
        ...

    def close(self) -> None:
        """Stop everything; idempotent."""
        ...


class Embedder(Protocol):
    """A text embedding model. Blocking; any one thread at a time."""

    @property
    def model_key(self) -> str:
        """Names the model and its settings; vectors of different keys do not compare."""
        ...

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return a unit vector (float32, 384 long) for each text."""
        ...
