"""`personas hear`, `suggest` and `draft`: a character's voice, and help from the model.

What is suggested is shown and written nowhere, unless `draft --keep` asks for it. Knows
services only, through the context.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from app.context import AppContext
from app.services.hearing import PROBES
from app.services.suggestions import FILLABLE, Suggestion, put_together
from app.terminal.finding import find_persona
from app.terminal.grammar import Command, Subcommands
from app.terminal.rendering import persona_row
from app.terminal.value_files import read_text, read_value
from personas.persona import Persona

_SEED = 0
_ACCEPTANCES = 3


def add_suggestions(actions: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Declare the words."""
    hear = actions.add_parser("hear", parents=[shared], help="three questions, answered by them")
    hear.add_argument("id", metavar="ID")
    hear.add_argument("--draft", type=Path, metavar="FILE", help="beside it, as this file has them")
    suggest = actions.add_parser(
        "suggest", parents=[shared], help="let the model suggest a part; without one, which"
    )
    suggest.add_argument("id", metavar="ID")
    what = suggest.add_mutually_exclusive_group()
    what.add_argument("--part", metavar="PART", help="as in life.weekday")
    what.add_argument(
        "--acceptances",
        type=int,
        nargs="?",
        const=_ACCEPTANCES,
        metavar="N",
        help="so many ways to take on the role",
    )
    draft = actions.add_parser("draft", parents=[shared], help="a character from a paragraph")
    source = draft.add_mutually_exclusive_group(required=True)
    source.add_argument("--text", metavar="TEXT")
    source.add_argument("--file", type=Path, metavar="FILE")
    draft.add_argument("--name", metavar="NAME", help="where the paragraph has none")
    draft.add_argument("--keep", action="store_true", help="keep them with all that was suggested")
    for action in (hear, suggest, draft):
        action.add_argument(
            "--seed", type=int, default=_SEED, metavar="N", help="the same seed, the same words"
        )


def suggestion_row(suggestion: Suggestion) -> dict[str, object]:
    return {
        "part": _dotted(suggestion),
        "title": suggestion.title,
        "value": suggestion.value,
        "text": suggestion.text,
    }


def _hear(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    heard = {"reply": record.persona}
    if arguments.draft is not None:
        heard["draft"] = read_value(arguments.draft, Persona, "persona")
    # Each version answers all three in a row: the model then reads its sheet only once.
    asked = {
        key: [
            context.hearing.hear(persona, probe, persona_id=record.id, seed=arguments.seed)
            for probe in PROBES
        ]
        for key, persona in heard.items()
    }
    return [
        {
            "probe": probe.key,
            "question": probe.question,
            **{key: answers[number].result() for key, answers in asked.items()},
        }
        for number, probe in enumerate(PROBES)
    ]


def _suggest(context: AppContext, arguments: argparse.Namespace) -> object:
    record = find_persona(context, arguments.id)
    if arguments.acceptances is not None:
        return [
            suggestion_row(suggestion)
            for suggestion in context.suggestions.acceptances(
                record.persona, arguments.acceptances, seed=arguments.seed
            ).result()
        ]
    if arguments.part is None:
        return [{"part": ".".join(map(str, path)), "title": title} for path, title in FILLABLE]
    path = tuple(arguments.part.split("."))
    return suggestion_row(
        context.suggestions.fill(record.persona, path, seed=arguments.seed).result()
    )


def _draft(context: AppContext, arguments: argparse.Namespace) -> object:
    paragraph = arguments.text
    if arguments.file is not None:
        paragraph = read_text(arguments.file, "paragraph-file")
    suggestions = context.suggestions.from_paragraph(
        paragraph, name=arguments.name or "", seed=arguments.seed
    ).result()
    value: dict[str, object] = {"suggestions": [suggestion_row(one) for one in suggestions]}
    if arguments.keep:
        value["kept"] = persona_row(context.personas.add(put_together(suggestions)).result())
    return value


def _dotted(suggestion: Suggestion) -> str:
    return ".".join(str(key) for key in suggestion.path)


COMMANDS: dict[str, Command] = {
    "personas hear": _hear,
    "personas suggest": _suggest,
    "personas draft": _draft,
}
