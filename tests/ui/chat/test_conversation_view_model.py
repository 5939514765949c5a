"""What a person does in a conversation, from the button to the stored line and back."""

from __future__ import annotations

import pytest

from app.domain.conversation import MessageState
from app.domain.generation import FinishReason, Usage
from app.domain.turn import TurnPhase
from app.errors import EngineError, MachineError
from app.events import EngineStateChanged, ReplyFailed, ReplyFinished
from app.inference.scripted import ScriptedReply
from tests.ui.book import make_message
from ui.viewmodels.transcript_model import TranscriptRole


def done(stage) -> bool:
    return stage.view_model.can_send


def say(qtbot, stage, text: str = "Is it dead?") -> None:
    before = stage.view_model.transcript.rowCount()
    stage.view_model.send(text)
    qtbot.waitUntil(lambda: stage.view_model.transcript.rowCount() == before + 2 and done(stage))


def message(stage, row: int):
    return stage.view_model.transcript.index(row).data(TranscriptRole.MESSAGE)


def begin_reply(qtbot, stage, pieces: int) -> None:
    """Have a reply under way that waits for the gate after so many pieces."""
    passed: list[int] = []
    stage.gate.clear()

    def wait() -> None:
        passed.append(1)
        if len(passed) > pieces:
            stage.gate.wait(20)

    stage.engine._wait = wait
    stage.view_model.send("Go on.")
    words = stage.engine._replies[0].split()[:pieces]
    qtbot.waitUntil(lambda: stage.texts()[-1].strip() == " ".join(words))


def test_a_line_is_committed_then_answered(qtbot, make_stage):
    stage = make_stage("It died on Tuesday.")
    say(qtbot, stage, "Is it *dead*?")
    assert stage.texts()[1:] == ["Is it *dead*?", "It died on Tuesday."]
    assert message(stage, 2).state is MessageState.COMPLETE


def test_the_draft_goes_only_when_the_line_is_committed(qtbot, make_stage):
    stage = make_stage()
    view_model = stage.view_model
    view_model.set_draft("Is it dead?")
    with qtbot.waitSignal(view_model.sent):
        view_model.send("Is it dead?")
        assert view_model.draft == "Is it dead?"
    assert view_model.draft == ""
    qtbot.waitUntil(lambda: done(stage))


def test_a_line_that_is_refused_stays_and_can_be_sent_again(qtbot, make_stage):
    stage = make_stage("One two three four.")
    view_model = stage.view_model
    begin_reply(qtbot, stage, 1)
    other = stage.new_conversation()
    view_model.open(other)
    qtbot.waitUntil(lambda: view_model.transcript.rowCount() == 1)
    view_model.set_draft("Hello.")
    view_model.send("Hello.")
    qtbot.waitUntil(lambda: view_model.error is not None)
    assert view_model.error.code == "busy"
    assert view_model.error.can_retry
    assert view_model.draft == "Hello."
    assert view_model.can_send
    stage.gate.set()
    qtbot.waitUntil(lambda: stage.context.chat._turn is None)
    view_model.retry()
    qtbot.waitUntil(lambda: stage.texts()[1:] == ["Hello.", "One two three four."])
    assert view_model.error is None
    assert view_model.draft == ""


def test_nothing_is_sent_for_a_blank_line(make_stage):
    stage = make_stage()
    stage.view_model.send("  \n ")
    assert stage.view_model.can_send
    assert stage.view_model.transcript.rowCount() == 1


def test_what_can_be_done_follows_the_turn(qtbot, make_stage):
    stage = make_stage("One two three four.")
    view_model = stage.view_model
    phases: list[TurnPhase] = []
    view_model.phase_changed.connect(phases.append)
    assert (view_model.can_send, view_model.can_stop, view_model.can_take_again) == (1, 0, 1)
    begin_reply(qtbot, stage, 2)
    assert (view_model.can_send, view_model.can_stop, view_model.can_take_again) == (0, 1, 0)
    assert not view_model.can_continue
    assert not view_model.can_undo
    view_model.send("Not now.")
    view_model.take_again()
    view_model.continue_reply()
    stage.gate.set()
    qtbot.waitUntil(lambda: done(stage))
    assert phases[0] is TurnPhase.RECALLING
    assert phases[-1] is TurnPhase.IDLE
    assert view_model.transcript.rowCount() == 3
    assert view_model.can_continue


def test_stopping_keeps_the_words_so_far(qtbot, make_stage):
    stage = make_stage("One two three four.")
    begin_reply(qtbot, stage, 2)
    stage.view_model.stop()
    stage.gate.set()
    qtbot.waitUntil(lambda: done(stage))
    assert message(stage, 2).state is MessageState.STOPPED
    assert message(stage, 2).text.startswith("One two")
    assert not message(stage, 2).text.endswith("four.")
    stage.view_model.stop()


def test_taking_again_puts_another_reply_beside_the_first(qtbot, make_stage):
    stage = make_stage("First take.", "Second take.")
    say(qtbot, stage)
    stage.view_model.take_again()
    qtbot.waitUntil(lambda: stage.texts()[-1] == "Second take." and done(stage))
    assert stage.view_model.transcript.rowCount() == 3
    qtbot.waitUntil(lambda: message(stage, 2).siblings == 2)
    assert message(stage, 2).position == 1


def test_leafing_through_takes_stops_at_both_ends(qtbot, make_stage):
    stage = make_stage("First take.", "Second take.")
    view_model = stage.view_model
    say(qtbot, stage)
    view_model.take_again()
    qtbot.waitUntil(lambda: stage.texts()[-1] == "Second take." and done(stage))
    view_model.changes.select_sibling(message(stage, 2).id, -1)
    qtbot.waitUntil(lambda: stage.texts()[-1] == "First take.")
    view_model.changes.select_sibling(message(stage, 2).id, -1)
    view_model.changes.select_sibling(message(stage, 2).id, 1)
    qtbot.waitUntil(lambda: stage.texts()[-1] == "Second take.")


def test_continuing_writes_on_in_the_same_row(qtbot, make_stage):
    stage = make_stage("It died", "on Tuesday.")
    say(qtbot, stage)
    stage.view_model.continue_reply()
    qtbot.waitUntil(lambda: "on Tuesday." in stage.texts()[-1] and done(stage))
    assert stage.texts()[-1].startswith("It died")
    assert stage.view_model.transcript.rowCount() == 3


def test_an_edit_can_be_undone(qtbot, make_stage):
    stage = make_stage()
    view_model = stage.view_model
    say(qtbot, stage)
    with qtbot.waitSignal(view_model.changes.last_change_changed) as told:
        view_model.changes.edit(message(stage, 1).id, "Is it asleep?")
    assert told.args == ["Edited."]
    qtbot.waitUntil(lambda: stage.texts()[1] == "Is it asleep?")
    assert view_model.can_undo
    with qtbot.waitSignal(view_model.announced) as heard:
        view_model.changes.undo()
    assert heard.args == ["Undone: edit."]
    qtbot.waitUntil(lambda: stage.texts()[1] == "Is it dead?")
    assert view_model.changes.last_change == ""
    assert not view_model.can_undo
    view_model.changes.undo()


def test_a_deletion_can_be_undone(qtbot, make_stage):
    stage = make_stage()
    view_model = stage.view_model
    say(qtbot, stage)
    texts = stage.texts()
    view_model.changes.delete(message(stage, 1).id)
    qtbot.waitUntil(lambda: stage.texts() == [texts[0], texts[2]])
    assert view_model.changes.last_change == "Deleted."
    view_model.changes.undo()
    qtbot.waitUntil(lambda: stage.texts() == texts)


def test_an_edit_that_is_refused_is_told(qtbot, make_stage):
    stage = make_stage()
    with qtbot.waitSignal(stage.view_model.error_changed) as told:
        stage.view_model.changes.edit(message(stage, 0).id, "  ")
    assert told.args[0].code == "empty-message"
    assert not told.args[0].can_retry
    stage.view_model.dismiss_error()
    assert stage.view_model.error is None


def test_a_reply_that_breaks_off_stays_in_its_row_and_can_be_taken_again(qtbot, make_stage):
    error = EngineError("The engine stopped. Take the reply again.", code="engine-crashed")
    stage = make_stage(ScriptedReply("One two three", fails_after=2, error=error), "All of it.")
    view_model = stage.view_model
    heard: list[str] = []
    view_model.announced.connect(heard.append)
    say(qtbot, stage)
    assert message(stage, 2).state is MessageState.FAILED
    assert message(stage, 2).text == "One two"
    assert message(stage, 2).failure == error.message
    assert view_model.error is None
    assert heard == [error.message]
    view_model.take_again(message(stage, 2).id)
    qtbot.waitUntil(lambda: stage.texts()[-1] == "All of it." and done(stage))


def test_a_failure_without_a_row_is_told_in_the_bar(qtbot, make_stage):
    stage = make_stage("Again.")
    view_model = stage.view_model
    failed = ReplyFailed(view_model.conversation.id, None, "disk-full", "The disk is full.")
    with qtbot.waitSignal(view_model.error_changed) as told:
        stage.context.hub.publish(failed)
    assert told.args[0].message == "The disk is full."
    view_model.retry()
    qtbot.waitUntil(lambda: stage.texts()[-1] == "Again." and done(stage))


def test_a_finished_reply_is_read_aloud_once(qtbot, make_stage):
    stage = make_stage("*She nods.* Aye.")
    heard: list[str] = []
    stage.view_model.announced.connect(heard.append)
    say(qtbot, stage)
    assert len(heard) == 1
    assert heard[0].endswith("She nods. Aye.")


def test_going_elsewhere_in_the_middle_of_a_reply_and_back_loses_nothing(qtbot, make_stage):
    stage = make_stage("One two three four five.")
    view_model = stage.view_model
    first = view_model.conversation
    begin_reply(qtbot, stage, 2)
    view_model.set_draft("and then")
    view_model.open(stage.new_conversation())
    qtbot.waitUntil(lambda: view_model.transcript.rowCount() == 1)
    assert view_model.phase is TurnPhase.IDLE
    assert view_model.draft == ""
    view_model.open(first)
    assert view_model.phase is TurnPhase.GENERATING
    assert view_model.draft == "and then"
    qtbot.waitUntil(lambda: view_model.transcript.rowCount() == 3)
    assert stage.texts()[-1].strip() == "One two"
    stage.gate.set()
    qtbot.waitUntil(lambda: stage.texts()[-1] == "One two three four five." and done(stage))


def test_nothing_open_means_nothing_can_be_done(qtbot, make_stage):
    stage = make_stage()
    view_model = stage.view_model
    with qtbot.waitSignal(view_model.conversation_changed) as told:
        view_model.open(None)
    assert told.args == [None]
    abilities = (view_model.can_send, view_model.can_take_again, view_model.can_undo)
    assert abilities == (False, False, False)
    for deed in (view_model.take_again, view_model.changes.undo, view_model.inspector.inspect_last):
        deed()
    view_model.set_draft("lost")
    assert view_model.draft == ""
    assert view_model.transcript.rowCount() == 0


def test_the_status_says_what_the_reply_cost(qtbot, make_stage):
    stage = make_stage("Aye.")
    status = stage.view_model.status
    assert status.facts.reading == ""
    assert status.facts.speed == ""
    assert status.facts.filling == ""
    message_ = make_message(1, conversation_id=stage.view_model.conversation.id)
    usage = Usage(84, 2911, 62, 0.5, 2.0)
    finished = ReplyFinished(message_, FinishReason.END, usage, (), 2995, 8192)
    with qtbot.waitSignal(status.facts_changed):
        stage.context.hub.publish(finished)
    assert status.facts.reading == "read 84 new, reused 2,911"
    assert status.facts.speed == "31 tokens/s"
    assert status.facts.filling == "37 % of 8,192"
    slow = Usage(1, 0, 7, 0.5, 2.0)
    status.show_cost(slow)
    assert status.facts.speed == "3.5 tokens/s"


def test_an_opened_conversation_shows_what_its_last_reply_cost(qtbot, make_stage):
    stage = make_stage("Aye.")
    say(qtbot, stage)
    conversation = stage.view_model.conversation
    reading = stage.view_model.status.facts.reading
    stage.view_model.open(None)
    assert stage.view_model.status.facts.reading == ""
    inspector = stage.view_model.inspector
    with qtbot.waitSignal(inspector.details_changed, check_params_cb=bool):
        stage.view_model.open(conversation)
    assert stage.view_model.status.facts.reading == reading != ""


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("starting", "Waking the model …"),
        ("loading", "Loading the model … 40 %"),
        ("restarting", "The engine stopped and starts again …"),
        ("failed", "No model is loaded"),
        ("ready", ""),
    ],
)
def test_the_engine_speaks_in_sentences(qtbot, make_stage, state, sentence):
    stage = make_stage()
    status = stage.view_model.status
    with qtbot.waitSignal(status.engine_changed):
        stage.context.hub.publish(EngineStateChanged(state, 0.4))
    assert status.engine.sentence == sentence
    assert status.engine.is_waiting == (state in {"starting", "loading", "restarting"})


def test_an_engine_that_failed_can_be_started_again(qtbot, make_stage):
    stage = make_stage()
    view_model = stage.view_model
    broken = MachineError("There is not enough memory. Choose a smaller model.")
    stage.engine._load_error = broken
    with qtbot.waitSignal(view_model.error_changed) as told:
        stage.context.hub.publish(EngineStateChanged("failed", detail="It fell over."))
    assert told.args[0].message == "It fell over."
    view_model.retry()
    qtbot.waitUntil(lambda: view_model.error is not None and view_model.error.code == "engine")
    qtbot.waitUntil(lambda: view_model.error.message == broken.message)
    stage.engine._load_error = None
    view_model.retry()
    qtbot.waitUntil(lambda: view_model.status.engine.state == "ready")
    assert view_model.error is None


def test_inspecting_tells_what_was_recalled(qtbot, make_stage):
    stage = make_stage("Aye.")
    say(qtbot, stage)
    with qtbot.waitSignal(stage.view_model.inspector.details_changed) as told:
        stage.view_model.inspector.inspect_last()
    assert told.args[0].message.text == "Aye."
    assert told.args[0].recalled == ()


def test_the_first_line_gives_the_conversation_its_title(qtbot, make_stage):
    stage = make_stage("Aye.")
    with qtbot.waitSignal(stage.view_model.particulars_changed) as told:
        stage.view_model.send("Is it dead?")
    assert told.args[0].title == "Is it dead?"
    assert stage.view_model.conversation.title == "Is it dead?"
    qtbot.waitUntil(lambda: done(stage))


def test_a_conversation_that_ends_with_the_users_words_has_nothing_to_inspect(qtbot, make_stage):
    stage = make_stage("Aye.")
    say(qtbot, stage)
    stage.view_model.changes.delete(message(stage, 2).id)
    qtbot.waitUntil(lambda: stage.view_model.transcript.rowCount() == 2)
    with qtbot.waitSignal(stage.view_model.inspector.details_changed) as told:
        stage.view_model.inspector.inspect_last()
    assert told.args == [None]


def test_the_model_reads_until_the_first_word(qtbot, make_stage):
    stage = make_stage("Aye. It is.")
    view_model = stage.view_model
    stage.gate.clear()
    view_model.send("Is it dead?")
    qtbot.waitUntil(lambda: view_model.phase is TurnPhase.GENERATING)
    assert view_model.is_reading
    with qtbot.waitSignal(view_model.is_reading_changed) as told:
        stage.gate.set()
    assert told.args == [False]
    qtbot.waitUntil(lambda: done(stage))
    assert not view_model.is_reading


def test_a_reply_that_is_inspected_stays_when_another_is_written(qtbot, make_stage):
    stage = make_stage("First.", "Second.", "Third.")
    inspector = stage.view_model.inspector
    say(qtbot, stage)
    shown = []
    inspector.details_changed.connect(lambda one: shown.append(one.message.text))
    inspector.inspect(message(stage, 2).id)
    qtbot.waitUntil(lambda: shown == ["First."])
    stage.view_model.send("And now?")
    qtbot.waitUntil(lambda: stage.texts()[-1] == "Second." and done(stage))
    assert shown == ["First."]
    inspector.inspect_last()
    qtbot.waitUntil(lambda: shown == ["First.", "Second."])
    stage.view_model.send("And then?")
    qtbot.waitUntil(lambda: shown == ["First.", "Second.", "Third."])


def test_what_was_deleted_is_listed_and_brought_back(qtbot, make_stage):
    stage = make_stage()
    view_model = stage.view_model
    say(qtbot, stage)
    texts = stage.texts()
    deleted = view_model.list_deleted()
    deleted.refresh()
    qtbot.waitUntil(lambda: deleted.is_loaded)
    assert deleted.rows == ()
    view_model.changes.delete(message(stage, 1).id)
    qtbot.waitUntil(lambda: [row.text for row in deleted.rows] == [texts[1]])
    assert deleted.rows[0].title == "You \u00b7 today"
    deleted.bring_back(deleted.rows[0])
    qtbot.waitUntil(lambda: stage.texts() == texts and deleted.rows == ())
    assert view_model.changes.last_change == "Brought back."
    view_model.open(None)
    assert view_model.list_deleted() is None
