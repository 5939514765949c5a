"""Who the user is: chosen by default or for one conversation, and known to the character."""

from __future__ import annotations

import pytest

from app.context import AppContext
from app.domain.conversation import Author, Conversation
from app.domain.ids import PersonaId, UserPersonaId
from app.domain.user_persona import UserPersona, UserPersonaRecord
from app.errors import UserError
from app.events import Event, TranscriptChanged, UserPersonasChanged
from app.inference.scripted import ScriptedEngine
from app.services.hearing import PROBES
from personas.identity import SocialIdentity
from personas.life_context import LifeContext, Secret
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona
from tests.stage import MakeContext, open_with_isla, say

SAILOR = UserPersona(
    name="Ana", description="A sailor; {{user}} owes {{char}} a boat.", pronouns="she/her"
)

WAIT = 20


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(("Aye.",))


@pytest.fixture
def context(make_context: MakeContext, engine: ScriptedEngine) -> AppContext:
    return make_context(engine=engine)


@pytest.fixture
def ana(context: AppContext) -> UserPersonaRecord:
    return context.users.add(SAILOR).result()


def system_prompt(context: AppContext, engine: ScriptedEngine, conversation: Conversation) -> str:
    say(context, conversation, "Good evening.")
    return engine.requests[-1].messages[0].content


def test_the_character_reads_who_the_user_is(
    context: AppContext, engine: ScriptedEngine, ana: UserPersonaRecord
) -> None:
    conversation = open_with_isla(context)
    changed = context.conversations.set_user_persona(conversation.id, ana.id).result()
    assert (changed.user_name, changed.user_persona_id) == ("Ana", ana.id)
    prompt = system_prompt(context, engine, conversation)
    assert "Who Ana is: A sailor; Ana owes Isla MacRae a boat.\nPronouns: she/her" in prompt
    assert engine.requests[-1].stop[0] == "\nAna:"
    assert "user" in [section.name for section in engine.requests[-1].sections]


def test_without_a_user_persona_nothing_is_said_of_the_user(
    context: AppContext, engine: ScriptedEngine, ana: UserPersonaRecord
) -> None:
    conversation = open_with_isla(context)
    context.conversations.set_user_persona(conversation.id, ana.id).result()
    back = context.conversations.set_user_persona(conversation.id, None).result()
    assert back.user_name == context.settings.current.writing.user_name
    assert "Who " not in system_prompt(context, engine, conversation).replace("Who you", "")


def test_the_default_user_opens_new_conversations(
    context: AppContext, ana: UserPersonaRecord
) -> None:
    before = open_with_isla(context)
    context.users.set_default(ana.id).result()
    conversation = open_with_isla(context)
    assert (conversation.user_name, conversation.user_persona_id) == ("Ana", ana.id)
    assert context.conversations.get(before.id).result().user_persona_id is None
    context.users.set_default(None).result()
    assert open_with_isla(context).user_persona_id is None


def test_messages_carry_the_users_name(context: AppContext, ana: UserPersonaRecord) -> None:
    context.users.set_default(ana.id).result()
    conversation = open_with_isla(context)
    say(context, conversation, "Good evening.")
    path = context.conversations.page(conversation.id).result()
    assert [message.speaker for message in path] == ["Isla MacRae", "Ana", "Isla MacRae"]


def test_a_character_is_played_with_what_shows_and_no_secrets(
    context: AppContext, engine: ScriptedEngine
) -> None:
    tam = context.personas.add(
        Persona(
            name="Thomas Reid",
            nickname="Tam",
            tagline="{{char}} mends nets and talks with {{user}}.",
            social=SocialIdentity(job="Fisher", political_affiliation="None of your business"),
            description="{{char}} limps.",
            life=LifeContext(secrets=(Secret(what="He wrecked the Maid."),)),
        )
    ).result()
    played = context.users.play(tam.id).result()
    assert context.users.play(tam.id).result().id == played.id
    conversation = open_with_isla(context)
    context.conversations.set_user_persona(conversation.id, played.id).result()
    prompt = system_prompt(context, engine, conversation)
    said = prompt[prompt.index("Who Tam is: ") :]
    assert said.startswith(
        "Who Tam is: Tam mends nets and talks with Isla MacRae.\nJob: Fisher\nTam limps."
    )
    assert "wrecked" not in prompt
    assert "None of your business" not in prompt


def test_an_unknown_character_cannot_be_played(context: AppContext) -> None:
    with pytest.raises(UserError, match="no character"):
        context.users.play(PersonaId("nobody")).result()
    with pytest.raises(UserError, match="no character"):
        context.users.add(UserPersona(name="X", persona_id=PersonaId("nobody"))).result()


def test_an_unknown_user_cannot_be_set(context: AppContext) -> None:
    conversation = open_with_isla(context)
    with pytest.raises(UserError, match="no user persona with the id nobody"):
        context.conversations.set_user_persona(conversation.id, UserPersonaId("nobody")).result()


def test_a_user_set_aside_stays_with_their_conversation(
    context: AppContext, engine: ScriptedEngine, ana: UserPersonaRecord
) -> None:
    context.users.set_default(ana.id).result()
    conversation = open_with_isla(context)
    context.users.set_aside(ana.id).result()
    assert context.users.list_all().result() == []
    assert context.users.default().result() is None
    assert "Who Ana is" in system_prompt(context, engine, conversation)
    context.users.restore(ana.id).result()
    assert [row.id for row in context.users.list_all().result()] == [ana.id]


def test_what_is_written_over_is_read_by_the_next_turn(
    context: AppContext, engine: ScriptedEngine, ana: UserPersonaRecord
) -> None:
    conversation = open_with_isla(context)
    context.conversations.set_user_persona(conversation.id, ana.id).result()
    context.users.save(ana.id, UserPersona(name="Ana", description="A pilot.")).result()
    assert context.users.get(ana.id).result().user_persona.description == "A pilot."
    assert "Who Ana is: A pilot." in system_prompt(context, engine, conversation)


def test_every_change_is_told(context: AppContext) -> None:
    heard: list[Event] = []
    context.hub.subscribe(heard.append)
    ana = context.users.add(SAILOR).result()
    context.users.set_default(ana.id).result()
    context.users.set_aside(ana.id).result()
    assert sum(isinstance(event, UserPersonasChanged) for event in heard) == 3


def greeter(context: AppContext) -> PersonaId:
    return (
        context.personas.add(
            Persona(
                name="Tam",
                greeting="There you are, {{user}}.",
                alternate_greetings=("Late again, {{user}}.", "Nobody here."),
            )
        )
        .result()
        .id
    )


def test_an_unanswered_greeting_calls_the_user_by_the_new_name(
    context: AppContext, ana: UserPersonaRecord
) -> None:
    heard: list[Event] = []
    conversation = context.conversations.create(greeter(context)).result()
    context.hub.subscribe(heard.append)
    context.conversations.set_user_persona(conversation.id, ana.id).result()
    (first,) = context.conversations.page(conversation.id).result()
    greetings = context.conversations.siblings(first.id).result()
    assert [one.text for one in greetings] == [
        "There you are, Ana.",
        "Late again, Ana.",
        "Nobody here.",
    ]
    assert TranscriptChanged(conversation.id) in heard


def test_a_greeting_that_was_answered_or_edited_stays(
    context: AppContext, ana: UserPersonaRecord
) -> None:
    user_name = context.settings.current.writing.user_name
    answered = context.conversations.create(greeter(context)).result()
    say(context, answered, "Good evening.")
    context.conversations.set_user_persona(answered.id, ana.id).result()
    said = context.conversations.page(answered.id).result()[0].text
    assert said == f"There you are, {user_name}."
    edited = context.conversations.create(greeter(context)).result()
    (greeting,) = context.conversations.page(edited.id).result()
    context.chat.edit(greeting.id, "Well, well.").result()
    context.conversations.set_user_persona(edited.id, ana.id).result()
    assert context.conversations.page(edited.id).result()[0].text == "Well, well."


def test_what_a_character_reads_can_be_seen_beforehand(
    context: AppContext, ana: UserPersonaRecord
) -> None:
    read = context.users.describe(ana.user_persona).result()
    assert read == "A sailor; Ana owes the character a boat.\nPronouns: she/her"
    assert context.users.describe(UserPersona(name="Ana")).result() == ""


def test_who_was_set_aside_is_listed(context: AppContext, ana: UserPersonaRecord) -> None:
    assert context.users.list_set_aside().result() == []
    context.users.set_aside(ana.id).result()
    assert [row.id for row in context.users.list_set_aside().result()] == [ana.id]


def test_another_name_holds_for_what_is_said_next(
    context: AppContext, engine: ScriptedEngine, ana: UserPersonaRecord
) -> None:
    context.users.set_default(ana.id).result()
    conversation = open_with_isla(context)
    say(context, conversation, "Good evening.")
    before = context.conversations.get(conversation.id).result()
    context.users.save(ana.id, SAILOR.model_copy(update={"name": "Anna"})).result()
    after = context.conversations.get(conversation.id).result()
    assert (after.user_name, after.updated_at) == ("Anna", before.updated_at)
    say(context, conversation, "It is me again.")
    path = context.conversations.page(conversation.id).result()
    assert [one.speaker for one in path if one.author is Author.USER] == ["Ana", "Anna"]
    assert engine.requests[-1].stop[0] == "\nAnna:"


def test_another_name_leaves_the_conversations_of_others_alone(
    context: AppContext, ana: UserPersonaRecord
) -> None:
    plain = open_with_isla(context)
    context.users.save(ana.id, SAILOR.model_copy(update={"name": "Anna"})).result()
    assert context.conversations.get(plain.id).result().user_name == plain.user_name


def test_a_sheet_is_read_with_the_name_that_the_user_has_by_default(
    context: AppContext, ana: UserPersonaRecord
) -> None:
    owing = Persona(name="Ada", description="She owes {{user}} a boat.")
    (before,) = (
        one.text for one in context.previews.read(owing).result().sections if "owes" in one.text
    )
    assert "Ana" not in before
    context.users.set_default(ana.id).result()
    assert context.users.name_by_default().result() == "Ana"
    (after,) = (
        one.text for one in context.previews.read(owing).result().sections if "owes" in one.text
    )
    assert "She owes Ana a boat." in after


def test_who_hears_suggests_and_tries_lore_is_the_user_by_default(
    make_context: MakeContext,
) -> None:
    engine = ScriptedEngine(("Aye.", "I am Ada, Ana's neighbour, and I keep the quay."))
    context = make_context(engine=engine)
    ana = context.users.add(SAILOR).result()
    context.users.set_default(ana.id).result()
    owing = Persona(name="Ada", description="She owes {{user}} a boat.")
    context.hearing.hear(owing, PROBES[0]).result(WAIT)
    heard = engine.requests[-1]
    assert "She owes Ana a boat." in heard.messages[0].content
    assert "Who Ana is: A sailor; Ana owes Ada a boat." in heard.messages[0].content
    assert heard.stop[0] == "\nAna:"
    context.suggestions.acceptances(owing, 1).result(WAIT)
    asked = "\n".join(message.content for message in engine.requests[-1].messages)
    assert "She owes Ana a boat." in asked
    entry = LoreEntry(keys=("boat",), content="It is {{user}}'s.")
    trial = context.lore.try_out([Lorebook(entries=(entry,))], ["The boat?"]).result(WAIT)
    assert trial.firings[0].text == "- It is Ana's."
