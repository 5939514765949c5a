"""The characters that ship with Dramatis, each a TOML file beside this module.

Reads and checks them; knows nothing of where an application stores its own. One broken
file does not hide the others: ask for each by its slug.
"""

from __future__ import annotations

from pathlib import Path

from personas.errors import PersonaFileError
from personas.persona import Persona
from personas.persona_file import read_persona_file

LIBRARY_FOLDER = Path(__file__).parent

_CAST_ORDER = (
    "isla-macrae",
    "tunde-okafor",
    "rosalba-vega",
    "jun-lindqvist",
    "amir-mansour",
    "nan-bridget",
    "wilmer-quispe",
    "vasundhara-iyengar",
)


def library_slugs(folder: Path = LIBRARY_FOLDER) -> tuple[str, ...]:
    """Return the names of the files in the order of the cast list, unlisted ones last."""
    found = sorted(path.stem for path in folder.glob("*.toml"))
    listed = [slug for slug in _CAST_ORDER if slug in found]
    return (*listed, *(slug for slug in found if slug not in _CAST_ORDER))


def load_library_persona(slug: str, folder: Path = LIBRARY_FOLDER) -> Persona:
    """Return one character. Raises PersonaFileError when it is unknown or its file broken."""
    known = library_slugs(folder)
    if slug not in known:
        raise PersonaFileError(
            folder / f"{slug}.toml",
            "There is no such character in the library.",
            f"Choose one of these: {', '.join(known) or 'none, the library is empty'}.",
        )
    return read_persona_file(folder / f"{slug}.toml")


def load_library(folder: Path = LIBRARY_FOLDER) -> dict[str, Persona]:
    """Return all characters by slug, in order. Raises PersonaFileError on the first broken one."""
    return {slug: load_library_persona(slug, folder) for slug in library_slugs(folder)}
