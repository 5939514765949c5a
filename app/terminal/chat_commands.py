"""What `conversations import` takes and prints: old chats of other programs.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from app.context import AppContext
from app.services.old_chats import ChatOutcome, TakenChat
from app.terminal.finding import find_persona
from app.terminal.grammar import Command, Subcommands


def add_chat_import(actions: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words of the import."""
    bring = actions.add_parser(
        "import", parents=[shared], help="take in old chats, which the character remembers"
    )
    bring.add_argument("files", nargs="+", type=Path, metavar="FILE")
    bring.add_argument("--persona", required=True, metavar="ID", help="whose chats they were")
    bring.add_argument(
        "--user-name", default="", metavar="NAME", help="what you are called in them"
    )
    bring.add_argument(
        "--character-name", default="", metavar="NAME", help="who the character is in them"
    )
    bring.add_argument(
        "--again", action="store_true", help="also what was taken in before, once more"
    )


def _conversations_import(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.persona)
    outcomes = context.old_chats.bring_in(
        [file.absolute() for file in arguments.files],
        record.id,
        user_name=arguments.user_name,
        character_name=arguments.character_name,
        even_duplicates=arguments.again,
    ).result()
    taken = [chat for outcome in outcomes for chat in outcome.chats if chat.conversation_id]
    return {
        "ok": all(outcome.is_whole for outcome in outcomes),
        "persona": record.id,
        "conversations": len(taken),
        "messages": sum(chat.messages for chat in taken),
        "memories": sum(chat.memories for chat in taken),
        "files": [_outcome_row(outcome) for outcome in outcomes],
    }


def _outcome_row(outcome: ChatOutcome) -> dict[str, object]:
    return {
        "file": str(outcome.file),
        "error": outcome.error,
        "chats": [_chat_row(chat) for chat in outcome.chats],
        "receipt": None if outcome.receipt is None else outcome.receipt.as_dict(),
    }


def _chat_row(chat: TakenChat) -> dict[str, object]:
    return {
        "title": chat.title,
        "conversation": chat.conversation_id,
        "duplicate_of": chat.duplicate_of,
        "error": chat.error,
        "messages": chat.messages,
        "unheard": chat.unheard,
        "exchanges": chat.exchanges,
        "memories": chat.memories,
    }


COMMANDS: dict[str, Command] = {"conversations import": _conversations_import}
