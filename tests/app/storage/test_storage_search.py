"""Finding messages by their words."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.conversation import MessageState
from app.domain.generation import Usage
from app.storage.search import quote_words
from tests.app.storage.storage_world import Store


def found(store: Store, words: str) -> list[str]:
    return [hit.message.text for hit in store.conversations.search(words)]


def test_all_words_must_be_there_and_the_last_may_be_unfinished(store: Store):
    conversation = store.open_conversation()
    store.say(conversation, None, "The lighthouse keeper has a dog.")
    store.say(conversation, None, "A dog in the house.")
    assert found(store, "dog light") == ["The lighthouse keeper has a dog."]
    assert found(store, "light dog") == []
    assert sorted(found(store, "DOG")) == [
        "A dog in the house.",
        "The lighthouse keeper has a dog.",
    ]


def test_accents_do_not_matter_and_the_snippet_marks_the_words(store: Store):
    conversation = store.open_conversation()
    store.say(conversation, None, "She came from Zürich, long ago.")
    (hit,) = store.conversations.search("zurich")
    assert hit.snippet == "She came from [Zürich], long ago."


def test_a_rarer_and_shorter_match_comes_first_and_the_limit_holds(store: Store):
    conversation = store.open_conversation()
    store.say(conversation, None, "tide " + "and nothing else " * 20)
    store.say(conversation, None, "tide tide")
    store.say(conversation, None, "no such word")
    assert found(store, "tide")[0] == "tide tide"
    assert len(store.conversations.search("tide", limit=1)) == 1
    assert store.conversations.search("tide", limit=0) == []


def test_search_follows_edits_deletions_and_the_trash(store: Store):
    conversation = store.open_conversation()
    message = store.say(conversation, None, "heather")
    store.conversations.edit(message.id, "bracken")
    assert (found(store, "heather"), found(store, "bracken")) == ([], ["bracken"])
    store.conversations.undo_edit(message.id)
    assert (found(store, "heather"), found(store, "bracken")) == (["heather"], [])
    store.conversations.delete(message.id)
    assert found(store, "heather") == []
    store.conversations.undelete(message.id)
    store.conversations.set_aside(conversation.id)
    assert found(store, "heather") == []
    store.conversations.restore(conversation.id)
    assert found(store, "heather") == ["heather"]


def test_a_reply_is_found_when_it_has_ended(store: Store):
    conversation = store.open_conversation()
    reply = store.reply(conversation, None, "The gannets", MessageState.STREAMING)
    store.conversations.checkpoint(reply.id, "The gannets dive", MessageState.STREAMING)
    assert found(store, "gannets") == []
    store.conversations.finish_reply(
        reply.id, "The gannets dive.", MessageState.STOPPED, Usage(), ()
    )
    assert found(store, "gannets") == ["The gannets dive."]
    assert store.database.integrity_problem() is None


@pytest.mark.parametrize("words", ["", "  \n", "\0"])
def test_no_words_find_nothing(store: Store, words: str):
    store.say(store.open_conversation(), None, "something")
    assert store.conversations.search(words) == []


def test_operators_are_only_words(store: Store):
    conversation = store.open_conversation()
    store.say(conversation, None, 'fish AND chips NOT "peas" (text: near*)')
    for words in ("fish AND chips", 'NOT "peas"', "(text: near*)", "fish OR chi", "-fish ^chips"):
        expected = [] if "OR" in words else 1 * ['fish AND chips NOT "peas" (text: near*)']
        assert found(store, words) == expected


def test_whatever_is_typed_is_no_error():
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder))
        store.say(store.open_conversation(), None, "some words to look through")

        @settings(max_examples=150, deadline=None)
        @given(st.text(st.characters(codec=None), max_size=30))
        def search(words: str) -> None:
            for hit in store.conversations.search(words):
                assert hit.message.text == "some words to look through"

        search()
        store.database.close()


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1)))
def test_every_word_is_quoted(words):
    query = quote_words(" ".join(words))
    for word in " ".join(words).split():
        assert '"' + word.replace('"', '""') + '"' in query
