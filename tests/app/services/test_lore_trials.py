"""Lore reaches the model in a turn, is told with the reply, and can be tried out without one."""

from __future__ import annotations

from app.inference.scripted import ScriptedEngine
from app.services.lore_trials import DEFAULT_CONTEXT, try_lore
from personas.instructions import Instructions
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona
from tests.stage import MakeContext, say

LAMP = LoreEntry(name="Lamp", keys=("lamp",), content="{{char}} trims it for {{user}}.", sticky=2)
STORM = LoreEntry(name="Storm", keys=("storm",), content="West.", probability=50)
BOOK = Lorebook(name="Skye", entries=(LAMP, STORM))
MORAG = Persona(
    name="Morag",
    greeting="It is {{isodate}}, {{user}}. {{pick:Rain,Sun}}.",
    lore=BOOK,
    instructions=Instructions(post_history="Answer {{user}} briefly."),
)


def test_lore_and_the_last_word_are_in_the_turn_s_prompt_and_told_with_the_reply(
    make_context: MakeContext,
) -> None:
    engine = ScriptedEngine(("Aye.", "No."))
    context = make_context(engine=engine)
    record = context.personas.add(MORAG).result()
    conversation = context.conversations.create(record.id).result()
    finished = say(context, conversation, "Who keeps the lamp?").finished
    (fired,) = finished.fired_lore
    assert (fired.name, fired.injected) == ("Lamp", True)
    assert fired.reason == "The key “lamp” is in the newest message."
    newest = next(
        request.messages[-1].content
        for request in engine.requests
        if request.messages[-1].content.endswith("Who keeps the lamp?")
    )
    assert "- Morag trims it for " in newest
    assert "Answer " in newest
    sticky = say(context, conversation, "And now?").finished.fired_lore
    assert [item.name for item in sticky] == ["Lamp"]


def test_macros_in_a_greeting_are_settled_when_the_conversation_begins(
    make_context: MakeContext,
) -> None:
    context = make_context()
    record = context.personas.add(MORAG).result()
    conversation = context.conversations.create(record.id).result()
    (greeting,) = context.conversations.page(conversation.id, limit=None).result()
    day = conversation.created_at.astimezone().date().isoformat()
    assert greeting.text in {
        f"It is {day}, {conversation.user_name}. {sky}." for sky in ("Rain", "Sun")
    }


def test_a_trial_says_of_every_entry_what_would_become_of_it() -> None:
    trial = try_lore((BOOK,), ("The lamp?", "Hm.", "Go on."), persona=MORAG, user_name="Daniel")
    lamp, storm = trial.firings
    assert lamp.placed
    assert lamp.reason == "It came up 2 messages ago and stays for 2."
    assert not storm.fired
    assert trial.block == "[What is known here:\n- Morag trims it for Daniel.\n]"
    assert (trial.tokens, trial.budget) == (lamp.tokens, DEFAULT_CONTEXT // 10)


def test_a_book_that_is_nobody_s_keeps_the_macro_for_the_character() -> None:
    trial = try_lore((BOOK,), ("The lamp?",), user_name="Daniel", context_tokens=1000)
    assert trial.firings[0].text == "- {{char}} trims it for Daniel."
    assert trial.budget == 100


def test_another_seed_is_another_throw() -> None:
    thrown = [
        try_lore((BOOK,), ("A storm!",), seed=str(number)).firings[0].fired for number in range(40)
    ]
    assert set(thrown) == {True, False}


def test_the_user_speaks_last_and_the_character_before() -> None:
    entry = LoreEntry(content="@@activate_only_after 2\nx", constant=True)
    book = Lorebook(entries=(entry,))
    assert not try_lore((book,), ("a", "b", "c")).firings[0].fired
    assert try_lore((book,), ("a", "b", "c", "d")).firings[0].fired
