"""What can be typed after `users`, and what it does.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse

from pydantic import ValidationError

from app.context import AppContext
from app.domain.user_persona import UserPersona
from app.errors import UserError
from app.terminal.conversation_commands import set_user
from app.terminal.finding import find_persona, find_user
from app.terminal.grammar import Command, Subcommands
from app.terminal.rendering import user_row


def add_users(commands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words after `users`."""
    users = commands.add_parser("users", parents=[shared], help="who you are in the stories")
    actions = users.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", parents=[shared], help="everyone you can be")
    listing.add_argument("--set-aside", action="store_true", help="those set aside instead")
    show = actions.add_parser("show", parents=[shared], help="one, as a character reads it")
    show.add_argument("user", metavar="USER")
    add = actions.add_parser("add", parents=[shared], help="somebody new to be")
    add.add_argument("name", nargs="?", metavar="NAME")
    add.add_argument("--description", default="", metavar="TEXT", help="what others know of you")
    add.add_argument("--pronouns", default="", metavar="TEXT")
    add.add_argument("--play", metavar="PERSONA", help="a character of the cast")
    save = actions.add_parser("save", parents=[shared], help="say something else of one")
    save.add_argument("user", metavar="USER")
    save.add_argument("--name", metavar="NAME")
    save.add_argument("--description", metavar="TEXT")
    save.add_argument("--pronouns", metavar="TEXT")
    play = actions.add_parser("play", parents=[shared], help="be a character of the cast")
    play.add_argument("persona", metavar="PERSONA")
    attach = actions.add_parser("attach", parents=[shared], help="be somebody in a conversation")
    attach.add_argument("id", metavar="CONVERSATION")
    attach.add_argument("user", nargs="?", metavar="USER", help="the settings' name without")
    default = actions.add_parser("default", parents=[shared], help="who you are from the start")
    default.add_argument("user", nargs="?", metavar="USER", help="nobody in particular without")
    for word, meaning in (("set-aside", "take off the list"), ("restore", "bring back")):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("user", metavar="USER")


def _users_list(context: AppContext, arguments: argparse.Namespace) -> object:
    users = context.users
    found = users.list_set_aside() if arguments.set_aside else users.list_all()
    return [user_row(record) for record in found.result()]


def _users_show(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_user(context, arguments.user)
    return {**user_row(record), "reads": context.users.describe(record.user_persona).result()}


def _users_save(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_user(context, arguments.user)
    said = {
        name: value
        for name in ("name", "description", "pronouns")
        if (value := getattr(arguments, name)) is not None
    }
    if not said:
        message = "Say what to change: --name, --description or --pronouns."
        raise UserError(message, code="user-nothing")
    try:
        user = UserPersona.model_validate({**record.user_persona.model_dump(), **said})
    except ValidationError as error:
        message = "A name has between 1 and 200 characters."
        raise UserError(message, code="user-name") from error
    return user_row(context.users.save(record.id, user).result())


def _users_play(context: AppContext, arguments: argparse.Namespace) -> object:
    played = find_persona(context, arguments.persona)
    return user_row(context.users.play(played.id).result())


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


def _users_restore(context: AppContext, arguments: argparse.Namespace) -> object:
    user = find_user(context, arguments.user, set_aside_first=True)
    context.users.restore(user.id).result()
    return {"id": user.id, "set_aside": False}


def _users_set_aside(context: AppContext, arguments: argparse.Namespace) -> object:
    user = find_user(context, arguments.user)
    context.users.set_aside(user.id).result()
    return {"id": user.id, "set_aside": True}


COMMANDS: dict[str, Command] = {
    "users list": _users_list,
    "users add": _users_add,
    "users default": _users_default,
    "users show": _users_show,
    "users save": _users_save,
    "users play": _users_play,
    "users attach": set_user,
    "users set-aside": _users_set_aside,
    "users restore": _users_restore,
}
