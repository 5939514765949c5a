"""Carries out one command with the app context and returns what to show.

Every command returns a value for `--json`; the reader's lines are made from the same value.
Knows services only, through the context.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from app.context import AppContext
from app.domain.conversation import Message, PersonaRecord
from app.domain.ids import ConversationId, MessageId, PersonaId
from app.errors import UserError
from app.terminal.doctor import examine
from app.terminal.exchange import follow
from app.terminal.rendering import (
    conversation_row,
    hit_row,
    memory_row,
    message_row,
    persona_row,
    persona_whole,
    recalled_row,
    usage_row,
)
from personas.persona import Persona
from personas.sheet import build_sheet

Command = Callable[[AppContext, argparse.Namespace], object]


def run_command(context: AppContext, arguments: argparse.Namespace) -> object:
    """Carry out the command that was typed; return a JSON-ready value."""
    name = arguments.command
    if action := getattr(arguments, "action", None):
        name = f"{name} {action}"
    return _COMMANDS[name](context, arguments)


def find_persona(context: AppContext, wanted: str | None) -> PersonaRecord:
    """Return a character by id, by name or by its library name; None takes the first."""
    cast = [record for record in context.personas.list_all().result() if not record.problem]
    if wanted is None and cast:
        return cast[0]
    for record in cast:
        names = {record.id, record.persona.name.casefold(), record.from_library}
        if wanted in names or (wanted or "").casefold() in names:
            return record
    if wanted is not None:
        return context.personas.get(PersonaId(wanted)).result()
    message = "The cast is empty. Write a character first: `personas save FILE`."
    raise UserError(message, code="no-persona")


def _personas_list(context: AppContext, _: argparse.Namespace) -> object:
    return [persona_row(record) for record in context.personas.list_all().result()]


def _personas_show(context: AppContext, arguments: argparse.Namespace) -> object:
    return persona_whole(find_persona(context, arguments.id))


def _personas_sheet(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    user_name = context.settings.current.writing.user_name
    sections = build_sheet(record.persona, user_name=user_name)
    return [
        {"name": section.name, "title": section.title, "text": section.text} for section in sections
    ]


def _personas_save(context: AppContext, arguments: argparse.Namespace) -> object:
    persona = _read_persona(arguments.file)
    if arguments.id is None:
        return persona_row(context.personas.add(persona).result())
    record = find_persona(context, arguments.id)
    return persona_row(context.personas.save(record.id, persona).result())


def _read_persona(file: Path) -> Persona:
    """Read a persona from JSON: the bare value, or what `personas show --json` printed."""
    try:
        raw: object = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror}). Check the name and try again."
        raise UserError(message, code="persona-file") from error
    except ValueError as error:
        message = f"{file} is not JSON ({error}). Mend that place and try again."
        raise UserError(message, code="persona-file") from error
    try:
        body: object = raw
        if isinstance(raw, dict):
            body = cast("dict[str, object]", raw).get("persona", body)
        return Persona.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the top level"
        message = f"{file}, at {place}: {first['msg']}. Mend that field and try again."
        raise UserError(message, code="persona-file") from error


def _personas_set_aside(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    context.personas.set_aside(record.id).result()
    return {"id": record.id, "set_aside": True}


def _personas_restore(context: AppContext, arguments: argparse.Namespace) -> object:
    context.personas.restore(PersonaId(arguments.id)).result()
    return {"id": arguments.id, "set_aside": False}


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


def _conversations_set_aside(context: AppContext, arguments: argparse.Namespace) -> object:
    context.conversations.set_aside(ConversationId(arguments.id)).result()
    return {"id": arguments.id, "set_aside": True}


def _conversations_restore(context: AppContext, arguments: argparse.Namespace) -> object:
    context.conversations.restore(ConversationId(arguments.id)).result()
    return {"id": arguments.id, "set_aside": False}


def _conversations_again(context: AppContext, arguments: argparse.Namespace) -> object:
    conversation_id = ConversationId(arguments.id)
    return _reply(
        context,
        conversation_id,
        lambda: context.chat.regenerate(conversation_id, seed=arguments.seed),
    )


def _conversations_continue(context: AppContext, arguments: argparse.Namespace) -> object:
    conversation_id = ConversationId(arguments.id)
    return _reply(
        context,
        conversation_id,
        lambda: context.chat.continue_reply(conversation_id, seed=arguments.seed),
    )


def _conversations_edit(context: AppContext, arguments: argparse.Namespace) -> object:
    return message_row(context.chat.edit(MessageId(arguments.message), arguments.text).result())


def _conversations_delete(context: AppContext, arguments: argparse.Namespace) -> object:
    context.chat.delete(MessageId(arguments.message)).result()
    return {"id": arguments.message, "deleted": True}


def _conversations_select(context: AppContext, arguments: argparse.Namespace) -> object:
    return conversation_row(context.chat.select(MessageId(arguments.message)).result())


def _chat(context: AppContext, arguments: argparse.Namespace) -> object:
    if arguments.conversation:
        conversation_id = ConversationId(arguments.conversation)
        conversation = context.conversations.get(conversation_id).result()
    else:
        record = find_persona(context, arguments.persona)
        conversation = context.conversations.create(record.id).result()
        conversation_id = conversation.id
    return _reply(
        context,
        conversation_id,
        lambda: context.chat.start_turn(conversation_id, arguments.message, seed=arguments.seed),
    )


def _reply(
    context: AppContext,
    conversation_id: ConversationId,
    begin: Callable[[], Future[Message]],
) -> dict[str, object]:
    finished = follow(context.hub, conversation_id, begin).finished
    return {
        "reply": finished.message.text,
        "usage": {
            **(usage_row(finished.usage) or {}),
            "prompt_tokens": finished.prompt_tokens,
            "context_tokens": finished.context_tokens,
            "reason": finished.reason.value,
        },
        "recalled": [recalled_row(item) for item in finished.recalled],
        "conversation": conversation_id,
        "message": finished.message.id,
    }


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


def _doctor(context: AppContext, _: argparse.Namespace) -> object:
    return examine(context)


_COMMANDS: dict[str, Command] = {
    "personas list": _personas_list,
    "personas show": _personas_show,
    "personas sheet": _personas_sheet,
    "personas save": _personas_save,
    "personas set-aside": _personas_set_aside,
    "personas restore": _personas_restore,
    "conversations list": _conversations_list,
    "conversations show": _conversations_show,
    "conversations rename": _conversations_rename,
    "conversations set-aside": _conversations_set_aside,
    "conversations restore": _conversations_restore,
    "conversations again": _conversations_again,
    "conversations continue": _conversations_continue,
    "conversations edit": _conversations_edit,
    "conversations delete": _conversations_delete,
    "conversations select": _conversations_select,
    "chat": _chat,
    "export": _export,
    "search": _search,
    "memories": _memories,
    "doctor": _doctor,
}
