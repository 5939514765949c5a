"""What can be typed after `memory` about files: memories out, documents in.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from app.context import AppContext
from app.domain.ids import ConversationId
from app.services.documents import DocumentOutcome
from app.terminal.finding import find_persona
from app.terminal.grammar import Command, Subcommands


def add_memory_files(actions: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words for files."""
    export = actions.add_parser("export", parents=[shared], help="write what stands as JSON")
    export.add_argument("persona", metavar="PERSONA")
    export.add_argument("--output", required=True, type=Path, metavar="FILE")
    bring = actions.add_parser(
        "import",
        parents=[shared],
        help="remember text and Markdown files; old chats: conversations import",
    )
    bring.add_argument("files", nargs="+", type=Path, metavar="FILE")
    bring.add_argument("--conversation", required=True, metavar="ID")
    bring.add_argument(
        "--even-forgotten", action="store_true", help="also passages that were forgotten before"
    )


def _memory_export(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.persona)
    path: Path = arguments.output.absolute()
    count = context.memory_exports.export(record.id, path).result()
    return {
        "persona": record.id,
        "memories": count,
        "output": str(path),
        "bytes": path.stat().st_size,
    }


def _memory_import(context: AppContext, arguments: argparse.Namespace) -> object:
    files = [file.absolute() for file in arguments.files]
    conversation_id = ConversationId(arguments.conversation)
    outcomes = context.documents.bring_in(
        files, conversation_id, even_forgotten=arguments.even_forgotten
    ).result()
    return {
        "ok": all(outcome.is_whole for outcome in outcomes),
        "conversation": conversation_id,
        "kept": sum(outcome.kept for outcome in outcomes),
        "files": [_document_row(outcome) for outcome in outcomes],
    }


def _document_row(outcome: DocumentOutcome) -> dict[str, object]:
    return {
        "file": str(outcome.file),
        "passages": outcome.passages,
        "kept": outcome.kept,
        "quarantined": outcome.quarantined,
        "forgotten": outcome.forgotten,
        "whole": outcome.is_whole,
        "error": outcome.error,
    }


COMMANDS: dict[str, Command] = {
    "memory export": _memory_export,
    "memory import": _memory_import,
}
