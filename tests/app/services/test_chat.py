"""What a person can do in a conversation, and what is kept when it goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from app.context import AppContext
from app.domain.conversation import Author, Conversation, MessageState
from app.domain.generation import FinishReason
from app.domain.turn import TurnPhase
from app.errors import AppError, EngineError, MachineError, UserError
from app.events import (
    Event,
    MessageStored,
    ReplyDelta,
    ReplyFailed,
    ReplyFinished,
    TurnPhaseChanged,
)
from app.inference.scripted import ScriptedEngine, ScriptedReply
from tests.stage import MakeContext, open_with_isla, say, texts, through


class Gate:
    """Lets a scripted reply go on piece by piece."""

    def __init__(self) -> None:
        self.pieces = threading.Semaphore(0)
        self.reached = threading.Semaphore(0)

    def wait(self) -> None:
        self.reached.release()
        assert self.pieces.acquire(timeout=20)

    def pass_pieces(self, count: int) -> None:
        self.pieces.release(count)


def record(context: AppContext) -> list[Event]:
    events: list[Event] = []
    context.hub.subscribe(events.append)
    return events


def test_a_conversation_begins_with_the_greeting_and_its_alternatives(
    context: AppContext, conversation: Conversation
) -> None:
    path = context.conversations.page(conversation.id).result()
    assert [message.author for message in path] == [Author.CHARACTER]
    assert path[0].siblings == 3
    assert path[0].position == 0


def test_the_users_words_are_stored_before_the_future_resolves(
    context: AppContext, conversation: Conversation
) -> None:
    events = record(context)
    said = context.chat.start_turn(conversation.id, "  Is the radio dead?  ").result()
    assert said.text == "Is the radio dead?"
    assert context.conversations.search("radio").result()[0].message.id == said.id
    stored = [event for event in events if isinstance(event, MessageStored)]
    assert stored[0].message.id == said.id
    context.chat.stop(conversation.id)


def test_a_turn_goes_through_its_phases_and_ends_idle(
    context: AppContext, conversation: Conversation
) -> None:
    events = record(context)
    exchange = say(context, conversation, "Hello.")
    phases = [event.phase for event in events if isinstance(event, TurnPhaseChanged)]
    assert phases == [
        TurnPhase.RECALLING,
        TurnPhase.PROMPTING,
        TurnPhase.GENERATING,
        TurnPhase.STORING,
        TurnPhase.IDLE,
    ]
    assert exchange.finished.message.text == "Aye."
    assert exchange.finished.message.state is MessageState.COMPLETE
    assert texts(context, conversation) == ["Hello.", "Aye."]


def test_deltas_add_up_to_the_reply(make_context: MakeContext) -> None:
    context = make_context("Isla MacRae: It had died. Then I found the valve.")
    events = record(context)
    exchange = say(context, open_with_isla(context), "Hello.")
    shown = "".join(event.text for event in events if isinstance(event, ReplyDelta))
    assert shown == exchange.finished.message.text == "It had died. Then I found the valve."


def test_everything_is_there_after_closing_and_opening_again(make_context: MakeContext) -> None:
    context = make_context()
    conversation = open_with_isla(context)
    say(context, conversation, "Hello.")
    context.close()
    again = make_context()
    assert texts(again, conversation) == ["Hello.", "Aye."]
    assert len(again.personas.list_all().result()) == 8


def test_stopping_keeps_the_text_so_far(make_context: MakeContext) -> None:
    gate = Gate()
    context = make_context(engine=ScriptedEngine(("one two three four five",), wait=gate.wait))
    conversation = open_with_isla(context)
    context.chat.start_turn(conversation.id, "Count.").result()
    finished = _next_finished(context)
    gate.pass_pieces(2)
    for _ in range(3):
        assert gate.reached.acquire(timeout=20)
    context.chat.stop(conversation.id)
    gate.pass_pieces(10)
    event = finished()
    assert event.reason is FinishReason.CANCELLED
    assert event.message.text == "one two"
    assert event.message.state is MessageState.STOPPED


def _next_finished(context: AppContext) -> Callable[[], ReplyFinished]:
    """Return how to wait for the turn that is under way."""
    ended = threading.Event()
    found: list[ReplyFinished] = []

    def listen(event: Event) -> None:
        if isinstance(event, ReplyFinished):
            found.append(event)
        if isinstance(event, TurnPhaseChanged) and event.phase is TurnPhase.IDLE:
            ended.set()

    context.hub.subscribe(listen)

    def wait() -> ReplyFinished:
        assert ended.wait(20)
        return found[0]

    return wait


def test_a_reply_stopped_before_its_first_word_leaves_no_row(make_context: MakeContext) -> None:
    gate = Gate()
    context = make_context(engine=ScriptedEngine(("one two",), wait=gate.wait))
    conversation = open_with_isla(context)
    finished = _next_finished(context)
    context.chat.start_turn(conversation.id, "Count.").result()
    assert gate.reached.acquire(timeout=20)
    context.chat.stop(conversation.id)
    gate.pass_pieces(10)
    finished()
    assert texts(context, conversation) == ["Count."]


def test_only_one_reply_is_written_at_a_time(make_context: MakeContext) -> None:
    gate = Gate()
    context = make_context(engine=ScriptedEngine(("one two",), wait=gate.wait))
    conversation = open_with_isla(context)
    said = context.chat.start_turn(conversation.id, "Count.").result()
    assert gate.reached.acquire(timeout=20)
    for attempt in (
        lambda: context.chat.start_turn(conversation.id, "And again."),
        lambda: context.chat.regenerate(conversation.id),
        lambda: context.chat.edit(said.id, "No."),
        lambda: context.chat.delete(said.id),
        lambda: context.chat.select(said.id),
        lambda: context.chat.undo(conversation.id),
    ):
        with pytest.raises(UserError, match="stop it first"):
            attempt().result()
    assert context.chat.phase(conversation.id) is TurnPhase.GENERATING
    gate.pass_pieces(10)


def test_a_crash_keeps_the_text_so_far_and_the_next_take_works(make_context: MakeContext) -> None:
    crash = EngineError("The engine stopped in the middle of a word.", code="engine-crashed")
    broken = ScriptedReply("It had died. Then I", fails_after=3, error=crash)
    context = make_context(broken, "All is well.")
    conversation = open_with_isla(context)
    with pytest.raises(EngineError, match="in the middle"):
        say(context, conversation, "Hello.")
    row = context.conversations.page(conversation.id).result()[-1]
    assert row.state is MessageState.FAILED
    assert row.text == "It had died."
    assert row.failure == crash.message
    assert context.chat.phase(conversation.id) is TurnPhase.IDLE
    again = through(context, conversation, lambda: context.chat.regenerate(conversation.id))
    assert again.finished.message.text == "All is well."
    assert again.finished.message.siblings == 2


def test_taking_again_keeps_both_and_either_can_be_shown(
    context: AppContext, conversation: Conversation
) -> None:
    first = say(context, conversation, "Hello.").finished.message
    second = through(context, conversation, lambda: context.chat.regenerate(conversation.id))
    assert second.finished.message.parent_id == first.parent_id
    assert texts(context, conversation) == ["Hello.", "No."]
    context.chat.select(first.id).result()
    assert texts(context, conversation) == ["Hello.", "Aye."]
    takes = context.conversations.siblings(first.id).result()
    assert [take.text for take in takes] == ["Aye.", "No."]


def test_continuing_writes_on_and_the_model_reads_what_is_there(
    make_context: MakeContext,
) -> None:
    engine = ScriptedEngine(("It had", " died in the night."))
    context = make_context(engine=engine)
    conversation = open_with_isla(context)
    say(context, conversation, "Hello.")
    more = through(context, conversation, lambda: context.chat.continue_reply(conversation.id))
    assert engine.requests[-1].reply_prefix == "It had"
    assert more.finished.message.text == "It had died in the night."
    assert len(texts(context, conversation)) == 2


def test_what_was_continued_is_undone_without_losing_an_edit_before_it(
    make_context: MakeContext,
) -> None:
    context = make_context("It had", " died.")
    conversation = open_with_isla(context)
    reply = say(context, conversation, "Hello.").finished.message
    context.chat.edit(reply.id, "It has").result()
    through(context, conversation, lambda: context.chat.continue_reply(conversation.id))
    assert texts(context, conversation) == ["Hello.", "It has died."]
    assert context.chat.undo(conversation.id).result() == "continue"
    assert texts(context, conversation) == ["Hello.", "It has"]
    assert context.chat.undo(conversation.id).result() == "edit"
    assert texts(context, conversation) == ["Hello.", "It had"]


def test_undoing_a_continuation_that_failed_leaves_nothing_of_the_failure(
    make_context: MakeContext,
) -> None:
    crash = EngineError("The engine stopped.", code="engine-crashed")
    context = make_context("It had", ScriptedReply(" died in", fails_after=1, error=crash))
    conversation = open_with_isla(context)
    reply = say(context, conversation, "Hello.").finished.message
    with pytest.raises(EngineError):
        through(context, conversation, lambda: context.chat.continue_reply(conversation.id))
    assert context.conversations.page(conversation.id).result()[-1].state is MessageState.FAILED
    assert context.chat.undo(conversation.id).result() == "continue"
    after = context.conversations.page(conversation.id).result()[-1]
    assert (after.text, after.state, after.failure) == ("It had", MessageState.COMPLETE, None)
    assert after.version_id == reply.version_id


def test_there_is_nothing_to_continue_after_the_users_own_words(
    context: AppContext, conversation: Conversation
) -> None:
    reply = say(context, conversation, "Hello.").finished.message
    context.chat.delete(reply.id).result()
    with pytest.raises(UserError, match="no reply to continue"):
        context.chat.continue_reply(conversation.id).result()
    assert context.chat.phase(conversation.id) is TurnPhase.IDLE


def test_edit_and_delete_are_undone_in_reverse(
    context: AppContext, conversation: Conversation
) -> None:
    exchange = say(context, conversation, "Hello.")
    reply = exchange.finished.message
    context.chat.edit(reply.id, "Aye, aye.").result()
    context.chat.delete(reply.id).result()
    assert texts(context, conversation) == ["Hello."]
    assert context.chat.undo(conversation.id).result() == "delete"
    assert texts(context, conversation) == ["Hello.", "Aye, aye."]
    assert context.chat.undo(conversation.id).result() == "edit"
    assert texts(context, conversation) == ["Hello.", "Aye."]
    assert context.chat.undo(conversation.id).result() is None
    assert not context.chat.can_undo(conversation.id)


def test_what_was_deleted_before_a_restart_is_brought_back(make_context: MakeContext) -> None:
    before = make_context()
    conversation = open_with_isla(before)
    reply = say(before, conversation, "Hello.").finished.message
    before.chat.delete(reply.id).result()
    before.close()
    context = make_context()
    assert not context.chat.can_undo(conversation.id)
    [deleted] = context.conversations.deleted(conversation.id).result()
    assert context.chat.bring_back(deleted.id).result().text == "Aye."
    assert texts(context, conversation) == ["Hello.", "Aye."]
    assert context.chat.undo(conversation.id).result() == "bring back"
    assert texts(context, conversation) == ["Hello."]


def test_what_is_done_already_is_no_step_to_undo(
    context: AppContext, conversation: Conversation
) -> None:
    reply = say(context, conversation, "Hello.").finished.message
    assert context.chat.bring_back(reply.id).result().text == "Aye."
    assert not context.chat.can_undo(conversation.id)
    context.chat.delete(reply.id).result()
    context.chat.delete(reply.id).result()
    assert context.chat.undo(conversation.id).result() == "delete"
    assert not context.chat.can_undo(conversation.id)
    assert texts(context, conversation) == ["Hello.", "Aye."]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_is_sent_without_words(
    context: AppContext, conversation: Conversation, text: str
) -> None:
    with pytest.raises(UserError, match="write a line"):
        context.chat.start_turn(conversation.id, text).result()
    say(context, conversation, "Hello.")


def test_an_unknown_conversation_is_a_clear_error_and_blocks_nothing(
    context: AppContext, conversation: Conversation
) -> None:
    with pytest.raises(AppError):
        context.chat.start_turn("nowhere", "Hello.").result()  # type: ignore[arg-type]
    say(context, conversation, "Hello.")


def test_a_message_too_long_for_the_context_is_kept_and_explained(
    make_context: MakeContext,
) -> None:
    context = make_context(engine=ScriptedEngine(("Aye.",), context_tokens=4096))
    conversation = open_with_isla(context)
    with pytest.raises(UserError, match="Shorten the message"):
        say(context, conversation, "word " * 4000)
    path = context.conversations.page(conversation.id).result()
    assert path[1].text.startswith("word word")
    assert path[2].state is MessageState.FAILED


def test_the_first_words_become_the_title(context: AppContext, conversation: Conversation) -> None:
    say(context, conversation, "Do you ever think of leaving? The city, a warm flat, people?")
    title = context.conversations.get(conversation.id).result().title
    assert title == "Do you ever think of leaving? The city …"


def test_a_seed_reaches_the_engine(make_context: MakeContext) -> None:
    engine = ScriptedEngine(("Aye.",))
    context = make_context(engine=engine)
    conversation = open_with_isla(context)
    through(
        context,
        conversation,
        lambda: context.chat.start_turn(conversation.id, "Hello.", seed=7),
    )
    assert engine.requests[-1].sampler.seed == 7


def test_closing_during_a_reply_keeps_what_was_written(make_context: MakeContext) -> None:
    gate = Gate()
    context = make_context(engine=ScriptedEngine(("one two three",), wait=gate.wait))
    conversation = open_with_isla(context)
    context.chat.start_turn(conversation.id, "Count.").result()
    gate.pass_pieces(1)
    for _ in range(2):
        assert gate.reached.acquire(timeout=20)
    closing = threading.Thread(target=context.close)
    closing.start()
    gate.pass_pieces(10)
    closing.join(30)
    assert not closing.is_alive()
    again = make_context()
    kept = again.conversations.page(conversation.id).result()[-1]
    assert kept.text.startswith("one")
    assert kept.state in {MessageState.STOPPED, MessageState.COMPLETE}


def limit_pages(context: AppContext, pages: int) -> None:
    """Make the disk as good as full (or large again): SQLite may take no page more."""
    database = context.reports._database

    def work() -> None:
        database._connection.execute(f"PRAGMA max_page_count = {pages}")

    context.reports._storage.call(work)


def test_a_full_disk_refuses_the_message_and_says_so(
    context: AppContext, conversation: Conversation
) -> None:
    limit_pages(context, 1)
    with pytest.raises(MachineError, match="full") as caught:
        context.chat.start_turn(conversation.id, "word " * 20_000).result()
    assert caught.value.code == "disk-full"
    limit_pages(context, 1_000_000)
    assert say(context, conversation, "Hello.").finished.message.text == "Aye."
    assert texts(context, conversation) == ["Hello.", "Aye."]


def test_a_disk_that_fills_up_during_a_reply_ends_the_turn_with_the_text_shown(
    make_context: MakeContext,
) -> None:
    context = make_context("word " * 20_000, "Aye.")
    settings = context.settings.current
    writing = settings.writing.model_copy(update={"reply_tokens": 4096})
    context.settings.replace(settings.model_copy(update={"writing": writing}))
    conversation = open_with_isla(context)
    failures: list[ReplyFailed] = []

    def listen(event: Event) -> None:
        if isinstance(event, TurnPhaseChanged) and event.phase is TurnPhase.GENERATING:
            limit_pages(context, 1)
        if isinstance(event, ReplyFailed):
            failures.append(event)

    context.hub.subscribe(listen)
    with pytest.raises(MachineError, match="full"):
        say(context, conversation, "Hello.")
    assert failures[0].message is not None
    assert failures[0].message.text.startswith("word word")
    assert context.chat.phase(conversation.id) is TurnPhase.IDLE
    limit_pages(context, 1_000_000)
    again = through(context, conversation, lambda: context.chat.regenerate(conversation.id))
    assert again.finished.message.text == "Aye."
