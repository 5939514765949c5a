"""What was said is recalled, shown, and really in the prompt; never what is there anyway."""

from __future__ import annotations

from app.context import AppContext
from app.domain.conversation import Conversation
from app.inference.scripted import ScriptedEngine
from tests.stage import MakeContext, open_with_isla, say, through


def settle_memories(context: AppContext) -> None:
    """Wait until every finished exchange is an episode."""
    context.memories.record_pending().result()


def share(context: AppContext) -> None:
    """Let what was said in one conversation be recalled in another."""
    settings = context.settings.current
    shared = settings.remembering.model_copy(update={"between_stories": True})
    context.settings.replace(settings.model_copy(update={"remembering": shared}))


def test_stories_are_apart_unless_they_are_joined(make_context: MakeContext) -> None:
    context = make_context("In a biscuit tin, with the buttons.", "Aye.", "Aye.")
    say(context, open_with_isla(context), "Where is the valve my grandfather kept?")
    settle_memories(context)
    question = "Do you remember the valve of my grandfather?"
    assert say(context, open_with_isla(context), question).finished.recalled == ()
    share(context)
    assert say(context, open_with_isla(context), question).finished.recalled


def test_another_conversation_is_recalled_and_in_the_prompt(make_context: MakeContext) -> None:
    engine = ScriptedEngine(("In a biscuit tin, with the buttons.", "Aye."))
    context = make_context(engine=engine)
    share(context)
    first = open_with_isla(context)
    say(context, first, "Where is the valve my grandfather kept?")
    settle_memories(context)
    second = open_with_isla(context)
    finished = say(context, second, "Do you remember the valve of my grandfather?").finished
    assert [item.injected for item in finished.recalled] == [True]
    prompt = engine.requests[-1].messages[-1].content
    assert "In a biscuit tin, with the buttons." in prompt
    assert finished.recalled[0].tokens > 0
    details = context.conversations.details(finished.message.id).result()
    assert details.recalled == finished.recalled
    assert details.usage == finished.usage


def test_nothing_is_recalled_that_the_model_reads_anyway(
    context: AppContext, conversation: Conversation
) -> None:
    say(context, conversation, "Where is the valve?")
    settle_memories(context)
    assert say(context, conversation, "Where is the valve again?").finished.recalled == ()


def test_history_that_left_the_context_can_be_recalled(make_context: MakeContext) -> None:
    engine = ScriptedEngine(("It is in the biscuit tin.", *["So it goes on and on. " * 40] * 30))
    context = make_context(engine=engine)
    settings = context.settings.current
    model = settings.model.model_copy(update={"context_tokens": 4096})
    context.settings.replace(settings.model_copy(update={"model": model}))
    context.models.load().result()
    conversation = open_with_isla(context)
    say(context, conversation, "Where is the copper valve of the wireless?")
    for number in range(12):
        say(context, conversation, f"Talk about the weather of day {number}.")
    settle_memories(context)
    finished = say(context, conversation, "And the copper valve of the wireless?").finished
    assert "biscuit tin" in engine.requests[-1].messages[-1].content
    assert any("biscuit tin" in item.memory.text for item in finished.recalled if item.injected)
    assert finished.prompt_tokens < finished.context_tokens == 4096


def test_a_deleted_exchange_is_not_recalled_and_undo_brings_it_back(
    make_context: MakeContext,
) -> None:
    context = make_context(engine=ScriptedEngine(("In the tin.", "Aye.", "Aye.")))
    share(context)
    first = open_with_isla(context)
    reply = say(context, first, "Where is the copper valve?").finished.message
    settle_memories(context)
    context.chat.delete(reply.id).result()
    second = open_with_isla(context)
    assert say(context, second, "The copper valve?").finished.recalled == ()
    context.chat.undo(first.id).result()
    third = open_with_isla(context)
    recalled = say(context, third, "The copper valve, where?").finished.recalled
    assert any("In the tin." in item.memory.text for item in recalled)


def test_switched_off_nothing_is_remembered(make_context: MakeContext) -> None:
    context = make_context()
    settings = context.settings.current
    off = settings.remembering.model_copy(update={"enabled": False})
    context.settings.replace(settings.model_copy(update={"remembering": off}))
    conversation = open_with_isla(context)
    say(context, conversation, "Where is the valve?")
    settle_memories(context)
    assert context.memories.list_all(conversation.persona_id).result() == []


def test_the_last_exchange_is_remembered_although_everything_is_closed_at_once(
    make_context: MakeContext,
) -> None:
    context = make_context("In the biscuit tin.", "Aye.")
    share(context)
    first = open_with_isla(context)
    say(context, first, "Where is the copper valve?")
    context.close()
    again = make_context("Aye.")
    share(again)
    recalled = say(again, open_with_isla(again), "Where is the copper valve?").finished.recalled
    assert "In the biscuit tin." in recalled[0].memory.text


def test_a_take_that_was_given_up_is_not_recalled_elsewhere(make_context: MakeContext) -> None:
    context = make_context("Lost at sea.", "In the biscuit tin.", "Aye.")
    share(context)
    first = open_with_isla(context)
    say(context, first, "Where is the copper valve?")
    settle_memories(context)
    through(context, first, lambda: context.chat.regenerate(first.id))
    settle_memories(context)
    finished = say(context, open_with_isla(context), "Where is the copper valve?").finished
    told = " ".join(item.memory.text for item in finished.recalled)
    assert "biscuit tin" in told
    assert "Lost at sea" not in told


def test_a_continued_reply_is_remembered_as_it_ends(make_context: MakeContext) -> None:
    context = make_context("It is in", " the biscuit tin.")
    conversation = open_with_isla(context)
    say(context, conversation, "Where is the copper valve?")
    settle_memories(context)
    through(context, conversation, lambda: context.chat.continue_reply(conversation.id))
    settle_memories(context)
    [memory] = context.memories.list_all(conversation.persona_id).result()
    assert memory.text.endswith("It is in the biscuit tin.")


def test_somebody_called_you_is_not_the_character(make_context: MakeContext) -> None:
    context = make_context("Aye.")
    conversation = open_with_isla(context)
    say(context, conversation, "My sister is Odile.")
    settle_memories(context)
    memory, *_ = context.memories.list_all(conversation.persona_id).result()
    assert memory.text.startswith("The visitor said: My sister is Odile.")
