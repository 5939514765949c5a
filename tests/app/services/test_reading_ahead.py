"""Reading ahead costs nobody anything: it shows nothing, stores nothing and gives way at once."""

from __future__ import annotations

import threading

import pytest

from app.domain.ids import ConversationId
from app.errors import UserError
from app.inference.scripted import ScriptedEngine
from tests.app.services.test_chat import Gate
from tests.stage import MakeContext, open_with_isla, say, texts


def test_the_model_reads_what_the_next_prompt_begins_with(make_context: MakeContext) -> None:
    engine = ScriptedEngine(("one two", "Aye."))
    context = make_context(engine=engine)
    conversation = open_with_isla(context)
    context.chat.read_ahead(conversation.id).result()
    [ahead] = engine.read_requests
    assert texts(context, conversation) == []
    say(context, conversation, "Hello.")
    following = engine.requests[-1]
    read = len(ahead.messages) - 1
    assert following.messages[:read] == ahead.messages[:read]


def test_it_gives_way_to_whoever_says_something(make_context: MakeContext) -> None:
    gate = Gate()
    spoke = threading.Semaphore(0)
    engine = ScriptedEngine(("Aye.",), wait=spoke.release, wait_reading=gate.wait)
    context = make_context(engine=engine)
    conversation = open_with_isla(context)
    ahead = context.chat.read_ahead(conversation.id)
    assert gate.reached.acquire(timeout=20)
    context.chat.start_turn(conversation.id, "Hello.").result()
    gate.pass_pieces(10)
    ahead.result(20)
    assert spoke.acquire(timeout=20)
    assert "Hello." in engine.requests[-1].messages[-1].content


def test_without_a_model_or_a_message_there_is_nothing_to_read(make_context: MakeContext) -> None:
    engine = ScriptedEngine(is_loaded=False)
    context = make_context(engine=engine)
    conversation = open_with_isla(context)
    context.chat.read_ahead(conversation.id).result()
    assert engine.read_requests == []


def test_an_unknown_conversation_is_not_read(make_context: MakeContext) -> None:
    engine = ScriptedEngine()
    context = make_context(engine=engine)
    with pytest.raises(UserError, match="nowhere"):
        context.chat.read_ahead(ConversationId("nowhere")).result()
    assert engine.read_requests == []
