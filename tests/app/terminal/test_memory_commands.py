"""Memories from the terminal, of a conversation that was really had: notes need no model."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.context import AppContext
from app.domain.conversation import Conversation
from app.errors import UserError
from tests.app.terminal.typed import run
from tests.stage import open_with_isla, say


@pytest.fixture
def story(context: AppContext) -> Conversation:
    """Two things told, the second of which replaces something of the first."""
    story = open_with_isla(context)
    for said in ("I live in Paris. My sister is called Ana.", "I have moved to Lyon."):
        say(context, story, said)
    context.memories.record_pending().result()
    context.memories.note_pending().result()
    return story


def notes(context: AppContext, story: Conversation, *words: str) -> dict[str, dict[str, Any]]:
    rows = run(context, "memory", "list", "--conversation", story.id, "--kind", "note", *words)
    return {row["text"]: row for row in rows}


def note(context: AppContext, story: Conversation, word: str) -> dict[str, Any]:
    return next(row for text, row in notes(context, story).items() if word in text)


def test_what_was_said_is_listed_and_what_replaced_it_named(
    context: AppContext, story: Conversation
) -> None:
    found = notes(context, story)
    paris, lyon = (next(one for one in found.values() if city in one["text"]) for city in CITIES)
    assert paris["superseded_by"] == lyon["id"]
    assert lyon["superseded_by"] is None
    assert (lyon["provenance"], lyon["about"]) == ("user", "user")
    assert list(notes(context, story, "--text", "lyon")) == [lyon["text"]]
    everywhere = run(context, "memory", "list", "Isla MacRae")
    assert {row["kind"] for row in everywhere} == {"episode", "note"}
    shown = run(context, "memory", "show", lyon["id"])
    assert shown["supersedes"] == [paris["id"]]
    assert [message["text"] for message in shown["messages"]] == ["I have moved to Lyon."]


CITIES = ("Paris", "Lyon")


def test_what_is_known_is_told_in_prose(context: AppContext, story: Conversation) -> None:
    told = run(context, "memory", "known", "--conversation", story.id)
    prose = " ".join(paragraph["text"] for paragraph in told)
    assert prose.index("Lyon") < prose.index("Before that") < prose.index("Paris")
    assert "Ana" in prose


def test_a_memory_is_pinned_reworded_kept_out_and_let_in(
    context: AppContext, story: Conversation
) -> None:
    ana = note(context, story, "Ana")["id"]
    assert run(context, "memory", "pin", ana)["pinned"] is True
    assert run(context, "memory", "unpin", ana)["pinned"] is False
    assert run(context, "memory", "reword", ana, " Ana is  their sister. ")["text"] == (
        "Ana is their sister."
    )
    assert run(context, "memory", "show", ana)["wordings"] != []
    out = run(context, "memory", "keep-out", ana, "--reason", "none of her business")
    assert out["quarantine"] == "none of her business"
    assert list(notes(context, story, "--quarantined")) == ["Ana is their sister."]
    assert run(context, "memory", "let-in", ana)["quarantine"] == ""
    with pytest.raises(UserError, match="Say why it is kept out"):
        run(context, "memory", "keep-out", ana, "--reason", " ")


def test_several_become_one_and_one_several(context: AppContext, story: Conversation) -> None:
    old = [note(context, story, "Ana")["id"], note(context, story, "Lyon")["id"]]
    joined = run(context, "memory", "merge", *old, "--text", "Ana's brother lives in Lyon.")
    assert note(context, story, "Ana.")["superseded_by"] == joined["id"]
    parts = run(
        context, "memory", "split", joined["id"], "--text", "Ana has a brother.", "--text", "Lyon!"
    )
    assert [part["text"] for part in parts] == ["Ana has a brother.", "Lyon!"]
    assert [part["sources"] for part in parts] == [joined["sources"], joined["sources"]]
    with pytest.raises(UserError, match="at least two memories"):
        run(context, "memory", "merge", old[0], "--text", "Alone.")
    with pytest.raises(UserError, match="at least two things"):
        run(context, "memory", "split", joined["id"], "--text", "Alone.")


def test_what_was_merged_and_split_is_taken_back(context: AppContext, story: Conversation) -> None:
    before = {row["id"]: row for row in notes(context, story).values()}
    old = [note(context, story, "Ana")["id"], note(context, story, "Lyon")["id"]]
    joined = run(context, "memory", "merge", *old, "--text", "Ana's brother lives in Lyon.")
    parts = run(context, "memory", "split", joined["id"], "--text", "A brother.", "--text", "Lyon!")
    with pytest.raises(UserError, match="Take that back first"):
        run(context, "memory", "take-back", joined["id"])
    again = run(context, "memory", "take-back", parts[1]["id"])
    assert [row["id"] for row in again] == [joined["id"]]
    assert note(context, story, "brother")["superseded_by"] is None
    again = run(context, "memory", "take-back", joined["id"])
    assert {row["id"] for row in again} == set(old)
    assert {row["id"]: row for row in notes(context, story).values()} == before
    persona_id = story.persona_id
    assert context.memory_room.verify_index(persona_id).result().agrees
    with pytest.raises(UserError, match="not made of others by hand"):
        run(context, "memory", "take-back", old[1])


def test_an_episode_keeps_its_words(context: AppContext, story: Conversation) -> None:
    [first, *_] = run(context, "memory", "list", "Isla MacRae", "--kind", "episode")
    with pytest.raises(UserError, match="edit the message instead"):
        run(context, "memory", "reword", first["id"], "Something else.")


def test_what_is_forgotten_is_gone_for_good(context: AppContext, story: Conversation) -> None:
    lyon = note(context, story, "Lyon")["id"]
    assert run(context, "memory", "forget", lyon) == {"forgotten": 1}
    assert not any("Lyon" in text for text in notes(context, story))
    assert note(context, story, "Paris")["superseded_by"] is None
    context.memories.note_pending().result()
    assert not any("Lyon" in text for text in notes(context, story)), "noted again"
    with pytest.raises(UserError, match="There is no memory"):
        run(context, "memory", "forget", lyon)


def test_a_reply_tells_what_was_recalled_for_it_and_what_is_remembered_of_it(
    context: AppContext, story: Conversation
) -> None:
    path = context.conversations.page(story.id, limit=None).result()
    told = run(context, "memory", "why", path[-2].id)
    assert told["recalled"] == []
    assert "Lyon" in " ".join(row["text"] for row in told["remembered"])


def test_a_story_that_is_on_needs_no_recap_and_has_a_bond(
    context: AppContext, story: Conversation
) -> None:
    assert run(context, "memory", "recap", story.id) == {"when": None, "memories": []}
    say(context, story, "Thank you, that was kind of you.")
    context.memories.record_pending().result()
    points = run(context, "memory", "bond", story.id)
    assert points[-1]["affection_of_user"] > 0


def test_the_index_is_compared_and_made_again(context: AppContext, story: Conversation) -> None:
    [made] = run(context, "memory", "rebuild-index", "Isla MacRae")
    [state] = run(context, "memory", "verify", "Isla MacRae")
    assert made["vectors"] == state["stored"] == state["held"] > 0
    assert state["agrees"] is True
    assert all(row["agrees"] for row in run(context, "memory", "verify"))


def test_memories_are_listed_in_the_order_that_is_asked_for(
    context: AppContext, story: Conversation
) -> None:
    newest = list(notes(context, story, "--order", "newest").values())
    assert newest[0]["text"] == note(context, story, "Lyon")["text"]
    days = [row["happened_at"] for row in newest]
    assert days == sorted(days, reverse=True)
    assert list(notes(context, story, "--order", "oldest").values()) == newest[::-1]
    ana = note(context, story, "Ana")["id"]
    room = context.memory_room
    room._storage.call(lambda: room._store.mark_used([ana], datetime.now(UTC)))
    for order in ("uses", "used"):
        assert next(iter(notes(context, story, "--order", order).values()))["id"] == ana
    weights = [row["importance"] for row in notes(context, story, "--order", "weight").values()]
    assert weights == sorted(weights, reverse=True)
