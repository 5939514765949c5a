from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import LineId, MemoryId, MessageId
from app.domain.memory import MemoryKind, StoryLine
from app.services.recall_question import understand
from app.services.recall_ranking import Frequencies, RankedLine, asks, is_about_something, rank
from app.services.stems import stems

TODAY = date(2026, 11, 21)
ACROSS = (0.0, 1.0, 0.0)
ALONG = (1.0, 0.0, 0.0)


def line(
    order: int,
    text: str,
    *,
    by_user: bool = True,
    day: date = TODAY,
    vector: tuple[float, ...] = ACROSS,
    sitting: str = "",
) -> StoryLine:
    return StoryLine(
        id=LineId(str(order)),
        memory_id=MemoryId(f"m{order // 2}"),
        kind=MemoryKind.EPISODE,
        message_id=MessageId(str(order)),
        sitting=sitting or day.isoformat(),
        story_order=order,
        by_user=by_user,
        speaker="Ana" if by_user else "Isla",
        text=text,
        stems=stems(text),
        happened_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        vector=vector,
    )


def order(text: str, *lines: StoryLine) -> list[RankedLine]:
    question = understand(text, "Ana", "Isla", TODAY)
    counts = {stem: sum(stem in one.stems for one in lines) for stem in question.stems}
    return rank(question, ALONG, lines, Frequencies(counts, len(lines)))


def first(text: str, *lines: StoryLine) -> str:
    return order(text, *lines)[0].line.text


def test_nothing_to_rank_is_nothing():
    assert order("Where is it?") == []


def test_meaning_decides_where_nothing_else_does():
    assert first("Zzz?", line(0, "one"), line(9, "two", vector=ALONG)) == "two"


def test_rare_words_count_more_than_common_ones():
    lines = [line(n * 9, f"the boat {n}", sitting=str(n)) for n in range(5)]
    assert first("boat violin", *lines, line(99, "a violin", sitting="x")) == "a violin"


def test_the_one_who_is_asked_about_comes_first():
    lines = (line(0, "I like tea"), line(9, "I like tea", by_user=False, sitting="b"))
    assert order("What does Isla drink?", *lines)[0].line.speaker == "Isla"
    assert order("What does Ana drink?", *lines)[0].line.speaker == "Ana"


def test_an_answer_is_found_by_its_question():
    asked = line(0, "What instruments do you play?", vector=(0.9, 0.436, 0.0))
    answer = line(1, "The fiddle, badly.", by_user=False)
    other = line(9, "The harbour, mostly.", by_user=False, sitting="b")
    ranked = order("What instruments does Isla play?", asked, answer, other)
    places = [one.line.text for one in ranked]
    assert places.index("The fiddle, badly.") < places.index("The harbour, mostly.")
    assert next(one for one in ranked if one.line is answer).value("answer") > 0.8


def test_a_question_about_days_prefers_what_was_said_then():
    may, june = date(2026, 5, 12), date(2026, 6, 28)
    lines = (line(0, "We went sailing", day=june), line(9, "We went sailing", day=may))
    assert order("Where did we go in May?", *lines)[0].line.happened_at.month == 5
    assert order("Where did we go in June?", *lines)[0].line.happened_at.month == 6


def test_before_the_wedding_is_before_it_was_spoken_of():
    lines = (
        line(0, "The wedding was lovely", day=date(2026, 6, 6)),
        line(9, "I bought a coat", day=date(2026, 5, 1)),
        line(19, "I bought a coat", day=date(2026, 9, 1)),
    )
    ranked = order("What coat did I buy before the wedding?", *lines)
    months = [one.line.happened_at.month for one in ranked if "coat" in one.line.stems]
    assert months == [5, 9]
    ranked = order("What coat did I buy after the wedding?", *lines)
    months = [one.line.happened_at.month for one in ranked if "coat" in one.line.stems]
    assert months == [9, 5]


def test_nothing_close_and_no_rare_word_is_about_nothing():
    lines = [line(n, "we spoke of the sea") for n in range(4)]
    question = understand("What is the square root of two?", "Ana", "Isla", TODAY)
    frequencies = Frequencies({}, 4)
    ranked = rank(question, ALONG, lines, frequencies)
    assert not is_about_something(question, ranked, frequencies)
    assert not is_about_something(question, [], frequencies)


def test_a_question_is_seen_behind_quotes_and_before_a_picture():
    assert asks('She said "why?"')
    assert asks("Did you see it? [a lighthouse at dusk]")
    assert not asks("Why? Because.")
    assert not asks("")


@given(
    st.lists(
        st.tuples(st.text(max_size=40), st.booleans(), st.integers(0, 60), st.sampled_from("abc")),
        max_size=12,
    ),
    st.text(max_size=60),
)
def test_signals_add_up_and_every_line_stays_once(
    told: list[tuple[str, bool, int, str]], asked: str
):
    lines = [
        line(n, text, by_user=by, day=TODAY - timedelta(ago), sitting=sitting)
        for n, (text, by, ago, sitting) in enumerate(told)
    ]
    ranked = order(asked, *lines)
    assert {one.line.id for one in ranked} == {one.id for one in lines}
    assert len(ranked) == len(lines)
    for one in ranked:
        assert abs(sum(signal.weight for signal in one.signals) - one.score) < 1e-9
    assert [one.score for one in ranked] == sorted((o.score for o in ranked), reverse=True)
