"""What keeps a cast in order: copies, the archive, earlier versions.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse

from app.context import AppContext
from app.domain.ids import PersonaVersionId
from app.terminal.finding import find_persona
from app.terminal.grammar import Command, Subcommands
from app.terminal.rendering import persona_row


def add_upkeep(actions: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words for keeping order."""
    for word, meaning in (
        ("duplicate", "keep a copy"),
        ("archive", "put away, out of the cast"),
        ("unarchive", "bring back out of the archive"),
        ("versions", "every version, the newest first"),
    ):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("id", metavar="ID")
    back = actions.add_parser("restore-version", parents=[shared], help="go back to a version")
    back.add_argument("id", metavar="ID")
    back.add_argument("version", metavar="VERSION", help="its number or its id")


def _personas_duplicate(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    return persona_row(context.personas.duplicate(record.id).result())


def _personas_archive(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    return persona_row(context.personas.archive(record.id).result())


def _personas_unarchive(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    return persona_row(context.personas.unarchive(record.id).result())


def _personas_versions(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    return [
        {"version_id": version.version_id, **persona_row(version)}
        for version in context.personas.versions(record.id).result()
    ]


def _personas_restore_version(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    wanted: str = arguments.version
    for version in context.personas.versions(record.id).result():
        if wanted == str(version.version):
            wanted = version.version_id
    restored = context.personas.restore_version(record.id, PersonaVersionId(wanted))
    return persona_row(restored.result())


COMMANDS: dict[str, Command] = {
    "personas duplicate": _personas_duplicate,
    "personas archive": _personas_archive,
    "personas unarchive": _personas_unarchive,
    "personas versions": _personas_versions,
    "personas restore-version": _personas_restore_version,
}
