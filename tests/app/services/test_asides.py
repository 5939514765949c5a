"""The model is asked beside the conversation, and never at its cost."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest

from app.domain.conversation import MessageState
from app.errors import Cancelled, EngineError
from app.inference.scripted import ScriptedEngine, ScriptedReply
from app.services.hearing import MOST_TOKENS, PROBES
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona
from tests.app.services.test_chat import Gate
from tests.stage import MakeContext, open_with_isla, say

FINN = Persona(name="Finn Ó Dálaigh", greeting="Well.")
WAIT = 20


def wait_for_piece(gate: Gate, count: int = 1) -> None:
    """Let so many pieces through, and wait until the next is due."""
    gate.pass_pieces(count)
    for _ in range(count + 1):
        assert gate.reached.acquire(timeout=WAIT)


def test_an_answer_is_the_characters_to_a_conversations_prompt(make_context: MakeContext) -> None:
    engine = ScriptedEngine(("Finn: Long enough, thank you.",))
    context = make_context(engine=engine)
    heard: list[str] = []
    answer = context.hearing.hear(FINN, PROBES[0], heard.append, seed=5).result(WAIT)
    assert answer == "Long enough, thank you."
    assert "".join(heard) == answer
    [request] = engine.requests
    assert [message.section for message in request.messages[:3]] == ["sheet", "role", "acceptance"]
    assert "Finn Ó Dálaigh" in request.messages[0].content
    assert request.messages[-1].content == PROBES[0].question
    assert request.sampler.seed == 5
    assert request.max_tokens <= MOST_TOKENS


def test_draft_and_saved_version_differ_by_the_persona_alone(make_context: MakeContext) -> None:
    engine = ScriptedEngine()
    context = make_context(engine=engine)
    draft = FINN.model_copy(update={"tagline": "ferryman"})
    context.hearing.hear(FINN, PROBES[1]).result(WAIT)
    context.hearing.hear(draft, PROBES[1]).result(WAIT)
    saved, changed = engine.requests
    assert saved.messages[1:] == changed.messages[1:]
    assert changed.messages[0].content.replace(": ferryman", "") == saved.messages[0].content
    assert saved.sampler == changed.sampler


def test_attached_books_come_up_as_in_a_conversation(make_context: MakeContext) -> None:
    engine = ScriptedEngine()
    context = make_context(engine=engine)
    own, attached = (
        Lorebook(name=name, entries=(LoreEntry(keys=("money",), content=content),))
        for name, content in (("Own", "He owes his sister."), ("Attached", "Banks are shut."))
    )
    finn = context.personas.add(FINN.model_copy(update={"lore": own})).result()
    context.lore.attach(context.lore.add(attached).result().id, finn.id).result()
    loan = PROBES[1]
    context.hearing.hear(finn.persona, loan, persona_id=finn.id).result(WAIT)
    context.hearing.hear(finn.persona, loan).result(WAIT)
    in_cast, nowhere = (
        "\n".join(message.content for message in request.messages) for request in engine.requests
    )
    assert "He owes his sister." in in_cast
    assert "Banks are shut." in in_cast
    assert "He owes his sister." in nowhere
    assert "Banks are shut." not in nowhere


def test_a_turn_ends_an_answer_at_once_and_what_was_written_is_kept(
    make_context: MakeContext,
) -> None:
    gate = Gate()
    engine = ScriptedEngine(("one two three four five", "Aye."), wait=gate.wait)
    context = make_context(engine=engine)
    conversation = open_with_isla(context)
    answer = context.hearing.hear(FINN, PROBES[0])
    waiting = context.hearing.hear(FINN, PROBES[1])
    wait_for_piece(gate, 2)
    context.chat.start_turn(conversation.id, "Hello.").result(WAIT)
    gate.pass_pieces(10)
    assert answer.result(WAIT) == "one two"
    with pytest.raises(Cancelled):
        waiting.result(WAIT)
    assert gate.reached.acquire(timeout=WAIT)
    assert "Hello." in engine.requests[-1].messages[-1].content
    assert len(engine.requests) == 2


def test_a_stop_ends_the_answer_and_not_a_turn(make_context: MakeContext) -> None:
    gate = Gate()
    engine = ScriptedEngine(("one two three",), wait=gate.wait)
    context = make_context(engine=engine)
    conversation = open_with_isla(context)
    finished: Future[str] = Future()

    def talk() -> None:
        finished.set_result(say(context, conversation, "Hello.").finished.message.text)

    thread = threading.Thread(target=talk)
    thread.start()
    wait_for_piece(gate)
    behind = context.hearing.hear(FINN, PROBES[0])
    context.hearing.stop()
    # It need not wait for the turn's end to end itself.
    with pytest.raises(Cancelled):
        behind.result(WAIT)
    gate.pass_pieces(10)
    assert finished.result(WAIT) == "one two three"
    thread.join(WAIT)
    path = context.conversations.page(conversation.id, limit=None).result()
    assert path[-1].state is MessageState.COMPLETE


def test_a_stop_keeps_what_was_heard(make_context: MakeContext) -> None:
    gate = Gate()
    context = make_context(engine=ScriptedEngine(("one two three",), wait=gate.wait))
    answer = context.hearing.hear(FINN, PROBES[0])
    wait_for_piece(gate)
    context.hearing.stop()
    gate.pass_pieces(10)
    assert answer.result(WAIT) == "one"


def test_reading_ahead_gives_way_to_whoever_waits_and_is_read_again_behind_them(
    make_context: MakeContext,
) -> None:
    gate = Gate()
    engine = ScriptedEngine(("Aye.",), wait_reading=gate.wait)
    context = make_context(engine=engine)
    conversation = open_with_isla(context)
    ahead = context.chat.read_ahead(conversation.id)
    assert gate.reached.acquire(timeout=WAIT)
    later = context.chat.read_ahead(conversation.id)
    answer = context.hearing.hear(FINN, PROBES[0])
    gate.pass_pieces(1)
    assert answer.result(WAIT) == "Aye."
    ahead.result(WAIT)
    later.result(WAIT)
    assert gate.reached.acquire(timeout=WAIT)
    # The first was replaced and is not read again; the later one is.
    assert len(engine.read_requests) == 2
    gate.pass_pieces(10)


def test_what_a_page_is_read_for_waits_for_the_answers_that_are_asked_for(
    make_context: MakeContext,
) -> None:
    gate = Gate()
    engine = ScriptedEngine(("one two", "three"), wait=gate.wait)
    context = make_context(engine=engine)
    conversation = open_with_isla(context)
    answers = [context.hearing.hear(FINN, probe) for probe in PROBES[:2]]
    wait_for_piece(gate)
    ahead = context.chat.read_ahead(conversation.id)
    assert engine.read_requests == []
    gate.pass_pieces(10)
    ahead.result(WAIT)
    assert [answer.result(0) for answer in answers] == ["one two", "three"]
    assert len(engine.read_requests) == 1
    # Nothing is left in the engine but what the next turn begins with.
    say(context, conversation, "Hello.")
    [read] = engine.read_requests
    assert engine.requests[-1].messages[: len(read.messages) - 1] == read.messages[:-1]


def test_whoever_speaks_ends_the_reading_for_good(make_context: MakeContext) -> None:
    gate = Gate()
    engine = ScriptedEngine(("one two", "Aye."), wait=gate.wait)
    context = make_context(engine=engine)
    conversation = open_with_isla(context)
    answer = context.hearing.hear(FINN, PROBES[0])
    wait_for_piece(gate)
    ahead = context.chat.read_ahead(conversation.id)
    context.chat.start_turn(conversation.id, "Hello.").result(WAIT)
    gate.pass_pieces(10)
    ahead.result(WAIT)
    assert answer.done()
    assert context.hearing.hear(FINN, PROBES[0]).result(WAIT)
    assert engine.read_requests == []


def test_reading_ahead_that_a_loaded_model_asks_for_spares_the_answer(
    make_context: MakeContext,
) -> None:
    gate = Gate()
    context = make_context(engine=ScriptedEngine(("one two",), wait=gate.wait, is_loaded=False))
    conversation = open_with_isla(context)
    answer = context.hearing.hear(FINN, PROBES[0])
    wait_for_piece(gate)
    ahead = context.chat.read_ahead(conversation.id)
    gate.pass_pieces(10)
    assert answer.result(WAIT) == "one two"
    ahead.result(WAIT)


def test_an_engine_that_fails_is_told_and_the_next_question_is_answered(
    make_context: MakeContext,
) -> None:
    engine = ScriptedEngine((ScriptedReply("one two", fails_after=1), "Aye."))
    context = make_context(engine=engine)
    with pytest.raises(EngineError, match="stopped unexpectedly"):
        context.hearing.hear(FINN, PROBES[0]).result(WAIT)
    assert context.hearing.hear(FINN, PROBES[0]).result(WAIT) == "Aye."


def test_closing_does_not_wait_for_an_answer(make_context: MakeContext) -> None:
    gate = Gate()
    context = make_context(engine=ScriptedEngine(("one two three",), wait=gate.wait))
    answer = context.hearing.hear(FINN, PROBES[0])
    wait_for_piece(gate)
    gate.pass_pieces(1)
    context.close()
    assert answer.result(WAIT) in {"one", "one two"}
    with pytest.raises(Cancelled):
        context.hearing.hear(FINN, PROBES[0]).result(WAIT)
