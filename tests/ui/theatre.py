"""A real context on the scripted engine, and the session over it, for tests of the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.context import AppContext
from app.domain.conversation import PersonaRecord
from tests.stage import MakeContext, make_context
from ui.bridge import EventBridge
from ui.main_window import MainWindow
from ui.session import Session

__all__ = ["bridge", "context", "isla_in", "make_context", "session", "window"]


@pytest.fixture
def context(make_context: MakeContext) -> AppContext:
    return make_context("It sings Stornoway, and nothing else.")


@pytest.fixture
def bridge(context, qapp) -> Iterator[EventBridge]:
    bridge = EventBridge(context.hub)
    yield bridge
    bridge.close()


@pytest.fixture
def window(qtbot, live_theme, paths) -> MainWindow:
    window = MainWindow(live_theme, paths.config / "window.ini")
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


@pytest.fixture
def session(context, window, live_theme, qtbot) -> Iterator[Session]:
    """A session that greeted already and has its cast on the screen."""
    settings = context.settings.current
    context.settings.replace(settings.model_copy(update={"greeted": True}))
    session = Session(context, window, live_theme)
    session.begin()
    qtbot.waitUntil(lambda: session.cast.state.is_loaded)
    qtbot.waitUntil(lambda: context.models.description is not None)
    yield session
    session.close()


def isla_in(context: AppContext) -> PersonaRecord:
    cast = context.personas.list_all().result()
    return next(record for record in cast if record.persona.name == "Isla MacRae")
