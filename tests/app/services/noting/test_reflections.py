"""What several notes mean together: drawn from what was said on several days, and only then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.domain.ids import ConversationId, MemoryId, MessageId, MessageVersionId, PersonaId
from app.domain.memory import (
    About,
    Memory,
    MemoryKind,
    MemorySource,
    NoteKind,
    Provenance,
    Triple,
)
from app.services.noting.reflections import (
    MOST_INSIGHTS,
    THRESHOLD,
    Insight,
    insights_of,
    missing_importance,
)

NAMES = {Provenance.USER: "Ana", Provenance.CHARACTER: "Morag"}
SISTER = Triple("Ana", "has", "sister")
BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)


def note(
    number: int,
    *triples: Triple,
    importance: float = 6.0,
    keywords: tuple[str, ...] = (),
    kind: NoteKind = NoteKind.FACT,
    about: About = About.USER,
    quarantine: str = "",
    days: int | None = None,
) -> Memory:
    return Memory(
        id=MemoryId(f"n{number}"),
        persona_id=PersonaId("p"),
        conversation_id=ConversationId("c"),
        kind=MemoryKind.NOTE,
        text=f"note {number}",
        happened_at=BEGAN + timedelta(days=number if days is None else days, seconds=number),
        sources=(MemorySource(MessageId(f"m{number}"), MessageVersionId(f"v{number}")),),
        note_kind=kind,
        about=about,
        importance=importance,
        keywords=keywords,
        triples=triples,
        quarantine=quarantine,
    )


def texts(insights: list[Insight]) -> list[str]:
    return [insight.text for insight in insights]


def test_nothing_is_drawn_before_enough_is_new() -> None:
    notes = [note(number, keywords=("boats",)) for number in range(9)]
    assert insights_of(notes, NAMES) == []
    assert missing_importance(notes, NAMES) == THRESHOLD - 54


def test_what_somebody_keeps_coming_back_to_is_told_with_counts_and_dates() -> None:
    notes = [note(number, SISTER, keywords=("sister",)) for number in range(10)]
    assert texts(insights_of(notes, NAMES)) == [
        "Ana often comes back to their sister: ten times on ten days, last on 10 November 2026."
    ]
    assert missing_importance(notes, NAMES) == THRESHOLD


def test_leanings_need_two_days_and_cite_every_time() -> None:
    crowds = Triple("Ana", "dislikes", "crowds")
    notes = [note(number) for number in range(7)]
    notes += [note(7, crowds), note(8, crowds), note(9, crowds)]
    [insight] = insights_of(notes, NAMES)
    assert insight.text == "Ana seems to dislike crowds: said so on three days."
    assert [one.id for one in insight.evidence] == ["n7", "n8", "n9"]
    assert insight.importance == 7
    on_one_day = [*notes[:7], *(note(place, crowds, days=7) for place in (7, 8, 9))]
    assert insights_of(on_one_day, NAMES) == []


def test_turns_are_told_in_their_order() -> None:
    places = [note(one, Triple("Ana", "lives in", town)) for one, town in enumerate("ABC")]
    rest = [note(number) for number in range(3, 10)]
    assert texts(insights_of([*places, *rest], NAMES)) == [
        "Ana has changed where they live more than once: A, B and C, in that order."
    ]


def test_promises_add_up() -> None:
    notes = [note(number, kind=NoteKind.PROMISE) for number in range(10)]
    assert texts(insights_of(notes, NAMES)) == ["Ana has made Morag ten promises on ten days."]


def test_claims_and_what_is_kept_out_teach_nothing() -> None:
    claims = [note(one, keywords=("robot",), about=About.CHARACTER) for one in range(20)]
    hidden = [note(one, keywords=("gold",), quarantine="x") for one in range(20)]
    assert insights_of([*claims, *hidden], NAMES) == []
    assert missing_importance([*claims, *hidden], NAMES) == THRESHOLD


def test_no_more_than_five_at_a_time_and_a_later_one_takes_its_place() -> None:
    every = tuple(f"word{place}" for place in "abcdefgh")
    leanings = [Triple("Ana", "likes", f"word{place}") for place in "abcdefgh"]
    notes = [note(number, *leanings, keywords=every) for number in range(20)]
    insights = insights_of(notes, NAMES)
    assert len(insights) == 2 * MOST_INSIGHTS
    first, second = insights[:MOST_INSIGHTS], insights[MOST_INSIGHTS:]
    assert [one.replaces for one in first] == [None] * MOST_INSIGHTS
    assert [one.replaces for one in second] == [one.id for one in first]


def test_the_same_notes_give_the_same_insights() -> None:
    notes = [note(number, SISTER, keywords=("sister",)) for number in range(30)]
    assert insights_of(notes, NAMES) == insights_of(notes, NAMES)
    assert insights_of(notes[:15], NAMES) == insights_of(notes, NAMES)[:1]
