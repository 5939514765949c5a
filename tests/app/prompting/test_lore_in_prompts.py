"""Lore and a card's last word reach the prompt at its tail, and the stable part stays stable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.conversation import Author, Message, MessageState
from app.domain.generation import GenerationRequest, Sampler
from app.domain.ids import ConversationId, MessageId, MessageVersionId
from app.prompting.assembly import MESSAGE_MARKS, PromptFrame, PromptOrder, frame_prompt
from app.prompting.lore import LORE_SHARE
from personas.instructions import Instructions
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona

WHEN = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def path_of(*texts: str) -> list[Message]:
    """A path that the character opens, an hour between two messages."""
    return [
        Message(
            MessageId(f"m{number}"),
            ConversationId("c"),
            MessageId(f"m{number - 1}") if number else None,
            0,
            1,
            Author.USER if number % 2 else Author.CHARACTER,
            "Daniel" if number % 2 else "Isla",
            text,
            MessageState.COMPLETE,
            MessageVersionId(f"v{number}"),
            1,
            WHEN + timedelta(hours=number),
        )
        for number, text in enumerate(texts)
    ]


def book(*entries: LoreEntry, **fields: object) -> Lorebook:
    return Lorebook.model_validate({"name": "Skye", "entries": entries, **fields})


LAMP = LoreEntry(name="Lamp", keys=("lamp",), content="{{char}}'s lamp burns {{random:oil,gas}}.")


def frame(path: Sequence[Message], **changes: object) -> PromptFrame:
    values: dict[str, object] = {
        "persona": Persona(name="Isla"),
        "user_name": "Daniel",
        "path": path,
        "sampler": Sampler(),
        "max_tokens": 100,
        "context_tokens": 2000,
        "seed": "c",
        "began_at": WHEN,
    }
    return frame_prompt(PromptOrder(**{**values, **changes}), words)  # type: ignore[arg-type]


def request_for(path: Sequence[Message], **changes: object) -> GenerationRequest:
    return frame(path, **changes).complete((), words)


def test_lore_stands_before_the_new_message_and_nowhere_else() -> None:
    path = path_of("Hm.", "The lamp?")
    without = request_for(path)
    request = request_for(path, lorebooks=(book(LAMP),))
    assert request.messages[:-1] == without.messages[:-1]
    newest = request.messages[-1].content
    assert newest.startswith("[What is known here:\n- Isla's lamp burns ")
    assert newest.endswith(".\n]\n\nThe lamp?")
    (fired,) = request.fired_lore
    assert (fired.name, fired.injected) == ("Lamp", True)
    assert fired.reason == "The key “lamp” is in the newest message."
    (section,) = [part for part in request.sections if part.name == "lore"]
    assert section.tokens == fired.tokens
    assert section.text in newest


def test_a_turn_without_lore_says_nothing_of_it() -> None:
    request = request_for(path_of("Hm.", "Hello."), lorebooks=(book(LAMP),))
    assert request.fired_lore == ()
    assert request.messages[-1].content == "Hello."
    assert [part.name for part in request.sections if part.name == "lore"] == []


def test_lore_without_room_is_on_record_and_not_in_the_prompt() -> None:
    long = LoreEntry(name="Long", keys=("lamp",), content="burn " * 300)
    request = request_for(path_of("Hm.", "The lamp?"), lorebooks=(book(long),))
    assert [(item.name, item.injected) for item in request.fired_lore] == [("Long", False)]
    assert "burn" not in request.messages[-1].content


def test_the_character_goes_on_with_lore_in_sight() -> None:
    request = request_for(path_of("Hm.", "Hello.", "A lamp!"), lorebooks=(book(LAMP),))
    assert "Isla's lamp" in request.messages[-1].content


CARD = Persona(
    name="Isla",
    description="It was {{isotime}} and {{pick:wet,dry,cold}}; a {{roll:d1000}} in {{roll:d1000}}.",
    instructions=Instructions(
        system_prompt="{{original}} Be {{random:brisk,slow,kind}}.",
        post_history="Answer {{user}}'s “{{lastUserMessage}}” after {{idleDuration}}.{{original}}",
    ),
)


def test_the_last_word_stands_after_lore_and_before_the_new_message() -> None:
    request = request_for(path_of("Hm.", "A lamp?"), persona=CARD, lorebooks=(book(LAMP),))
    newest = request.messages[-1].content
    assert newest.endswith("]\n\nAnswer Daniel's “A lamp?” after an hour.\n\nA lamp?")
    (section,) = [part for part in request.sections if part.name == "last word"]
    assert section.tokens == len(section.text.split())
    assert "Answer" not in request.messages[0].content


def test_clock_and_chance_are_frozen_in_the_stable_part() -> None:
    path = path_of("Hm.", "A", "B", "C")
    first = request_for(path[:2], persona=CARD).messages[0]
    assert request_for(path, persona=CARD).messages[0] == first
    others = {request_for(path, persona=CARD, seed=str(n)).messages[0] for n in range(5)}
    assert len(others) == 5
    assert "{{" not in first.content
    assert "You are Isla, talking with Daniel." in first.content
    unknown = request_for(path, persona=CARD, began_at=None).messages[0]
    assert "{{isotime}}" in unknown.content


def test_chance_at_the_tail_changes_with_the_turn_and_not_when_written_again() -> None:
    path = path_of(*["lamp"] * 40)
    tails = [
        request_for(path[:length], lorebooks=(book(LAMP),)).messages[-1].content
        for length in range(2, 41, 2)
    ]
    assert {("oil" in tail, "gas" in tail) for tail in tails} == {(True, False), (False, True)}
    assert tails[-1] == request_for(path, lorebooks=(book(LAMP),)).messages[-1].content


def test_what_is_read_ahead_has_neither_lore_nor_last_word() -> None:
    settled = frame(path_of("Hm.", "A lamp?", "Aye."), persona=CARD, lorebooks=(book(LAMP),))
    ahead = settled.complete((), words, with_tail=False)
    whole = settled.complete((), words)
    assert ahead.messages[:-1] == whole.messages[:-1]
    assert ahead.messages[-1].content == "*Isla goes on.*"
    assert ahead.fired_lore == ()


def test_a_last_word_too_long_for_its_share_is_left_out_and_named() -> None:
    card = Persona(name="Isla", instructions=Instructions(post_history="so " * 300))
    tight = frame(path_of("Hm.", "Hello."), persona=card)
    assert tight.left_out == ("last word",)
    assert "so so" not in tight.complete((), words).messages[-1].content


def test_who_the_user_is_can_be_put_in_by_a_macro() -> None:
    card = Persona(name="Isla", description="You know this of {{user}}: {{persona}}.")
    request = request_for(path_of("Hm.", "Hi."), persona=card, user_description="a walker")
    assert "You know this of Daniel: a walker." in request.messages[0].content


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 60),
    st.integers(700, 3000),
    st.lists(st.integers(1, 120), max_size=8),
    st.none() | st.integers(1, 200),
    st.integers(0, 90),
)
def test_every_prompt_with_lore_fits_its_context(
    length: int, context: int, sizes: list[int], budget: int | None, word: int
) -> None:
    entries = [LoreEntry(constant=True, content="known " * size) for size in sizes]
    card = Persona(name="Isla", instructions=Instructions(post_history="so " * word))
    request = request_for(
        path_of(*["some words that were said"] * length),
        persona=card,
        lorebooks=(book(*entries, token_budget=budget),),
        context_tokens=context,
    )
    contents = words([message.content for message in request.messages])
    assert sum(contents) + MESSAGE_MARKS * len(contents) + 100 <= context
    spent = sum(item.tokens for item in request.fired_lore if item.injected)
    assert spent <= min(context * LORE_SHARE, budget or context)


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 40))
def test_lore_never_moves_the_history(length: int) -> None:
    path = path_of(*["some words that were said", "the lamp of words"] * length)
    books = (book(LAMP),)
    quiet = path_of(*["some words that were said", "no light in words"] * length)
    assert len(frame(path, lorebooks=books).kept) == len(frame(quiet, lorebooks=books).kept)
