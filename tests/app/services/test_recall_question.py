from __future__ import annotations

from datetime import date

import pytest

from app.services.recall_dates import Period, event_asked, period_asked, tells_a_time
from app.services.recall_question import Question, in_context, understand
from app.services.stems import stems

TODAY = date(2026, 11, 21)  # A Saturday.


def ask(text: str, user: str = "Ana", character: str = "Isla MacRae") -> Question:
    return understand(text, user, character, TODAY)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("What did we talk about yesterday?", date(2026, 11, 20), date(2026, 11, 20)),
        ("Where was I last week?", date(2026, 11, 9), date(2026, 11, 15)),
        ("Who came in May?", date(2026, 5, 1), date(2026, 5, 31)),
        ("What happened on 3 May 2025?", date(2025, 5, 3), date(2025, 5, 3)),
        ("What did I do before 3 May?", None, date(2026, 5, 3)),
        ("What have I cooked since June?", date(2026, 6, 1), None),
    ],
)
def test_days_that_a_question_is_about(text: str, first: date | None, last: date | None):
    assert period_asked(text, TODAY) == Period(first, last)


def test_a_question_without_days_has_no_period():
    assert period_asked("Where is the valve?", TODAY) is None


def test_days_near_a_period_count_less_the_further_away_they_are():
    may = Period(date(2026, 5, 1), date(2026, 5, 31))
    days = [date(2026, 5, 31), date(2026, 6, 4), date(2026, 6, 30), date(2027, 5, 1)]
    near = [may.nearness(day) for day in days]
    assert near[0] == 1.0
    assert near == sorted(near, reverse=True)
    assert near[-1] == 0.0
    assert Period(None, TODAY).nearness(date(1990, 1, 1)) == 1.0


def test_an_event_that_was_told_can_measure_time():
    event = event_asked("What did I say before the wedding?")
    assert event is not None
    assert (event.is_before, event.stems) == (True, ("wed",))
    assert event_asked("What did I say?") is None


def test_words_of_time_are_seen():
    assert tells_a_time(stems("I went there last Friday."))
    assert not tells_a_time(stems("The lastingness of it."))


def test_names_leave_the_question_and_say_who_speaks():
    question = ask("Where does Isla's brother work, Isla MacRae?")
    assert question.bare == "Where does brother work, ?"
    assert question.of_user is False
    assert question.stems == ("brother", "work")
    assert question.is_of_somebody


@pytest.mark.parametrize(
    ("text", "of_user"),
    [
        ("What did Ana say about trains?", True),
        ("What do Ana and Isla both like?", None),
        ("What is my sister called?", True),
        ("Do you remember what my sister is called?", True),
        ("Where did you grow up?", False),
        ("Where is the lighthouse?", None),
        ("What did I tell you about the boat?", True),
    ],
)
def test_whose_words_are_asked_for(text: str, of_user: bool | None):
    assert ask(text).of_user is of_user


def test_a_user_called_you_is_no_name():
    question = ask("What did you say?", user="You")
    assert question.of_user is False
    assert not question.is_of_somebody


@pytest.mark.parametrize(
    "text",
    ["hi", "Hello there!", "thanks!", "ok", "How are you today?", "good night", "???", "lol"],
)
def test_pleasantries_ask_for_nothing(text: str):
    assert not ask(text).says_something


def test_a_question_of_past_days_says_something_without_other_words():
    assert ask("What did we do yesterday?").says_something
    assert ask("What did we do yesterday?").is_of_past
    assert not ask("What shall we do tomorrow?").is_of_past


def test_names_of_others_are_kept_for_the_index_of_names():
    assert ask("How is my aunt Morag Reid doing?").names == ("Morag Reid",)


def test_a_question_of_names_alone_is_asked_as_it_stands():
    assert ask("Ana?", user="Ana").bare == "Ana?"
    assert ask("Ana", user="Ana").bare == "Ana"


@pytest.mark.parametrize(
    "text", ["Why?", "Who was that?", "And where is it now?", "What was her name?"]
)
def test_a_question_that_points_back_leans_on_what_was_said_before(text: str):
    assert in_context(text, "We won the regatta.") == f"We won the regatta. {text}"


@pytest.mark.parametrize(
    "text", ["Where do I live?", "Thanks!", "That was good.", "What did she say about my boat?"]
)
def test_a_message_that_stands_by_itself_leans_on_nothing(text: str):
    assert in_context(text, "We won the regatta.") == text
