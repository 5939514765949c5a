"""Who was there: from the first line or a stated arrival to the last line or a stated leaving."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.presence import SceneLine, present_at

FILLER = ("Rook", "Fine weather.")
KAYA = ("Kaya", "Evening.")


def heard(*lines: tuple[str, str]) -> str:
    """Return a mark for each line that Kaya heard, and a dot for each other."""
    scene = [SceneLine(speaker, text, speaker == "Narrator") for speaker, text in lines]
    return "".join("x" if one else "." for one in present_at(scene, ("Kaya", "Kaya Stone")))


def test_without_a_word_of_coming_or_going_it_is_from_the_first_line_to_the_last():
    assert heard(FILLER, KAYA, FILLER, FILLER, KAYA, FILLER) == ".xxxx."


@pytest.mark.parametrize(
    "arrival",
    [
        "*Kaya enters the tavern.*",
        "*The door opens and Kaya walks in.*",
        "*Kaya Stone finally arrives, out of breath.*",
        "“Look,” he says. Kaya comes back into the room.",
        "*kaya joins them at the table*",
        "*Kaya slowly stepped inside*",
        "*Kaya wakes with a start.*",
    ],
)
def test_a_stated_arrival_is_where_hearing_begins(arrival: str):
    assert heard(FILLER, ("Rook", arrival), FILLER, KAYA) == ".xxx"


@pytest.mark.parametrize(
    "leaving",
    [
        "*Kaya leaves.*",
        "*Kaya leaves the room quietly*",
        "*Kaya quietly slipped out*",
        "*Kaya walks out of the tavern and is gone*",
        "“Bye!” Kaya went home.",
        "*Kaya enters, takes her coat. Kaya leaves.*",
        "*When he looks up, Kaya is gone.*",
        "*Kaya finally goes to bed*",
        "*Kaya fell asleep.*",
        "*Kaya left Rook's house.*",
        "*Kaya excuses herself.*",
    ],
)
def test_a_stated_leaving_is_where_hearing_ends(leaving: str):
    assert heard(KAYA, ("Rook", leaving), FILLER, FILLER) == "xx.."
    assert heard(KAYA, ("Rook", leaving), FILLER, KAYA) == "xx.x"


@pytest.mark.parametrize(
    "own", ["*leaves the room*", "Bye. *I walk out of the inn.*", "*She left.*"]
)
def test_a_person_may_leave_in_a_line_of_their_own(own: str):
    assert heard(("Kaya", own), FILLER, FILLER, KAYA) == "x..x"


@pytest.mark.parametrize(
    "talk",
    [
        "Kaya left an hour ago.",
        "*Kaya leaves him speechless*",
        "*Kaya leaves the book on the table*",
        "“Kaya walks out on everybody,” he says.",
        "*Rook leaves.*",
        "*Kaya gets out a knife*",
        "*Akaya leaves.*",
    ],
)
def test_what_is_said_or_done_otherwise_makes_nobody_go(talk: str):
    assert heard(KAYA, ("Rook", talk), FILLER, KAYA) == "xxxx"


@pytest.mark.parametrize(
    "talk", ["Kaya is coming.", "*Kaya is in love*", "*Kaya returns his smile*", "Kaya is gone."]
)
def test_what_is_said_or_done_otherwise_brings_nobody(talk: str):
    assert heard(("Rook", talk), FILLER, KAYA) == "..x"


def test_all_of_a_narrators_line_is_narration():
    assert heard(("Narrator", "Kaya arrives. *Thunder.*"), FILLER, KAYA) == "xxx"


@pytest.mark.parametrize("told", ["*She is gone.*", "*Kaya goes to the window*", "*Kaya is going*"])
def test_what_is_no_leaving_ends_nothing(told: str):
    assert heard(KAYA, ("Kaya", told), FILLER, KAYA) == "xxxx"


def test_a_line_of_asterisks_is_looked_through_once():
    # Looked through anew from each of them it would take minutes, and hold everything up.
    assert heard(FILLER, ("Rook", "*" * 200_000), KAYA) == "..x"
    assert heard(FILLER, ("Rook", "***Kaya*** **enters** ***Kaya leaves***"), KAYA) == "..x"


def test_whoever_comes_and_never_speaks_was_there_until_it_is_said_that_they_left():
    lines = (("Rook", "*Kaya enters.*"), FILLER, ("Rook", "*Kaya leaves.*"), FILLER)
    assert heard(*lines) == "xxx."


def test_nobody_without_a_name_or_a_line_was_there():
    assert present_at([SceneLine("", "Hello.")], ()) == (False,)
    assert heard(FILLER, FILLER) == ".."


@given(st.lists(st.tuples(st.sampled_from(["Kaya", "Rook", "Narrator"]), st.text(max_size=30))))
def test_their_own_lines_are_always_heard_and_none_before_all_signs_of_them(
    lines: list[tuple[str, str]],
):
    marks = heard(*lines)
    own = [at for at, (speaker, _) in enumerate(lines) if speaker == "Kaya"]
    signs = [at for at, (_, text) in enumerate(lines) if "kaya" in text.lower()]
    assert len(marks) == len(lines)
    assert all(marks[at] == "x" for at in own)
    assert "x" not in marks[: min([*own, *signs], default=len(lines))]
