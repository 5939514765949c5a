"""What the status line says: the model, what the last reply cost, how the engine is.

Sentences are made here, so that tests can read what people read. Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.domain.generation import ModelDescription, Usage
from app.errors import AppError
from app.events import EngineStateChanged
from app.services.models import ModelService
from ui.bridge import EventBridge


@dataclass(frozen=True, slots=True)
class Facts:
    """What the status line says of the last reply. A value; tokens, and a share of 0 to 1."""

    model: str = ""
    usage: Usage | None = None
    context_tokens: int = 0

    @property
    def reading(self) -> str:
        """How much of the prompt was read anew, and how much the engine still knew."""
        if self.usage is None or not self.usage.prompt_read + self.usage.prompt_reused:
            return ""
        return f"read {self.usage.prompt_read:,} new, reused {self.usage.prompt_reused:,}"

    @property
    def speed(self) -> str:
        """How fast the reply was written."""
        rate = self.usage.tokens_per_second if self.usage else 0.0
        if rate <= 0:
            return ""
        return f"{rate:.0f} tokens/s" if rate >= 10 else f"{rate:.1f} tokens/s"

    @property
    def filling(self) -> str:
        """How much of the context the prompt and the reply took."""
        if self.usage is None or not self.context_tokens:
            return ""
        taken = self.usage.prompt_read + self.usage.prompt_reused + self.usage.generated
        if not taken:
            return ""
        return f"{taken / self.context_tokens:.0%} of {self.context_tokens:,}".replace("%", " %")


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """How the engine is, as a sentence when there is something to say. A value."""

    state: str = "off"
    progress: float = 0.0
    detail: str = ""

    @property
    def sentence(self) -> str:
        """What the status line says instead of facts; empty when all is well."""
        match self.state:
            case "starting":
                return "Waking the model …"
            case "loading":
                return f"Loading the model … {self.progress:.0%}".replace("%", " %")
            case "restarting":
                return "The engine stopped and starts again …"
            case "failed":
                return "No model is loaded"
            case _:
                return ""

    @property
    def is_waiting(self) -> bool:
        """Whether it is on its way, so that progress can be shown."""
        return self.state in {"starting", "loading", "restarting"}


class StatusViewModel(QObject):
    """The model and the engine. Lives on the GUI thread; owned by the conversation's view-model.

    `facts_changed(Facts)`, `engine_changed(EngineFacts)`; `engine_failed(str)` with the
    sentence, and `engine_recovered()` with every other state.
    """

    facts_changed = Signal(object)
    engine_changed = Signal(object)
    engine_failed = Signal(str)
    engine_recovered = Signal()

    def __init__(
        self, models: ModelService, bridge: EventBridge, parent: QObject | None = None
    ) -> None:
        """Begin with the model that is loaded, if any."""
        super().__init__(parent)
        self._models = models
        self._bridge = bridge
        description = models.description
        self._facts = Facts(_name(description))
        self._engine = EngineFacts("ready" if description else "off")
        bridge.engine_state_changed.connect(self._take_state)

    @property
    def facts(self) -> Facts:
        """The model and what the last reply cost."""
        return self._facts

    @property
    def engine(self) -> EngineFacts:
        """How the engine is."""
        return self._engine

    def show_cost(self, usage: Usage | None, context_tokens: int = 0) -> None:
        """Show what a reply cost; None where no reply was written."""
        description = self._models.description
        known = description.context_tokens if description else self._facts.context_tokens
        name = _name(description) or self._facts.model
        self._set_facts(Facts(name, usage, context_tokens or known))

    def load_model(self) -> None:
        """Load the model once more."""
        self._bridge.deliver(self._models.load(), self, None, self._fail)

    def _take_state(self, event: EngineStateChanged) -> None:
        self._engine = EngineFacts(event.state, event.progress, event.detail)
        self.engine_changed.emit(self._engine)
        if event.model is not None:
            context = event.model.context_tokens
            self._set_facts(Facts(event.model.name, self._facts.usage, context))
        if event.state == "failed":
            sentence = "The model could not be loaded. Try again, or choose another one."
            self.engine_failed.emit(event.detail or sentence)
        else:
            self.engine_recovered.emit()

    def _fail(self, error: AppError) -> None:
        self.engine_failed.emit(error.message)

    def _set_facts(self, facts: Facts) -> None:
        if facts != self._facts:
            self._facts = facts
            self.facts_changed.emit(facts)


def _name(description: ModelDescription | None) -> str:
    return description.name if description else ""
