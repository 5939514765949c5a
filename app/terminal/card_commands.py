"""`personas import` and `personas export`: cards in and out.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from app.context import AppContext
from app.services.imports import ImportOutcome
from app.terminal.finding import find_persona
from app.terminal.grammar import Command, Subcommands
from app.terminal.rendering import lorebook_row, persona_row
from personas.cards import CardFormat


def add_cards(actions: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words for cards."""
    bring = actions.add_parser("import", parents=[shared], help="bring card files in")
    bring.add_argument("files", nargs="+", type=Path, metavar="FILE")
    bring.add_argument("--again", action="store_true", help="also those that are here already")
    export = actions.add_parser("export", parents=[shared], help="write a card for other programs")
    export.add_argument("id", metavar="ID")
    export.add_argument("--format", required=True, choices=[form.value for form in CardFormat])
    export.add_argument("--output", required=True, type=Path, metavar="FILE")


def _personas_import(context: AppContext, arguments: argparse.Namespace) -> object:
    files = [file.absolute() for file in arguments.files]
    outcomes = context.imports.import_files(files, even_duplicates=arguments.again).result()
    failed = sum(outcome.error is not None for outcome in outcomes)
    duplicates = sum(outcome.duplicate_of is not None for outcome in outcomes)
    portraits = sum(outcome.portrait_of is not None for outcome in outcomes)
    return {
        "ok": not failed,
        "imported": len(outcomes) - failed - duplicates - portraits,
        "duplicates": duplicates,
        "failed": failed,
        "files": [_outcome_row(outcome) for outcome in outcomes],
    }


def _outcome_row(outcome: ImportOutcome) -> dict[str, object]:
    return {
        "file": str(outcome.file),
        "error": outcome.error,
        "persona": persona_row(outcome.record) if outcome.record else None,
        "conversations": list(outcome.conversations),
        "lorebooks": [lorebook_row(book) for book in outcome.lorebooks],
        "duplicate_of": outcome.duplicate_of,
        "portrait_of": str(outcome.portrait_of) if outcome.portrait_of else None,
        "receipt": outcome.receipt.as_dict() if outcome.receipt else None,
    }


def _personas_export(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    path = arguments.output.absolute()
    written = context.card_exports.export_card(record.id, arguments.format, path).result()
    return {
        "id": record.id,
        "name": record.persona.name,
        "format": arguments.format,
        "output": str(written),
        "bytes": written.stat().st_size,
    }


COMMANDS: dict[str, Command] = {
    "personas import": _personas_import,
    "personas export": _personas_export,
}
