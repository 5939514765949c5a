"""What can be typed after `users`, and what it does.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse

from pydantic import ValidationError

from app.context import AppContext
from app.domain.user_persona import UserPersona
from app.errors import UserError
from app.terminal.finding import find_persona, find_user
from app.terminal.grammar import Command, Subcommands
from app.terminal.rendering import user_row


def add_users(commands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words after `users`."""
    users = commands.add_parser("users", parents=[shared], help="who you are in the stories")
    actions = users.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", parents=[shared], help="everyone you can be")
    add = actions.add_parser("add", parents=[shared], help="somebody new to be")
    add.add_argument("name", nargs="?", metavar="NAME")
    add.add_argument("--description", default="", metavar="TEXT", help="what others know of you")
    add.add_argument("--pronouns", default="", metavar="TEXT")
    add.add_argument("--play", metavar="PERSONA", help="a character of the cast")
    default = actions.add_parser("default", parents=[shared], help="who you are from the start")
    default.add_argument("user", nargs="?", metavar="USER", help="nobody in particular without")
    aside = actions.add_parser("set-aside", parents=[shared], help="take off the list")
    aside.add_argument("user", metavar="USER")


def _users_list(context: AppContext, _: argparse.Namespace) -> object:
    return [user_row(record) for record in context.users.list_all().result()]


def _users_add(context: AppContext, arguments: argparse.Namespace) -> object:
    played = find_persona(context, arguments.play) if arguments.play else None
    try:
        user = UserPersona(
            name=arguments.name or (played.persona.called if played else ""),
            description=arguments.description,
            pronouns=arguments.pronouns,
            persona_id=played.id if played else None,
        )
    except ValidationError as error:
        message = "Say who you are: `users add NAME`, or `users add --play PERSONA`."
        raise UserError(message, code="user-name") from error
    return user_row(context.users.add(user).result())


def _users_default(context: AppContext, arguments: argparse.Namespace) -> object:
    user = find_user(context, arguments.user) if arguments.user else None
    context.users.set_default(user.id if user else None).result()
    chosen = context.users.default().result()
    return {"default": user_row(chosen) if chosen else None}


def _users_set_aside(context: AppContext, arguments: argparse.Namespace) -> object:
    user = find_user(context, arguments.user)
    context.users.set_aside(user.id).result()
    return {"id": user.id, "set_aside": True}


COMMANDS: dict[str, Command] = {
    "users list": _users_list,
    "users add": _users_add,
    "users default": _users_default,
    "users set-aside": _users_set_aside,
}
