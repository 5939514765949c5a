"""Conversations that come with a card are kept with all their takes, and go on like any other."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.context import AppContext
from app.domain.conversation import Author, Conversation
from app.events import ConversationsChanged, Event
from app.services.imports import ImportOutcome
from app.terminal.arguments import build_parser
from app.terminal.commands import run_command
from tests.personas.cards import fixtures
from tests.stage import say


@pytest.fixture
def package(tmp_path: Path) -> Path:
    file = tmp_path / "morag.byaf"
    file.write_bytes(fixtures.byaf())
    return file


def bring(context: AppContext, file: Path, *, again: bool = False) -> ImportOutcome:
    [outcome] = context.imports.import_files([file], even_duplicates=again).result()
    assert outcome.error is None
    return outcome


def conversation_of(context: AppContext, outcome: ImportOutcome) -> Conversation:
    [conversation_id] = outcome.conversations
    return context.conversations.get(conversation_id).result()


def test_what_was_said_is_read_as_it_was_read_there(context: AppContext, package: Path) -> None:
    told: list[Event] = []
    context.hub.subscribe(told.append)
    outcome = bring(context, package)
    conversation = conversation_of(context, outcome)
    assert outcome.record is not None
    assert conversation.persona_id == outcome.record.id
    assert (conversation.title, conversation.message_count) == ("Quay", 4)
    assert ConversationsChanged(outcome.record.id) in told
    path = context.conversations.page(conversation.id).result()
    assert [(message.author, message.speaker, message.text) for message in path] == [
        (Author.CHARACTER, "Morag of Portree", "You'll be wet, You."),
        (Author.USER, "You", "Hello, Morag."),
        (Author.CHARACTER, "Morag of Portree", "Sit, You."),
        (Author.USER, "You", "Is it late?"),
    ]
    assert conversation.created_at == datetime(2025, 2, 3, 5, 0, tzinfo=UTC)
    assert path[2].created_at == datetime(2025, 2, 3, 5, 0, 40, tzinfo=UTC)
    takes = context.conversations.siblings(path[2].id).result()
    assert [take.text for take in takes] == ["No.", "Sit, You.", "Aye."]
    assert (path[2].position, path[2].siblings) == (1, 3)
    [hit] = context.conversations.search("late").result()
    assert hit.message.id == path[3].id


def test_it_goes_on_from_where_it_ended_and_from_every_take(
    context: AppContext, package: Path
) -> None:
    conversation = conversation_of(context, bring(context, package))
    said = say(context, conversation, "I shall go then.")
    assert said.finished.message.text == "Aye."
    path = context.conversations.page(conversation.id).result()
    assert [message.text for message in path[-3:]] == ["Is it late?", "I shall go then.", "Aye."]
    refusal = context.conversations.siblings(path[2].id).result()[0]
    context.chat.select(refusal.id).result()
    shorter = context.conversations.page(conversation.id).result()
    assert [message.text for message in shorter[1:]] == ["Hello, Morag.", "No."]


def test_a_card_that_is_here_brings_its_conversations_only_when_asked_for(
    context: AppContext, package: Path
) -> None:
    first = bring(context, package)
    assert bring(context, package).conversations == ()
    assert len(context.conversations.list_all().result()) == 1
    again = bring(context, package, again=True)
    assert len(again.conversations) == 1
    assert again.conversations != first.conversations


def test_a_nameless_one_is_called_by_its_first_words_and_undated_ones_are_of_today(
    context: AppContext, tmp_path: Path
) -> None:
    messages = [
        {"type": "ai", "outputs": [{"text": "Mind the step."}]},
        {"type": "human", "text": "Which step do you mean?", "createdAt": "2999-01-01T00:00:00Z"},
    ]
    file = tmp_path / "a.byaf"
    file.write_bytes(fixtures.byaf(messages, title=""))
    conversation = conversation_of(context, bring(context, file))
    assert conversation.title == "Which step do you mean?"
    path = context.conversations.page(conversation.id).result()
    assert all(message.created_at <= conversation.updated_at for message in path)


def test_the_terminal_names_the_conversations(context: AppContext, package: Path) -> None:
    def run(*words: str) -> object:
        value = run_command(context, build_parser().parse_args([*words, "--json"]))
        return json.loads(json.dumps(value))

    imported = run("personas", "import", str(package))
    [conversation_id] = imported["files"][0]["conversations"]
    rows = imported["files"][0]["receipt"]["rows"]
    assert {
        "kind": "carried",
        "what": "Conversations",
        "where": "conversations",
        "why": "4 messages in 1 conversation, takes included.",
    } in rows
    shown = run("conversations", "show", conversation_id)
    assert [row["text"] for row in shown["path"]][-1] == "Is it late?"
