"""What of an exchange is embedded: within bounds, both sides heard, both ends kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.domain.conversation import Author, Message, MessageState
from app.domain.days import day_in_words
from app.domain.ids import ConversationId, MessageId, MessageVersionId, PersonaId
from app.ports.memory_store import Exchange
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
def test_each_line_is_kept_whole_and_embedded_within_bounds(asked: int, replied: int) -> None:
    said, reply = replace(SAID, text="a" * asked), replace(REPLY, text="b" * replied)
    episode = make_episode(PersonaId("p"), Exchange(said, reply))
    assert [line.text for line in episode.lines] == [said.text, reply.text]
    for line, name in zip(episode.lines, ("Daniel", "Isla"), strict=True):
        embedded = embedded_text(line)
        assert embedded.startswith(f"{name}: ")
        assert len(embedded) <= EMBEDDED_CHARACTERS + len(name) + 2
        if len(line.text) <= EMBEDDED_CHARACTERS:
            assert embedded == f"{name}: {line.text}"


def test_a_side_that_said_nothing_is_left_out_and_the_other_keeps_its_place() -> None:
    silent = replace(REPLY, text=" \n")
    episode = make_episode(PersonaId("p"), Exchange(SAID, silent))
    assert episode.memory.text == "Daniel said: Where is it?"
    assert [(line.place, line.text) for line in episode.lines] == [(0, "Where is it?")]
    assert len(episode.memory.sources) == 2
    assert is_worth_keeping(Exchange(SAID, silent))
    assert not is_worth_keeping(Exchange(replace(SAID, text=""), silent))
    mute = make_episode(PersonaId("p"), Exchange(replace(SAID, text=""), REPLY))
    assert [line.place for line in mute.lines] == [1]
    assert mute.memory.bond is None


def test_a_user_called_you_speaks_under_another_name() -> None:
    line = make_episode(PersonaId("p"), Exchange(replace(SAID, speaker="You"), REPLY)).lines[0]
    assert embedded_text(line) == "the visitor: Where is it?"


def test_days_have_no_leading_zero_and_english_months() -> None:
    assert day_in_words(datetime(2026, 3, 9, 12).astimezone()) == "9 March 2026"
    assert day_in_words(datetime(2026, 12, 31, 12).astimezone()) == "31 December 2026"
