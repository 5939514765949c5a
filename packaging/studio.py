"""The window that is photographed: real storage and rendering in a home that is thrown away.

One context over a scripted engine, and ways to wait, to dress and to take a picture. Knows
no single picture: `screenshots` and `editor_pictures` do.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QEventLoop, QPoint, QSize, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.context import AppContext, build_context
from app.domain.conversation import Conversation, Message, PersonaRecord
from app.domain.turn import TurnPhase
from app.inference.scripted import Reply, ScriptedEngine
from app.paths import find_paths
from app.settings import Appearance, ColourScheme, Remembering, Settings, Writing
from app.terminal.exchange import follow
from ui.main_window import MainWindow
from ui.session import Session
from ui.theme.live_theme import LiveTheme

SIZE = QSize(1280, 820)
PATIENCE_SECONDS = 30.0
STAGE_NAME = "Isla MacRae"
COLOURS = 256


class Gate:
    """Lets a reply through piece by piece, or holds it at one. Any thread."""

    def __init__(self) -> None:
        """Start open."""
        self._open = threading.Event()
        self._open.set()
        self._left: int | None = None

    def hold_after(self, pieces: int) -> None:
        """Let so many pieces through, then wait."""
        self._left = pieces
        self._open.clear()

    def release(self) -> None:
        """Let everything through."""
        self._left = None
        self._open.set()

    @property
    def is_reached(self) -> bool:
        """Whether the reply waits at the gate."""
        return self._left == 0

    def __call__(self) -> None:
        """Wait as a model would, and at the gate until it opens."""
        time.sleep(0.002)
        if self._left:
            self._left -= 1
        elif self._left == 0:
            self._open.wait(PATIENCE_SECONDS)


class Studio:
    """One window over one context in a home of its own. Main thread."""

    def __init__(
        self, qt: QApplication, folder: Path, *, greeted: bool, replies: list[Reply]
    ) -> None:
        """Open everything and wait until the cast is there."""
        self._folder = folder
        self._stack = ExitStack()
        home = self._stack.enter_context(tempfile.TemporaryDirectory())
        paths = find_paths({"DRAMATIS_HOME": home})
        paths.create()
        settings = Settings(
            appearance=Appearance(colour_scheme=ColourScheme.LIGHT),
            writing=Writing(user_name="Daniel"),
            remembering=Remembering(between_stories=True),
            greeted=greeted,
        )
        self.gate = Gate()
        engine = ScriptedEngine(replies, wait=self.gate)
        self.context: AppContext = self._stack.enter_context(
            build_context(paths, settings, engine=engine)
        )
        self._theme = LiveTheme(qt, settings.appearance)
        self.window = MainWindow(self._theme, paths.config / "window.ini")
        self.window.resize(SIZE)
        self.window.show()
        self.session = Session(self.context, self.window, self._theme)
        self.session.begin()
        self.wait_for(lambda: self.session.cast.state.is_loaded)

    def close(self) -> None:
        """Close what was opened, in reverse."""
        self.gate.release()
        self.window.close()
        self.session.close()
        self._stack.close()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Let Qt work until something is so; TimeoutError when it does not become so."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError
            self.settle(20)

    def settle(self, milliseconds: int = 250) -> None:
        """Let Qt work for a while, so that layouts and repaints are through."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def dress(self, scheme: ColourScheme) -> None:
        """Put on other colours."""
        self.session.settings.set_colour_scheme(scheme)
        self.settle()

    def take(self, name: str, scale: int = 1, dialog: QWidget | None = None) -> None:
        """Write a picture of the window, at a multiple of its size, with a dialog before it."""
        self.settle()
        picture = QPixmap(self.window.size() * scale)
        picture.setDevicePixelRatio(scale)
        self.window.render(picture, QPoint())
        if dialog is not None:
            middle = self.window.rect().center() - dialog.rect().center()
            dialog.render(picture, middle)
        path = self._folder / f"{name}.png"
        if not picture.save(str(path)):
            raise OSError(path)
        _shrink(path)
        print(path)

    def character(self, name: str = STAGE_NAME) -> PersonaRecord:
        """Return somebody from the library."""
        cast = self.context.personas.list_all().result()
        return next(record for record in cast if record.persona.name == name)

    def open(self, title: str = "") -> Conversation:
        """Open a new conversation and show it."""
        conversation = self.context.conversations.create(self.character().id).result()
        if title:
            conversation = self.context.conversations.rename(conversation.id, title).result()
        self.session.show_conversation(conversation)
        return conversation

    def say(self, conversation: Conversation, text: str) -> None:
        """Say something and wait for the reply's end."""
        self.go_through(conversation, lambda: self.context.chat.start_turn(conversation.id, text))

    def go_through(self, conversation: Conversation, begin: Callable[[], Future[Message]]) -> None:
        """Begin a turn and wait for its end."""
        follow(self.context.hub, conversation.id, begin)
        self.rest(conversation)

    def rest(self, conversation: Conversation) -> None:
        """Wait until no reply is under way."""
        self.wait_for(lambda: self.context.chat.phase(conversation.id) is TurnPhase.IDLE)
        self.settle(100)


def _shrink(path: Path) -> None:
    """Write a picture again with a palette: a third of the bytes, and no difference to see."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(
            COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    small.save(path, optimize=True)
