"""A whole context on a scripted engine: real storage, real lanes, real index child."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager

import pytest

from app.context import AppContext, build_context
from app.domain.conversation import Conversation, Message
from app.inference.scripted import Reply, ScriptedEngine
from app.paths import AppPaths
from app.terminal.exchange import Exchange, follow

MakeContext = Callable[..., AppContext]


@contextmanager
def making_contexts(paths: AppPaths) -> Generator[MakeContext]:
    """Hand out how to make a context over these folders; all are closed at the end."""
    with ExitStack() as stack:

        def make(*replies: Reply, engine: ScriptedEngine | None = None) -> AppContext:
            script = engine or ScriptedEngine(replies or ("Aye.", "No.", "Perhaps."))
            return stack.enter_context(build_context(paths, engine=script))

        yield make


@pytest.fixture
def make_context(paths: AppPaths) -> Generator[MakeContext]:
    with making_contexts(paths) as make:
        yield make


def open_with_isla(context: AppContext) -> Conversation:
    cast = context.personas.list_all().result()
    isla = next(record for record in cast if record.persona.name == "Isla MacRae")
    return context.conversations.create(isla.id).result()


def say(context: AppContext, conversation: Conversation, text: str) -> Exchange:
    """Say something and wait for the reply's end."""
    return follow(
        context.hub, conversation.id, lambda: context.chat.start_turn(conversation.id, text)
    )


def through(
    context: AppContext, conversation: Conversation, begin: Callable[[], Future[Message]]
) -> Exchange:
    """Begin a turn in another way and wait for its end."""
    return follow(context.hub, conversation.id, begin)


def texts(context: AppContext, conversation: Conversation) -> list[str]:
    """The path as it is read, without the greeting."""
    path = context.conversations.page(conversation.id, limit=None).result()
    return [message.text for message in path[1:]]
