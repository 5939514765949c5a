from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.library import load_library
from ui.viewmodels.days import say_day
from ui.viewmodels.file_names import suggest_file_name
from ui.viewmodels.portrait import TINT_COUNT, initials_of, tint_of

NOON = datetime(2026, 10, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Isla MacRae", "IM"),
        ("Nan", "N"),
        ("Ludwig van der Berg", "LB"),
        ("the", "T"),
        ("Mary-Ann 'Bo' O'Neil", "MO"),
        ("李白", "李"),
        ("Isla MacRae (copy)", "IM"),
        ("Isla MacRae (copy 12)", "IM"),
        ("(copy)", "C"),
        ("  ", "?"),
        ("!?", "?"),
    ],
)
def test_initials_come_from_the_bearing_words(name, initials):
    assert initials_of(name) == initials


@given(st.text(max_size=60))
def test_any_name_has_initials_and_a_tint(name):
    assert 1 <= len(initials_of(name)) <= 6
    assert 0 <= tint_of(name) < TINT_COUNT
    assert tint_of(name) == tint_of(f"  {name}  ")


def test_the_characters_that_ship_have_different_tints():
    tints = [tint_of(persona.name) for persona in load_library().values()]
    assert len(set(tints)) == len(tints)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "yesterday"), (2, "12 October"), (400, "9 September 2025")],
)
def test_days_are_said_as_people_do(days, words):
    assert say_day(NOON - timedelta(days=days), NOON) == words


@given(st.text(), st.text())
def test_a_file_name_is_one_that_every_system_takes(name, title):
    suggested = suggest_file_name(name, title, suffix=".md")
    stem = suggested.removesuffix(".md")
    assert suggested.endswith(".md")
    assert 0 < len(stem) <= 80
    assert not set('<>:"/\\|?*\n\0') & set(suggested)
    assert stem == stem.strip(". ")


def test_a_file_is_called_after_who_and_what():
    assert suggest_file_name("Isla MacRae", "The lamp: room", suffix=".txt") == (
        "Isla MacRae - The lamp room.txt"
    )
    assert suggest_file_name("", "..", suffix=".md") == "Conversation.md"
