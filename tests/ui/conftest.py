"""Qt without a screen, the theme that every widget test wears, and the theatre's fixtures."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from app.settings import Appearance, ColourScheme
from tests.ui.theatre import bridge, context, make_context, session, window
from ui.theme.fonts import FontFamilies, load_fonts
from ui.theme.live_theme import LiveTheme

__all__ = ["bridge", "context", "make_context", "session", "window"]

Shown = TypeVar("Shown", bound=QWidget)


def pytest_configure(config: pytest.Config) -> None:
    """The offscreen platform says what it cannot do; a real one can."""
    config.addinivalue_line(
        "qt_log_ignore", "^This plugin does not support (propagateSizeHints|raise|grabbing)"
    )


@pytest.fixture(autouse=True)
def collect_on_the_gui_thread() -> Iterator[None]:
    """Python may collect on any thread; a Qt object with a timer must not end on another one.

    The application does the same, see `ui.garbage`. Widgets that qtbot closed are deleted here
    at once: no event loop does it between tests, and each that is left is dressed anew by every
    theme that follows.
    """
    gc.disable()
    gc.freeze()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    gc.enable()


@pytest.fixture(scope="session")
def font_families(qapp) -> FontFamilies:
    return load_fonts()


@pytest.fixture
def live_theme(qapp, font_families) -> LiveTheme:
    """The light theme, applied; dark or other settings by `live_theme.set_appearance`."""
    return LiveTheme(qapp, Appearance(colour_scheme=ColourScheme.LIGHT), font_families)


@pytest.fixture
def show(qtbot) -> Callable[[Shown, int, int], Shown]:
    """Show a widget in a size; it is closed at the end."""

    def showing(widget: Shown, width: int, height: int) -> Shown:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    return showing
