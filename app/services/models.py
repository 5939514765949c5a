"""Which model speaks: the one from the settings, or the small one that ships.

Loading happens on the turn lane, so that it never runs beside a reply. Knows the engine
port; where the bundled file lies is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from app.domain.generation import ModelDescription
from app.errors import AppError
from app.events import EngineStateChanged, EventHub
from app.ports.engine import Engine, ModelSelection
from app.settings import Settings
from app.tasks import Lane


class ModelService:
    """Loads the chat model. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        engine: Engine,
        bundled_path: Callable[[], Path],
        settings: Callable[[], Settings],
        hub: EventHub,
        turn_lane: Lane,
    ) -> None:
        """Take the engine; nothing is loaded yet."""
        self._engine = engine
        self._bundled_path = bundled_path
        self._settings = settings
        self._hub = hub
        self._turns = turn_lane

    @property
    def description(self) -> ModelDescription | None:
        """The model that is loaded, if any."""
        return self._engine.model

    def bundled_path(self) -> Path:
        """Where the small model that ships lies; UserError when it is gone."""
        return self._bundled_path()

    def load(self, path: Path | None = None) -> Future[ModelDescription]:
        """Load a model file; None takes the one from the settings, or the bundled one."""
        return self._turns.submit(lambda: self._load(path))

    def require(self) -> ModelDescription:
        """Return the loaded model, loading it first when there is none. Turn lane only."""
        return self._engine.model or self._load(None)

    def _load(self, path: Path | None) -> ModelDescription:
        settings = self._settings().model
        chosen = path or (Path(settings.path) if settings.path else self._bundled_path())
        selection = ModelSelection(
            path=chosen,
            context_tokens=settings.context_tokens or None,
            threads=settings.threads or None,
        )

        def tell(progress: float) -> None:
            self._hub.publish(EngineStateChanged("loading", progress))

        try:
            description = self._engine.load(selection, tell)
        except AppError as error:
            self._hub.publish(EngineStateChanged("failed", detail=error.message))
            raise
        self._hub.publish(EngineStateChanged("ready", 1.0, description))
        return description
