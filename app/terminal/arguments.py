"""What can be typed after `python -m app`.

Each subject's words stand beside its commands; `commands` carries them out.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from app.errors import UserError
from app.services.transcript_formats import TranscriptFormat
from app.terminal.bench_commands import add_bench
from app.terminal.conversation_commands import add_conversations
from app.terminal.lore_commands import add_lore
from app.terminal.memory_commands import add_memory
from app.terminal.persona_commands import add_personas
from app.terminal.user_commands import add_users


class UsageError(UserError):
    """What was typed is no command. Raised by the parser; any thread."""

    def __init__(self, message: str, usage: str) -> None:
        """Say what is wrong, and how the command is written."""
        super().__init__(message, code="usage")
        self.usage = usage


class CommandParser(argparse.ArgumentParser):
    """Raises UsageError where argparse would print and exit. Made once; one thread."""

    def error(self, message: str) -> NoReturn:
        sentence = f"{message[:1].upper()}{message[1:]}. See {self.prog} --help."
        raise UsageError(sentence, self.format_usage())


def _make_parser(*parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
    return CommandParser(
        prog="python -m app",
        description="Talk with a character in the terminal, or work with what is kept.",
        parents=parents,
    )


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; without a command the namespace's `command` is None."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS,
        help="one JSON value on stdout and nothing else",
    )
    model = argparse.ArgumentParser(add_help=False)
    model.add_argument(
        "--model",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="FILE.gguf",
        help="speak with this model instead of the one in the settings",
    )
    parser = _make_parser(shared, model)
    parser.add_argument("--verbose", action="store_true", help="say on stderr what is going on")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    add_personas(commands, shared)
    add_conversations(commands, shared)
    add_lore(commands, shared)
    add_users(commands, shared)
    add_bench(commands, shared)
    add_memory(commands, shared)
    chat = commands.add_parser("chat", parents=[shared, model], help="say one thing")
    chat.add_argument("--persona", metavar="ID", help="whom to talk with: an id or a name")
    chat.add_argument("--message", required=True, metavar="TEXT", help="what to say")
    chat.add_argument("--conversation", metavar="ID", help="go on there instead of anew")
    chat.add_argument("--seed", type=int, metavar="N", help="the same seed, the same reply")
    export = commands.add_parser("export", parents=[shared], help="write a transcript to a file")
    export.add_argument("conversation", metavar="CONVERSATION")
    export.add_argument(
        "--format", required=True, choices=[form.value for form in TranscriptFormat]
    )
    export.add_argument("--output", required=True, type=Path, metavar="FILE")
    search = commands.add_parser("search", parents=[shared], help="find messages by their words")
    search.add_argument("words", nargs="+")
    memories = commands.add_parser("memories", parents=[shared], help="what a character remembers")
    memories.add_argument("persona", metavar="PERSONA")
    commands.add_parser(
        "doctor", parents=[shared, model], help="versions, paths, model, index, self-test"
    )
    return parser
