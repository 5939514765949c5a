from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from app.domain.ids import ConversationId, LineId, MemoryId, MessageId, PersonaId
from app.domain.memory import Layer, Memory, MemoryKind, Provenance, Signal, StoryLine
from app.services.recall_question import understand
from app.services.recall_ranking import RankedLine
from app.services.recall_selection import MARGIN, choose, weigh
from app.services.stems import stems

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
QUESTION = understand("Which boat is mended?", "Ana", "Isla", NOW.date())


def remembered(number: int, *, ago: int = 0, **particulars: object) -> Memory:
    memory = Memory(
        id=MemoryId(f"m{number}"),
        persona_id=PersonaId("isla"),
        conversation_id=ConversationId("evening"),
        kind=MemoryKind.EPISODE,
        text=f"boat {number}",
        happened_at=NOW - timedelta(days=ago),
        sources=(),
    )
    return replace(memory, **particulars)


def ranked(memory: Memory, number: int, score: float) -> RankedLine:
    line = StoryLine(
        id=LineId(f"{memory.id}-0"),
        memory_id=memory.id,
        kind=memory.kind,
        message_id=MessageId(str(number)),
        sitting=f"evening {memory.happened_at.date()}",
        story_order=number,
        by_user=True,
        speaker="Ana",
        text=memory.text,
        stems=stems(memory.text),
        happened_at=memory.happened_at,
        vector=tuple(1.0 if place == number else 0.0 for place in range(32)),
    )
    return RankedLine(line, score, (Signal("meaning", 0.5, score),))


def pick(wanted: int, *told: tuple[Memory, float]) -> list[str]:
    memories = {memory.id: memory for memory, _ in told}
    lines = [ranked(memory, place, score) for place, (memory, score) in enumerate(told)]
    weighed = weigh(lines, memories, NOW)
    return [one.memory.id for one in choose(weighed, memories, QUESTION, wanted)]


def test_newer_comes_first_among_equals_and_pinned_ones_do_not_age():
    new, old = remembered(1, ago=1), remembered(2, ago=300)
    assert pick(2, (old, 5.0), (new, 5.0)) == ["m1", "m2"]
    kept = remembered(2, ago=300, is_pinned=True)
    assert pick(2, (kept, 5.0), (new, 5.0)) == ["m2", "m1"]


def test_a_long_layer_forgets_more_slowly():
    short, long = remembered(1, ago=60), remembered(2, ago=60, layer=Layer.LONG)
    assert pick(2, (short, 5.0), (long, 5.0)) == ["m2", "m1"]


def test_what_was_used_lately_is_fresh_again():
    old = remembered(1, ago=60)
    used = remembered(2, ago=60, last_used_at=NOW - timedelta(hours=1))
    assert pick(2, (old, 5.0), (used, 5.0)) == ["m2", "m1"]


def test_neither_age_nor_importance_sinks_a_strong_match():
    strong = remembered(1, ago=3_000, importance=1.0)
    weak = remembered(2, importance=10.0, is_pinned=True)
    assert pick(2, (weak, 5.0), (strong, 6.0)) == ["m1", "m2"]


def test_what_is_far_less_likely_is_left_out():
    assert pick(2, (remembered(1), 9.0), (remembered(2), 8.0 - MARGIN)) == ["m1"]


def test_no_sitting_takes_more_than_half_while_others_have_something_to_say():
    same = [(remembered(number), 9.0 - number / 10) for number in range(1, 5)]
    other = (remembered(9, ago=5), 7.0)
    assert pick(4, *same, other) == ["m1", "m2", "m3", "m9"]
    assert pick(4, *same) == ["m1", "m2", "m3", "m4"]


def test_strangers_never_take_more_than_half():
    told = [
        (remembered(number, ago=number, provenance=Provenance.IMPORT), 9.0 - number / 10)
        for number in range(1, 5)
    ]
    assert pick(4, *told) == ["m1", "m2"]


def test_quarantined_and_missing_memories_are_passed_over():
    held, there = remembered(1, quarantine="a command"), remembered(2)
    assert pick(2, (held, 9.0), (there, 8.0)) == ["m2"]
    assert weigh([ranked(there, 0, 1.0)], {}, NOW) == []


def test_a_superseded_note_without_its_successor_is_not_recalled():
    old = remembered(1, superseded_by=MemoryId("gone"))
    assert pick(2, (old, 9.0), (remembered(2), 8.0)) == ["m2"]


def test_a_successor_stands_in_front_and_says_so():
    old, new = remembered(1, superseded_by=MemoryId("m2")), remembered(2)
    memories = {old.id: old, new.id: new}
    found = choose(weigh([ranked(old, 0, 9.0)], memories, NOW), memories, QUESTION, 4)
    assert [one.memory.id for one in found] == ["m2", "m1"]
    assert found[0].reason.startswith("Replaces what was found. ")


def test_signals_still_add_up_to_the_score_with_age_and_importance():
    memory = remembered(1, ago=2)
    [one] = weigh([ranked(memory, 0, 5.0)], {memory.id: memory}, NOW)
    assert abs(sum(signal.weight for signal in one.signals) - one.score) < 1e-9
    assert date.fromisoformat(one.line.sitting.split()[-1]) == memory.happened_at.date()
