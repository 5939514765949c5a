"""A prompt keeps what changes at its tail, fits the context, and carries every memory it claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.conversation import Author, Message, MessageState
from app.domain.generation import GenerationRequest, Role, Sampler
from app.domain.ids import (
    ConversationId,
    MemoryId,
    MessageId,
    MessageVersionId,
    PersonaId,
)
from app.domain.memory import Memory, MemoryKind, Recalled
from app.errors import UserError
from app.prompting.assembly import MESSAGE_MARKS, PromptFrame, PromptOrder, frame_prompt
from personas.library import load_library_persona
from personas.persona import Persona

WHEN = datetime(2026, 10, 12, tzinfo=UTC)


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def said(number: int, text: str) -> Message:
    author = Author.CHARACTER if number % 2 == 0 else Author.USER
    return Message(
        MessageId(f"m{number}"),
        ConversationId("c"),
        MessageId(f"m{number - 1}") if number else None,
        0,
        1,
        author,
        "Isla" if author is Author.CHARACTER else "Daniel",
        text,
        MessageState.COMPLETE,
        MessageVersionId(f"v{number}"),
        1,
        WHEN,
    )


def path_of(length: int, text: str = "some words that were said here") -> list[Message]:
    """A path that begins with the greeting and ends with the user."""
    count = length if length % 2 == 0 else length + 1
    return [said(number, f"{text} {number}") for number in range(count)]


def recalled(text: str) -> Recalled:
    memory = Memory(
        MemoryId(text), PersonaId("p"), ConversationId("x"), MemoryKind.EPISODE, text, WHEN, ()
    )
    return Recalled(memory, 0.7, "meaning .70")


def order(path: Sequence[Message], **changes: object) -> PromptOrder:
    values: dict[str, object] = {
        "persona": Persona(name="Isla MacRae", greeting="Come in."),
        "user_name": "Daniel",
        "path": path,
        "sampler": Sampler(),
        "max_tokens": 100,
        "context_tokens": 2000,
    }
    return PromptOrder(**{**values, **changes})  # type: ignore[arg-type]


def frame(path: Sequence[Message], **changes: object) -> PromptFrame:
    return frame_prompt(order(path, **changes), words)


def request_for(
    path: Sequence[Message], recalled: Sequence[Recalled] = (), **changes: object
) -> GenerationRequest:
    return frame(path, **changes).complete(recalled, words)


def test_the_stable_part_is_the_same_whatever_is_recalled() -> None:
    path = path_of(6)
    without = request_for(path).messages
    with_memories = request_for(path, [recalled("buttons in a tin")]).messages
    assert with_memories[:-1] == without[:-1]
    assert "buttons in a tin" in with_memories[-1].content
    assert with_memories[-1].content.endswith(path[-1].text)


def test_the_next_turn_continues_the_prompt_of_the_last() -> None:
    path = path_of(6)
    anchor = frame(path).anchor
    first = request_for(path).messages
    later = request_for([*path, *path_of(8)[6:]], anchor=anchor).messages
    assert later[: len(first)] == first


def test_what_is_marked_as_injected_is_in_the_prompt_and_only_that() -> None:
    items = [recalled("the biscuit tin"), *(recalled(f"long{n} " * 90) for n in range(6))]
    request = request_for(path_of(4), items)
    whole = "\n".join(message.content for message in request.messages)
    assert request.recalled[0].injected
    assert not request.recalled[-1].injected
    for item in request.recalled:
        assert (item.memory.text.split()[0] in whole) == item.injected


def test_a_very_long_memory_is_shortened_and_still_there() -> None:
    request = request_for(path_of(2), [recalled("first " + "middle " * 900 + "last")])
    assert request.recalled[0].injected
    assert " … " in request.messages[-1].content
    assert "last" in request.messages[-1].content


def test_in_a_small_context_the_conversation_stays_before_what_is_recalled() -> None:
    isla = load_library_persona("isla-macrae")
    small = frame(path_of(20), persona=isla, context_tokens=1400, max_tokens=150)
    assert len(small.kept) >= 5
    assert small.memory_tokens < small.history_tokens


def test_two_stage_immersion_opens_the_context_and_can_be_switched_off() -> None:
    roles = [message.role for message in request_for(path_of(2)).messages]
    assert roles[:3] == [Role.SYSTEM, Role.USER, Role.ASSISTANT]
    plain = request_for(path_of(2), two_stage=False).messages
    assert [message.section for message in plain] == ["sheet", "history", "history"]


def test_a_message_that_is_too_long_is_refused_with_the_room_there_is() -> None:
    with pytest.raises(UserError, match="Shorten the message") as caught:
        frame([said(1, "word " * 3000)])
    assert caught.value.code == "message-too-long"


def test_a_sheet_too_long_for_the_context_loses_examples_first_and_never_life() -> None:
    isla = load_library_persona("isla-macrae")
    tight = frame(path_of(2), persona=isla, context_tokens=1500)
    assert tight.left_out[0] == "examples"
    assert "life" in [section.name for section in tight.sections]
    assert isla.life.weekday[:40] in tight.opening[0].content


def test_the_character_goes_on_when_the_user_said_nothing() -> None:
    request = request_for([said(0, "Come in.")])
    assert request.messages[-1].role is Role.USER
    assert "goes on" in request.messages[-1].content


def test_a_reply_may_not_speak_for_the_user() -> None:
    assert "\nDaniel:" in request_for(path_of(2)).stop
    unnamed = request_for(path_of(2), user_name="You").stop
    assert {"\nYou:", "\nthe visitor:", "\nThe visitor:", "\n**The visitor:"} <= set(unnamed)


@settings(max_examples=60)
@given(st.integers(1, 120), st.integers(700, 4000), st.integers(0, 6))
def test_every_prompt_fits_its_context(length: int, context: int, memories: int) -> None:
    items = [recalled(f"memory {number} " + "of something " * 8) for number in range(memories)]
    request = request_for(path_of(length), items, context_tokens=context, max_tokens=100)
    contents = words([message.content for message in request.messages])
    assert sum(contents) + MESSAGE_MARKS * len(contents) + 100 <= context


@settings(max_examples=40)
@given(st.integers(900, 3000))
def test_history_leaves_in_few_large_steps(context: int) -> None:
    path = path_of(2)
    anchor, steps, turns = None, 0, 60
    for number in range(turns):
        now = frame(path, context_tokens=context, anchor=anchor).anchor
        steps += anchor is not None and now != anchor
        anchor = now
        path = [*path, said(2 + 2 * number, "an answer of words"), said(3 + 2 * number, "more")]
    assert steps < turns / 4
