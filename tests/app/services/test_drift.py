"""The drift probe: the same questions with memories and without, and never in a turn's way."""

from __future__ import annotations

from concurrent.futures import CancelledError

import pytest

from app.context import AppContext
from app.domain.conversation import Conversation
from app.domain.generation import GenerationRequest
from app.errors import Cancelled, UserError
from app.inference.scripted import ScriptedEngine
from app.services.drift import DRIFT_PROBES, DriftAnswer
from tests.app.services.test_chat import Gate
from tests.stage import MakeContext, open_with_isla, say

WAIT = 30
MEMORY = "memory, as it was said then"
OWN = "The light, and that it is lit every night."
STRANGE = "Gold, gold and more gold, whatever it costs."


def answer(request: GenerationRequest) -> str:
    """Say something else as soon as a memory is in the prompt."""
    if request.sampler.seed == 8:
        return "The lamp, and that it burns each night."
    return STRANGE if MEMORY in request.messages[-1].content else OWN


def with_a_past(context: AppContext, *said: str) -> Conversation:
    conversation = open_with_isla(context)
    for text in said:
        say(context, conversation, text)
    context.memories.record_pending().result()
    context.memories.note_pending().result()
    return conversation


def test_without_memories_both_answers_are_one(make_context: MakeContext) -> None:
    engine = ScriptedEngine((answer,))
    context = make_context(engine=engine)
    conversation = open_with_isla(context)
    report = context.drift.probe(conversation.id, seed=7).result(WAIT)
    assert [one.key for one in report.answers] == [one.key for one in DRIFT_PROBES]
    assert all(one.recalled == () for one in report.answers)
    assert all(one.with_memory == one.without_memory == OWN for one in report.answers)
    assert report.similarity == pytest.approx(1.0)
    assert 0 < report.by_chance < 1
    # Nothing was injected, so nothing is asked a second time with the same prompt.
    assert [one.sampler.seed for one in engine.requests] == [7, 8] * len(DRIFT_PROBES)


def test_what_a_memory_changes_is_shown_with_the_memory(make_context: MakeContext) -> None:
    engine = ScriptedEngine((answer,))
    context = make_context(engine=engine)
    said = "You would not want to live without gold, and gold matters more than anything else."
    conversation = with_a_past(context, said)
    before = len(engine.requests)
    heard: list[DriftAnswer] = []
    report = context.drift.probe(conversation.id, seed=7, on_answer=heard.append).result(WAIT)
    assert tuple(heard) == report.answers
    moved = [one for one in report.answers if one.recalled]
    assert moved
    for one in moved:
        assert one.with_memory == STRANGE
        assert one.without_memory == OWN
        assert one.similarity < one.by_chance
        assert any(item.injected and "gold" in item.memory.text for item in one.recalled)
    assert report.similarity < 1
    # The prompts differ in the memories alone.
    without, _, remembering = engine.requests[before : before + 3]
    assert without.messages[:-1] == remembering.messages[:-1]
    assert remembering.messages[-1].content.endswith(without.messages[-1].content)
    assert without.sampler == remembering.sampler


def test_nothing_is_kept_or_remembered_of_it(make_context: MakeContext) -> None:
    context = make_context(engine=ScriptedEngine((answer,)))
    conversation = with_a_past(context, "Gold matters more than anything else to me.")
    memories = context.memories.list_all(conversation.persona_id).result()
    path = context.conversations.page(conversation.id, limit=None).result()
    context.drift.probe(conversation.id).result(WAIT)
    context.memories.record_pending().result()
    assert context.memories.list_all(conversation.persona_id).result() == memories
    assert context.conversations.page(conversation.id, limit=None).result() == path


def test_a_turn_comes_first_and_a_half_answer_is_none(make_context: MakeContext) -> None:
    gate = Gate()
    context = make_context(engine=ScriptedEngine(("One two three four.",), wait=gate.wait))
    conversation = open_with_isla(context)
    asked = context.drift.probe(conversation.id)
    gate.pass_pieces(1)
    assert gate.reached.acquire(timeout=WAIT)
    sent = context.chat.start_turn(conversation.id, "Hello?")
    gate.pass_pieces(1000)
    with pytest.raises((Cancelled, CancelledError)):
        asked.result(WAIT)
    assert sent.result(WAIT).text == "Hello?"


def test_it_can_be_stopped(make_context: MakeContext) -> None:
    gate = Gate()
    context = make_context(engine=ScriptedEngine(("One two three four.",), wait=gate.wait))
    asked = context.drift.probe(open_with_isla(context).id)
    gate.pass_pieces(1)
    assert gate.reached.acquire(timeout=WAIT)
    context.drift.stop()
    gate.pass_pieces(1000)
    with pytest.raises(Cancelled):
        asked.result(WAIT)


def test_a_conversation_that_is_not_there_is_an_error(context: AppContext) -> None:
    conversation = open_with_isla(context)
    with pytest.raises(UserError):
        context.drift.probe(type(conversation.id)("nowhere")).result(WAIT)
