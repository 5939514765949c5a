"""What can be typed after `conversations`, and what it does.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse

from app.context import AppContext
from app.domain.ids import ConversationId, MessageId
from app.terminal.chat_commands import COMMANDS as CHAT_COMMANDS
from app.terminal.chat_commands import add_chat_import
from app.terminal.finding import find_persona, find_user
from app.terminal.grammar import Command, Subcommands
from app.terminal.rendering import conversation_row, message_row
from app.terminal.reply_command import reply_row


def add_conversations(commands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words after `conversations`."""
    conversations = commands.add_parser("conversations", parents=[shared], help="what was said")
    actions = conversations.add_subparsers(dest="action", metavar="ACTION", required=True)
    add_chat_import(actions, shared)
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
    user = actions.add_parser("set-user", parents=[shared], help="say who you are in it")
    user.add_argument("id", metavar="CONVERSATION")
    user.add_argument("user", nargs="?", metavar="USER", help="the settings' name without")
    edit = actions.add_parser("edit", parents=[shared], help="change what a message says")
    edit.add_argument("message", metavar="MESSAGE")
    edit.add_argument("text")
    delete = actions.add_parser("delete", parents=[shared], help="take a message out of the story")
    delete.add_argument("message", metavar="MESSAGE")
    deleted = actions.add_parser(
        "deleted", parents=[shared], help="what was deleted, the last deleted first"
    )
    deleted.add_argument("id", metavar="ID")
    undelete = actions.add_parser("undelete", parents=[shared], help="bring a message back")
    undelete.add_argument("message", metavar="MESSAGE")
    select = actions.add_parser("select", parents=[shared], help="show the branch of a message")
    select.add_argument("message", metavar="MESSAGE")


def _conversations_list(context: AppContext, arguments: argparse.Namespace) -> object:
    persona_id = find_persona(context, arguments.persona).id if arguments.persona else None
    return [conversation_row(row) for row in context.conversations.list_all(persona_id).result()]


def _conversations_show(context: AppContext, arguments: argparse.Namespace) -> object:
    conversation_id = ConversationId(arguments.id)
    conversation = context.conversations.get(conversation_id).result()
    path = context.conversations.page(conversation_id, limit=None).result()
    return {
        **conversation_row(conversation),
        "path": [message_row(message) for message in path],
    }


def _conversations_rename(context: AppContext, arguments: argparse.Namespace) -> object:
    renamed = context.conversations.rename(ConversationId(arguments.id), arguments.title)
    return conversation_row(renamed.result())


def set_user(context: AppContext, arguments: argparse.Namespace) -> object:
    """Say who the user is in a conversation; typed as `users attach` as well."""
    user = find_user(context, arguments.user) if arguments.user else None
    changed = context.conversations.set_user_persona(
        ConversationId(arguments.id), user.id if user else None
    )
    return conversation_row(changed.result())


def _conversations_set_aside(context: AppContext, arguments: argparse.Namespace) -> object:
    context.conversations.set_aside(ConversationId(arguments.id)).result()
    return {"id": arguments.id, "set_aside": True}


def _conversations_restore(context: AppContext, arguments: argparse.Namespace) -> object:
    context.conversations.restore(ConversationId(arguments.id)).result()
    return {"id": arguments.id, "set_aside": False}


def _conversations_again(context: AppContext, arguments: argparse.Namespace) -> object:
    conversation_id = ConversationId(arguments.id)
    return reply_row(
        context,
        conversation_id,
        lambda: context.chat.regenerate(conversation_id, seed=arguments.seed),
    )


def _conversations_continue(context: AppContext, arguments: argparse.Namespace) -> object:
    conversation_id = ConversationId(arguments.id)
    return reply_row(
        context,
        conversation_id,
        lambda: context.chat.continue_reply(conversation_id, seed=arguments.seed),
    )


def _conversations_edit(context: AppContext, arguments: argparse.Namespace) -> object:
    return message_row(context.chat.edit(MessageId(arguments.message), arguments.text).result())


def _conversations_delete(context: AppContext, arguments: argparse.Namespace) -> object:
    context.chat.delete(MessageId(arguments.message)).result()
    return {"id": arguments.message, "deleted": True}


def _conversations_deleted(context: AppContext, arguments: argparse.Namespace) -> object:
    deleted = context.conversations.deleted(ConversationId(arguments.id)).result()
    return [message_row(message) for message in deleted]


def _conversations_undelete(context: AppContext, arguments: argparse.Namespace) -> object:
    return message_row(context.chat.bring_back(MessageId(arguments.message)).result())


def _conversations_select(context: AppContext, arguments: argparse.Namespace) -> object:
    return conversation_row(context.chat.select(MessageId(arguments.message)).result())


COMMANDS: dict[str, Command] = {
    **CHAT_COMMANDS,
    "conversations list": _conversations_list,
    "conversations show": _conversations_show,
    "conversations rename": _conversations_rename,
    "conversations set-user": set_user,
    "conversations set-aside": _conversations_set_aside,
    "conversations restore": _conversations_restore,
    "conversations again": _conversations_again,
    "conversations continue": _conversations_continue,
    "conversations edit": _conversations_edit,
    "conversations delete": _conversations_delete,
    "conversations deleted": _conversations_deleted,
    "conversations undelete": _conversations_undelete,
    "conversations select": _conversations_select,
}
