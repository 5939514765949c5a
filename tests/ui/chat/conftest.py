"""A transcript view over a book, and a conversation screen over a real scripted context."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import shiboken6

from app.inference.scripted import Reply, ScriptedEngine
from tests.stage import making_contexts
from tests.ui.book import CONVERSATION, Book
from ui.bridge import EventBridge
from ui.chat.transcript_view import TranscriptView
from ui.viewmodels.conversation_view_model import ConversationViewModel
from ui.viewmodels.transcript_model import TranscriptModel


@pytest.fixture
def show_book(qtbot, live_theme) -> Iterator[Callable[..., TranscriptView]]:
    """Views are held until the end: Python must not collect one that Qt still paints."""
    views: list[TranscriptView] = []

    def showing(book: Book, *, width: int = 720, height: int = 500) -> TranscriptView:
        model = TranscriptModel(book)
        view = TranscriptView(model, live_theme)
        model.setParent(view)
        views.append(view)
        view.resize(width, height)
        with qtbot.waitExposed(view):
            view.show()
        with qtbot.waitSignal(model.opened):
            model.open(CONVERSATION)
        qtbot.waitUntil(lambda: not model.is_loading)
        view.doItemsLayout()
        return view

    yield showing
    for view in views:
        view.close()
        shiboken6.delete(view)


class Stage:
    """A real context on a scripted engine, and the view-model of one conversation in it."""

    def __init__(self, paths, *replies: Reply) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.engine = ScriptedEngine(replies or ("Aye.", "No."), wait=lambda: self.gate.wait(20))
        self._making = making_contexts(paths)
        self.context = self._making.__enter__()(engine=self.engine)
        self.bridge = EventBridge(self.context.hub)
        self.view_model = ConversationViewModel(
            self.context.conversations, self.context.chat, self.context.models, self.bridge
        )

    def new_conversation(self, name: str = "Isla MacRae"):
        cast = self.context.personas.list_all().result()
        persona = next(record for record in cast if record.persona.name == name)
        return self.context.conversations.create(persona.id).result()

    def texts(self) -> list[str]:
        transcript = self.view_model.transcript
        return [transcript.index(row).data() for row in range(transcript.rowCount())]

    def close(self) -> None:
        self.gate.set()
        self.bridge.close()
        self._making.__exit__(None, None, None)


@pytest.fixture
def make_stage(qtbot, paths) -> Iterator[Callable[..., Stage]]:
    stages: list[Stage] = []

    def make(*replies: Reply) -> Stage:
        stage = Stage(paths, *replies)
        stages.append(stage)
        stage.view_model.open(stage.new_conversation())
        qtbot.waitUntil(lambda: stage.view_model.transcript.rowCount() == 1)
        return stage

    yield make
    for stage in stages:
        stage.close()
