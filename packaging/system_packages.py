"""Finds what the operating system lacks, and installs it where that is allowed.

As root on Debian or Ubuntu it runs apt-get; for anybody else it words the exact command.
A library counts as present when the loader can load it, wherever it came from. Standard
library only; see prepare.py.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterable, Mapping

from commands import CommandLog, PreparationError

# What libQt6Gui and libQt6DBus of the PySide6 wheel are linked against, and Debian's names.
DRAWING_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}

# What its plugin for X11 (platforms/libqxcb.so with libQt6XcbQpa) is linked against besides.
WINDOW_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def find_missing(libraries: Mapping[str, str]) -> dict[str, str]:
    """Return those of `libraries` (file name → package) that the loader cannot load."""
    if not sys.platform.startswith("linux"):
        return {}
    return {name: package for name, package in libraries.items() if not _loads(name)}


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def word_command(packages: Iterable[str]) -> str:
    """Return the command that a person can run to install `packages`."""
    return "sudo apt-get install -y " + " ".join(sorted(set(packages)))


class SystemPackages:
    """Installs Debian packages once each. Owned by one set-up, one thread."""

    def __init__(self, log: CommandLog) -> None:
        """Remember the log; nothing is asked of apt yet."""
        self._log = log
        self._list_is_fresh = False

    @property
    def can_install(self) -> bool:
        """Whether apt-get is here and we are allowed to use it."""
        return shutil.which("apt-get") is not None and os.geteuid() == 0

    def install(self, packages: Iterable[str]) -> None:
        """Install; raise PreparationError with the command to run where that is not possible."""
        wanted = sorted(set(packages))
        if not self.can_install:
            raise PreparationError(self._word_refusal(wanted))
        print(f"Installing system packages: {' '.join(wanted)} …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        problem = f"apt-get could not install {' '.join(wanted)}"
        if not self._list_is_fresh:
            self._log.run(["apt-get", "update", "-q"], problem, environment=environment)
            self._list_is_fresh = True
        command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *wanted]
        self._log.run(command, problem, environment=environment)

    def _word_refusal(self, wanted: list[str]) -> str:
        if shutil.which("apt-get") is None:
            return (
                "These Debian packages, or what your system calls them, are missing: "
                f"{' '.join(wanted)}. Install them and start again."
            )
        return (
            f"System packages are missing. Install them and start again:\n  {word_command(wanted)}"
        )
