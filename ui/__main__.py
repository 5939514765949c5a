"""`python -m ui`: the window, or the terminal where there is no display.

Imports Qt only once it is known that there is somewhere to show it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.paths import find_paths

_DISPLAY_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window can be shown; only Linux can be without any place for one."""
    if not platform.startswith("linux"):
        return True
    return any(environment.get(name) for name in _DISPLAY_VARIABLES)


def main(argv: Sequence[str] | None = None) -> int:
    """Start Dramatis; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m ui", description="Write a character and talk with it."
    )
    parser.add_argument(
        "--model", type=Path, metavar="FILE.gguf", help="speak with this model this time"
    )
    options = parser.parse_args(argv)
    model: Path | None = options.model.absolute() if options.model else None
    if not has_display(os.environ):
        sys.stderr.write("There is no display, so Dramatis talks in the terminal.\n")
        from app.__main__ import main as talk

        return talk(["--model", str(model)] if model else [])
    from ui.application import run

    return run([sys.argv[0]], find_paths(), model)


if __name__ == "__main__":
    sys.exit(main())
