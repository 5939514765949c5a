"""The cast and its conversations: nothing a person did to them is undone by a restart."""

from __future__ import annotations

import pytest

from app.context import AppContext
from app.domain.conversation import Author, Conversation, MessageState
from app.domain.ids import PersonaId
from app.errors import UserError
from app.events import ConversationsChanged, Event, PersonasChanged, SettingsChanged
from app.ports.stores import NewMessage
from personas.library import library_slugs
from personas.persona import Persona
from tests.stage import MakeContext, open_with_isla, say


def names(context: AppContext) -> list[str]:
    return [record.persona.name for record in context.personas.list_all().result()]


def test_the_library_joins_on_the_first_start_only(make_context: MakeContext) -> None:
    context = make_context()
    assert len(names(context)) == len(library_slugs()) == 8
    first = context.personas.list_all().result()[0]
    context.personas.set_aside(first.id).result()
    context.close()
    again = make_context()
    assert first.persona.name not in names(again)
    again.personas.restore(first.id).result()
    assert first.persona.name in names(again)


def test_saving_makes_a_version_and_tells_everyone(context: AppContext) -> None:
    heard: list[Event] = []
    context.hub.subscribe(heard.append)
    record = context.personas.add(Persona(name="Ada")).result()
    changed = record.persona.model_copy(update={"tagline": "counts"})
    saved = context.personas.save(record.id, changed).result()
    assert (record.version, saved.version) == (1, 2)
    assert context.personas.get(record.id).result().persona.tagline == "counts"
    assert sum(isinstance(event, PersonasChanged) for event in heard) == 2


def test_an_unknown_persona_is_a_clear_error(context: AppContext) -> None:
    with pytest.raises(UserError):
        context.personas.get(PersonaId("nobody")).result()


def test_a_chosen_greeting_is_the_one_that_shows(context: AppContext) -> None:
    isla = next(
        record
        for record in context.personas.list_all().result()
        if record.persona.name == "Isla MacRae"
    )
    conversation = context.conversations.create(isla.id, greeting=1).result()
    shown = context.conversations.page(conversation.id).result()[0]
    assert shown.position == 1
    assert shown.text == isla.persona.alternate_greetings[0].replace("{{user}}", "You")


def test_opening_the_latest_creates_only_when_there_is_none(context: AppContext) -> None:
    isla = context.personas.list_all().result()[0]
    first = context.conversations.open_latest(isla.id).result()
    assert context.conversations.open_latest(isla.id).result().id == first.id
    assert len(context.conversations.list_all(isla.id).result()) == 1


def test_a_persona_without_a_greeting_opens_an_empty_page(context: AppContext) -> None:
    record = context.personas.add(Persona(name="Ada")).result()
    conversation = context.conversations.create(record.id).result()
    assert context.conversations.page(conversation.id).result() == []
    assert say(context, conversation, "Hello.").finished.message.text == "Aye."


def test_conversations_are_renamed_set_aside_and_restored(
    context: AppContext, conversation: Conversation
) -> None:
    heard: list[Event] = []
    context.hub.subscribe(heard.append)
    assert context.conversations.rename(conversation.id, " Lamp ").result().title == "Lamp"
    context.conversations.set_aside(conversation.id).result()
    assert context.conversations.list_all().result() == []
    context.conversations.restore(conversation.id).result()
    assert [row.id for row in context.conversations.list_all().result()] == [conversation.id]
    assert sum(isinstance(event, ConversationsChanged) for event in heard) == 3


def test_pages_lead_upwards_without_gaps(context: AppContext, conversation: Conversation) -> None:
    for number in range(4):
        say(context, conversation, f"Line {number}.")
    whole = context.conversations.page(conversation.id, limit=None).result()
    newest = context.conversations.page(conversation.id, limit=3).result()
    older = context.conversations.page(conversation.id, before=newest[0].id, limit=3).result()
    assert [*older, *newest] == whole[-6:]


def test_what_a_crash_left_unfinished_is_settled_at_the_next_start(
    make_context: MakeContext,
) -> None:
    context = make_context()
    conversation = open_with_isla(context)
    say(context, conversation, "Hello.")
    store = context.chat._conversations
    lane = context.chat._storage
    leaf = context.conversations.get(conversation.id).result().leaf_id

    def leave_unfinished() -> None:
        said = store.append(conversation.id, leaf, _said("Are you there?"))
        reply = store.append(conversation.id, said.id, _reply(""))
        store.checkpoint(reply.id, "Half a", MessageState.STREAMING)

    lane.call(leave_unfinished)
    context.close()
    again = make_context()
    last = again.conversations.page(conversation.id).result()[-1]
    assert (last.text, last.state) == ("Half a", MessageState.STOPPED)


def _said(text: str) -> NewMessage:

    return NewMessage(Author.USER, "You", text)


def _reply(text: str) -> NewMessage:

    return NewMessage(Author.CHARACTER, "Isla MacRae", text, MessageState.STREAMING)


def test_settings_hold_and_are_announced(make_context: MakeContext) -> None:
    context = make_context()
    heard: list[Event] = []
    context.hub.subscribe(heard.append)
    settings = context.settings.current
    writing = settings.writing.model_copy(update={"user_name": "Daniel"})
    changed = settings.model_copy(update={"writing": writing})
    context.settings.replace(changed)
    context.settings.replace(changed)
    assert [event.settings for event in heard if isinstance(event, SettingsChanged)] == [changed]
    context.close()
    assert make_context().settings.current.writing.user_name == "Daniel"
