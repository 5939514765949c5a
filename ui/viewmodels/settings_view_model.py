"""The settings as fields that take effect at once, and the model file with its progress.

The fields come from the settings model; what does not hold is said beside its field and
not put in force. Knows services and values, no widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from app.domain.generation import ModelDescription
from app.errors import AppError, MachineError
from app.events import EngineStateChanged, SettingsChanged
from app.settings import ColourScheme, Settings
from ui.bridge import EventBridge, deliver
from ui.viewmodels.form_fields import FieldPath, describe_fields, put_at
from ui.viewmodels.problems import describe_problems

if TYPE_CHECKING:
    from app.services.models import ModelService
    from app.services.settings import SettingsService

_MODEL_GROUP = "model"
_FONT_LEAST, _FONT_GREATEST = 10, 28


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """How it stands with the chat model. `progress` runs from 0 to 1 while loading."""

    text: str
    is_loading: bool = False
    progress: float = 0.0
    is_problem: bool = False


class SettingsViewModel(QObject):
    """What the settings screen shows and does. GUI thread; owned by the session.

    Signals:
        settings_changed(Settings): other settings are in force.
        problems_changed: other fields do not hold.
        model_status_changed(ModelStatus): the model loads, speaks, or does not.
        failed(AppError): something did not work.
    """

    settings_changed = Signal(object)
    problems_changed = Signal()
    model_status_changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self, settings: SettingsService, models: ModelService, bridge: EventBridge
    ) -> None:
        """Show the settings in force."""
        super().__init__()
        self.groups = describe_fields(Settings)
        self._settings = settings
        self._models = models
        self._draft = settings.current.model_dump(mode="json")
        self._problems: dict[FieldPath, str] = {}
        self._model_status = _describe_model(models.description)
        self._loaded_from = settings.current.model
        bridge.settings_changed.connect(self._take_settings)
        bridge.engine_state_changed.connect(self._take_engine_state)

    @property
    def current(self) -> Settings:
        """The settings in force."""
        return self._settings.current

    @property
    def draft(self) -> dict[str, Any]:
        """What the form shows: the settings in force and what does not hold yet."""
        return self._draft

    @property
    def problems(self) -> dict[FieldPath, str]:
        """A sentence for each field that does not hold."""
        return self._problems

    @property
    def model_status(self) -> ModelStatus:
        """How it stands with the chat model."""
        return self._model_status

    def set_value(self, path: FieldPath, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Put one value in force when the whole holds with it."""
        self._draft = put_at(self._draft, path, value)
        before = self._problems
        try:
            settings = Settings.model_validate(self._draft)
            self._problems = {}
        except ValidationError as error:
            self._problems = describe_problems(error)
        else:
            # What is not on the form must not be taken back by an older draft.
            self._replace(settings.model_copy(update={"greeted": self.current.greeted}))
        if self._problems != before:
            self.problems_changed.emit()

    def set_colour_scheme(self, scheme: ColourScheme) -> None:
        """Choose light, dark, contrast, or what the system says."""
        self.set_value(("appearance", "colour_scheme"), scheme.value)

    def change_font_size(self, step: int) -> None:
        """Make all text larger or smaller, within bounds; 0 goes back to the default."""
        size = self.current.appearance.font_size + step if step else Settings().appearance.font_size
        bounded = max(_FONT_LEAST, min(_FONT_GREATEST, size))
        self.set_value(("appearance", "font_size"), bounded)

    def finish_greeting(self, user_name: str) -> None:
        """Remember the person's name and that they were greeted."""
        current = self.current
        name = user_name.strip() or current.writing.user_name
        writing = current.writing.model_copy(update={"user_name": name[:60]})
        self._replace(current.model_copy(update={"writing": writing, "greeted": True}))

    def load_model(self) -> None:
        """Load the model that the settings name; called when the model's fields were left."""
        if self._settings.current.model != self._loaded_from:
            self.load_model_again()

    def load_model_again(self, path: Path | None = None) -> None:
        """Load a model file, or the one that the settings name."""
        self._loaded_from = self._settings.current.model
        self._show(ModelStatus("Loading the model …", is_loading=True))
        deliver(self._models.load(path), self, self._take_model, self._fail_model)

    def _replace(self, settings: Settings) -> None:
        try:
            self._settings.replace(settings)
        except MachineError as error:
            self.failed.emit(error)
        # At once, not with the event: the next change must not start from what was before.
        self._follow(self.current)

    def _take_settings(self, event: SettingsChanged) -> None:
        self._follow(event.settings)
        self.settings_changed.emit(event.settings)

    def _follow(self, settings: Settings) -> None:
        if not self._problems:
            self._draft = settings.model_dump(mode="json")

    def _take_engine_state(self, event: EngineStateChanged) -> None:
        match event.state:
            case "loading" | "starting" | "restarting":
                words = "Restarting" if event.state == "restarting" else "Loading"
                self._show(
                    ModelStatus(f"{words} the model …", is_loading=True, progress=event.progress)
                )
            case "ready":
                self._show(_describe_model(event.model or self._models.description))
            case "failed":
                self._show(ModelStatus(event.detail or "The model failed.", is_problem=True))
            case _:
                self._show(_describe_model(None))

    def _take_model(self, description: ModelDescription) -> None:
        self._show(_describe_model(description))

    def _fail_model(self, error: AppError) -> None:
        self._show(ModelStatus(error.message, is_problem=True))

    def _show(self, status: ModelStatus) -> None:
        if status != self._model_status:
            self._model_status = status
            self.model_status_changed.emit(status)


def _describe_model(model: ModelDescription | None) -> ModelStatus:
    if model is None:
        return ModelStatus("No model is loaded.")
    size = f"{model.parameters / 1e9:.1f} thousand million"
    if model.parameters < 1e9:
        size = f"{model.parameters / 1e6:.0f} million"
    return ModelStatus(
        f"{model.name}: {size} parameters, {model.file_bytes / 1e6:,.0f} MB, "
        f"a context of {model.context_tokens:,} tokens, {model.threads} threads."
    )
