"""Which days a sentence names, said on a known day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.noting.note_dates import dates_in

SATURDAY = date(2026, 11, 21)
MONDAY = date(2026, 11, 16)


def day(text: str, on: date = SATURDAY, *, is_past: bool | None = None) -> date:
    [mention] = dates_in(text, on, is_past=is_past)
    assert mention.first == mention.last
    return mention.first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I saw her today.", date(2026, 11, 21)),
        ("this morning", date(2026, 11, 21)),
        ("Yesterday I ran.", date(2026, 11, 20)),
        ("last night", date(2026, 11, 20)),
        ("the day  before yesterday", date(2026, 11, 19)),
        ("tomorrow evening", date(2026, 11, 22)),
        ("the day after tomorrow", date(2026, 11, 23)),
        ("three days ago", date(2026, 11, 18)),
        ("a couple of weeks ago", date(2026, 11, 7)),
        ("in two weeks", date(2026, 12, 5)),
        ("in a fortnight's time", date(2026, 12, 5)),
        ("10 days from now", date(2026, 12, 1)),
        ("last Friday", date(2026, 11, 20)),
        ("last saturday", date(2026, 11, 14)),
        ("this Sunday", date(2026, 11, 22)),
        ("next Friday", date(2026, 11, 27)),
        ("on Monday", date(2026, 11, 23)),
        ("on 3 May 2020", date(2020, 5, 3)),
        ("May 3rd, 2020", date(2020, 5, 3)),
        ("the 3rd of May 2020", date(2020, 5, 3)),
        ("2026-05-03", date(2026, 5, 3)),
        ("on Christmas Eve", date(2026, 12, 24)),
        ("last Christmas", date(2025, 12, 25)),
        ("New Year\u2019s Eve 2019", date(2019, 12, 31)),
    ],
)
def test_a_day_is_resolved_against_the_day_it_was_said_on(text: str, expected: date) -> None:
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("next week", "in the week of 23 November 2026"),
        ("last weekend", "on the weekend of 14 November 2026"),
        ("this weekend", "on the weekend of 21 November 2026"),
        ("next weekend", "on the weekend of 28 November 2026"),
        ("last month", "in October 2026"),
        ("next year", "in 2027"),
        ("two months ago", "in September 2026"),
        ("in three years", "in 2029"),
        ("last summer", "between June 2026 and August 2026"),
        ("next spring", "between March 2027 and May 2027"),
        ("in 2019", "in 2019"),
        ("in May 2018", "in May 2018"),
        ("yesterday", "on 20 November 2026"),
    ],
)
def test_a_span_is_told_so_that_it_can_be_read_later(text: str, words: str) -> None:
    assert [mention.in_words() for mention in dates_in(text, SATURDAY)] == [words]


def test_the_tense_decides_where_no_year_is_said() -> None:
    assert day("on 3 May", is_past=True) == date(2026, 5, 3)
    assert day("on 3 May", is_past=False) == date(2027, 5, 3)
    assert day("on 3 December", is_past=True) == date(2025, 12, 3)
    assert day("on 3 December") == date(2026, 12, 3)
    assert day("on 3 October") == date(2026, 10, 3)
    assert day("on Friday", MONDAY, is_past=True) == date(2026, 11, 13)
    assert day("on Friday", MONDAY, is_past=False) == date(2026, 11, 20)
    assert [one.in_words() for one in dates_in("in May", SATURDAY, is_past=True)] == ["in May 2026"]
    assert [one.in_words() for one in dates_in("in November", SATURDAY, is_past=False)] == [
        "in November 2026"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "a few days ago",
        "I may go",
        "march on",
        "31 June",
        "9999 years ago",
        "on Fridays I dance",
        "room 2019",
        "the second",
        "",
    ],
)
def test_what_is_vague_or_no_day_is_not_guessed(text: str) -> None:
    assert dates_in(text, SATURDAY) == []


def test_several_days_come_in_the_order_of_the_text() -> None:
    text = "I left yesterday and come back on 3 May 2027."
    found = dates_in(text, SATURDAY)
    assert [one.first for one in found] == [date(2026, 11, 20), date(2027, 5, 3)]
    assert [text[one.start : one.end] for one in found] == ["yesterday", "on 3 May 2027"]


WORDS = (
    "in on last next this 3 31 29 0 9999 two a couple of days weeks months years ago from now may "
    "february 2019 1999 friday christmas new year's eve weekend winter yesterday the before , . -"
)
PIECES = st.sampled_from(WORDS.split())


@given(
    st.lists(PIECES, max_size=12).map(" ".join),
    st.dates(),
    st.sampled_from([None, True, False]),
)
def test_any_words_give_ordered_spans_within_the_text(
    text: str, said_on: date, is_past: bool | None
) -> None:
    end = 0
    for mention in dates_in(text, said_on, is_past=is_past):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.first <= mention.last
        assert mention.in_words()
        end = mention.end


@given(st.integers(1, 400), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_days_ago_and_days_from_now_mirror_each_other(count: int, said_on: date) -> None:
    unit = "day" if count == 1 else "days"
    back = day(f"{count} {unit} ago", said_on)
    assert day(f"{count} {unit} from now", back) == said_on
