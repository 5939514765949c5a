"""What can be typed after `memory`, and what it does.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict

from app.context import AppContext
from app.domain.conversation import PersonaRecord
from app.domain.ids import ConversationId, MemoryId, MessageId
from app.domain.memory import Memory, MemoryKind
from app.domain.memory_order import MemoryOrder, by_day, in_order
from app.errors import UserError
from app.services.memory_prose import what_is_known
from app.services.recall_alarm import alarm_of
from app.terminal import drift_command, memory_file_commands
from app.terminal.drift_command import add_drift
from app.terminal.finding import find_persona
from app.terminal.grammar import Command, Subcommands
from app.terminal.memory_file_commands import add_memory_files
from app.terminal.rendering import memory_row, message_row, recalled_row


def add_memory(commands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words after `memory`."""
    memory = commands.add_parser("memory", parents=[shared], help="what characters remember")
    actions = memory.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list", parents=[shared], help="memories; oldest first without --order"
    )
    _add_whose(listing)
    listing.add_argument("--kind", choices=[kind.value for kind in MemoryKind])
    orders = [order.value for order in MemoryOrder]
    listing.add_argument("--order", choices=orders, help="what comes first")
    listing.add_argument("--text", default="", metavar="WORDS", help="only with all these words")
    listing.add_argument("--quarantined", action="store_true", help="only what is kept out")
    known = actions.add_parser("known", parents=[shared], help="what a character knows, in prose")
    _add_whose(known)
    for word, meaning in (("bond", "how two stand, over time"), ("recap", "what was last time")):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("conversation", metavar="CONVERSATION")
    for word, meaning in (
        ("show", "one, with its sources and ties"),
        ("pin", "exempt from forgetting"),
        ("unpin", "let it fade again"),
        ("let-in", "recall it although it was kept out"),
    ):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("memory", metavar="MEMORY")
    why = actions.add_parser("why", parents=[shared], help="what was recalled for a reply, and why")
    why.add_argument("message", metavar="MESSAGE")
    out = actions.add_parser("keep-out", parents=[shared], help="never recall it")
    out.add_argument("memory", metavar="MEMORY")
    out.add_argument("--reason", default="kept out by hand", metavar="TEXT")
    reword = actions.add_parser("reword", parents=[shared], help="give a note another sentence")
    reword.add_argument("memory", metavar="MEMORY")
    reword.add_argument("text", metavar="TEXT")
    merge = actions.add_parser("merge", parents=[shared], help="make one note of several")
    merge.add_argument("memories", nargs="+", metavar="MEMORY")
    merge.add_argument("--text", required=True, metavar="TEXT")
    split = actions.add_parser("split", parents=[shared], help="make several notes of one")
    split.add_argument("memory", metavar="MEMORY")
    split.add_argument("--text", action="append", required=True, metavar="TEXT")
    back = actions.add_parser("take-back", parents=[shared], help="undo a merge or a split")
    back.add_argument("memory", metavar="MEMORY", help="the note that it made, or one of them")
    add_memory_files(actions, shared)
    add_drift(actions, shared)
    forget = actions.add_parser(
        "forget",
        parents=[shared],
        help="erase for good, with the database's older copies that hold it; not undone",
    )
    forget.add_argument("memories", nargs="+", metavar="MEMORY")
    for word, meaning in (
        ("rebuild-index", "make the index again from the database"),
        ("verify", "whether the index agrees with the database"),
    ):
        action = actions.add_parser(word, parents=[shared], help=meaning)
        action.add_argument("persona", nargs="?", metavar="PERSONA", help="everybody without")


def _add_whose(action: argparse.ArgumentParser) -> None:
    action.add_argument("persona", nargs="?", metavar="PERSONA", help="the first without")
    action.add_argument("--conversation", metavar="ID", help="what can be recalled there")


def _whose(context: AppContext, arguments: argparse.Namespace) -> list[Memory]:
    if arguments.conversation:
        return context.memory_room.in_story(ConversationId(arguments.conversation)).result()
    record = find_persona(context, arguments.persona)
    return context.memory_room.list_all(record.id).result()


def _memory_list(context: AppContext, arguments: argparse.Namespace) -> object:
    words = arguments.text.casefold().split()
    memories = _whose(context, arguments)
    if arguments.order is not None:
        newest_first = sorted(memories, key=by_day, reverse=True)
        memories = in_order(newest_first, MemoryOrder(arguments.order), lambda memory: memory)
    return [
        memory_row(memory)
        for memory in memories
        if arguments.kind in {None, memory.kind.value}
        and (memory.quarantine or not arguments.quarantined)
        and all(word in memory.text.casefold() for word in words)
    ]


def _memory_known(context: AppContext, arguments: argparse.Namespace) -> object:
    return [
        {"about": one.about.value, "text": one.text, "memories": list(one.memory_ids)}
        for one in what_is_known(_whose(context, arguments))
    ]


def _memory_bond(context: AppContext, arguments: argparse.Namespace) -> object:
    points = context.memory_room.bond_line(ConversationId(arguments.conversation)).result()
    return [{**asdict(point), "at": point.at.isoformat()} for point in points]


def _memory_recap(context: AppContext, arguments: argparse.Namespace) -> object:
    recap = context.memory_room.recap(ConversationId(arguments.conversation)).result()
    if recap is None:
        return {"when": None, "memories": []}
    rows = [memory_row(memory) for memory in recap.memories]
    return {"when": recap.when.isoformat(), "memories": rows}


def _memory_show(context: AppContext, arguments: argparse.Namespace) -> object:
    details = context.memory_room.details(MemoryId(arguments.memory)).result()
    return {
        **memory_row(details.memory),
        "messages": [message_row(message) for message in details.sources],
        **asdict(details.ties),
    }


def _memory_why(context: AppContext, arguments: argparse.Namespace) -> object:
    message_id = MessageId(arguments.message)
    recalled = context.memory_room.why(message_id).result()
    return {
        "message": message_id,
        "alarm": alarm_of(recalled),
        "recalled": [recalled_row(one) for one in recalled],
        "remembered": [
            memory_row(memory) for memory in context.memory_room.made_from(message_id).result()
        ],
    }


def _memory_pin(context: AppContext, arguments: argparse.Namespace) -> object:
    pinned = arguments.action == "pin"
    memory_id = MemoryId(arguments.memory)
    return memory_row(context.memory_room.set_pinned(memory_id, pinned=pinned).result())


def _memory_quarantine(context: AppContext, arguments: argparse.Namespace) -> object:
    reason = "" if arguments.action == "let-in" else arguments.reason
    if arguments.action == "keep-out" and not reason.strip():
        message = "Say why it is kept out: --reason TEXT."
        raise UserError(message, code="memory-reason")
    memory_id = MemoryId(arguments.memory)
    return memory_row(context.memory_room.set_quarantine(memory_id, reason).result())


def _memory_reword(context: AppContext, arguments: argparse.Namespace) -> object:
    room = context.memory_room
    return memory_row(room.reword(MemoryId(arguments.memory), arguments.text).result())


def _memory_merge(context: AppContext, arguments: argparse.Namespace) -> object:
    ids = [MemoryId(one) for one in arguments.memories]
    return memory_row(context.memory_room.merge(ids, arguments.text).result())


def _memory_split(context: AppContext, arguments: argparse.Namespace) -> object:
    room = context.memory_room
    notes = room.split(MemoryId(arguments.memory), arguments.text).result()
    return [memory_row(note) for note in notes]


def _memory_take_back(context: AppContext, arguments: argparse.Namespace) -> object:
    room = context.memory_room
    return [memory_row(one) for one in room.take_back([MemoryId(arguments.memory)]).result()]


def _memory_forget(context: AppContext, arguments: argparse.Namespace) -> object:
    ids = [MemoryId(one) for one in arguments.memories]
    return {"forgotten": context.memory_room.forget(ids).result()}


def _memory_rebuild_index(context: AppContext, arguments: argparse.Namespace) -> object:
    return [
        {
            "persona": record.id,
            "name": record.persona.name,
            "vectors": context.memories.rebuild_index(record.id).result(),
        }
        for record in _everybody(context, arguments)
    ]


def _memory_verify(context: AppContext, arguments: argparse.Namespace) -> object:
    rows: list[dict[str, object]] = []
    for record in _everybody(context, arguments):
        state = context.memory_room.verify_index(record.id).result()
        row = {"persona": record.id, "name": record.persona.name, "agrees": state.agrees}
        rows.append({**row, **asdict(state)})
    return rows


def _everybody(context: AppContext, arguments: argparse.Namespace) -> list[PersonaRecord]:
    if arguments.persona:
        return [find_persona(context, arguments.persona)]
    return context.personas.list_all(include_archived=True).result()


COMMANDS: dict[str, Command] = {
    **memory_file_commands.COMMANDS,
    **drift_command.COMMANDS,
    "memory list": _memory_list,
    "memory known": _memory_known,
    "memory bond": _memory_bond,
    "memory recap": _memory_recap,
    "memory show": _memory_show,
    "memory why": _memory_why,
    "memory pin": _memory_pin,
    "memory unpin": _memory_pin,
    "memory keep-out": _memory_quarantine,
    "memory let-in": _memory_quarantine,
    "memory reword": _memory_reword,
    "memory merge": _memory_merge,
    "memory split": _memory_split,
    "memory take-back": _memory_take_back,
    "memory forget": _memory_forget,
    "memory rebuild-index": _memory_rebuild_index,
    "memory verify": _memory_verify,
}
