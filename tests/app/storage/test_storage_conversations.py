"""Conversations and the tree of messages, as the services see them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.domain.conversation import Author, MessageState
from app.domain.generation import Usage
from app.domain.ids import ConversationId, MessageId, PersonaVersionId
from app.domain.memory import Recalled
from app.errors import UserError
from app.ports.stores import NewMessage
from tests.app.storage.storage_world import Store, StoreOpener, memory_of, unit_vector


def test_what_was_said_is_there_after_closing_and_opening(store: Store, open_store: StoreOpener):
    conversation = store.open_conversation()
    question = store.say(conversation, None, "Is the light on?")
    reply = store.reply(conversation, question.id, "Since four.")
    store.database.close()

    again = open_store(store.path.parent)

    assert again.conversations.path(conversation.id) == [question, reply]
    assert again.conversations.get(conversation.id).leaf_id == reply.id
    assert again.database.integrity_problem() is None


def test_a_new_message_says_all_about_itself(store: Store):
    conversation = store.open_conversation()
    message = store.say(conversation, None, "Hello")
    assert (message.author, message.speaker, message.text) == (Author.USER, "Ana", "Hello")
    assert (message.state, message.failure, message.revision) == (MessageState.COMPLETE, None, 1)
    assert (message.position, message.siblings, message.parent_id) == (0, 1, None)
    assert message.created_at.tzinfo is not None
    assert store.conversations.message(message.id) == message


def test_greetings_are_siblings_at_the_root(store: Store):
    conversation = store.open_conversation()
    store.reply(conversation, None, "Good evening.")
    second = store.reply(conversation, None, "You again.")
    assert store.texts(conversation) == ["You again."]
    assert [one.text for one in store.conversations.siblings(second.id)] == [
        "Good evening.",
        "You again.",
    ]
    assert (second.position, second.siblings) == (1, 2)


def test_a_second_reply_is_a_sibling_and_the_first_can_be_selected_again(store: Store):
    conversation = store.open_conversation()
    question = store.say(conversation, None, "Who are you?")
    first = store.reply(conversation, question.id, "Nobody.")
    further = store.say(conversation, first.id, "Surely not.")
    store.reply(conversation, question.id, "The keeper.")
    assert store.texts(conversation) == ["Who are you?", "The keeper."]

    selected = store.conversations.select(conversation.id, first.id)

    assert selected.leaf_id == further.id
    assert store.texts(conversation) == ["Who are you?", "Nobody.", "Surely not."]
    assert store.conversations.message(first.id).siblings == 2


def test_selecting_keeps_what_is_deleted_at_the_tail_within_reach_of_undo(store: Store):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "One?", "One.")
    tail = store.say(conversation, reply.id, "Gone")
    store.conversations.delete(tail.id)
    store.reply(conversation, question.id, "Another.")

    store.conversations.select(conversation.id, reply.id)
    assert store.texts(conversation) == ["One?", "One."]

    store.conversations.undelete(tail.id)
    assert store.texts(conversation) == ["One?", "One.", "Gone"]


def test_selecting_prefers_a_branch_that_is_not_deleted(store: Store):
    conversation = store.open_conversation()
    question, kept = store.exchange(conversation, None, "One?", "Kept.")
    gone = store.reply(conversation, question.id, "Deleted.")
    store.conversations.delete(gone.id)
    assert store.conversations.select(conversation.id, question.id).leaf_id == kept.id


def test_a_deleted_message_is_passed_over_and_its_descendants_stay(store: Store):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "One?", "One.")
    store.say(conversation, reply.id, "Two?")
    store.conversations.delete(reply.id)
    assert store.texts(conversation) == ["One?", "Two?"]
    store.conversations.undelete(reply.id)
    assert store.texts(conversation) == ["One?", "One.", "Two?"]
    assert store.conversations.message(question.id).siblings == 1


def test_a_deleted_sibling_is_neither_counted_nor_numbered(store: Store):
    conversation = store.open_conversation()
    question = store.say(conversation, None, "Who?")
    first = store.reply(conversation, question.id, "A")
    second = store.reply(conversation, question.id, "B")
    third = store.reply(conversation, question.id, "C")
    store.conversations.delete(second.id)
    assert [one.id for one in store.conversations.siblings(third.id)] == [first.id, third.id]
    now = store.conversations.message(third.id)
    assert (now.position, now.siblings) == (1, 2)
    fourth = store.reply(conversation, question.id, "D")
    assert (fourth.position, fourth.siblings) == (2, 3)


def test_deleting_twice_and_bringing_back_twice_changes_nothing_more(store: Store):
    conversation = store.open_conversation()
    message = store.say(conversation, None, "Hello")
    store.conversations.delete(message.id)
    store.conversations.delete(message.id)
    assert store.texts(conversation) == []
    store.conversations.undelete(message.id)
    store.conversations.undelete(message.id)
    assert store.texts(conversation) == ["Hello"]


def test_a_message_can_follow_a_deleted_one(store: Store):
    conversation = store.open_conversation()
    _, reply = store.exchange(conversation, None, "One?", "One.")
    store.conversations.delete(reply.id)
    store.say(conversation, reply.id, "And two?")
    assert store.texts(conversation) == ["One?", "And two?"]


def test_a_page_of_the_path_ends_above_the_message_asked_for(store: Store):
    conversation = store.open_conversation()
    parent = None
    for number in range(10):
        parent = store.say(conversation, parent, str(number)).id
    page = store.conversations.path(conversation.id, limit=3)
    assert [one.text for one in page] == ["7", "8", "9"]
    older = store.conversations.path(conversation.id, before=page[0].id, limit=3)
    assert [one.text for one in older] == ["4", "5", "6"]
    store.conversations.delete(older[1].id)
    older = store.conversations.path(conversation.id, before=page[0].id, limit=3)
    assert [one.text for one in older] == ["3", "4", "6"]
    rest = store.conversations.path(conversation.id, before=older[0].id)
    assert [one.text for one in rest] == ["0", "1", "2"]
    assert store.conversations.path(conversation.id, before=rest[0].id, limit=3) == []
    assert store.conversations.path(conversation.id, limit=0) == []


def test_an_edit_is_a_new_version_and_undo_goes_back(store: Store):
    conversation = store.open_conversation()
    message = store.say(conversation, None, "Helo")
    edited = store.conversations.edit(message.id, "Hello")
    assert (edited.text, edited.revision) == ("Hello", message.revision + 1)
    assert edited.version_id != message.version_id
    undone = store.conversations.undo_edit(message.id)
    assert (undone.text, undone.version_id) == ("Helo", message.version_id)
    assert undone.revision > edited.revision


def test_undo_goes_back_to_what_an_edit_replaced_and_not_to_an_undone_version(store: Store):
    conversation = store.open_conversation()
    message = store.say(conversation, None, "first")
    store.conversations.edit(message.id, "undone")
    store.conversations.undo_edit(message.id)
    store.conversations.edit(message.id, "third")
    assert store.conversations.undo_edit(message.id).text == "first"
    with pytest.raises(UserError, match="no earlier text"):
        store.conversations.undo_edit(message.id)


def test_a_reply_grows_in_place_and_ends_with_its_cost(store: Store):
    conversation = store.open_conversation()
    question = store.say(conversation, None, "Well?")
    reply = store.reply(conversation, question.id, "", MessageState.STREAMING)
    part = store.conversations.checkpoint(reply.id, "The sea", MessageState.STREAMING)
    assert (part.text, part.version_id, part.revision) == ("The sea", reply.version_id, 2)
    assert store.conversations.unfinished() == [part]
    assert store.conversations.usage_of(reply.id) is None
    usage = Usage(120, 800, 33, 0.5, 1.25)

    done = store.conversations.finish_reply(
        reply.id, "The sea is calm.", MessageState.COMPLETE, usage, ()
    )

    assert (done.text, done.state, done.revision) == ("The sea is calm.", MessageState.COMPLETE, 3)
    assert store.conversations.usage_of(reply.id) == usage
    assert store.conversations.unfinished() == []


def test_a_failed_reply_keeps_its_text_and_its_reason_until_it_is_written_again(store: Store):
    conversation = store.open_conversation()
    reply = store.reply(conversation, None, "", MessageState.STREAMING)
    failed = store.conversations.checkpoint(
        reply.id, "The s", MessageState.FAILED, "The engine stopped."
    )
    assert (failed.text, failed.failure) == ("The s", "The engine stopped.")
    again = store.conversations.checkpoint(reply.id, "", MessageState.STREAMING)
    assert again.failure is None


def test_a_message_that_is_being_written_cannot_be_edited(store: Store):
    conversation = store.open_conversation()
    reply = store.reply(conversation, None, "The", MessageState.STREAMING)
    with pytest.raises(UserError, match="Morag is still writing") as caught:
        store.conversations.edit(reply.id, "other")
    assert caught.value.code == "still-writing"
    assert store.conversations.message(reply.id).text == "The"


def test_a_reply_shows_what_was_recalled_for_it_even_when_that_no_longer_holds(store: Store):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "A dog?", "A terrier.")
    memory = memory_of(conversation, question, reply)
    other = memory_of(conversation, question, text="she asked")
    store.keep(memory, unit_vector(0))
    store.keep(other, unit_vector(1))
    later = store.reply(conversation, reply.id, "", MessageState.STREAMING)
    recalled = (
        Recalled(other, 0.25, "near in meaning"),
        Recalled(memory, 0.75, "same words", injected=True, tokens=31),
    )
    store.conversations.finish_reply(later.id, "Woof", MessageState.COMPLETE, Usage(), recalled)
    assert store.conversations.recalled_for(later.id) == recalled

    store.conversations.delete(question.id)
    assert store.conversations.recalled_for(later.id) == recalled

    store.conversations.finish_reply(later.id, "W", MessageState.STOPPED, Usage(1), recalled[1:])
    assert store.conversations.recalled_for(later.id) == recalled[1:]
    assert store.conversations.usage_of(later.id) == Usage(1)
    store.conversations.edit(later.id, "Bark")
    assert store.conversations.recalled_for(later.id) == ()
    assert store.conversations.usage_of(later.id) is None


def test_conversations_are_listed_by_the_last_touch(store: Store):
    persona, other = store.add_persona(), store.add_persona("Iain")
    first, second = store.open_conversation(persona), store.open_conversation(persona)
    third = store.open_conversation(other)
    message = store.say(first, None, "Hello")
    assert [one.id for one in store.conversations.list_all()] == [first.id, third.id, second.id]
    assert [one.id for one in store.conversations.list_all(persona.id)] == [first.id, second.id]
    assert store.conversations.get(first.id).message_count == 1
    store.conversations.delete(message.id)
    assert store.conversations.get(first.id).message_count == 0
    assert store.conversations.rename(second.id, "Night").title == "Night"
    assert store.conversations.list_all()[0].id == second.id


def test_only_the_messages_of_the_path_are_counted(store: Store):
    conversation = store.open_conversation()
    greetings = [store.reply(conversation, None, text) for text in ("Aye.", "Hello.", "Again?")]
    store.conversations.select(conversation.id, greetings[1].id)
    _, reply = store.exchange(conversation, greetings[1].id, "Cold?", "Bitter.")
    store.reply(conversation, reply.parent_id, "Mild.")
    assert store.conversations.list_all()[0].message_count == 3
    assert store.conversations.get(store.open_conversation().id).message_count == 0


def test_what_was_deleted_is_listed_the_last_first_and_without_empty_replies(store: Store):
    conversation = store.open_conversation()
    question, reply = store.exchange(conversation, None, "Cold?", "Bitter.")
    empty = store.reply(conversation, question.id, "")
    elsewhere = store.say(store.open_conversation(), None, "Anyone?")
    for message in (reply, question, empty, elsewhere):
        store.conversations.delete(message.id)
    assert [one.text for one in store.conversations.deleted(conversation.id)] == [
        "Cold?",
        "Bitter.",
    ]
    store.conversations.undelete(question.id)
    assert [one.text for one in store.conversations.deleted(conversation.id)] == ["Bitter."]


def test_a_conversation_in_the_trash_is_out_of_lists_and_comes_back(store: Store):
    conversation = store.open_conversation()
    store.say(conversation, None, "Hello")
    store.conversations.set_aside(conversation.id)
    store.conversations.set_aside(conversation.id)
    assert store.conversations.list_all() == []
    assert store.conversations.get(conversation.id).id == conversation.id
    store.conversations.restore(conversation.id)
    assert [one.id for one in store.conversations.list_all()] == [conversation.id]


def test_text_of_every_script_and_half_a_surrogate_pair_can_be_kept(store: Store):
    conversation = store.open_conversation()
    text = "Ой, 你好 👩\u200d👩\u200d👧 e\u0301\n\n  «*sighs*»\0end "
    assert store.say(conversation, None, text).text == text
    assert store.say(conversation, None, "half \ud83d pair").text == "half \ufffd pair"
    assert store.say(conversation, None, "two \ud83d\ude00 halves").text == "two 😀 halves"


def test_an_id_that_is_not_there_is_named(store: Store):
    conversation = store.open_conversation()
    elsewhere = store.say(store.open_conversation(), None, "Hello")
    nowhere, nobody = ConversationId("nowhere"), MessageId("nobody")
    hello = NewMessage(Author.USER, "Ana", "Hello")
    for work in (
        lambda: store.conversations.get(nowhere),
        lambda: store.conversations.rename(nowhere, "x"),
        lambda: store.conversations.set_aside(nowhere),
        lambda: store.conversations.restore(nowhere),
        lambda: store.conversations.path(nowhere),
        lambda: store.conversations.append(nowhere, None, hello),
        lambda: store.conversations.append(conversation.id, nobody, hello),
        lambda: store.conversations.append(conversation.id, elsewhere.id, hello),
        lambda: store.conversations.select(conversation.id, elsewhere.id),
        lambda: store.conversations.path(conversation.id, before=elsewhere.id),
        lambda: store.conversations.checkpoint(nobody, "x", MessageState.COMPLETE),
        lambda: store.conversations.edit(nobody, "x"),
        lambda: store.conversations.delete(nobody),
        lambda: store.conversations.message(nobody),
        lambda: store.conversations.siblings(nobody),
        lambda: store.conversations.usage_of(nobody),
    ):
        with pytest.raises(UserError, match=r"There is no .* with the id") as caught:
            work()
        assert caught.value.code == "not-found"
    assert store.texts(conversation) == []


def test_an_id_that_is_no_text_is_not_there(store: Store):
    for work in (store.conversations.get, store.conversations.path):
        with pytest.raises(UserError, match="udcff") as caught:
            work(ConversationId("x\udcff"))
        assert caught.value.code == "not-found"
    assert store.conversations.list_all() == []


def test_a_conversation_needs_a_stored_version_of_a_persona(store: Store):
    persona = store.add_persona()
    lost = type(persona)(
        persona.id, PersonaVersionId("lost"), 1, persona.persona, persona.updated_at
    )
    with pytest.raises(UserError, match="lost"):
        store.conversations.create(lost, title="x", user_name="y")


def test_a_page_of_a_long_conversation_costs_a_page(store: Store):
    """Counted in SQLite's own steps, so that no clock is involved."""
    conversation = store.open_conversation()
    last = _append_chain(store, conversation.id, 10_000)
    early = store.conversations.path(conversation.id)[100]
    assert store.conversations.get(conversation.id).leaf_id == last

    near_root = _count_steps(
        store, lambda: store.conversations.path(conversation.id, before=early.id, limit=50)
    )
    at_leaf = _count_steps(store, lambda: store.conversations.path(conversation.id, limit=50))

    assert at_leaf < 2 * near_root


def _append_chain(store: Store, conversation_id: ConversationId, count: int) -> str:
    """Add a long chain in one transaction; one commit a message is not the point here."""
    values = [
        {
            "id": f"m{number:06}",
            "conversation": conversation_id,
            "parent": f"m{number - 1:06}" if number else None,
            "version": f"v{number:06}",
            "text": f"line {number} of a long evening",
        }
        for number in range(count)
    ]
    with store.database.writing() as session:
        session.execute(
            text(
                "INSERT INTO message(id, conversation_id, parent_id, position, author, speaker,"
                " state, revision, created_at)"
                " VALUES (:id, :conversation, :parent, 0, 'user', 'Ana',"
                " 'complete', 1, '2026-11-21T09:00:00.000000+00:00')"
            ),
            values,
        )
        session.execute(
            text(
                "INSERT INTO message_version(id, message_id, number, text, created_at)"
                " VALUES (:version, :id, 1, :text, '2026-11-21T09:00:00.000000+00:00')"
            ),
            values,
        )
        session.execute(
            text("UPDATE message SET current_version_id = :version WHERE id = :id"), values
        )
        session.execute(
            text("UPDATE conversation SET leaf_id = :id WHERE id = :conversation"), values[-1]
        )
    return str(values[-1]["id"])


def _count_steps(store: Store, work) -> int:
    """Return how many hundreds of steps SQLite's machine took."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    connection = store.database._connection
    connection.set_progress_handler(count, 100)
    try:
        assert len(work()) == 50
    finally:
        connection.set_progress_handler(None, 0)
    return counted


def test_deleting_the_take_that_is_read_shows_the_nearest_other_one(store: Store):
    conversation = store.open_conversation()
    question, first = store.exchange(conversation, None, "Well?", "Yes.")
    after = store.say(conversation, first.id, "Good.")
    second = store.reply(conversation, question.id, "No.")
    empty = store.reply(conversation, question.id, "", MessageState.STREAMING)

    store.conversations.delete(empty.id)
    assert store.texts(conversation) == ["Well?", "No."]
    store.conversations.delete(second.id)
    assert store.texts(conversation) == ["Well?", "Yes.", "Good."]
    assert store.conversations.get(conversation.id).leaf_id == after.id

    store.conversations.undelete(second.id)
    assert store.texts(conversation) == ["Well?", "No."]


def test_deleting_the_only_reply_leaves_the_path_where_it_was(store: Store):
    conversation = store.open_conversation()
    _, reply = store.exchange(conversation, None, "Well?", "Yes.")
    store.conversations.delete(reply.id)
    assert store.texts(conversation) == ["Well?"]
    assert store.conversations.get(conversation.id).leaf_id == reply.id


def test_a_take_with_words_after_it_is_passed_over_and_its_branch_stays(store: Store):
    conversation = store.open_conversation()
    question, _ = store.exchange(conversation, None, "Well?", "Yes.")
    second = store.reply(conversation, question.id, "No.")
    last = store.say(conversation, second.id, "A pity.")
    store.conversations.delete(second.id)
    assert store.texts(conversation) == ["Well?", "A pity."]
    store.conversations.delete(last.id)
    assert store.texts(conversation) == ["Well?"]
