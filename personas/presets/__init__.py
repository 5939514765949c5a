"""Starting points for a character's temper: scores, and hints for a voice.

Every one is a stereotype and says so in its note, with a question that leads away from it.
Each is a TOML file beside this module. Knows nothing of who uses them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from personas.errors import PersonaFileError
from personas.fields import DRAMATIS, Layer, documented
from personas.persona import Persona
from personas.traits import Traits, Values
from personas.voice import Voice

PRESET_FOLDER = Path(__file__).parent

STEREOTYPE_NOTE = (
    "This is a stereotype, a place to start from. Somebody becomes a person where they depart "
    "from it."
)


class Preset(Layer):
    """A stereotype to depart from; a value, any thread."""

    title: str = documented(..., "Title", "The reserved scholar.", DRAMATIS, min_length=1)
    line: str = documented(..., "In a line", "What one sees first.", DRAMATIS, min_length=1)
    note: str = documented(..., "Note", "Where the stereotype lies.", DRAMATIS, min_length=1)
    traits: Traits = documented(..., "Traits", "Fifteen facets.", DRAMATIS)
    values: Values = documented(..., "Values", "Ten values.", DRAMATIS)
    voice: Voice = documented(Voice(), "Voice", "Hints for how {they} [speaks|speak].", DRAMATIS)

    @property
    def caution(self) -> str:
        """What to show beside the preset before anybody takes it."""
        return f"{STEREOTYPE_NOTE} {self.note}"


def load_presets(folder: Path = PRESET_FOLDER) -> dict[str, Preset]:
    """Return all presets by slug, in the order of their slugs. Raises PersonaFileError."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}


def apply_preset(persona: Persona, preset: Preset) -> Persona:
    """Return the persona with the preset's scores, and its voice where nothing was written.

    Scores are replaced as a whole, words never: what somebody wrote outweighs a stereotype.
    """
    written = {name: said for name in Voice.model_fields if (said := getattr(persona.voice, name))}
    voice = preset.voice.model_copy(update=written)
    personal = persona.personal.model_copy(
        update={"traits": preset.traits, "values": preset.values}
    )
    return persona.model_copy(update={"personal": personal, "voice": voice})


def _read(path: Path) -> Preset:
    try:
        return Preset.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise PersonaFileError(
            path,
            f"The preset cannot be read ({error.strerror or error}).",
            "Check that it is there and that you may read it.",
        ) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise PersonaFileError(
            path,
            f"{first['msg']}.",
            "Change what stands there.",
            place=".".join(str(part) for part in first["loc"]),
        ) from error
    except (ValueError, RecursionError) as error:
        raise PersonaFileError(
            path,
            f"This is not valid TOML in UTF-8: {error}.",
            "Look for a missing quotation mark or bracket.",
        ) from error
