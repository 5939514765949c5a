"""The model takes the notes while nobody speaks, and is in nobody's way."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from app.context import AppContext
from app.domain.conversation import Conversation
from app.domain.generation import GenerationRequest
from app.domain.memory import About, Memory, MemoryKind, NoteKind, Provenance
from app.inference.scripted import Reply, ScriptedEngine, ScriptedReply
from app.services.hearing import PROBES
from app.services.note_asking import MOST_FAILURES
from app.settings import NoteTaker
from personas.persona import Persona
from tests.stage import MakeContext, open_with_isla, say

WAIT = 60
NOTHING = '{"notes": []}'
BUNDLED = "SmolLM2-135M-Instruct.Q4_1.gguf"
MOVED = "I moved to Lyon."


def noted(text: str = "The visitor moved to Lyon.", line: int = 1, **changes: object) -> str:
    """An answer with one note, as the model writes it."""
    note = {
        "line": line,
        "note": text,
        "kind": "event",
        "about": "the visitor",
        "importance": 6,
        "date": "",
        "keywords": ["Lyon"],
        "facts": [],
        "over": [],
    }
    return json.dumps({"notes": [note | changes]})


def by_lines(answers: dict[str, str]) -> Reply:
    """Answer by what the lines say, as a question may be asked again after it gave way."""

    def reply(request: GenerationRequest) -> str:
        found = (note for words, note in answers.items() if words in lines_of(request))
        return next(found, NOTHING)

    return reply


class Door:
    """Holds back the pieces of an answer that asked for it."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.opened.set()
        self.reached = threading.Event()

    def wait(self) -> None:
        if not self.opened.is_set():
            self.reached.set()
        assert self.opened.wait(WAIT)

    def behind(self, answer: str) -> Reply:
        """Return an answer that waits at the door the first time."""
        is_first = [True]

        def reply(_: object) -> str:
            if is_first.pop() if is_first else False:
                self.opened.clear()
            return answer

        return reply


def lines_of(request: GenerationRequest) -> str:
    return request.messages[-1].content


class Stage:
    """A context whose model takes the notes."""

    def __init__(self, make_context: MakeContext, engine: ScriptedEngine) -> None:
        self.engine = engine
        self.context: AppContext = make_context(engine=engine)
        self.let(NoteTaker.MODEL)
        self.conversation: Conversation = open_with_isla(self.context)

    def let(self, taker: NoteTaker, path: str = "") -> None:
        settings = self.context.settings.current
        remembering = settings.remembering.model_copy(update={"note_taker": taker})
        model = settings.model.model_copy(update={"path": path})
        self.context.settings.replace(
            settings.model_copy(update={"remembering": remembering, "model": model})
        )

    def say(self, text: str) -> None:
        say(self.context, self.conversation, text)

    def notes(self) -> list[Memory]:
        memories = self.context.memories.list_all(self.conversation.persona_id).result(WAIT)
        return [memory for memory in memories if memory.kind is MemoryKind.NOTE]

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WAIT
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            with suppress(TimeoutError):  # It waits while somebody types.
                self.context.memories.note_pending().result(0.05)

    def is_all_read(self) -> bool:
        """Whether nothing is pending any more."""
        return not self.context.memories._notes.next_unread(self.conversation.persona_id, ())


def test_the_model_notes_what_was_said(make_context: MakeContext) -> None:
    engine = ScriptedEngine(("Aye.", "No."), structured=[noted(), NOTHING])
    stage = Stage(make_context, engine)
    stage.say(MOVED)
    stage.until(lambda: len(stage.notes()) == 1)
    [note] = stage.notes()
    assert note.text == "The visitor moved to Lyon."
    assert (note.note_kind, note.about, note.importance) == (NoteKind.EVENT, About.USER, 6)
    assert note.provenance is Provenance.USER
    assert note.keywords == ("lyon",)
    stage.say("Good night.")
    stage.until(lambda: len(engine.structured_requests) == 2)
    first, second = engine.structured_requests
    assert first.beside
    assert lines_of(first) == f"1 the visitor: {MOVED}\n2 Isla MacRae: Aye."
    assert lines_of(second) == "1 the visitor: Good night.\n2 Isla MacRae: No."


def test_what_the_notes_overwrote_is_read_again_behind_them(make_context: MakeContext) -> None:
    engine = ScriptedEngine(structured=[noted()])
    stage = Stage(make_context, engine)
    stage.say(MOVED)
    stage.until(lambda: bool(engine.read_requests))
    assert len(stage.notes()) == 1
    [read] = engine.read_requests
    assert MOVED in [message.content for message in read.messages]
    # Once is enough, and where nothing was noted nothing was overwritten.
    for _ in range(3):
        stage.context.memories.note_pending().result(WAIT)
    stage.context.chat.hold_back(stage.conversation.persona_id)
    stage.let(NoteTaker.RULES)
    stage.say("Good night.")
    stage.context.hearing.hear(Persona(name="Finn"), PROBES[0]).result(WAIT)
    assert len(engine.read_requests) == 1


def test_what_was_noted_stands_on_its_message(make_context: MakeContext) -> None:
    stage = Stage(make_context, ScriptedEngine(structured=[noted(), NOTHING]))
    stage.say(MOVED)
    stage.until(lambda: len(stage.notes()) == 1)
    said = stage.context.conversations.page(stage.conversation.id, limit=None).result(WAIT)[1]
    stage.context.chat.edit(said.id, "Never mind.").result(WAIT)
    assert stage.notes() == []


@pytest.mark.parametrize(
    ("taker", "path", "is_model"),
    [
        (NoteTaker.AUTOMATIC, "", False),
        (NoteTaker.AUTOMATIC, f"/models/{BUNDLED}", False),
        (NoteTaker.AUTOMATIC, "/models/large.gguf", True),
        (NoteTaker.RULES, "/models/large.gguf", False),
        (NoteTaker.MODEL, "", True),
    ],
)
def test_who_takes_notes_is_chosen(
    make_context: MakeContext, taker: NoteTaker, path: str, *, is_model: bool
) -> None:
    stage = Stage(make_context, ScriptedEngine(structured=[noted("The visitor saw Lyon.")]))
    stage.let(taker, path)
    stage.say(MOVED)
    stage.until(lambda: bool(stage.notes()))
    by_whom = "The visitor saw Lyon." if is_model else "The visitor moved to Lyon."
    assert [note.text for note in stage.notes()] == [by_whom]


def test_nobody_reads_again_what_another_has_read(make_context: MakeContext) -> None:
    stage = Stage(make_context, ScriptedEngine(structured=[NOTHING]))
    stage.let(NoteTaker.RULES)
    stage.say(MOVED)
    stage.until(lambda: len(stage.notes()) == 1)
    stage.let(NoteTaker.MODEL)
    stage.say("I have a dog.")
    stage.until(stage.is_all_read)
    assert ["I have a dog." in lines_of(one) for one in stage.engine.structured_requests] == [True]
    stage.let(NoteTaker.RULES)
    stage.until(lambda: True)
    assert [note.text for note in stage.notes()] == ["The visitor moved to Lyon."]


def test_whoever_speaks_ends_the_question_and_it_is_asked_again(make_context: MakeContext) -> None:
    door = Door()
    engine = ScriptedEngine(
        ("Aye.", "Indeed."), structured=[door.behind(noted()), noted()], wait=door.wait
    )
    stage = Stage(make_context, engine)
    stage.say(MOVED)
    assert door.reached.wait(WAIT)
    conversation = stage.conversation
    with_reply = stage.context.chat.start_turn(conversation.id, "Are you there?")
    with_reply.result(WAIT)
    # What is half written is thrown away, and nobody waited for its end.
    door.opened.set()
    stage.until(stage.is_all_read)
    assert len(engine.requests) == 2
    asked = [lines_of(one) for one in engine.structured_requests]
    assert asked[0] == asked[1]
    assert len(asked) == 3
    assert [note.text for note in stage.notes()] == ["The visitor moved to Lyon."]


def test_what_somebody_asks_comes_first(make_context: MakeContext) -> None:
    door = Door()
    engine = ScriptedEngine(
        ("Aye.", "I mend nets."), structured=[door.behind(noted()), noted()], wait=door.wait
    )
    stage = Stage(make_context, engine)
    stage.say(MOVED)
    assert door.reached.wait(WAIT)
    heard = stage.context.hearing.hear(Persona(name="Finn"), PROBES[0])
    door.opened.set()
    assert heard.result(WAIT) == "I mend nets."
    stage.until(lambda: len(stage.notes()) == 1)
    assert len(engine.structured_requests) == 2


@pytest.mark.parametrize("wish", ["load", "embed"])
def test_whoever_wants_the_engine_for_something_else_gets_it(
    make_context: MakeContext, wish: str
) -> None:
    door = Door()
    engine = ScriptedEngine(structured=[door.behind(noted()), noted()], wait=door.wait)
    stage = Stage(make_context, engine)
    stage.say(MOVED)
    assert door.reached.wait(WAIT)
    if wish == "load":
        loading = stage.context.models.load(Path("/models/other.gguf"))
    else:
        assert stage.context.reports.embed(["Hello."])
    deadline = time.monotonic() + WAIT
    while not engine._cancelled.wait(0.01):
        assert time.monotonic() < deadline, "the notes did not give way"
    door.opened.set()
    if wish == "load":
        loading.result(WAIT)
    stage.until(lambda: len(stage.notes()) == 1)
    assert len(engine.structured_requests) == 2


def test_whoever_types_ends_the_question_until_they_rest(make_context: MakeContext) -> None:
    door = Door()
    engine = ScriptedEngine(structured=[door.behind(noted()), noted()], wait=door.wait)
    stage = Stage(make_context, engine)
    chat = stage.context.chat
    stage.say(MOVED)
    assert door.reached.wait(WAIT)
    chat.hold_back(stage.conversation.persona_id)
    door.opened.set()
    # An answer behind it shows that it ended; it is not asked again, and the story is read.
    stage.context.hearing.hear(Persona(name="Finn"), PROBES[0]).result(WAIT)
    assert len(engine.structured_requests) == 1
    stage.until(lambda: len(engine.read_requests) == 1)
    chat.let_go_on()
    stage.until(lambda: len(stage.notes()) == 1)


@pytest.mark.parametrize("taker", [NoteTaker.MODEL, NoteTaker.RULES])
def test_the_end_of_a_reply_leaves_whoever_types_in_peace(
    make_context: MakeContext, taker: NoteTaker
) -> None:
    stage = Stage(make_context, ScriptedEngine(structured=[noted()]))
    stage.let(taker)
    chat = stage.context.chat
    chat.hold_back(stage.conversation.persona_id)
    stage.say(MOVED)
    stage.context.hearing.hear(Persona(name="Finn"), PROBES[0]).result(WAIT)
    assert stage.engine.structured_requests == []
    assert stage.notes() == []
    chat.let_go_on()
    stage.until(lambda: len(stage.notes()) == 1)


def test_whoever_rests_during_a_reply_does_not_disturb_it(make_context: MakeContext) -> None:
    door = Door()
    engine = ScriptedEngine([door.behind("one two"), "Aye."], structured=[noted()], wait=door.wait)
    stage = Stage(make_context, engine)
    chat, persona_id = stage.context.chat, stage.conversation.persona_id
    chat.start_turn(stage.conversation.id, MOVED).result(WAIT)
    assert door.reached.wait(WAIT)
    chat.hold_back(persona_id)
    chat.let_go_on()
    pending = stage.context.memories.note_pending()
    assert not pending.done()
    door.opened.set()
    pending.result(WAIT)
    stage.until(lambda: len(stage.notes()) == 1)


def test_reading_ahead_comes_first_too(make_context: MakeContext) -> None:
    door = Door()
    engine = ScriptedEngine(structured=[door.behind(noted()), noted()], wait=door.wait)
    stage = Stage(make_context, engine)
    stage.say(MOVED)
    assert door.reached.wait(WAIT)
    ahead = stage.context.chat.read_ahead(stage.conversation.id)
    door.opened.set()
    ahead.result(WAIT)
    assert engine.read_requests
    stage.until(lambda: len(stage.notes()) == 1)


def test_a_model_that_fails_is_left_alone_and_nothing_is_lost(
    make_context: MakeContext, caplog: pytest.LogCaptureFixture
) -> None:
    stage = Stage(make_context, ScriptedEngine(structured=[ScriptedReply("{", fails_after=1)]))
    with caplog.at_level(logging.WARNING):
        for said in (MOVED, "I have a dog.", "I love tea.", "I live in Oslo."):
            stage.say(said)
        stage.until(lambda: "no more until another" in caplog.text)
        asked = len(stage.engine.structured_requests)
        stage.say("I play the cello.")
        stage.context.memories.note_pending().result(WAIT)
    assert caplog.text.count("took no notes") == MOST_FAILURES
    assert "Lyon" not in caplog.text
    assert stage.notes() == []
    stage.let(NoteTaker.RULES)
    stage.until(lambda: len(stage.notes()) == 5)
    stage.context.close()
    assert len(stage.engine.structured_requests) == asked


def test_another_model_is_asked_again(
    make_context: MakeContext, caplog: pytest.LogCaptureFixture
) -> None:
    answers = [""]
    stage = Stage(make_context, ScriptedEngine(structured=[lambda _: answers[-1]]))
    for said in (MOVED, "I have a dog.", "I love tea."):
        stage.say(said)
    stage.until(lambda: "no more until another" in caplog.text)
    answers.append(noted())
    stage.context.models.load(Path("/models/other.gguf")).result(WAIT)
    stage.until(lambda: len(stage.notes()) == 1)


@pytest.mark.parametrize("answer", ["", "Dear me.", '{"thoughts": [1]}', '{"not'])
def test_an_answer_that_is_none_is_passed_over(make_context: MakeContext, answer: str) -> None:
    dog = noted("The visitor has a dog.", kind="fact")
    script = by_lines({MOVED: answer, "dog": dog})
    stage = Stage(make_context, ScriptedEngine(structured=[script]))
    stage.say(MOVED)
    stage.say("I have a dog.")
    stage.until(lambda: len(stage.notes()) == 1)
    assert [note.text for note in stage.notes()] == ["The visitor has a dog."]
    assert not stage.is_all_read()


def test_an_answer_that_was_cut_keeps_the_notes_that_were_whole(make_context: MakeContext) -> None:
    cut = noted()[:-1] + ', {"line": 1, "note": "The visitor moved to'
    stage = Stage(make_context, ScriptedEngine(structured=[cut, NOTHING]))
    stage.say(MOVED)
    stage.until(lambda: len(stage.notes()) == 1)


def test_notes_are_no_reason_to_load_a_model(make_context: MakeContext) -> None:
    stage = Stage(make_context, ScriptedEngine(structured=[noted()]))
    stage.let(NoteTaker.RULES)
    stage.say("Good night.")
    stage.engine.close()
    stage.let(NoteTaker.MODEL)
    assert stage.context.memories.note_pending().result(WAIT) == 0
    assert stage.engine.structured_requests == []


def test_closing_does_not_wait_for_notes(make_context: MakeContext) -> None:
    door = Door()
    engine = ScriptedEngine(structured=[door.behind(noted())], wait=door.wait)
    stage = Stage(make_context, engine)
    stage.say(MOVED)
    assert door.reached.wait(WAIT)
    threading.Timer(0.2, door.opened.set).start()
    stage.context.close()
    assert len(engine.structured_requests) == 1
