"""`python -m app`: the terminal front end.

Without a command it is a conversation. Exit 0 is good, 2 is something the person can put
right (with a sentence), 1 is a fault of ours. stdout carries the result and nothing else.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from typing import cast

from app.context import build_context
from app.errors import AppError, Cancelled, MachineError, UserError
from app.paths import find_paths
from app.terminal.arguments import UsageError, build_parser
from app.terminal.bench_commands import run_bench
from app.terminal.commands import run_command
from app.terminal.conversation import converse
from app.terminal.doctor import examine_closed
from app.terminal.rendering import lines_of

GOOD, FAULT, USER = 0, 1, 2
_log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    typed = sys.argv[1:] if argv is None else argv
    # Until it is parsed: what cannot be is refused in the form that was asked for.
    as_json = "--json" in typed
    _make_sayable(as_json=as_json)
    try:
        arguments = build_parser().parse_args(typed)
        as_json = getattr(arguments, "json", False)
        return _run(arguments, as_json=as_json)
    except UsageError as error:
        sys.stderr.write(error.usage)
        return _tell(error, USER, as_json=as_json)
    except (UserError, MachineError) as error:
        return _tell(error, USER, as_json=as_json)
    except Cancelled:
        return GOOD
    except AppError as error:
        return _tell(error, FAULT, as_json=as_json)
    except KeyboardInterrupt:
        return 130


def _run(arguments: argparse.Namespace, *, as_json: bool) -> int:
    """Build the context and carry out the command, or converse when there is none."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if arguments.verbose else logging.ERROR,
        format="%(levelname)s %(name)s: %(message)s",
    )
    if arguments.command is None and as_json:
        message = "With --json a command is needed: a conversation is not one JSON value."
        raise UserError(message, code="usage")
    if arguments.command == "bench":  # In a home of its own; nobody's data is opened.
        _print(run_bench(arguments), as_json=as_json)
        return GOOD
    paths = find_paths()
    try:
        context = build_context(paths)
    except MachineError as error:
        if arguments.command != "doctor":
            raise
        _print(examine_closed(paths, error), as_json=as_json)
        return USER
    with context:
        # The doctor loads it by itself, as one of its checks.
        if (model := getattr(arguments, "model", None)) and arguments.command != "doctor":
            context.models.load(model).result()
        if arguments.command is None:
            converse(context)
            return GOOD
        value = run_command(context, arguments)
    _print(value, as_json=as_json)
    return GOOD if _is_well(value) else USER


def _make_sayable(*, as_json: bool) -> None:
    """See to it that any text can be printed: the name of a file need not be Unicode.

    JSON is UTF-8 wherever it goes, and what UTF-8 cannot say is escaped as JSON escapes it.
    """
    # What a test or a notebook puts in its place need not have it.
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8" if as_json else None, errors="backslashreplace")


def _is_well(value: object) -> bool:
    """Whether a report, if it is one, found everything in order."""
    return not (isinstance(value, dict) and cast("dict[str, object]", value).get("ok") is False)


def _print(value: object, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(lines_of(value)) + "\n")


def _tell(error: AppError, code: int, *, as_json: bool) -> int:
    """Say what is wrong on stderr, and on stdout for a script that asked for JSON."""
    sys.stderr.write(f"{error.message}\n")
    if as_json:
        problem = {"error": {"code": error.code, "message": error.message}}
        sys.stdout.write(json.dumps(problem, ensure_ascii=False) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
