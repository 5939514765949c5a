"""What people can set, declared once: default, title, sentence, bounds.

The settings screen, the file and the command line are all derived from these models. A
file that cannot be read is kept beside as `.broken` and defaults serve. Knows no screen.
"""

from __future__ import annotations

import json
import logging
from enum import StrEnum
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from app.errors import MachineError
from app.whole_files import replace_file

_log = logging.getLogger(__name__)


class ColourScheme(StrEnum):
    """Which palette to use."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class NoteTaker(StrEnum):
    """Who notes what is worth remembering; AUTOMATIC: rules with the model that ships."""

    AUTOMATIC = "automatic"
    RULES = "rules"
    MODEL = "model"


class SettingsGroup(BaseModel):
    """A frozen group of settings; a value, any thread. Unknown keys are kept out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Appearance(SettingsGroup):
    """How Dramatis looks."""

    colour_scheme: ColourScheme = Field(
        default=ColourScheme.SYSTEM,
        title="Colours",
        description="Light, dark, or as the system says.",
    )
    font_size: int = Field(
        default=14,
        ge=10,
        le=28,
        title="Text size",
        description="The base size of all text; the page is a little larger.",
    )
    reduced_motion: bool = Field(
        default=False, title="Less motion", description="Nothing slides or fades."
    )


class Writing(SettingsGroup):
    """How you appear and how replies are written."""

    user_name: str = Field(
        default="You",
        min_length=1,
        max_length=60,
        title="Your name",
        description="What the character calls you in new conversations.",
    )
    reply_tokens: int = Field(
        default=240,
        ge=16,
        le=4096,
        title="Longest reply",
        description="In tokens; a word is about one.",
    )
    two_stage_immersion: bool = Field(
        default=True,
        title="Let them accept the role",
        description="Opens every context with the role and its acceptance in the first person.",
    )


class Model(SettingsGroup):
    """Which model speaks and how it is run."""

    path: str = Field(
        default="",
        title="Model file",
        description="A GGUF file; empty for the small one that ships.",
        json_schema_extra={"kind": "file", "filter": "GGUF models (*.gguf)"},
    )
    context_tokens: int = Field(
        default=0,
        ge=0,
        le=131072,
        title="Context",
        description="In tokens, 512 or more; 0 takes what the model was trained for, up to 8,192.",
    )
    threads: int = Field(
        default=0, ge=0, le=256, title="Threads", description="0 measures once and remembers."
    )

    @field_validator("context_tokens")
    @classmethod
    def _leave_room_for_a_prompt(cls, tokens: int) -> int:
        if 0 < tokens < 512:
            sentence = "A context is at least 512 tokens; 0 takes what the model was trained for."
            kind = "context_too_small"
            raise PydanticCustomError(kind, sentence)
        return tokens


class Sampling(SettingsGroup):
    """How the next word is chosen."""

    temperature: float = Field(
        default=0.8, ge=0.0, le=2.0, title="Temperature", description="Higher is more surprising."
    )
    top_k: int = Field(
        default=60, ge=1, le=200, title="Top k", description="How many candidates are looked at."
    )
    top_p: float = Field(
        default=0.95,
        gt=0.0,
        le=1.0,
        title="Top p",
        description="Keep the likeliest up to this share.",
    )
    min_p: float = Field(
        default=0.05,
        ge=0.0,
        le=1.0,
        title="Min p",
        description="Drop what is less likely than this share of the best.",
    )
    typical_p: float = Field(
        default=1.0, gt=0.0, le=1.0, title="Typical p", description="1 switches it off."
    )
    repeat_penalty: float = Field(
        default=1.08, ge=1.0, le=2.0, title="Repetition penalty", description="1 switches it off."
    )
    dry_multiplier: float = Field(
        default=0.0, ge=0.0, le=5.0, title="DRY", description="Against repeated phrases; 0 is off."
    )
    xtc_probability: float = Field(
        default=0.0, ge=0.0, le=1.0, title="XTC", description="Now and then leaves out the obvious."
    )
    xtc_threshold: float = Field(
        default=0.1, ge=0.0, le=0.5, title="XTC threshold", description="What counts as obvious."
    )


class Remembering(SettingsGroup):
    """What is brought back into the conversation."""

    enabled: bool = Field(default=True, title="Remember", description="Recall earlier exchanges.")
    recall_count: int = Field(
        default=6,
        ge=0,
        le=24,
        title="Memories a reply",
        description="At most this many are recalled.",
    )
    context_share: float = Field(
        default=0.2,
        ge=0.0,
        le=0.5,
        title="Share of the context",
        description="The most that memories may take.",
    )
    between_stories: bool = Field(
        default=False,
        title="Across conversations",
        description="Recall what was said in other conversations with the same character, too.",
    )
    note_taker: NoteTaker = Field(
        default=NoteTaker.AUTOMATIC,
        title="Who takes notes",
        description="Rules, at once, or the model, while nobody speaks. Automatic: rules with the "
        "small model that ships, your own model otherwise.",
    )


class Settings(SettingsGroup):
    """All settings; a frozen value. Replace it with `model_copy`."""

    appearance: Appearance = Field(default=Appearance(), title="Appearance")
    writing: Writing = Field(default=Writing(), title="Writing")
    model: Model = Field(default=Model(), title="Model")
    sampling: Sampling = Field(default=Sampling(), title="Sampling")
    remembering: Remembering = Field(default=Remembering(), title="Memory")
    greeted: bool = Field(default=False, json_schema_extra={"hidden": True})


class SettingsFile:
    """Reads and writes the settings. Owned by the app context; one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Remember where the file is; nothing is read yet."""
        self._path = path

    def read(self) -> Settings:
        """Return what is stored; what does not hold falls back to its default.

        A file that is no JSON is moved aside to `.broken`.
        """
        try:
            # "sig" because some editors put a byte order mark in front.
            raw = json.loads(self._path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError, RecursionError):
            self._set_aside()
            return Settings()
        return _read_leniently(raw)

    def write(self, settings: Settings) -> None:
        """Replace the file in one step; raises MachineError when the disk refuses."""
        text = json.dumps(settings.model_dump(mode="json"), indent=2, ensure_ascii=False)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, text.encode())
        except OSError as error:
            message = (
                f"The settings could not be saved to {self._path} ({error.strerror}). "
                "They hold until Dramatis closes; free some space or make the folder writable."
            )
            raise MachineError(message, code="settings-write") from error

    def _set_aside(self) -> None:
        try:
            if self._path.is_file():
                self._path.replace(self._path.with_suffix(".broken"))
        except OSError:
            _log.warning("%s is broken and could not be moved aside", self._path, exc_info=True)


def _read_leniently(raw: object) -> Settings:
    """Validate, dropping only the keys that do not hold."""
    if not isinstance(raw, dict):
        return Settings()
    data = cast("dict[str, object]", raw)
    while True:
        try:
            return Settings.model_validate(data)
        except ValidationError as error:
            for problem in error.errors():
                _drop(data, problem["loc"])


def _drop(data: dict[str, object], location: tuple[int | str, ...]) -> None:
    """Remove the value at `location`, or its nearest group when that is itself not one."""
    first, rest = str(location[0]), location[1:]
    inner = data.get(first)
    if rest and isinstance(inner, dict) and str(rest[0]) in inner:
        group = cast("dict[str, object]", inner)
        data[first] = {key: value for key, value in group.items() if key != str(rest[0])}
    else:
        data.pop(first, None)
