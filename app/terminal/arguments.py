"""What can be typed after `python -m app`.

Knows the words only; `commands` carries them out.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.services.transcript_formats import TranscriptFormat


class _Commands(Protocol):
    """What argparse's subparsers are, whose type has no public name."""

    def add_parser(
        self,
        name: str,
        *,
        parents: Sequence[argparse.ArgumentParser] = ...,
        help: str | None = ...,  # noqa: A002 - argparse's own word
    ) -> argparse.ArgumentParser: ...


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
    parser = argparse.ArgumentParser(
        prog="python -m app",
        description="Talk with a character in the terminal, or work with what is kept.",
        parents=[shared, model],
    )
    parser.add_argument("--verbose", action="store_true", help="say on stderr what is going on")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_personas(commands, shared)
    _add_conversations(commands, shared)
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


def _add_personas(
    commands: _Commands,
    shared: argparse.ArgumentParser,
) -> None:
    personas = commands.add_parser("personas", parents=[shared], help="the cast")
    actions = personas.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", parents=[shared], help="everyone")
    show = actions.add_parser("show", parents=[shared], help="one character, every layer")
    show.add_argument("id", metavar="ID")
    sheet = actions.add_parser("sheet", parents=[shared], help="as the model reads it")
    sheet.add_argument("id", metavar="ID")
    save = actions.add_parser("save", parents=[shared], help="keep a character from a JSON file")
    save.add_argument("file", type=Path, metavar="FILE")
    save.add_argument("--id", metavar="ID", help="as a new version of this character")
    for word, meaning in (("set-aside", "take off the cast"), ("restore", "bring back")):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("id", metavar="ID")


def _add_conversations(
    commands: _Commands,
    shared: argparse.ArgumentParser,
) -> None:
    conversations = commands.add_parser("conversations", parents=[shared], help="what was said")
    actions = conversations.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", parents=[shared], help="all, the last touched first")
    listing.add_argument("--persona", metavar="ID")
    show = actions.add_parser("show", parents=[shared], help="one, message by message")
    show.add_argument("id", metavar="ID")
    rename = actions.add_parser("rename", parents=[shared], help="give another title")
    rename.add_argument("id", metavar="ID")
    rename.add_argument("title")
    for word, meaning in (("set-aside", "take off the list"), ("restore", "bring back")):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("id", metavar="ID")
    for word, meaning in (
        ("again", "write another reply beside the last"),
        ("continue", "write on at the end of the last reply"),
    ):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("id", metavar="ID")
        action.add_argument("--seed", type=int, metavar="N")
    edit = actions.add_parser("edit", parents=[shared], help="change what a message says")
    edit.add_argument("message", metavar="MESSAGE")
    edit.add_argument("text")
    delete = actions.add_parser("delete", parents=[shared], help="take a message out of the story")
    delete.add_argument("message", metavar="MESSAGE")
    select = actions.add_parser("select", parents=[shared], help="show the branch of a message")
    select.add_argument("message", metavar="MESSAGE")
