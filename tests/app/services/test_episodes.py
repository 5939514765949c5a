"""What of an exchange is embedded: within bounds, both sides heard, both ends kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.domain.conversation import Author, Message, MessageState
from app.domain.days import day_in_words
from app.domain.ids import ConversationId, MessageId, MessageVersionId, PersonaId
from app.services.episodes import (
    EMBEDDED_CHARACTERS,
    clip,
    embedded_text,
    is_worth_keeping,
    make_episode,
)

SAID = Message(
    id=MessageId("m1"),
    conversation_id=ConversationId("c"),
    parent_id=None,
    position=0,
    siblings=1,
    author=Author.USER,
    speaker="Daniel",
    text="Where is it?",
    state=MessageState.COMPLETE,
    version_id=MessageVersionId("v1"),
    revision=1,
    created_at=datetime(2026, 11, 5, 12, tzinfo=UTC),
)
REPLY = replace(SAID, id=MessageId("m2"), author=Author.CHARACTER, speaker="Isla", text="Here.")


@given(st.text(max_size=300), st.integers(0, 200))
def test_a_clipped_text_fits_and_a_short_one_is_untouched(text: str, length: int) -> None:
    clipped = clip(text, length)
    assert len(clipped) <= length or len(text) <= length
    if len(text) <= length:
        assert clipped == text


def test_clipping_keeps_beginning_and_end_in_whole_words() -> None:
    words = "one two three four five six seven eight nine ten"
    clipped = clip(words, 30)
    assert clipped.startswith("one two three")
    assert clipped.endswith("ten")
    assert " … " in clipped
    assert set(clipped.split()) <= {*words.split(), "…"}


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_the_embedded_text_is_bounded_and_both_are_heard(asked: int, replied: int) -> None:
    said, reply = replace(SAID, text="a" * asked), replace(REPLY, text="b" * replied)
    text = embedded_text(said, reply)
    spoken = text.removeprefix("On 5 November 2026 Daniel said: ").replace(" Isla said: ", "")
    assert len(spoken) <= EMBEDDED_CHARACTERS
    assert spoken.count("a") >= min(asked, 440)
    assert spoken.count("b") >= min(replied, 440)
    if asked + replied <= EMBEDDED_CHARACTERS:
        assert spoken == said.text + reply.text


def test_a_side_that_said_nothing_is_left_out() -> None:
    silent = replace(REPLY, text=" \n")
    assert embedded_text(SAID, silent) == "On 5 November 2026 Daniel said: Where is it?"
    assert make_episode(PersonaId("p"), SAID, silent).text == "Daniel said: Where is it?"
    assert is_worth_keeping(SAID, silent)
    assert not is_worth_keeping(replace(SAID, text=""), silent)


def test_days_have_no_leading_zero_and_english_months() -> None:
    assert day_in_words(datetime(2026, 3, 9, 12).astimezone()) == "9 March 2026"
    assert day_in_words(datetime(2026, 12, 31, 12).astimezone()) == "31 December 2026"
