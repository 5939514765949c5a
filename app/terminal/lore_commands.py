"""What can be typed after `lore`, and what it does.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from app.context import AppContext
from app.domain.conversation import PersonaRecord
from app.domain.lore import LorebookRecord
from app.terminal.finding import find_lorebook, find_persona
from app.terminal.grammar import Command, Subcommands
from app.terminal.lore_test_command import add_lore_test, lore_test
from app.terminal.rendering import lorebook_row, lorebook_whole
from app.terminal.value_files import read_value
from personas.lorebook import Lorebook


def add_lore(commands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words after `lore`."""
    lore = commands.add_parser("lore", parents=[shared], help="lorebooks: what is known of a world")
    actions = lore.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", parents=[shared], help="every book")
    which = listing.add_mutually_exclusive_group()
    which.add_argument("--persona", metavar="ID", help="only those attached to this character")
    which.add_argument("--set-aside", action="store_true", help="those that were set aside")
    show = actions.add_parser("show", parents=[shared], help="one book, every entry")
    show.add_argument("book", metavar="BOOK")
    save = actions.add_parser("save", parents=[shared], help="keep a book from a JSON file")
    save.add_argument("file", type=Path, metavar="FILE")
    save.add_argument("--id", metavar="BOOK", help="as a new version of this book")
    for word, meaning in (
        ("attach", "let a character know what stands in it"),
        ("detach", "take it off a character"),
    ):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("book", metavar="BOOK")
        action.add_argument("persona", metavar="PERSONA")
    for word, meaning in (
        ("set-aside", "take it off the list and off every character"),
        ("restore", "bring it back"),
    ):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("book", metavar="BOOK")
    export = actions.add_parser("export", parents=[shared], help="write a SillyTavern world file")
    export.add_argument("book", metavar="BOOK")
    export.add_argument("--output", required=True, type=Path, metavar="FILE")
    add_lore_test(actions, shared)


def _lore_list(context: AppContext, arguments: argparse.Namespace) -> object:
    if arguments.set_aside:
        return [lorebook_row(record) for record in context.lore.list_set_aside().result()]
    if arguments.persona is None:
        return [lorebook_row(record) for record in context.lore.list_all().result()]
    persona = find_persona(context, arguments.persona)
    return [lorebook_row(record) for record in context.lore.attached_to(persona.id).result()]


def _lore_show(context: AppContext, arguments: argparse.Namespace) -> object:
    return lorebook_whole(find_lorebook(context, arguments.book))


def _lore_save(context: AppContext, arguments: argparse.Namespace) -> object:
    book = read_value(arguments.file, Lorebook, "book")
    if arguments.id is None:
        return lorebook_row(context.lore.add(book).result())
    record = find_lorebook(context, arguments.id)
    return lorebook_row(context.lore.save(record.id, book).result())


def _lore_attach(context: AppContext, arguments: argparse.Namespace) -> object:
    book, persona = _pair(context, arguments)
    return lorebook_row(context.lore.attach(book.id, persona.id).result())


def _lore_detach(context: AppContext, arguments: argparse.Namespace) -> object:
    book, persona = _pair(context, arguments)
    return lorebook_row(context.lore.detach(book.id, persona.id).result())


def _lore_set_aside(context: AppContext, arguments: argparse.Namespace) -> object:
    book = find_lorebook(context, arguments.book)
    context.lore.set_aside(book.id).result()
    return {"id": book.id, "name": book.book.name, "set_aside": True}


def _lore_restore(context: AppContext, arguments: argparse.Namespace) -> object:
    book = find_lorebook(context, arguments.book, set_aside_first=True)
    context.lore.restore(book.id).result()
    return lorebook_row(context.lore.get(book.id).result())


def _lore_export(context: AppContext, arguments: argparse.Namespace) -> object:
    book = find_lorebook(context, arguments.book)
    written = context.lore.export_world(book.id, arguments.output.absolute()).result()
    return {
        "id": book.id,
        "name": book.book.name,
        "output": str(written),
        "bytes": written.stat().st_size,
    }


def _pair(
    context: AppContext, arguments: argparse.Namespace
) -> tuple[LorebookRecord, PersonaRecord]:
    return find_lorebook(context, arguments.book), find_persona(context, arguments.persona)


COMMANDS: dict[str, Command] = {
    "lore list": _lore_list,
    "lore show": _lore_show,
    "lore save": _lore_save,
    "lore attach": _lore_attach,
    "lore detach": _lore_detach,
    "lore set-aside": _lore_set_aside,
    "lore restore": _lore_restore,
    "lore export": _lore_export,
    "lore test": lore_test,
}
