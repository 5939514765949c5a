"""Lines are found in their place in the story, by stems, by days and by names, only in scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import text

from app.domain.conversation import MessageState
from app.domain.ids import LineId, PersonaId
from app.domain.memory import Memory, MemoryKind, NewMemory, Provenance, Triple
from app.ports.memory_store import Exchange, PendingPart
from app.storage import memory_lines, memory_reading, memory_rows, story_memory_repository
from tests.app.storage.memory_world import MODEL, Tale, line_of, new_episode, new_note
from tests.app.storage.storage_world import Store, unit_vector


@pytest.fixture
def tale(store: Store) -> Tale:
    return Tale.begin(store)


def on(day: int, new: NewMemory) -> NewMemory:
    at = datetime(2026, 11, day, 12, 0).astimezone()
    return replace(new, memory=replace(new.memory, happened_at=at))


def tell_on(tale: Tale, day: int, asked: str, replied: str) -> Memory:
    leaf = tale.store.conversations.get(tale.conversation.id).leaf_id
    messages = tale.store.exchange(tale.conversation, leaf, asked, replied)
    return tale.keep(on(day, new_episode(tale.conversation, *messages)))


def around(tale: Tale, *lines: LineId, reach: int = 2) -> list[str]:
    found = tale.memories.lines_around(tale.scope(), lines, MODEL, reach)
    return [one.text for one in found]


def test_a_line_comes_with_its_neighbours_of_the_same_sitting(tale: Tale):
    for day, word in ((1, "a"), (1, "b"), (1, "c"), (2, "d")):
        memory = tell_on(tale, day, f"{word}?", f"{word}.")
        if word == "c":
            hit = memory
    assert around(tale, line_of(hit), reach=1) == ["b.", "c?", "c."]
    assert around(tale, line_of(hit, 1)) == ["b.", "c?", "c."]
    assert around(tale, line_of(hit), reach=0) == ["c?"]
    assert around(tale) == []
    assert around(tale, LineId("none-0")) == []


def test_a_story_line_says_all_that_ranking_weighs(tale: Tale):
    memory, question, reply = tale.tell("Who is there?", "Nobody.")
    note = tale.note("Ana asks who is there", question, provenance=Provenance.CHARACTER)
    lines = {line_of(memory), line_of(memory, 1), line_of(note)}
    asked, replied, noted = tale.memories.lines_around(tale.scope(), lines, MODEL)
    assert (asked.id, asked.memory_id, asked.kind) == (
        line_of(memory),
        memory.id,
        MemoryKind.EPISODE,
    )
    assert (asked.message_id, replied.message_id, noted.message_id) == (question.id, reply.id, None)
    assert (asked.by_user, replied.by_user, noted.by_user) == (True, False, False)
    assert (asked.speaker, asked.stems) == ("Ana", ("who", "is", "there"))
    assert asked.sitting == replied.sitting != noted.sitting
    assert (asked.story_order, replied.story_order) == (0, 1)
    assert asked.happened_at == memory.happened_at
    assert list(replied.vector) == list(unit_vector(1))
    [bare] = tale.memories.lines_around(tale.scope(), [line_of(note)], "other")
    assert list(bare.vector) == [0.0] * 384


def test_what_was_deleted_kept_out_or_said_on_another_branch_is_no_neighbour(tale: Tale):
    store = tale.store
    first, _, reply = tale.tell("a?", "a.")
    second, question, _ = tale.tell("b?", "b.")
    third, _, _ = tale.tell("c?", "c.")
    assert around(tale, line_of(second)) == ["a?", "a.", "b?", "b.", "c?"]
    tale.memories.set_quarantine(third.id, "odd")
    assert around(tale, line_of(second)) == ["a?", "a.", "b?", "b."]
    assert around(tale, line_of(third)) == []
    store.conversations.delete(question.id)
    assert around(tale, line_of(second)) == []
    assert around(tale, line_of(first, 1)) == ["a?", "a."]
    other, _, _ = tale.tell("d?", "d.", parent=reply.id)
    assert around(tale, line_of(other)) == ["a?", "a.", "d?", "d."]
    store.conversations.undelete(question.id)
    assert around(tale, line_of(other)) == []
    assert around(tale, line_of(first, 1)) == ["a?", "a.", "b?", "b."]


def test_lines_of_other_stories_come_only_with_a_scope_that_reaches_them(tale: Tale):
    here, _, _ = tale.tell("a?", "a.")
    also = Tale.begin(tale.store, tale.store.open_conversation(persona_of(tale)))
    there, _, _ = also.tell("b?", "b.")
    lines = [line_of(here), line_of(there)]
    assert around(tale, *lines, reach=0) == ["a?"]
    shared = tale.memories.lines_around(tale.scope(between=True), lines, MODEL, 0)
    assert [one.text for one in shared] == ["a?", "b?"]


def persona_of(tale: Tale):
    return tale.store.personas.get(tale.persona_id)


def test_stems_find_lines_the_rarest_first_and_only_in_scope(tale: Tale):
    common, _, _ = tale.tell("the tide", "the tide and the wind")
    rare, _, _ = tale.tell("the lantern tide", "nothing")
    elsewhere = Tale.begin(tale.store, tale.store.open_conversation(persona_of(tale)))
    elsewhere.tell("lantern", "lantern")
    found = tale.memories.lines_with(tale.scope(), ["lantern", "tide"], 9)
    assert found[0] == line_of(rare)
    assert set(found) == {line_of(rare), line_of(common), line_of(common, 1)}
    assert len(tale.memories.lines_with(tale.scope(), ["tide"], 2)) == 2
    for nothing in ([], [""], [" "], ["\0"], ["absent"]):
        assert tale.memories.lines_with(tale.scope(), nothing, 9) == []
    assert tale.memories.lines_with(tale.scope(), ["tide"], 0) == []
    tale.memories.set_quarantine(rare.id, "odd")
    assert tale.memories.lines_with(tale.scope(), ["lantern"], 9) == []


def test_a_stem_is_one_word_however_it_is_written(tale: Tale):
    memory, _, _ = tale.tell("o'clock 2024-05-01 e-mail AND", 'x" OR NEAR(')
    for stem in ("o'clock", "2024-05-01", "e-mail", "and"):
        assert tale.memories.lines_with(tale.scope(), [stem], 9) == [line_of(memory)]
    assert tale.memories.lines_with(tale.scope(), ['x"', "near("], 9) == [line_of(memory, 1)]
    assert tale.memories.lines_with(tale.scope(), ["clock"], 9) == []


def test_frequencies_count_lines(tale: Tale):
    tale.tell("tide tide lantern", "tide")
    assert tale.memories.frequencies({"tide", "lantern", "absent"}) == (
        {"tide": 2, "lantern": 1, "absent": 0},
        2,
    )
    assert tale.memories.frequencies(()) == ({}, 2)


def test_days_find_what_was_said_then_and_notes_that_speak_of_them(tale: Tale):
    first = tell_on(tale, 3, "a?", "a.")
    second = tell_on(tale, 5, "b?", "b.")
    spoken = tale.keep(
        on(9, new_note(tale.conversation, "the fair is on the third", speaks_of=date(2026, 11, 3)))
    )
    plain = tale.keep(on(5, new_note(tale.conversation, "Ana is tired")))

    def of(first_day: int, last_day: int, count: int = 9) -> list[LineId]:
        days = date(2026, 11, first_day), date(2026, 11, last_day)
        return tale.memories.lines_of_days(tale.scope(), *days, count)

    assert of(3, 3) == [line_of(spoken), line_of(first), line_of(first, 1)]
    assert of(4, 5) == [line_of(plain), line_of(second), line_of(second, 1)]
    assert of(3, 5, 2) == [line_of(spoken), line_of(plain)]
    assert of(9, 9) == []
    assert of(5, 3) == []


def test_names_find_memories_by_keyword_subject_object_and_enrichment(tale: Tale):
    _, question, _ = tale.tell("My sister Runa lives in Lyon.", "Oh?")
    note = tale.note(
        "Ana's sister is Runa",
        question,
        keywords=("sister",),
        triples=(Triple("Runa", "is sister of", "Ana"),),
    )
    giver = tale.note("Runa plays the viola", question, enriches={note.id: ("Viola  Player",)})
    for name in ("SISTER", "runa", "ana", "viola player"):
        assert tale.memories.lines_naming(tale.scope(), [name], 9) == [line_of(note)]
    newest = tale.note("Runa is ill", question, keywords=("Runa",))
    assert tale.memories.lines_naming(tale.scope(), ["ana", "Runa"], 9) == [
        line_of(newest),
        line_of(note),
    ]
    assert tale.memories.lines_naming(tale.scope(), ["Runa"], 1) == [line_of(newest)]
    assert tale.memories.lines_naming(tale.scope(), ["", "nobody"], 9) == []
    tale.memories.set_quarantine(giver.id, "odd")
    assert tale.memories.lines_naming(tale.scope(), ["viola player"], 9) == []


def test_a_long_story_is_looked_through_in_parts(tale: Tale, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memory_reading, "_LOOKED_THROUGH", 3)
    last = tale.store.reply(tale.conversation, None, "Welcome.").id
    for number in range(5):
        last = tale.store.exchange(tale.conversation, last, f"{number}?", f"{number}.")[1].id
    parts = [tale.memories.pending_part(None, "rules")]
    while parts[-1].following is not None:
        parts.append(tale.memories.pending_part(None, "rules", parts[-1].following))
    assert [len(part.exchanges) for part in parts] == [1, 1, 2, 1]
    found = [exchange for part in parts for exchange in part.exchanges]
    monkeypatch.undo()
    assert found == tale.memories.pending_part(None, "rules").exchanges


def test_exchanges_are_pending_for_each_extractor_by_itself(tale: Tale):
    store = tale.store
    greeting = store.reply(tale.conversation, None, "Welcome.")
    one = store.exchange(tale.conversation, greeting.id, "one?", "one.")
    two = store.exchange(tale.conversation, one[1].id, "two?", "two.")
    both = [Exchange(*map(now(tale), one)), Exchange(*map(now(tale), two))]
    assert tale.memories.pending_part(tale.persona_id, "").exchanges == both
    assert tale.memories.pending_part(None, "rules").exchanges == both
    assert tale.memories.pending_part(None, "rules", count=1).exchanges == both[:1]
    assert tale.memories.pending_part(None, "rules") == PendingPart(both, None)
    assert tale.memories.pending_part(PersonaId("nobody"), "").exchanges == []
    tale.keep(new_episode(tale.conversation, *one))
    assert tale.memories.pending_part(tale.persona_id, "").exchanges == both[1:]
    tale.memories.mark_read(both[1], "rules")
    tale.memories.mark_read(both[1], "rules")
    assert tale.memories.pending_part(tale.persona_id, "rules").exchanges == both[:1]
    store.conversations.edit(two[0].id, "deux?")
    [again] = tale.memories.pending_part(tale.persona_id, "").exchanges
    assert (again.said.text, again.reply.text) == ("deux?", "two.")
    assert len(tale.memories.pending_part(tale.persona_id, "rules").exchanges) == 2


def now(tale: Tale) -> Callable:
    return lambda message: tale.store.conversations.message(message.id)


def test_what_is_not_on_the_path_unfinished_empty_or_unasked_is_not_pending(tale: Tale):
    store = tale.store
    question = store.say(tale.conversation, None, "Well?")
    for words, state in (
        ("writ", MessageState.STREAMING),
        ("broke", MessageState.FAILED),
        (" \n\t", MessageState.STOPPED),
    ):
        store.reply(tale.conversation, question.id, words, state)
        assert tale.memories.pending_part(None, "").exchanges == []
    kept = store.reply(tale.conversation, question.id, "I was going to", MessageState.STOPPED)
    other = store.reply(tale.conversation, question.id, "Well.")
    assert [one.reply.id for one in tale.memories.pending_part(None, "").exchanges] == [other.id]
    store.conversations.select(tale.conversation.id, kept.id)
    assert [one.reply.id for one in tale.memories.pending_part(None, "").exchanges] == [kept.id]
    store.conversations.delete(question.id)
    assert tale.memories.pending_part(None, "").exchanges == []
    store.conversations.undelete(question.id)
    store.conversations.set_aside(tale.conversation.id)
    assert tale.memories.pending_part(None, "").exchanges == []


# What a plan may run through from end to end: what was handed in or found before, and the few
# conversations there are.
SMALL = (
    *("SCAN conversation", "SCAN near", "SCAN exchange", "SCAN told", "SCAN line"),
    *("SCAN (subquery", "SCAN CONSTANT ROW"),
)


@pytest.mark.parametrize(
    "statement",
    [
        *(memory_rows._STORIES, memory_rows._MEMORIES, memory_rows._SOURCES, memory_rows._BONDS),
        *(memory_rows._SUPERSEDING, memory_rows._ENRICHING, memory_rows._EVIDENCE),
        *(memory_rows._TRIPLES, memory_lines._ASKED, memory_lines._ON_PATH, memory_lines._ALONE),
        *(memory_lines._WITH_STEMS, memory_lines._OF_DAYS, memory_lines._NAMING),
        *(memory_lines._FREQUENCIES, memory_reading._PENDING),
        *(story_memory_repository._OF_IDS, story_memory_repository._IN_STORIES),
        *(story_memory_repository._OF_MESSAGE, story_memory_repository._USE),
    ],
)
def test_no_statement_on_the_way_of_a_reply_runs_through_a_table(tale: Tale, statement):
    statement = text(str(statement))
    values = dict.fromkeys(statement.compile().params, "[]")
    with tale.store.database.reading() as session:
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {statement.text}"), values)
        steps = [row.detail for row in plan]
    assert steps
    for step in steps:
        if step.startswith("SCAN") and not step.startswith(SMALL):
            assert "VIRTUAL TABLE INDEX" in step, steps
