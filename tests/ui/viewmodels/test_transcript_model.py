"""The window over a conversation: what is in it, how it moves, how a reply grows in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.domain.conversation import Author, MessageState
from app.domain.ids import ConversationId, MessageId
from app.errors import Cancelled
from tests.ui.book import CONVERSATION, Book, make_message, make_recalled
from ui.viewmodels.streaming_replies import FLUSH_MILLISECONDS
from ui.viewmodels.transcript_model import PAGE_ROWS, WINDOW_ROWS, TranscriptModel, TranscriptRole

_WARN = QAbstractItemModelTester.FailureReportingMode.Warning
STREAMING = MessageState.STREAMING


@pytest.fixture
def open_book(qtbot):
    testers: list[QAbstractItemModelTester] = []

    def opening(book: Book) -> TranscriptModel:
        model = TranscriptModel(book)
        testers.append(QAbstractItemModelTester(model, _WARN))
        with qtbot.waitSignal(model.opened):
            model.open(CONVERSATION)
        return model

    return opening


def ids(model: TranscriptModel) -> list[str]:
    return [model.index(row).data(TranscriptRole.KEY)[0] for row in range(model.rowCount())]


def html(model: TranscriptModel, row: int) -> str:
    return model.index(row).data(TranscriptRole.HTML)


def settle(qtbot, model: TranscriptModel) -> None:
    qtbot.waitUntil(lambda: not model.is_loading)


def is_contiguous(model: TranscriptModel, book: Book) -> bool:
    everything = [one.id for one in book.messages]
    start = everything.index(ids(model)[0])
    return ids(model) == everything[start : start + model.rowCount()]


def test_opening_shows_the_newest_page(open_book):
    model = open_book(Book(120))
    assert model.rowCount() == PAGE_ROWS
    assert ids(model)[-1] == "m119"
    assert model.has_older
    assert not model.has_newer
    assert model.newest.id == "m119"


def test_a_short_conversation_has_nothing_above(open_book):
    model = open_book(Book(3))
    assert model.rowCount() == 3
    assert not model.has_older


def test_older_pages_come_on_top(qtbot, open_book):
    book = Book(120)
    model = open_book(book)
    model.fetch_older()
    settle(qtbot, model)
    assert ids(model) == [one.id for one in book.messages[20:]]
    model.fetch_older()
    settle(qtbot, model)
    assert ids(model) == [one.id for one in book.messages]
    assert not model.has_older
    model.fetch_older()
    assert not model.is_loading


def test_only_one_page_is_on_its_way(open_book):
    book = Book(200)
    model = open_book(book)
    asked = len(book.requests)
    model.fetch_older()
    model.fetch_older()
    assert len(book.requests) == asked + 1


def test_the_window_stays_bounded_on_the_way_up_and_whole_on_the_way_down(qtbot, open_book):
    book = Book(1000)
    model = open_book(book)
    while model.has_older:
        model.fetch_older()
        settle(qtbot, model)
        assert model.rowCount() <= WINDOW_ROWS
        assert is_contiguous(model, book)
    assert ids(model)[0] == "m0"
    assert model.newest is None
    while model.has_newer:
        model.fetch_newer()
        settle(qtbot, model)
        assert model.rowCount() <= WINDOW_ROWS
        assert is_contiguous(model, book)
    assert ids(model)[-1] == "m999"


def read_far_above(qtbot, model: TranscriptModel) -> None:
    while not model.has_newer:
        model.fetch_older()
        settle(qtbot, model)


def test_what_is_said_meanwhile_waits_below(qtbot, open_book):
    book = Book(400)
    model = open_book(book)
    read_far_above(qtbot, model)
    before = ids(model)
    for number in (400, 401):
        book.messages.append(make_message(number))
        model.store(book.messages[-1], is_new=True)
    assert ids(model) == before
    while model.has_newer:
        model.fetch_newer()
        settle(qtbot, model)
    assert is_contiguous(model, book)
    assert ids(model)[-1] == "m401"


def test_show_newest_returns_to_the_end(qtbot, open_book):
    book = Book(400)
    model = open_book(book)
    read_far_above(qtbot, model)
    model.show_newest()
    settle(qtbot, model)
    assert ids(model)[-1] == "m399"
    assert not model.has_newer
    assert model.has_older


def test_a_full_window_lets_the_oldest_go(qtbot, open_book):
    book = Book(WINDOW_ROWS)
    model = open_book(book)
    while model.has_older:
        model.fetch_older()
        settle(qtbot, model)
    model.store(make_message(WINDOW_ROWS), is_new=True)
    assert model.rowCount() == WINDOW_ROWS
    assert ids(model)[-1] == f"m{WINDOW_ROWS}"
    assert model.has_older


def test_a_message_that_comes_before_the_first_page_is_not_lost(qtbot, qapp):
    book = Book(4)
    book.is_held = True
    model = TranscriptModel(book)
    model.open(CONVERSATION)
    book.messages.append(make_message(4))
    model.store(book.messages[-1], is_new=True)
    book.is_held = False
    book.answer_all()
    qtbot.waitUntil(lambda: ids(model)[-1:] == ["m4"])
    assert ids(model) == [one.id for one in book.messages]


def test_an_answer_for_a_conversation_no_longer_open_is_passed_over(qtbot, qapp):
    book = Book(4)
    book.is_held = True
    model = TranscriptModel(book)
    model.open(CONVERSATION)
    model.open(None)
    book.answer_all()
    QCoreApplication.processEvents()
    assert model.rowCount() == 0
    assert not model.is_loading


def test_a_page_that_storage_refuses_is_told_and_can_be_asked_for_again(qtbot, open_book):
    book = Book(400)
    model = open_book(book)
    read_far_above(qtbot, model)
    book.is_broken = True
    with qtbot.waitSignal(model.failed) as told:
        model.fetch_newer()
    assert "disk" in told.args[0].message
    book.is_broken = False
    while model.has_newer:
        model.fetch_newer()
        settle(qtbot, model)
    assert is_contiguous(model, book)


def test_reloading_touches_only_what_changed(qtbot, open_book):
    book = Book(10)
    model = open_book(book)
    book.messages[4] = replace(book.messages[4], text="Other words.", revision=2)
    changed: list[int] = []
    model.dataChanged.connect(lambda first, *_: changed.append(first.row()))
    with qtbot.assertNotEmitted(model.rowsRemoved), qtbot.assertNotEmitted(model.rowsInserted):
        model.reload()
        settle(qtbot, model)
    assert changed == [4]
    assert "Other words." in html(model, 4)


def test_reloading_takes_out_and_puts_in_single_rows(qtbot, open_book):
    book = Book(200)
    model = open_book(book)
    removed = book.messages.pop(180)
    with qtbot.waitSignal(model.rowsRemoved) as gone:
        model.reload()
    assert gone.args[1] == gone.args[2]
    settle(qtbot, model)
    assert is_contiguous(model, book)
    first = ids(model)[0]
    book.messages.insert(180, removed)
    with qtbot.waitSignal(model.rowsInserted) as put_in:
        model.reload()
    assert put_in.args[1] == put_in.args[2]
    settle(qtbot, model)
    assert ids(model)[0] == first
    assert is_contiguous(model, book)


def test_another_branch_keeps_what_both_share(qtbot, open_book):
    book = Book(10)
    model = open_book(book)
    take = make_message(9, "Another take.", id=MessageId("other"), position=1, siblings=2)
    book.messages[9] = take
    merges: list[str] = []
    model.merging.connect(lambda: merges.append("begin"))
    model.merged.connect(lambda: merges.append("end"))
    model.reload()
    settle(qtbot, model)
    assert ids(model)[:9] == [f"m{number}" for number in range(9)]
    assert ids(model)[9] == "other"
    assert merges == ["begin", "end"]


def test_a_reload_asked_for_twice_ends_with_the_latest(qtbot, open_book):
    book = Book(6)
    model = open_book(book)
    book.is_held = True
    model.reload()
    book.messages.pop()
    model.reload()
    book.is_held = False
    book.answer_all()
    qtbot.waitUntil(lambda: model.rowCount() == 5)


def begin_reply(model: TranscriptModel, number: int, text: str = "") -> None:
    reply = replace(make_message(number, "x", state=STREAMING), text=text)
    model.store(reply, is_new=True)


def test_the_first_words_of_a_reply_show_at_once_and_the_rest_in_steps(qtbot, open_book):
    model = open_book(Book(1))
    begin_reply(model, 1)
    model.append_delta(MessageId("m1"), "It had")
    assert "It had" in html(model, 1)
    changes: list[int] = []
    model.dataChanged.connect(lambda *_: changes.append(1))
    for word in ("", "died.", "Then", "it", "sang."):
        model.append_delta(MessageId("m1"), word + " ")
    assert changes == []
    qtbot.waitUntil(lambda: "sang" in html(model, 1), timeout=50 * FLUSH_MILLISECONDS)
    assert changes == [1]


def test_the_end_of_a_reply_shows_at_once(open_book):
    model = open_book(Book(1))
    begin_reply(model, 1)
    model.append_delta(MessageId("m1"), "It had")
    model.append_delta(MessageId("m1"), " died")
    model.finish(make_message(1, "It had died. *She nods.*"))
    assert html(model, 1) == "<p>It had died. <em>She nods.</em></p>\n"
    assert model.newest.state is MessageState.COMPLETE


def test_each_step_renews_the_key_of_its_row_only(open_book):
    model = open_book(Book(2))
    begin_reply(model, 3)
    keys = [model.index(row).data(TranscriptRole.KEY) for row in range(3)]
    model.append_delta(MessageId("m3"), "So")
    after = [model.index(row).data(TranscriptRole.KEY) for row in range(3)]
    assert after[:2] == keys[:2]
    assert after[2] != keys[2]


def test_a_continued_reply_grows_from_the_words_it_had(open_book):
    model = open_book(Book(1))
    begin_reply(model, 1, "It had")
    model.append_delta(MessageId("m1"), " died.")
    assert model.index(1).data(Qt.ItemDataRole.DisplayRole) == "It had died."


def test_words_that_come_before_their_row_wait_for_it(qtbot, open_book):
    book = Book(2)
    model = open_book(book)
    model.append_delta(MessageId("m3"), "Early words")
    book.messages.append(replace(make_message(3, "x", state=STREAMING), text="Ea"))
    model.reload()
    settle(qtbot, model)
    assert "Early words" in html(model, 2)


def test_leaving_a_conversation_in_the_middle_of_a_reply_loses_no_word(qtbot, open_book):
    book = Book(2)
    model = open_book(book)
    reply = replace(make_message(3, "x", state=STREAMING), text="")
    book.messages.append(reply)
    model.store(reply, is_new=True)
    model.append_delta(reply.id, "One")
    model.open(ConversationId("another"))
    model.append_delta(reply.id, " two")
    with qtbot.waitSignal(model.opened):
        model.open(CONVERSATION)
    qtbot.waitUntil(lambda: "One two" in html(model, 2))


def test_a_reply_stopped_before_its_first_word_goes(open_book):
    model = open_book(Book(1))
    begin_reply(model, 1)
    stopped = replace(make_message(1, "x", state=MessageState.STOPPED), text="")
    model.finish(stopped)
    assert ids(model) == ["m0"]


def test_a_stopped_reply_keeps_its_narration_as_narration(open_book):
    model = open_book(Book(1))
    begin_reply(model, 1)
    model.finish(make_message(1, "Yes. *She tur", state=MessageState.STOPPED))
    assert html(model, 1) == "<p>Yes. <em>She tur</em></p>\n"


def test_a_message_of_another_conversation_stays_out(open_book):
    model = open_book(Book(1))
    model.store(make_message(7, conversation_id=ConversationId("else")), is_new=True)
    assert ids(model) == ["m0"]


def test_rows_say_who_speaks_and_where_they_stand(open_book):
    book = Book(2)
    book.messages[1] = replace(book.messages[1], position=1, siblings=3)
    model = open_book(book)
    row = model.index(1)
    assert row.data(TranscriptRole.SPEAKER) == "Isla"
    assert row.data(TranscriptRole.AUTHOR) == Author.CHARACTER
    assert row.data(TranscriptRole.STATE) == MessageState.COMPLETE
    assert row.data(TranscriptRole.SIBLINGS) == (2, 3)
    assert row.data(TranscriptRole.FAILURE) is None
    assert row.data(TranscriptRole.MESSAGE) == book.messages[1]
    assert row.data(Qt.ItemDataRole.DecorationRole) is None
    assert model.index(99).data(TranscriptRole.KEY) is None


@pytest.mark.parametrize(
    ("speaker", "shown"),
    [
        ("Isla MacRae", "Isla"),
        ("Nan", "Nan"),
        ("The Ferryman", "The Ferryman"),
        ("Dr. Amara Obi", "Dr. Amara Obi"),
        ("Aunt May", "Aunt May"),
        ("", ""),
    ],
)
def test_speakers_go_by_their_first_name_where_it_is_one(open_book, speaker, shown):
    book = Book(2)
    book.messages[1] = replace(book.messages[1], speaker=speaker)
    assert open_book(book).index(1).data(TranscriptRole.SPEAKER) == shown


def test_recalled_is_looked_up_once_and_counts_what_was_in_the_prompt(qtbot, open_book):
    book = Book(2)
    kept = (make_recalled(), make_recalled(), make_recalled(injected=False))
    book.recalled[MessageId("m1")] = kept
    model = open_book(book)
    row = model.index(1)
    assert row.data(TranscriptRole.RECALLED_COUNT) == 0
    qtbot.waitUntil(lambda: row.data(TranscriptRole.RECALLED_COUNT) == 2)
    assert model.index(0).data(TranscriptRole.RECALLED_COUNT) == 0
    assert book.asked_details == ["m1"]


def test_another_wording_is_looked_up_anew(qtbot, open_book):
    book = Book(2)
    model = open_book(book)
    row = model.index(1)
    row.data(TranscriptRole.RECALLED_COUNT)
    model.set_recalled(MessageId("m1"), 4)
    model.store(replace(book.messages[1], version_id="v1b", text="New."), is_new=False)
    assert row.data(TranscriptRole.RECALLED_COUNT) == 0
    assert book.asked_details == ["m1", "m1"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Isla MacRae, {time}: She nods. Yes."),
        ({"state": STREAMING}, "Isla MacRae, {time}: She nods. Yes. Still being written."),
        (
            {"state": MessageState.STOPPED, "siblings": 2, "position": 1},
            "Isla MacRae, {time}: She nods. Yes. Stopped here. Take 2 of 2.",
        ),
        (
            {"state": MessageState.FAILED, "failure": "The engine stopped. Take it again."},
            "Isla MacRae, {time}: She nods. Yes. The engine stopped. Take it again.",
        ),
        ({"author": Author.NARRATOR}, "Narration, {time}: She nods. Yes."),
    ],
)
def test_a_screen_reader_hears_whole_sentences(open_book, changes, said):
    book = Book(2)
    message = make_message(1, "*She nods.*\nYes.", **changes)
    book.messages[1] = message
    model = open_book(book)
    time = message.created_at.astimezone().strftime("%H:%M")
    spoken = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == said.format(time=time)
    assert model.spoken(message.id) == spoken
    assert "2026" in model.index(1).data(Qt.ItemDataRole.AccessibleDescriptionRole)


def test_recalled_is_heard_too(open_book):
    model = open_book(Book(2))
    model.set_recalled(MessageId("m1"), 3)
    assert model.spoken(MessageId("m1")).endswith("3 recalled.")
    assert model.spoken(MessageId("nobody")) == ""


class ClosedBook(Book):
    """A book whose lane was closed: nothing can be asked for any more."""

    is_closed = False

    def page(self, *args, **kwargs):
        if self.is_closed:
            raise Cancelled("the storage lane is closed")
        return super().page(*args, **kwargs)

    def details(self, message_id):
        raise Cancelled("the storage lane is closed")


def test_a_window_that_outlives_its_storage_shows_what_it_has(qtbot, open_book):
    book = ClosedBook(120)
    model = open_book(book)
    book.is_closed = True
    with qtbot.assertNotEmitted(model.failed):
        assert model.index(49).data(TranscriptRole.RECALLED_COUNT) == 0
        model.fetch_older()
    assert not model.is_loading
    assert model.rowCount() == PAGE_ROWS


def test_a_refusal_for_a_conversation_no_longer_open_is_passed_over(qtbot, qapp):
    book = Book(4)
    book.is_broken = True
    model = TranscriptModel(book)
    with qtbot.assertNotEmitted(model.failed):
        model.open(CONVERSATION)
        model.open(None)
        QCoreApplication.processEvents()
    with qtbot.waitSignal(model.failed):
        model.open(CONVERSATION)
