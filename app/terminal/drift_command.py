"""`memory drift`: how far memory carries a character away from itself.

Knows services only, through the context.
"""

from __future__ import annotations

import argparse

from app.context import AppContext
from app.domain.ids import ConversationId
from app.errors import UserError
from app.services.drift import DriftAnswer
from app.terminal.finding import find_persona
from app.terminal.grammar import Command, Subcommands
from app.terminal.rendering import recalled_row

_SEED = 0


def add_drift(actions: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the word."""
    drift = actions.add_parser(
        "drift", parents=[shared], help="five questions, answered with memories and without"
    )
    drift.add_argument("persona", nargs="?", metavar="PERSONA", help="in the latest conversation")
    drift.add_argument("--conversation", metavar="ID", help="in this one")
    drift.add_argument(
        "--seed", type=int, default=_SEED, metavar="N", help="the same seed, the same words"
    )


def _memory_drift(context: AppContext, arguments: argparse.Namespace) -> object:
    conversation_id = _where(context, arguments)
    report = context.drift.probe(conversation_id, seed=arguments.seed).result()
    return {
        "conversation": report.conversation_id,
        "seed": report.seed,
        "similarity": round(report.similarity, 4),
        "by_chance": round(report.by_chance, 4),
        "questions": [_answer_row(answer) for answer in report.answers],
    }


def _answer_row(answer: DriftAnswer) -> dict[str, object]:
    return {
        "key": answer.key,
        "question": answer.question,
        "with_memory": answer.with_memory,
        "without_memory": answer.without_memory,
        "similarity": round(answer.similarity, 4),
        "by_chance": round(answer.by_chance, 4),
        "recalled": [recalled_row(one) for one in answer.recalled],
    }


def _where(context: AppContext, arguments: argparse.Namespace) -> ConversationId:
    if arguments.conversation:
        return ConversationId(arguments.conversation)
    record = find_persona(context, arguments.persona)
    told = context.conversations.list_all(record.id).result()
    if not told:
        message = f"Nobody has talked with {record.persona.name} yet: there is nothing to remember."
        raise UserError(message, code="no-conversation")
    return told[0].id


COMMANDS: dict[str, Command] = {"memory drift": _memory_drift}
