"""Passages of a document: short, in order, under their headings, and nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.passages import LONGEST_PASSAGE, Passage, passages_of

LETTER = """# The lamp

The lamp was lit at dusk.
It burned oil then.

The oil came twice a year.

Visits
------

Mrs Gunn came in May. {long}

## Of the sea ##

- gulls
- seals
"""


def test_headings_go_with_what_stands_under_them() -> None:
    found = passages_of(LETTER.format(long=""))
    assert found == [
        Passage(
            "The lamp",
            "The lamp was lit at dusk.\nIt burned oil then.\nThe oil came twice a year.",
        ),
        Passage("Visits", "Mrs Gunn came in May."),
        Passage("Of the sea", "- gulls\n- seals"),
    ]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    found = passages_of(LETTER.format(long="She stayed for tea and told of her sons. " * 40))
    visits = [one.text for one in found if one.heading == "Visits"]
    assert len(visits) > 2
    assert all(one.endswith(".") for one in visits)


@pytest.mark.parametrize("text", ["", "\n \n", "# Only a title\n", "---\n"])
def test_what_says_nothing_has_no_passages(text: str) -> None:
    assert [one for one in passages_of(text) if one.text != "---"] == []


def test_a_rule_is_no_heading() -> None:
    assert passages_of("One line.\nAnother.\n---\nA third.") == [
        Passage("", "One line.\nAnother.\nA third.")
    ]


def test_a_word_without_an_end_is_cut_anywhere() -> None:
    found = passages_of("x" * (LONGEST_PASSAGE * 2 + 7))
    assert [len(one.text) for one in found] == [LONGEST_PASSAGE, LONGEST_PASSAGE, 7]


@given(st.text("ab .!?\n'", max_size=3000))
def test_no_word_is_lost_and_no_passage_too_long(text: str) -> None:
    found = passages_of(text)
    assert "".join("".join(one.text.split()) for one in found) == "".join(text.split())
    assert all(0 < len(one.text) <= LONGEST_PASSAGE for one in found)
