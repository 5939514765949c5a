"""A persona written by hand in TOML: read, checked, and every fault said in a sentence.

The keys are the field names of `Persona` and its layers. Knows no folder and no list.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from personas.errors import PersonaFileError
from personas.persona import Persona


def read_persona_file(path: Path) -> Persona:
    """Return the persona in a file. Raises PersonaFileError and nothing else."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PersonaFileError(
            path,
            f"The file cannot be read ({error.strerror or error}).",
            "Check that it is there and that you may read it.",
        ) from error
    return parse_persona(content, path.name)


def parse_persona(content: bytes, file: str) -> Persona:
    """Return the persona in a file's content; `file` names it in errors (PersonaFileError)."""
    document = _parsed(_decoded(content, file), file)
    try:
        return Persona.model_validate(document)
    except ValidationError as error:
        raise _invalid(error, file) from error


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PersonaFileError(
            file,
            "The text is not UTF-8.",
            "Save the file again with the encoding UTF-8.",
            place=f"line {line}",
        ) from error


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        # TOMLDecodeError, or Python's own limit on the digits of a whole number.
        problem, _, place = str(error).removesuffix(")").partition(" (at ")
        raise PersonaFileError(
            file,
            f"This is not valid TOML: {problem}.",
            "Look for a missing quotation mark or bracket there or just before.",
            place=place,
        ) from error
    except RecursionError as error:
        raise PersonaFileError(
            file,
            "The brackets are nested too deeply to be a persona.",
            "Start again from a file of the library.",
        ) from error


def _invalid(error: ValidationError, file: str) -> PersonaFileError:
    """Turn pydantic's first finding into a sentence; the others are counted."""
    findings = error.errors(include_url=False)
    first = findings[0]
    more = f" There are {len(findings)} such faults; this is the first." * (len(findings) > 1)
    if first["type"] == "extra_forbidden":
        problem = "There is no field of that name."
        remedy = "Correct the spelling, or take the line out."
    elif first["type"] == "missing":
        problem, remedy = "The field is missing.", "Write it in."
    else:
        problem = f"{first['msg']}."
        remedy = "Change what stands there."
    return PersonaFileError(file, problem, remedy + more, place=_place(first["loc"]))


def _place(location: tuple[int | str, ...]) -> str:
    """Return where it is as a person counts: `life.relationships, entry 2, name`."""
    place = ""
    for part in location:
        if isinstance(part, int):
            place += f", entry {part + 1}"
        elif not place:
            place = part
        else:
            place += f", {part}" if place[-1].isdigit() else f".{part}"
    return place
