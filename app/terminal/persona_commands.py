"""What can be typed after `personas`, and what it does.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from app.context import AppContext
from app.domain.conversation import PersonaRecord
from app.domain.ids import PersonaId
from app.errors import AppError, UserError
from app.services.reviewing import review_persona
from app.services.sheet_search import SheetSearch
from app.tasks import Lane
from app.terminal.card_commands import COMMANDS as CARD_COMMANDS
from app.terminal.card_commands import add_cards
from app.terminal.finding import find_persona
from app.terminal.grammar import Command, Subcommands
from app.terminal.portrait_commands import COMMANDS as PORTRAIT_COMMANDS
from app.terminal.portrait_commands import add_portrait
from app.terminal.rendering import finding_row, persona_row, persona_whole
from app.terminal.suggestion_commands import COMMANDS as SUGGESTION_COMMANDS
from app.terminal.suggestion_commands import add_suggestions
from app.terminal.upkeep_commands import COMMANDS as UPKEEP_COMMANDS
from app.terminal.upkeep_commands import add_upkeep
from app.terminal.value_files import read_value
from personas.persona import Persona
from personas.review import Similarity
from personas.sheet import build_sheet


def add_personas(commands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words after `personas`."""
    personas = commands.add_parser("personas", parents=[shared], help="the cast")
    actions = personas.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", parents=[shared], help="everyone")
    listing.add_argument("--archived", action="store_true", help="those in the archive instead")
    listing.add_argument("--folder", metavar="NAME", help="only those in it; '' for none")
    listing.add_argument(
        "--tag", metavar="TAG", action="append", default=[], help="only those with"
    )
    search = actions.add_parser("search", parents=[shared], help="those whose sheets say this")
    search.add_argument("words", nargs="+", metavar="WORD")
    show = actions.add_parser("show", parents=[shared], help="one character, every layer")
    show.add_argument("id", metavar="ID")
    sheet = actions.add_parser("sheet", parents=[shared], help="as the model reads it")
    sheet.add_argument("id", metavar="ID")
    check = actions.add_parser("review", parents=[shared], help="what could be mended, and why")
    check.add_argument("id", metavar="ID")
    check.add_argument(
        "--rules-only", action="store_true", help="do not compare meanings with the model for that"
    )
    save = actions.add_parser("save", parents=[shared], help="keep a character from a JSON file")
    save.add_argument("file", type=Path, metavar="FILE")
    save.add_argument("--id", metavar="ID", help="as a new version of this character")
    for word, meaning in (("set-aside", "take off the cast"), ("restore", "bring back")):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("id", metavar="ID")
    _add_order(actions, shared)
    add_portrait(actions, shared)
    add_upkeep(actions, shared)
    add_cards(actions, shared)
    add_suggestions(actions, shared)


def _add_order(actions: Subcommands, shared: argparse.ArgumentParser) -> None:
    folder = actions.add_parser("folder", parents=[shared], help="put into a folder")
    folder.add_argument("id", metavar="ID")
    folder.add_argument("folder", metavar="NAME", help="'' takes out of the folder")
    tag = actions.add_parser("tag", parents=[shared], help="add tags, or take them off")
    tag.add_argument("id", metavar="ID")
    tag.add_argument("tags", nargs="+", metavar="TAG")
    tag.add_argument("--remove", action="store_true", help="take these tags off")


def _personas_list(context: AppContext, arguments: argparse.Namespace) -> object:
    personas = context.personas
    found = personas.list_archived() if arguments.archived else personas.list_all()
    return [persona_row(record) for record in found.result() if _is_wanted(record, arguments)]


def _personas_search(context: AppContext, arguments: argparse.Namespace) -> object:
    everyone = context.personas.list_all(include_archived=True).result()
    names = {record.id: record.persona.name for record in everyone}
    with closing(Lane("searching")) as lane:
        found = SheetSearch(lane).find(everyone, " ".join(arguments.words)).result()
    return [
        {
            "id": hit.persona_id,
            "name": names[hit.persona_id],
            "where": hit.path,
            "text": hit.snippet,
        }
        for hit in found.hits
    ]


def _is_wanted(record: PersonaRecord, arguments: argparse.Namespace) -> bool:
    folder: str | None = arguments.folder
    wanted: list[str] = arguments.tag
    tags = {tag.casefold() for tag in record.persona.tags}
    is_there = folder is None or folder.strip().casefold() == record.folder.casefold()
    return is_there and all(tag.strip().casefold() in tags for tag in wanted)


def _personas_folder(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    return persona_row(context.personas.set_folder(record.id, arguments.folder).result())


def _personas_tag(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    here = record.persona.tags
    named: list[str] = [tag.strip() for tag in arguments.tags]
    if not arguments.remove:
        return persona_row(context.personas.set_tags(record.id, (*here, *named)).result())
    off = {tag.casefold() for tag in named}
    missing = off - {tag.casefold() for tag in here}
    if missing:
        kept = ", ".join(here) or "none at all"
        message = (
            f"{record.persona.name} has no tag “{min(missing)}”, so nothing was changed. "
            f"The tags are: {kept}."
        )
        raise UserError(message, code="not-found")
    rest = [tag for tag in here if tag.casefold() not in off]
    return persona_row(context.personas.set_tags(record.id, rest).result())


def _personas_show(context: AppContext, arguments: argparse.Namespace) -> object:
    return persona_whole(find_persona(context, arguments.id))


def _personas_sheet(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    sections = build_sheet(record.persona, user_name=context.users.name_by_default().result())
    return [
        {"name": section.name, "title": section.title, "text": section.text} for section in sections
    ]


def _personas_review(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    room = context.settings.current.model.context_tokens or None
    similarity = None if arguments.rules_only else _measure_meanings(context, record.persona)
    findings = review_persona(record.persona, context_tokens=room, similarity=similarity)
    return [finding_row(finding) for finding in findings]


def _measure_meanings(context: AppContext, persona: Persona) -> Similarity | None:
    try:
        context.previews.learn(persona).result()
    except AppError:
        # The rules hold without; the lane has logged what failed.
        return None
    return context.previews.similarity(persona)


def _personas_save(context: AppContext, arguments: argparse.Namespace) -> object:
    persona = read_value(arguments.file, Persona, "persona")
    if arguments.id is None:
        return persona_row(context.personas.add(persona).result())
    record = find_persona(context, arguments.id)
    return persona_row(context.personas.save(record.id, persona).result())


def _personas_set_aside(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    context.personas.set_aside(record.id).result()
    return {"id": record.id, "set_aside": True}


def _personas_restore(context: AppContext, arguments: argparse.Namespace) -> object:
    context.personas.restore(PersonaId(arguments.id)).result()
    return {"id": arguments.id, "set_aside": False}


COMMANDS: dict[str, Command] = {
    **UPKEEP_COMMANDS,
    **CARD_COMMANDS,
    **SUGGESTION_COMMANDS,
    **PORTRAIT_COMMANDS,
    "personas list": _personas_list,
    "personas search": _personas_search,
    "personas show": _personas_show,
    "personas sheet": _personas_sheet,
    "personas review": _personas_review,
    "personas save": _personas_save,
    "personas folder": _personas_folder,
    "personas tag": _personas_tag,
    "personas set-aside": _personas_set_aside,
    "personas restore": _personas_restore,
}
