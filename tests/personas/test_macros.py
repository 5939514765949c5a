"""Names for macros: once, in any case, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.macros import expand

NAMES = st.text(max_size=12) | st.sampled_from(["{{user}}", "<BOT>", "{{char}}", r"\1", r"\g<0>"])
PLAIN = st.text().filter(lambda text: "{{" not in text and "<" not in text)


@pytest.mark.parametrize("macro", ["{{char}}", "{{Char}}", "{{CHAR}}", "<BOT>", "<bot>", "<Bot>"])
def test_the_character_goes_by_either_macro_in_any_case(macro):
    assert expand(f"Ask {macro}!", char="Isla", user="Daniel") == "Ask Isla!"


@pytest.mark.parametrize("macro", ["{{user}}", "{{User}}", "{{USER}}", "<USER>", "<user>"])
def test_the_user_goes_by_either_macro_in_any_case(macro):
    assert expand(f"Ask {macro}!", char="Isla", user="Daniel") == "Ask Daniel!"


def test_other_macros_and_half_macros_are_left_alone():
    text = "{{time}} {char} {{char} <char> {{ user }} <b>USER</b>"
    assert expand(text, char="Isla", user="Daniel") == text


@given(PLAIN, NAMES, NAMES)
def test_text_without_macros_comes_back_as_it_was(text, char, user):
    assert expand(text, char=char, user=user) == text


@given(st.lists(PLAIN, min_size=2, max_size=6), NAMES, NAMES)
def test_a_name_is_put_in_once_and_never_read_again(pieces, char, user):
    assert expand("{{char}}".join(pieces), char=char, user=user) == char.join(pieces)
    assert expand("<USER>".join(pieces), char=char, user=user) == user.join(pieces)


@given(st.text(), PLAIN, PLAIN)
def test_macros_at_both_ends_are_found_whatever_stands_between(text, char, user):
    once = expand(f"{{{{user}}}} {text} <BOT>", char=char, user=user)
    assert once.startswith(user)
    assert once.endswith(char)
