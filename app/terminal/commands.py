"""Carries out one command with the app context and returns what to show.

Every command returns a value for `--json`; the reader's lines are made from the same value.
Each subject's commands stand in a module of their own. Knows services only, through the context.
"""

from __future__ import annotations

import argparse

from app.context import AppContext
from app.domain.ids import ConversationId
from app.errors import UserError
from app.terminal import (
    conversation_commands,
    lore_commands,
    memory_commands,
    persona_commands,
    user_commands,
)
from app.terminal.doctor import examine
from app.terminal.finding import find_persona
from app.terminal.grammar import Command
from app.terminal.rendering import hit_row, memory_row
from app.terminal.reply_command import reply_row


def run_command(context: AppContext, arguments: argparse.Namespace) -> object:
    """Carry out the command that was typed; return a JSON-ready value."""
    name = arguments.command
    if action := getattr(arguments, "action", None):
        name = f"{name} {action}"
    return _COMMANDS[name](context, arguments)


def _chat(context: AppContext, arguments: argparse.Namespace) -> object:
    if not arguments.message.strip():
        message = "There is nothing to send: write a line after --message."
        raise UserError(message, code="empty-message")
    # What an earlier process left unremembered; nobody waits for it in the window.
    context.memories.record_pending().result()
    if arguments.conversation:
        conversation_id = ConversationId(arguments.conversation)
        conversation = context.conversations.get(conversation_id).result()
    else:
        record = find_persona(context, arguments.persona)
        conversation = context.conversations.create(record.id).result()
        conversation_id = conversation.id
    return reply_row(
        context,
        conversation_id,
        lambda: context.chat.start_turn(conversation_id, arguments.message, seed=arguments.seed),
    )


def _export(context: AppContext, arguments: argparse.Namespace) -> object:
    path = arguments.output.absolute()
    conversation_id = ConversationId(arguments.conversation)
    written = context.transcripts.export(conversation_id, arguments.format, path).result()
    return {
        "conversation": conversation_id,
        "format": arguments.format,
        "output": str(written),
        "bytes": written.stat().st_size,
    }


def _search(context: AppContext, arguments: argparse.Namespace) -> object:
    hits = context.conversations.search(" ".join(arguments.words)).result()
    return [hit_row(hit) for hit in hits]


def _memories(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.persona)
    return [memory_row(memory) for memory in context.memories.list_all(record.id).result()]


def _doctor(context: AppContext, arguments: argparse.Namespace) -> object:
    return examine(context, getattr(arguments, "model", None))


_COMMANDS: dict[str, Command] = {
    **persona_commands.COMMANDS,
    **conversation_commands.COMMANDS,
    **lore_commands.COMMANDS,
    **user_commands.COMMANDS,
    **memory_commands.COMMANDS,
    "chat": _chat,
    "export": _export,
    "search": _search,
    "memories": _memories,
    "doctor": _doctor,
}
