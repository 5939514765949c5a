"""`python -m ui`: the window, or the terminal where there is no display.

Imports Qt only once it is known that there is somewhere to show it.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from app.paths import find_paths


def has_display(
    environment: Mapping[str, str],
    platform: str = sys.platform,
    can_reach: Callable[[str], bool] | None = None,
) -> bool:
    """Whether a window can be shown; only Linux can be without any place for one.

    Qt ends the process when an X server that was named does not answer, so it is asked first.
    """
    if not platform.startswith("linux"):
        return True
    if environment.get("QT_QPA_PLATFORM") or environment.get("WAYLAND_DISPLAY"):
        return True
    display = environment.get("DISPLAY")
    return bool(display) and (can_reach or reaches_x_server)(display)


def reaches_x_server(display: str) -> bool:
    """Whether the X server of that name answers, through the library that Qt uses as well."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    is_broken = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not is_broken


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
