"""What the modules of commands share: what a command is and where its words are declared.

Knows no command.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Protocol

from app.context import AppContext

Command = Callable[[AppContext, argparse.Namespace], object]
"""Carries out what was typed and returns a JSON-ready value."""


class Subcommands(Protocol):
    """What argparse's subparsers are, whose type has no public name."""

    def add_parser(
        self,
        name: str,
        *,
        parents: Sequence[argparse.ArgumentParser] = ...,
        help: str | None = ...,  # noqa: A002 - argparse's own word
    ) -> argparse.ArgumentParser: ...
