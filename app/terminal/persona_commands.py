"""What can be typed after `personas`, and what it does.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from app.context import AppContext
from app.domain.ids import PersonaId
from app.errors import UserError
from app.terminal.finding import find_persona
from app.terminal.grammar import Command, Subcommands
from app.terminal.rendering import finding_row, persona_row, persona_whole
from personas.persona import Persona
from personas.review import review
from personas.sheet import build_sheet


def add_personas(commands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words after `personas`."""
    personas = commands.add_parser("personas", parents=[shared], help="the cast")
    actions = personas.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", parents=[shared], help="everyone")
    show = actions.add_parser("show", parents=[shared], help="one character, every layer")
    show.add_argument("id", metavar="ID")
    sheet = actions.add_parser("sheet", parents=[shared], help="as the model reads it")
    sheet.add_argument("id", metavar="ID")
    check = actions.add_parser("review", parents=[shared], help="what could be mended, and why")
    check.add_argument("id", metavar="ID")
    save = actions.add_parser("save", parents=[shared], help="keep a character from a JSON file")
    save.add_argument("file", type=Path, metavar="FILE")
    save.add_argument("--id", metavar="ID", help="as a new version of this character")
    for word, meaning in (("set-aside", "take off the cast"), ("restore", "bring back")):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("id", metavar="ID")


def _personas_list(context: AppContext, _: argparse.Namespace) -> object:
    return [persona_row(record) for record in context.personas.list_all().result()]


def _personas_show(context: AppContext, arguments: argparse.Namespace) -> object:
    return persona_whole(find_persona(context, arguments.id))


def _personas_sheet(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    user_name = context.settings.current.writing.user_name
    sections = build_sheet(record.persona, user_name=user_name)
    return [
        {"name": section.name, "title": section.title, "text": section.text} for section in sections
    ]


def _personas_review(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    room = context.settings.current.model.context_tokens or None
    return [finding_row(finding) for finding in review(record.persona, context_tokens=room)]


def _personas_save(context: AppContext, arguments: argparse.Namespace) -> object:
    persona = _read_persona(arguments.file)
    if arguments.id is None:
        return persona_row(context.personas.add(persona).result())
    record = find_persona(context, arguments.id)
    return persona_row(context.personas.save(record.id, persona).result())


def _read_persona(file: Path) -> Persona:
    """Read a persona from JSON: the bare value, or what `personas show --json` printed."""
    try:
        raw: object = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror}). Check the name and try again."
        raise UserError(message, code="persona-file") from error
    except ValueError as error:
        message = f"{file} is not JSON ({error}). Mend that place and try again."
        raise UserError(message, code="persona-file") from error
    try:
        body: object = raw
        if isinstance(raw, dict):
            body = cast("dict[str, object]", raw).get("persona", body)
        return Persona.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the top level"
        message = f"{file}, at {place}: {first['msg']}. Mend that field and try again."
        raise UserError(message, code="persona-file") from error


def _personas_set_aside(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    context.personas.set_aside(record.id).result()
    return {"id": record.id, "set_aside": True}


def _personas_restore(context: AppContext, arguments: argparse.Namespace) -> object:
    context.personas.restore(PersonaId(arguments.id)).result()
    return {"id": arguments.id, "set_aside": False}


COMMANDS: dict[str, Command] = {
    "personas list": _personas_list,
    "personas show": _personas_show,
    "personas sheet": _personas_sheet,
    "personas review": _personas_review,
    "personas save": _personas_save,
    "personas set-aside": _personas_set_aside,
    "personas restore": _personas_restore,
}
