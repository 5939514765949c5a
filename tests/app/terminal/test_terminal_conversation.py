"""A conversation in the terminal: lines in, replies out, nothing lost on the way."""

from __future__ import annotations

import io

import pytest

from app.context import AppContext
from app.terminal.conversation import TerminalConversation


@pytest.fixture
def replies() -> tuple[str, ...]:
    return ("First take.", "Second take.", " And more.")


def talk(context: AppContext, *lines: str, wanted: str | None = "Isla") -> str:
    sink = io.StringIO()
    source = io.StringIO("".join(f"{line}\n" for line in lines))
    TerminalConversation(context, source, sink).run(wanted)
    return sink.getvalue()


def test_a_line_is_answered_and_kept(context: AppContext) -> None:
    shown = talk(context, "Hello.")
    assert "Isla MacRae: First take." in shown
    again = talk(context)
    assert "You: Hello." in again
    assert "Isla MacRae: First take." in again


def test_commands_take_again_continue_and_open_anew(context: AppContext) -> None:
    shown = talk(context, "Hello.", "/again", "/continue", "/new", "/nonsense", "/quit", "never")
    assert "Second take." in shown
    assert "And more." in shown
    assert shown.count("— Isla MacRae") == 2
    assert "never" not in shown
    assert len(context.conversations.list_all().result()) == 2


def test_the_cast_is_shown_and_changed(context: AppContext) -> None:
    shown = talk(context, "/cast", "/with Tunde", "", "/with Nobody")
    assert "night-bus driver" in shown
    assert "— Tunde Okafor" in shown
    assert "Nobody in the cast is called Nobody." in shown


def test_what_cannot_be_done_is_said_and_the_conversation_goes_on(context: AppContext) -> None:
    shown = talk(context, "Hello.", "/quit")
    assert "First take." in shown
    for record in context.personas.list_all().result():
        context.personas.set_aside(record.id).result()
    assert "cast is empty" in talk(context, "Hello.")


def test_without_a_name_the_last_one_spoken_with_comes_on_stage(context: AppContext) -> None:
    talk(context, "Hello.", wanted="Rosalba")
    assert "— Rosalba Vega" in talk(context, wanted=None)
