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

# What libQt6Gui and Qt's plugin for X11 are linked against and small systems go without.
_LIBRARIES = (
    "libEGL.so.1",
    "libGL.so.1",
    "libdbus-1.so.3",
    "libfontconfig.so.1",
    "libglib-2.0.so.0",
    "libxkbcommon.so.0",
    "libX11-xcb.so.1",
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-randr.so.0",
    "libxcb-render-util.so.0",
    "libxcb-shape.so.0",
    "libxcb-sync.so.1",
    "libxcb-xfixes.so.0",
    "libxcb-xkb.so.1",
    "libxkbcommon-x11.so.0",
)


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


def find_missing_libraries(
    environment: Mapping[str, str], platform: str = sys.platform, names: Sequence[str] = _LIBRARIES
) -> list[str]:
    """Return what a window on X11 needs and the loader cannot load; Qt would end the process."""
    chosen = environment.get("QT_QPA_PLATFORM", "")
    is_x11 = chosen.startswith("xcb") or not (chosen or environment.get("WAYLAND_DISPLAY"))
    if not platform.startswith("linux") or not is_x11:
        return []
    return [name for name in names if not _loads(name)]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def find_obstacle(environment: Mapping[str, str]) -> str:
    """Return in a sentence why there can be no window; nothing when there can."""
    if not has_display(environment):
        return "There is no display, so Dramatis talks in the terminal."
    missing = find_missing_libraries(environment)
    if missing:
        names = ", ".join(missing)
        return f"A window needs {names}, not found here, so Dramatis talks in the terminal."
    return ""


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
    obstacle = find_obstacle(os.environ)
    if obstacle:
        sys.stderr.write(f"{obstacle}\n")
        from app.__main__ import main as talk

        return talk(["--model", str(model)] if model else [])
    from ui.application import run

    return run([sys.argv[0]], find_paths(), model)


if __name__ == "__main__":
    sys.exit(main())
