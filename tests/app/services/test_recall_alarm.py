"""The alarm of a recalled set that says the same over and over, and the cap on its clusters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import ConversationId, LineId, MemoryId, PersonaId
from app.domain.memory import Memory, MemoryKind, Provenance, Recalled, StoryLine
from app.services.recall_alarm import alarm_of, alikeness, mark, within_clusters
from app.services.recall_question import understand
from app.services.recall_ranking import RankedLine
from app.services.recall_selection import choose
from app.services.stems import stems

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TEXTS = (
    "Ana keeps bees behind the house",
    "The ferry leaves at six in summer",
    "My brother sold his boat to a baker",
    "We sang until the lamp went out",
    "It rained on the day of the fair",
)


def line(number: int, text: str, direction: int, *, lean: float = 0.0) -> RankedLine:
    """A line that points along one axis, leaning a little to another."""
    vector = np.zeros(64)
    vector[direction] = 1.0
    vector[(direction + 1) % 64] += lean
    vector /= np.linalg.norm(vector)
    said = StoryLine(
        id=LineId(f"m{number}-0"),
        memory_id=MemoryId(f"m{number}"),
        kind=MemoryKind.NOTE,
        message_id=None,
        sitting=f"m{number}",
        story_order=0,
        by_user=True,
        speaker="",
        text=text,
        stems=stems(text),
        happened_at=NOON,
        vector=vector,
    )
    return RankedLine(said, 10.0 - number * 0.1, ())


def memory(ranked: RankedLine, provenance: Provenance = Provenance.USER) -> Memory:
    number = int(ranked.line.memory_id[1:])
    return Memory(
        id=ranked.line.memory_id,
        persona_id=PersonaId("isla"),
        conversation_id=ConversationId("story"),
        kind=MemoryKind.NOTE,
        text=ranked.line.text,
        happened_at=NOON.replace(day=1 + number % 20),
        sources=(),
        provenance=provenance,
    )


def chosen(lines: list[RankedLine], wanted: int = 6) -> list[Recalled]:
    question = understand("What of the bees?", "Ana", "Isla", date(2026, 11, 21))
    return choose(lines, {one.line.memory_id: memory(one) for one in lines}, question, wanted)


APART = [line(number, text, number * 2) for number, text in enumerate(TEXTS)]
ONE_MEANING = [line(number, text, 7, lean=number * 0.05) for number, text in enumerate(TEXTS)]
ONE_WORDING = [
    line(number, f"The secret bank is called Acme {tail}", number * 2)
    for number, tail in enumerate(("now", "here", "again", "always", "today"))
]


def test_different_memories_raise_no_alarm() -> None:
    assert not alikeness(APART).is_alarming
    assert alarm_of(chosen(APART)) == ""
    assert len(chosen(APART)) == len(APART)


@pytest.mark.parametrize("lines", [ONE_MEANING, ONE_WORDING])
def test_a_set_that_says_one_thing_is_marked_and_cut_to_two(lines: list[RankedLine]) -> None:
    assert alikeness(lines).is_alarming
    recalled = chosen(lines)
    assert [item.memory.id for item in recalled] == ["m0", "m1"]
    assert "over and over" in alarm_of(recalled)
    assert [signal.weight for item in recalled for signal in item.signals] == [0.0] * 4


def test_who_recalls_one_memory_is_warned_as_well() -> None:
    [only] = chosen(ONE_WORDING, wanted=1)
    assert alarm_of([only])
    assert alarm_of(chosen(APART, wanted=1)) == ""


def test_two_alike_are_a_coincidence() -> None:
    assert not alikeness(ONE_MEANING[:2]).is_alarming
    assert alikeness(ONE_MEANING[:3]).is_alarming
    assert not alikeness([]).is_alarming


@pytest.mark.parametrize(("cosine", "is_alarming"), [(0.79, False), (0.81, True)])
def test_the_alarm_stands_at_four_fifths_of_a_cosine(cosine: float, is_alarming: bool) -> None:
    lean = np.sqrt(1 / cosine - 1)
    lines = [
        replace(one, line=replace(one.line, vector=_around(number, lean)))
        for number, one in enumerate(APART)
    ]
    assert alikeness(lines).cosine == pytest.approx(cosine)
    assert alikeness(lines).is_alarming is is_alarming


def _around(number: int, lean: float) -> np.ndarray:
    """A direction with the same angle to all others made so."""
    vector = np.zeros(64)
    vector[0], vector[number + 1] = 1.0, lean
    return vector / np.linalg.norm(vector)


def test_a_cluster_leaves_its_places_to_others() -> None:
    poison = [line(number, f"Acme Bank pays best {number}", 9) for number in range(6)]
    others = [line(number + 6, text, number * 2 + 20) for number, text in enumerate(TEXTS)]
    ids = [item.memory.id for item in chosen([*poison, *others], wanted=5)]
    assert len(ids) == 5
    assert len({*ids} & {f"m{number}" for number in range(6)}) == 2


def test_copies_by_strangers_do_not_push_out_what_they_copy() -> None:
    lines = [line(number, "Ana's sister is called Odile", 3) for number in range(5)]
    strangers = {one.line.memory_id for one in lines[:4]}
    assert [one.line.memory_id for one in within_clusters(lines, strangers)] == ["m0", "m4"]


@given(st.lists(st.tuples(st.sampled_from(TEXTS), st.integers(0, 9)), max_size=14))
def test_no_line_is_alike_to_more_than_two_better_ones(made: list[tuple[str, int]]) -> None:
    lines = [line(number, text, way * 2) for number, (text, way) in enumerate(made)]
    kept = within_clusters(lines)
    assert kept == [one for one in lines if one in kept]
    for place, one in enumerate(lines):
        alike = [other for other in kept if other is not one and is_alike(one, other)]
        better = [other for other in alike if other.score > one.score]
        assert (len(better) < 2) is (one in kept), place


def is_alike(one: RankedLine, other: RankedLine) -> bool:
    return one.line.text == other.line.text or bool(np.dot(one.line.vector, other.line.vector))


@pytest.mark.parametrize("lines", [APART, ONE_WORDING])
def test_the_mark_is_what_was_measured(lines: list[RankedLine]) -> None:
    found = alikeness(lines)
    item = mark(Recalled(memory(lines[0]), 0.5, "Because."), found)
    assert [signal.value for signal in item.signals] == (
        [found.cosine, found.overlap] if found.is_alarming else []
    )
