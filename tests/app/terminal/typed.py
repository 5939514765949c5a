"""Types a command of the terminal and takes what it tells a script."""

from __future__ import annotations

import json
from typing import Any

from app.context import AppContext
from app.terminal.arguments import build_parser
from app.terminal.commands import run_command
from app.terminal.rendering import lines_of


def run(context: AppContext, *words: str) -> Any:
    """Carry out what would be typed; its value survives JSON and no line is empty."""
    value = run_command(context, build_parser().parse_args([*words, "--json"]))
    assert all(line.strip() for line in lines_of(value))
    return json.loads(json.dumps(value))


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]
