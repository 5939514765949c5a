"""What a model is asked for a part fits its context, however much the sheet says."""

from __future__ import annotations

import pytest

from app.domain.generation import Role, Sampler
from app.prompting.suggesting import PARTS, ask_for_acceptance, ask_for_part, find_part
from personas.library import load_library
from personas.persona import Persona

ISLA = next(one for one in load_library().values() if one.name == "Isla MacRae")


def count(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


@pytest.mark.parametrize("context_tokens", [256, 512, 4096])
def test_every_question_fits(context_tokens: int) -> None:
    for part in PARTS:
        request = ask_for_part(
            part,
            ISLA,
            sampler=Sampler(seed=1),
            context_tokens=context_tokens,
            count_tokens=lambda texts: count(list(texts)),
        )
        texts = [message.content for message in request.messages]
        assert sum(count(texts)) + request.max_tokens <= context_tokens
        assert [message.role for message in request.messages] == [Role.SYSTEM, Role.USER]
        assert "{char}" not in "".join((*texts, request.reply_prefix))
        assert "Isla" in texts[0]


def test_the_role_is_handed_over_as_in_a_conversation() -> None:
    request = ask_for_acceptance(
        ISLA,
        "Ann",
        "I am Isla. I",
        sampler=Sampler(seed=1),
        context_tokens=512,
        count_tokens=lambda texts: count(list(texts)),
    )
    assert "I am Ann" in request.messages[-1].content
    assert request.reply_prefix == "I am Isla. I"
    texts = [message.content for message in request.messages]
    assert sum(count(texts)) + request.max_tokens <= 512


def test_a_sheet_without_room_is_shortened() -> None:
    part = find_part(("tagline",))
    assert part is not None
    talker = Persona(name="Finn", tagline="ferryman " * 400)
    request = ask_for_part(
        part,
        talker,
        sampler=Sampler(seed=1),
        context_tokens=256,
        count_tokens=lambda texts: count(list(texts)),
    )
    assert "ferryman" in request.messages[0].content
    assert sum(count([message.content for message in request.messages])) < 256
