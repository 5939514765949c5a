"""`personas portrait`: a picture in, cut or whole; out to a file; or off.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from app.context import AppContext
from app.domain.conversation import PersonaRecord
from app.errors import UserError
from app.services.portraits import find_picture
from app.terminal.finding import find_persona
from app.terminal.grammar import Command, Subcommands
from personas.picture_crop import CropBox


def add_portrait(actions: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words for portraits."""
    portrait = actions.add_parser("portrait", parents=[shared], help="a picture of them")
    portrait.add_argument("id", metavar="ID")
    what = portrait.add_mutually_exclusive_group(required=True)
    what.add_argument("--file", metavar="FILE", help="make this picture the portrait")
    what.add_argument("--remove", action="store_true", help="have none any more")
    what.add_argument("--output", type=Path, metavar="FILE", help="write the portrait as PNG")
    portrait.add_argument(
        "--crop",
        metavar="X,Y,W,H",
        help="with --file: a part of it, as shares of width and height from 0 to 1",
    )


def _personas_portrait(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    if arguments.crop is not None and arguments.file is None:
        message = "--crop says which part of a new picture to take: name the picture with --file."
        raise UserError(message, code="crop")
    if arguments.output is not None:
        return _write(context, record, arguments.output.absolute())
    png: bytes | None = None
    if arguments.file is not None:
        crop = None if arguments.crop is None else _crop_box(arguments.crop)
        png = context.portraits.read(find_picture(arguments.file), crop).result()
    return _portrait_row(context.personas.set_portrait(record.id, png).result())


def _write(context: AppContext, record: PersonaRecord, path: Path) -> object:
    png = context.personas.portrait(record.id).result()
    if png is None:
        name = record.persona.name
        message = f"{name} has no portrait. Give one: `personas portrait ID --file FILE`."
        raise UserError(message, code="not-found")
    written = context.portraits.write(png, path).result()
    return {**_portrait_row(record), "output": str(written), "bytes": len(png)}


def _portrait_row(record: PersonaRecord) -> dict[str, object]:
    return {"id": record.id, "name": record.persona.name, "portrait": record.portrait}


def _crop_box(words: str) -> CropBox:
    """Return the box for "X,Y,W,H"; UserError for anything else and for what lies outside."""
    try:
        x, y, width, height = (float(word) for word in words.split(","))
    except ValueError:
        x, y, width, height = -1.0, 0.0, 0.0, 0.0
    is_inside = 0 <= x < x + width <= 1.0001 and 0 <= y < y + height <= 1.0001
    if not is_inside:
        message = (
            f"--crop {words} is no part of a picture. Write left edge, top edge, width and height "
            "as shares from 0 to 1, for instance --crop 0.25,0,0.5,0.5."
        )
        raise UserError(message, code="crop")
    return CropBox(x, y, min(x + width, 1.0), min(y + height, 1.0))


COMMANDS: dict[str, Command] = {"personas portrait": _personas_portrait}
