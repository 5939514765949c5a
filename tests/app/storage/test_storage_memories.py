"""Memories: which hold, their vectors, what an index must agree with, what is still to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.conversation import Conversation
from app.domain.ids import ConversationId, MemoryId, MessageId, MessageVersionId, PersonaId
from app.domain.memory import Memory, MemorySource, NewMemory
from app.errors import Bug, UserError
from app.ports.stores import IndexFingerprint
from app.storage.columns import pack_vector, unpack_vector
from tests.app.storage.memory_world import line_of
from tests.app.storage.storage_world import Store, StoreOpener, memory_of, unit_vector


def remember(store: Store, conversation: Conversation, place: int, text: str) -> Memory:
    leaf = store.conversations.get(conversation.id).leaf_id
    question, reply = store.exchange(conversation, leaf, f"{text}?", f"{text}.")
    memory = memory_of(conversation, question, reply, text=text)
    store.keep(memory, unit_vector(place))
    return memory


def test_a_memory_comes_back_with_its_sources_after_opening_again(
    store: Store, open_store: StoreOpener
):
    conversation = store.open_conversation()
    first = remember(store, conversation, 0, "the light")
    second = remember(store, conversation, 1, "the dog")
    store.database.close()

    memories = open_store(store.path.parent).memories

    assert memories.of_persona(conversation.persona_id) == [first, second]
    assert memories.get_many([second.id, MemoryId("never"), first.id]) == [second, first]
    assert memories.of_persona(PersonaId("nobody")) == []


def test_vectors_come_back_as_float32_within_the_precision_of_f16(store: Store):
    conversation = store.open_conversation()
    question = store.say(conversation, None, "a?")
    memory = memory_of(conversation, question)
    rng = np.random.default_rng(7)
    vector = rng.normal(size=384).astype(np.float32)
    vector /= np.linalg.norm(vector)
    store.keep(memory, vector)

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
        store.keep(memory_of(conversation, question, reply), vector)
    assert store.memories.of_persona(conversation.persona_id) == []


def test_a_time_without_a_zone_is_ours(store: Store):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "a?", "b.")
    memory = memory_of(conversation, question, reply)
    naive = replace(memory, happened_at=memory.happened_at.replace(tzinfo=None))
    with pytest.raises(Bug, match="without a zone"):
        store.keep(naive, unit_vector(0))


def test_editing_retracts_a_memory_and_undoing_brings_it_back(store: Store):
    conversation = store.open_conversation()
    memory = remember(store, conversation, 0, "the light")
    asked = memory.sources[0].message_id
    persona_id = conversation.persona_id
    assert store.memories.fingerprint(persona_id, "mini") == IndexFingerprint(2, 2)

    store.conversations.edit(asked, "the dark?")
    assert store.memories.of_persona(persona_id) == []
    assert store.memories.get_many([memory.id]) == []
    assert store.memories.vectors(persona_id, "mini") == []
    assert store.memories.fingerprint(persona_id, "mini") == IndexFingerprint(0, 3)

    store.conversations.undo_edit(asked)
    assert store.memories.of_persona(persona_id) == [memory]
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
        assert store.memories.of_persona(persona_id) == []
        gone = store.memories.fingerprint(persona_id, "mini")
        assert (gone.count, gone.generation) == (0, before.generation + 1)
        back()
        assert store.memories.of_persona(persona_id) == [memory]
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
    lines = (line_of(memory), line_of(memory, 1))
    for place in (1, 2):  # The first stays.
        vector = unit_vector(place, width=8)
        store.memories.give_vectors(dict.fromkeys(lines, vector), "large")
    persona_id = conversation.persona_id
    assert store.memories.of_persona(persona_id) == [memory]
    assert store.memories.fingerprint(persona_id, "mini") == IndexFingerprint(2, 2)
    assert store.memories.fingerprint(persona_id, "large") == IndexFingerprint(2, 2)
    for _, vector in store.memories.vectors(persona_id, "large"):
        assert list(vector) == list(unit_vector(1, width=8))
    assert store.memories.fingerprint(persona_id, "none") == IndexFingerprint(0, 0)


def test_a_memory_made_of_a_text_that_was_edited_meanwhile_does_not_hold(store: Store):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "a?", "b.")
    memory = memory_of(conversation, question, reply)
    store.conversations.edit(reply.id, "c.")
    store.keep(memory, unit_vector(0))
    assert store.memories.of_persona(conversation.persona_id) == []
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
            store.memories.keep([NewMemory(bad, (), ())], "mini")
    unversioned = MemorySource(question.id, MessageVersionId("never"))
    bad = Memory(good.id, good.persona_id, *_rest(good)[:-1], (unversioned,))
    with pytest.raises(Bug):
        store.memories.keep([NewMemory(bad, (), ())], "mini")
    assert store.memories.of_persona(conversation.persona_id) == []
    store.keep(good, unit_vector(0))
    assert store.memories.of_persona(conversation.persona_id) == [good]


def _rest(memory: Memory):
    return (
        memory.conversation_id,
        memory.kind,
        memory.text,
        memory.happened_at,
        memory.sources,
    )
