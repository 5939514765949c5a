"""Takes the pictures in `resources/screenshots`: the real window over a scripted engine.

    python packaging/screenshots.py FOLDER

Everything but the replies is what a person gets: real storage, recall and rendering, in a
home of its own that is thrown away. Needs no display (QT_QPA_PLATFORM=offscreen) and no
model. The replies were written by us, which is why the status line says "Scripted".
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QPoint, QSize, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from app.context import AppContext, build_context
from app.domain.conversation import Conversation, Message, PersonaRecord
from app.domain.turn import TurnPhase
from app.errors import EngineError
from app.inference.scripted import Reply, ScriptedEngine, ScriptedReply
from app.paths import find_paths
from app.settings import Appearance, ColourScheme, Settings, Writing
from app.terminal.exchange import follow
from ui.main_window import MainWindow
from ui.session import Session
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.persona_sections import SectionKey

SIZE = QSize(1280, 820)
NARROW = QSize(640, 820)
PATIENCE_SECONDS = 30.0
STAGE_NAME = "Isla MacRae"

TIN = (
    "*She turns the tin over and listens to it.* Buttons. He told my mother he never took that "
    "valve, and all the while he had buttons in a biscuit tin, the way other men have a bank."
)
SINGS = (
    "It had died. *She does not look up from the back of the set, where a soldering iron is "
    "breathing out a thread of smoke.* Then I found the valve your grandfather swore he never "
    "took. It was in his biscuit tin, with the buttons. So now it sings, and it sings Stornoway, "
    "and nothing else."
)
SINGS_OTHERWISE = "*A shrug, with the iron in it.* It was never dead. It was sulking."
PEOPLE = (
    "People. *The word gets a short laugh.* I had nine winters of people in Aberdeen, and I can "
    "tell you what I miss about it: the bakery on Rosemount Place. The rest I have here, only "
    "quieter. Pass me the small pliers. No, the small ones."
)
STREAMED_PIECES = 41
ASKED_TIN = "My grandfather kept buttons in a biscuit tin. He swore he never took the valve."
ASKED_SINGS = "You said last week the radio had died for good. What is it singing, then?"
ASKED_PEOPLE = "Do you ever think of leaving? The city, a warm flat, people?"


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

    def take(self, name: str, scale: int = 1) -> None:
        """Write a picture of the window, at a multiple of its size."""
        self.settle()
        picture = QPixmap(self.window.size() * scale)
        picture.setDevicePixelRatio(scale)
        self.window.render(picture, QPoint())
        path = self._folder / f"{name}.png"
        if not picture.save(str(path)):
            raise OSError(path)
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


def take_stage(studio: Studio) -> None:
    """A conversation in full: by day, at twice the size, by night, and narrow."""
    for name in ("Tunde Okafor", "Rosalba Vega"):
        studio.context.conversations.create(studio.character(name).id).result()
    earlier = studio.open("The biscuit tin")
    studio.say(earlier, ASKED_TIN)
    conversation = studio.open("The lamp room")
    studio.say(conversation, ASKED_SINGS)
    studio.go_through(conversation, lambda: studio.context.chat.regenerate(conversation.id))
    studio.gate.hold_after(STREAMED_PIECES)
    studio.context.chat.start_turn(conversation.id, ASKED_PEOPLE).result()
    studio.wait_for(lambda: studio.gate.is_reached)
    studio.take("main-light")
    studio.take("main-light@2x", scale=2)
    studio.dress(ColourScheme.DARK)
    studio.take("main-dark")
    studio.dress(ColourScheme.CONTRAST)
    studio.take("main-contrast")
    studio.dress(ColourScheme.LIGHT)
    studio.gate.release()
    studio.rest(conversation)
    studio.session.chat_screen.header.inspect.click()
    studio.take("recalled-light")
    studio.session.chat_screen.header.inspect.click()
    studio.window.resize(NARROW)
    studio.take("narrow-light")
    studio.window.resize(SIZE)
    studio.settle()


def take_failure(studio: Studio) -> None:
    """A reply that broke off: the text so far, and what can be done."""
    conversation = studio.session.conversation.conversation
    if conversation is None:
        raise LookupError
    with suppress(EngineError):
        studio.say(conversation, "And the small pliers, what are they for?")
    studio.take("error-light")


def take_sheet(studio: Studio) -> None:
    """The sheet as a page and as forms, by day and by night."""
    session = studio.session
    session.show_sheet(studio.character().id)
    studio.wait_for(lambda: studio.window.screen_shown is session.persona_screen)
    session.persona_screen.show_section(SectionKey.PERSONAL)
    studio.take("sheet-light")
    session.persona_screen.edit()
    studio.take("editor-light")
    session.persona_screen.show_section(SectionKey.LIFE)
    studio.dress(ColourScheme.DARK)
    studio.take("editor-dark")
    studio.dress(ColourScheme.LIGHT)


def take_settings(studio: Studio) -> None:
    """The settings."""
    studio.session.show_settings()
    studio.take("settings-light")
    studio.dress(ColourScheme.DARK)
    studio.take("settings-dark")
    studio.dress(ColourScheme.LIGHT)


def main() -> int:
    """Take every picture; returns the exit code."""
    parser = argparse.ArgumentParser(description="Take the pictures of the window.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    qt = QApplication([])
    crash = EngineError(
        "The engine stopped in the middle of the reply. What was written is kept; try again.",
        code="engine-crashed",
    )
    broken = ScriptedReply("For the small things. *She holds one up to the lamp and", 9, crash)
    replies: list[Reply] = [TIN, SINGS_OTHERWISE, SINGS, PEOPLE, broken]
    studio = Studio(qt, folder, greeted=True, replies=replies)
    studio.wait_for(lambda: studio.window.screen_shown is studio.session.chat_screen)
    studio.take("empty-light")
    take_stage(studio)
    take_failure(studio)
    take_sheet(studio)
    take_settings(studio)
    studio.close()
    newcomer = Studio(qt, folder, greeted=False, replies=["Aye."])
    newcomer.wait_for(lambda: newcomer.window.screen_shown is newcomer.session.greeting_screen)
    newcomer.take("greeting-light")
    newcomer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
