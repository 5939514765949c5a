"""Memories as they stand in their stories: scope, the path, and what they do to each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from app.domain.conversation import MessageState
from app.domain.generation import Usage
from app.domain.ids import MemoryId
from app.domain.memory import (
    About,
    Bond,
    Layer,
    Line,
    Memory,
    NewMemory,
    Provenance,
    Recalled,
    Signal,
    Triple,
)
from app.domain.user_persona import UserPersona
from app.errors import Bug, UserError
from app.storage.user_persona_repository import UserPersonaRepository
from tests.app.storage.memory_world import MODEL, Tale, line_of, new_episode, new_note, stems_of
from tests.app.storage.storage_world import Store, StoreOpener, TickingClock, unit_vector

MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def tale(store: Store) -> Tale:
    return Tale.begin(store)


def test_all_that_a_memory_holds_comes_back_after_opening_again(
    tale: Tale, open_store: StoreOpener
):
    _, question, _ = tale.tell("I moved to Lyon.", "I am glad.")
    kept = tale.note(
        "Ana lives in Lyon",
        question,
        about=About.USER,
        provenance=Provenance.USER,
        importance=7.5,
        keywords=("Lyon", "home"),
        speaks_of=date(2026, 11, 20),
        layer=Layer.LONG,
        is_pinned=True,
        quarantine="it asks to be believed",
        uses=2,
        last_used_at=MONDAY,
        triples=(Triple("Ana", "lives in", "Lyon"), Triple("Lyon", "is in", "France")),
        bond=Bond(1.5, 2.0, -0.5, "warm"),
    )
    tale.store.database.close()
    again = Tale.begin(open_store(tale.store.path.parent), tale.conversation)
    assert again.standing()[kept.id] == kept


def test_what_is_kept_twice_is_kept_once(tale: Tale):
    memory, question, reply = tale.tell("Who is there?", "Nobody.")
    tale.keep(new_episode(tale.conversation, question, reply))
    tale.keep(NewMemory(replace(memory, text="other"), (), ()))
    assert tale.standing() == {memory.id: memory}


def test_a_memory_with_a_vector_too_few_or_of_unknown_others_is_refused_whole(tale: Tale):
    _, question, _ = tale.tell("Who is there?", "Nobody.")
    before = tale.standing()
    note = new_note(tale.conversation, "Nobody is there", question)
    with pytest.raises(Bug, match="1 lines came with 0 vectors"):
        tale.keep(replace(note, vectors=()))
    for bad in (
        replace(note, supersedes=(MemoryId("none"),)),
        new_note(tale.conversation, "x", question, enriches={MemoryId("none"): ("x",)}),
        new_note(tale.conversation, "x", question, evidence=[MemoryId("none")]),
    ):
        with pytest.raises(UserError, match="There is no memory with the id none"):
            tale.keep(bad)
    assert tale.standing() == before


def test_a_swipe_retracts_what_was_said_on_the_other_branch_and_brings_it_back(tale: Tale):
    store = tale.store
    first, question, reply = tale.tell("Who is there?", "Nobody.")
    second, _, _ = tale.tell("Come in.", "Thank you.")
    other = store.reply(tale.conversation, question.id, "The postman.")
    third = tale.keep(new_episode(tale.conversation, question, other))
    assert [*tale.standing()] == [third.id]
    store.conversations.select(tale.conversation.id, reply.id)
    assert [*tale.standing()] == [first.id, second.id]
    assert tale.memories.get_many([third.id, second.id]) == [second]
    assert tale.memories.made_from(question.id) == [first]
    assert tale.memories.made_from(other.id) == []
    held = {line for line, _ in tale.memories.vectors(tale.persona_id, MODEL)}
    assert held == {line_of(one, place) for one in (first, second, third) for place in (0, 1)}


def test_a_newer_memory_supersedes_only_while_it_stands_and_is_not_suspect(tale: Tale):
    paris, question, _ = tale.tell("I live in Paris.", "Lovely.")
    old = tale.note("Ana lives in Paris", question, keywords=("Paris",))
    _, later, _ = tale.tell("I moved to Lyon.", "Oh?")
    new = tale.note(
        "Ana lives in Lyon", later, supersedes=[old.id], enriches={old.id: ("Lyon", "Paris")}
    )
    assert tale.standing()[old.id].superseded_by == new.id
    assert tale.standing()[old.id].keywords == ("Paris", "Lyon")
    assert tale.memories.get_many([old.id])[0].superseded_by == new.id
    tale.store.conversations.edit(later.id, "I stay here.")
    assert tale.standing()[old.id] == old
    tale.store.conversations.undo_edit(later.id)
    assert tale.standing()[old.id].superseded_by == new.id
    tale.memories.set_quarantine(new.id, "it asks to be believed")
    assert tale.standing()[old.id] == old
    tale.memories.set_quarantine(new.id, "")
    newest = tale.note("Ana lives in Nice", later, supersedes=[old.id, new.id])
    assert tale.standing()[old.id].superseded_by == newest.id
    assert tale.standing()[new.id].superseded_by == newest.id
    assert paris.id in tale.standing()


def test_a_reflection_stands_while_all_that_it_rests_on_does(tale: Tale):
    first, question, _ = tale.tell("I love the sea.", "So do I.")
    second, other, _ = tale.tell("And the wind.", "Yes.")
    insight = tale.note("Ana is drawn to the coast", evidence=[first.id, second.id])
    deeper = tale.note("They share it", evidence=[insight.id])
    assert tale.standing()[insight.id] == insight
    assert tale.standing()[deeper.id].evidence == (insight.id,)
    for message in (question, other):
        tale.store.conversations.delete(message.id)
        assert {insight.id, deeper.id}.isdisjoint(tale.standing())
        tale.store.conversations.undelete(message.id)
        assert {insight.id, deeper.id} <= tale.standing().keys()


def test_stories_are_apart_unless_they_share_with_the_same_user(tale: Tale):
    store = tale.store
    users = UserPersonaRepository(store.database, TickingClock())
    ana = users.add(UserPersona(name="Ana"))
    persona = store.personas.get(tale.persona_id)
    here = tale.note("here")
    also = Tale.begin(store, store.open_conversation(persona))
    there = also.note("there", supersedes=[here.id])
    strange = Tale.begin(store, store.open_conversation(persona))
    store.conversations.set_user(strange.conversation.id, "Ana", ana.id)
    theirs = strange.note("another user")
    other = Tale.begin(store)
    other.note("another character")

    assert tale.standing() == {here.id: here}
    both = tale.standing(between=True)
    assert both == {here.id: replace(here, superseded_by=there.id), there.id: there}
    assert [*strange.standing(between=False)] == [theirs.id]
    scope = strange.scope(between=True, user_persona_id=ana.id)
    assert tale.memories.in_scope(scope) == [theirs]
    assert tale.memories.get_many([here.id, there.id], tale.scope()) == [here]
    assert {one.id for one in tale.memories.of_persona(persona.id)} == {
        one.id for one in (here, there, theirs)
    }
    assert tale.memories.count_by_conversation(persona.id) == {
        one.conversation.id: 1 for one in (tale, also, strange)
    }
    store.conversations.set_aside(also.conversation.id)
    assert tale.standing(between=True) == {here.id: here}


def test_ties_tell_what_a_memory_has_to_do_with_others(tale: Tale):
    old, question, reply = tale.tell("I live in Paris.", "Lovely.")
    beside = tale.note("Paris is big", question)
    new = tale.note("Ana lives in Lyon", question, supersedes=[old.id], related=[beside.id])
    insight = tale.note("Ana moves a lot", evidence=[old.id, new.id])
    tale.memories.reword(
        new.id, Line(0, "", "Ana lives in Lyon now", ("ana", "lyon")), unit_vector(3), MODEL
    )
    signals = (Signal("meaning", 0.5, 0.25), Signal("words", 2.0, 0.75))
    recalled = [Recalled(new, 0.5, "near", injected=True, tokens=4, signals=signals)]
    tale.store.conversations.finish_reply(
        reply.id, reply.text, MessageState.COMPLETE, Usage(1, 2, 3), recalled
    )
    ties = tale.memories.ties(new.id)
    assert (ties.supersedes, ties.related, ties.cited_by) == (
        (old.id,),
        (beside.id,),
        (insight.id,),
    )
    assert (ties.wordings, ties.last_reply) == (("Ana lives in Lyon",), reply.id)
    assert tale.memories.ties(old.id).superseded_by == (new.id,)
    assert tale.memories.ties(beside.id).related == (new.id,)
    pairs = tale.memories.all_ties([old.id, beside.id, new.id])
    assert set(pairs) == {(new.id, old.id), (new.id, beside.id)}
    assert tale.store.conversations.recalled_for(reply.id)[0].signals == signals
    with pytest.raises(UserError, match="There is no memory"):
        tale.memories.ties(MemoryId("none"))


def test_a_person_can_pin_reword_and_keep_out(tale: Tale):
    _, question, _ = tale.tell("I live in Paris.", "Lovely.")
    note = tale.note("Ana lives in Paris", question)
    assert tale.memories.set_pinned(note.id, pinned=True).is_pinned
    assert not tale.memories.set_pinned(note.id, pinned=False).is_pinned
    assert tale.memories.set_quarantine(note.id, "odd").quarantine == "odd"
    assert tale.standing()[note.id].quarantine == "odd"
    before = tale.memories.fingerprint(tale.persona_id, MODEL)
    line = Line(0, "", "Ana lives in Rouen", stems_of("Ana lives in Rouen"))
    assert tale.memories.reword(note.id, line, unit_vector(9), MODEL).text == "Ana lives in Rouen"
    after = tale.memories.fingerprint(tale.persona_id, MODEL)
    assert (after.count, after.generation) == (before.count, before.generation + 1)
    vectors = dict(tale.memories.vectors(tale.persona_id, MODEL))
    assert list(vectors[line_of(note)]) == list(unit_vector(9))
    tale.memories.set_quarantine(note.id, "")
    assert tale.memories.lines_with(tale.scope(), ["rouen"], 5) == [line_of(note)]
    assert tale.memories.lines_with(tale.scope(), ["ana"], 5) == [line_of(note)]
    for change in (
        lambda: tale.memories.set_pinned(MemoryId("none"), pinned=True),
        lambda: tale.memories.set_quarantine(MemoryId("none"), "odd"),
        lambda: tale.memories.reword(MemoryId("none"), line, unit_vector(1), MODEL),
    ):
        with pytest.raises(UserError, match="There is no memory"):
            change()


def test_uses_are_counted(tale: Tale):
    memory, _, _ = tale.tell("Who is there?", "Nobody.")
    tale.memories.mark_used([memory.id, MemoryId("none")], MONDAY)
    tale.memories.mark_used([memory.id], MONDAY)
    assert tale.standing()[memory.id] == replace(memory, uses=2, last_used_at=MONDAY)


def test_lines_without_vectors_or_stems_can_be_completed(tale: Tale):
    memory, _, _ = tale.tell("Who is there?", "Nobody.")
    lines = [(line_of(memory), "Who is there?"), (line_of(memory, 1), "Nobody.")]
    missing = tale.memories.without_vectors(tale.persona_id, "large", 9)
    assert [(key, line.text) for key, line in missing] == lines
    assert len(tale.memories.without_vectors(tale.persona_id, "large", 1)) == 1
    tale.memories.give_vectors(
        {line_of(memory): unit_vector(1, 8), line_of(memory, 5): unit_vector(1, 8)}, "large"
    )
    missing = tale.memories.without_vectors(tale.persona_id, "large", 9)
    assert [key for key, _ in missing] == [line_of(memory, 1)]
    assert tale.memories.without_vectors(tale.persona_id, MODEL, 9) == []
    assert tale.memories.lines_without_stems(9) == []
    tale.memories.give_stems({line_of(memory, 1): ("empty",)})
    assert tale.memories.lines_with(tale.scope(), ["empty"], 5) == [line_of(memory, 1)]
    assert tale.memories.lines_with(tale.scope(), ["nobody"], 5) == []


def test_counts_of_vectors_are_right_however_they_came(tale: Tale):
    def check() -> None:
        fresh = Tale.begin(tale.store, tale.conversation).memories
        assert tale.memories.fingerprint(tale.persona_id, MODEL) == fresh.fingerprint(
            tale.persona_id, MODEL
        )
        count = tale.memories.fingerprint(tale.persona_id, MODEL).count
        assert count == len(tale.memories.vectors(tale.persona_id, MODEL))

    check()
    memory, question, _ = tale.tell("Who is there?", "Nobody.")
    check()
    tale.store.conversations.edit(question.id, "Anybody?")
    check()
    tale.keep(new_note(tale.conversation, "of what is no longer so", question))
    check()
    tale.memories.give_vectors({line_of(memory): unit_vector(2)}, MODEL)
    check()
    tale.memories.forget([memory.id])
    check()


def test_what_an_older_program_writes_gets_its_lines(tale: Tale):
    question, reply = tale.store.exchange(tale.conversation, None, "Who?", " ")
    memory: Memory = new_episode(tale.conversation, question, reply).memory
    with tale.store.database.writing() as session:
        session.execute(
            text(
                "INSERT INTO memory(id, persona_id, conversation_id, kind, text, happened_at,"
                " created_at) VALUES (:id, :persona, :story, 'episode', 'x', :at, :at)"
            ),
            {
                "id": memory.id,
                "persona": memory.persona_id,
                "story": memory.conversation_id,
                "at": memory.happened_at.isoformat(timespec="microseconds"),
            },
        )
        for place, source in enumerate(memory.sources):
            session.execute(
                text("INSERT INTO memory_source VALUES (:id, :place, :message, :version)"),
                {
                    "id": memory.id,
                    "place": place,
                    "message": source.message_id,
                    "version": source.version_id,
                },
            )
        session.execute(
            text("INSERT INTO memory_vector VALUES (:id, 'mini', x'0000')"), {"id": memory.id}
        )
    [(key, line)] = tale.memories.lines_without_stems(9)
    assert (key, line) == (line_of(memory), Line(0, "Ana", "Who?", ()))
    assert [one for one, _ in tale.memories.without_vectors(tale.persona_id, MODEL, 9)] == [key]
    assert [*tale.standing()] == [memory.id]
