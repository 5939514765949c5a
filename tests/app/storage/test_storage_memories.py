"""Memories: which hold, their vectors, what an index must agree with, what is still to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.conversation import Conversation, MessageState
from app.domain.ids import ConversationId, MemoryId, MessageId, MessageVersionId, PersonaId
from app.domain.memory import Memory, MemorySource
from app.errors import Bug, UserError
from app.ports.stores import IndexFingerprint
from app.storage.columns import pack_vector, unpack_vector
from tests.app.storage.storage_world import Store, StoreOpener, memory_of, unit_vector


def remember(store: Store, conversation: Conversation, place: int, text: str) -> Memory:
    question, reply = store.exchange(conversation, conversation.leaf_id, f"{text}?", f"{text}.")
    memory = memory_of(conversation, question, reply, text=text)
    store.memories.add(memory, unit_vector(place), "mini")
    return memory


def test_a_memory_comes_back_with_its_sources_after_opening_again(
    store: Store, open_store: StoreOpener
):
    conversation = store.open_conversation()
    first = remember(store, conversation, 0, "the light")
    second = remember(store, conversation, 1, "the dog")
    store.database.close()

    memories = open_store(store.path.parent).memories

    assert memories.list_all(conversation.persona_id) == [first, second]
    assert memories.get_many([second.id, MemoryId("never"), first.id]) == [second, first]
    assert memories.list_all(PersonaId("nobody")) == []


def test_memories_can_be_listed_by_conversation(store: Store):
    persona = store.add_persona()
    here, there = store.open_conversation(persona), store.open_conversation(persona)
    first, second = remember(store, here, 0, "here"), remember(store, there, 1, "there")
    assert store.memories.list_all(persona.id, here.id) == [first]
    assert store.memories.list_all(persona.id, there.id) == [second]


def test_vectors_come_back_as_float32_within_the_precision_of_f16(store: Store):
    conversation = store.open_conversation()
    question = store.say(conversation, None, "a?")
    memory = memory_of(conversation, question)
    rng = np.random.default_rng(7)
    vector = rng.normal(size=384).astype(np.float32)
    vector /= np.linalg.norm(vector)
    store.memories.add(memory, vector, "mini")

    ((line_id, stored),) = store.memories.vectors(conversation.persona_id, "mini")

    assert line_id == f"{memory.id}-0"
    assert isinstance(stored, np.ndarray)
    assert stored.dtype == np.float32
    assert float(stored @ vector) > 0.9999
    assert store.memories.vectors(conversation.persona_id, "other") == []


@given(st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=400))
def test_a_packed_vector_is_two_bytes_a_number_and_loses_nothing_that_f16_holds(numbers):
    blob = pack_vector(numbers)
    assert len(blob) == 2 * len(numbers)
    assert list(unpack_vector(blob)) == numbers


@pytest.mark.parametrize("vector", [(), (float("nan"),), (float("inf"), 0.0), (1e6,)])
def test_what_is_no_vector_is_refused_before_anything_is_written(store: Store, vector):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "a?", "b.")
    with pytest.raises(Bug, match="vector"):
        store.memories.add(memory_of(conversation, question, reply), vector, "mini")
    assert store.memories.list_all(conversation.persona_id) == []


def test_a_time_without_a_zone_is_ours(store: Store):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "a?", "b.")
    memory = memory_of(conversation, question, reply)
    naive = replace(memory, happened_at=memory.happened_at.replace(tzinfo=None))
    with pytest.raises(Bug, match="without a zone"):
        store.memories.add(naive, unit_vector(0), "mini")


def test_editing_retracts_a_memory_and_undoing_brings_it_back(store: Store):
    conversation = store.open_conversation()
    memory = remember(store, conversation, 0, "the light")
    asked = memory.sources[0].message_id
    persona_id = conversation.persona_id
    assert store.memories.fingerprint(persona_id, "mini") == IndexFingerprint(2, 2)

    store.conversations.edit(asked, "the dark?")
    assert store.memories.list_all(persona_id) == []
    assert store.memories.get_many([memory.id]) == []
    assert store.memories.vectors(persona_id, "mini") == []
    assert store.memories.fingerprint(persona_id, "mini") == IndexFingerprint(0, 3)

    store.conversations.undo_edit(asked)
    assert store.memories.list_all(persona_id) == [memory]
    assert store.memories.fingerprint(persona_id, "mini") == IndexFingerprint(2, 4)


def test_deleting_and_the_trash_retract_and_come_back_too(store: Store):
    conversation = store.open_conversation()
    memory = remember(store, conversation, 0, "the light")
    persona_id = conversation.persona_id
    for away, back in (
        (
            lambda: store.conversations.delete(memory.sources[1].message_id),
            lambda: store.conversations.undelete(memory.sources[1].message_id),
        ),
        (
            lambda: store.conversations.set_aside(conversation.id),
            lambda: store.conversations.restore(conversation.id),
        ),
    ):
        before = store.memories.fingerprint(persona_id, "mini")
        away()
        assert store.memories.list_all(persona_id) == []
        gone = store.memories.fingerprint(persona_id, "mini")
        assert (gone.count, gone.generation) == (0, before.generation + 1)
        back()
        assert store.memories.list_all(persona_id) == [memory]
        after = store.memories.fingerprint(persona_id, "mini")
        assert (after.count, after.generation) == (2, before.generation + 2)


def test_what_no_memory_rests_on_leaves_the_generation_alone(store: Store):
    conversation = store.open_conversation()
    remember(store, conversation, 0, "the light")
    bystander = remember(store, store.open_conversation(), 0, "elsewhere")
    before = store.memories.fingerprint(conversation.persona_id, "mini")
    other = store.say(conversation, None, "by the way")
    store.conversations.edit(other.id, "anyway")
    store.conversations.delete(other.id)
    store.conversations.rename(conversation.id, "Night")
    store.conversations.delete(bystander.sources[0].message_id)
    assert store.memories.fingerprint(conversation.persona_id, "mini") == before


def test_a_vector_of_another_model_joins_the_same_memory(store: Store):
    conversation = store.open_conversation()
    memory = remember(store, conversation, 0, "the light")
    store.memories.add(memory, unit_vector(1, width=8), "large")
    persona_id = conversation.persona_id
    assert store.memories.list_all(persona_id) == [memory]
    assert store.memories.fingerprint(persona_id, "mini") == IndexFingerprint(2, 2)
    assert store.memories.fingerprint(persona_id, "large") == IndexFingerprint(2, 2)
    store.memories.add(memory, unit_vector(2, width=8), "large")
    for _, vector in store.memories.vectors(persona_id, "large"):
        assert list(vector) == list(unit_vector(1, width=8))
    assert store.memories.fingerprint(persona_id, "large") == IndexFingerprint(2, 2)
    assert store.memories.fingerprint(persona_id, "none") == IndexFingerprint(0, 0)


def test_a_memory_made_of_a_text_that_was_edited_meanwhile_does_not_hold(store: Store):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "a?", "b.")
    memory = memory_of(conversation, question, reply)
    store.conversations.edit(reply.id, "c.")
    store.memories.add(memory, unit_vector(0), "mini")
    assert store.memories.list_all(conversation.persona_id) == []
    assert store.memories.fingerprint(conversation.persona_id, "mini").count == 0


def test_a_memory_of_what_is_not_stored_is_refused_whole(store: Store):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "a?", "b.")
    good = memory_of(conversation, question, reply)
    nowhere = MemorySource(MessageId("nowhere"), MessageVersionId("never"))
    for bad in (
        Memory(good.id, PersonaId("nobody"), *_rest(good)),
        Memory(good.id, good.persona_id, ConversationId("none"), *_rest(good)[1:]),
        Memory(good.id, good.persona_id, *_rest(good)[:-1], (*good.sources, nowhere)),
    ):
        with pytest.raises(UserError, match="There is no"):
            store.memories.add(bad, unit_vector(0), "mini")
    unversioned = MemorySource(question.id, MessageVersionId("never"))
    with pytest.raises(Bug):
        store.memories.add(
            Memory(good.id, good.persona_id, *_rest(good)[:-1], (unversioned,)),
            unit_vector(0),
            "mini",
        )
    assert store.memories.list_all(conversation.persona_id) == []
    store.memories.add(good, unit_vector(0), "mini")
    assert store.memories.list_all(conversation.persona_id) == [good]


def _rest(memory: Memory):
    return (
        memory.conversation_id,
        memory.kind,
        memory.text,
        memory.happened_at,
        memory.sources,
    )


def test_finished_exchanges_are_pending_until_they_are_remembered(store: Store):
    conversation = store.open_conversation()
    first = store.exchange(conversation, None, "one?", "one.")
    second = store.exchange(conversation, first[1].id, "two?", "two.")
    assert _ids(store.memories.pending(conversation.persona_id)) == _ids([first, second])
    assert _ids(store.memories.pending()) == _ids([first, second])
    assert store.memories.pending(PersonaId("nobody")) == []

    store.memories.add(memory_of(conversation, *first), unit_vector(0), "mini")
    assert store.memories.pending() == [second]


def test_an_edited_exchange_is_pending_again_and_an_undone_edit_is_not(store: Store):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "one?", "one.")
    store.memories.add(memory_of(conversation, question, reply), unit_vector(0), "mini")
    for message in (question, reply):
        store.conversations.edit(message.id, "other")
        assert _ids(store.memories.pending()) == _ids([(question, reply)])
        store.conversations.undo_edit(message.id)
        assert store.memories.pending() == []


def test_each_reply_to_the_same_question_is_an_exchange(store: Store):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "one?", "one.")
    other = store.reply(conversation, question.id, "uno.")
    store.memories.add(memory_of(conversation, question, reply), unit_vector(0), "mini")
    assert _ids(store.memories.pending()) == _ids([(question, other)])


def test_what_is_unfinished_empty_failed_deleted_or_unasked_is_not_pending(store: Store):
    conversation = store.open_conversation()
    store.reply(conversation, None, "A greeting.")
    question = store.say(conversation, None, "Well?")
    store.reply(conversation, question.id, "writ", MessageState.STREAMING)
    store.reply(conversation, question.id, "broke", MessageState.FAILED)
    store.reply(conversation, question.id, " \n\t", MessageState.STOPPED)
    store.say(conversation, question.id, "Hello?")
    gone = store.reply(conversation, question.id, "gone")
    store.conversations.delete(gone.id)
    assert store.memories.pending() == []
    stopped = store.reply(conversation, question.id, "I was going to", MessageState.STOPPED)
    assert _ids(store.memories.pending()) == _ids([(question, stopped)])
    store.conversations.set_aside(conversation.id)
    assert store.memories.pending() == []
    store.conversations.restore(conversation.id)
    store.conversations.delete(question.id)
    assert store.memories.pending() == []


def _ids(pairs):
    return [(asked.id, replied.id) for asked, replied in pairs]
