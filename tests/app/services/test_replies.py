"""A reply shows neither its speaker's name nor empty lines first."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.replies import ReplyCleaner


def clean(pieces: list[str], speaker: str = "Isla MacRae") -> str:
    cleaner = ReplyCleaner(speaker)
    return "".join(cleaner.feed(piece) for piece in pieces) + cleaner.finish()


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (["\n\n", "Good ", "evening."], "Good evening."),
        (["Isla", ": ", "Aye."], "Aye."),
        (["Isla MacRae", ":", "\n", "Aye."], "Aye."),
        (["Isla", " is my name."], "Isla is my name."),
        (["Isla"], "Isla"),
        (["**Isla", ":** ", "Aye."], "Aye."),
        (["**Isla MacRae**", ": Aye."], "Aye."),
        (["ISLA: Aye."], "Aye."),
        (["**Aye.** Isla."], "**Aye.** Isla."),
        (["Isla:"], ""),
        (["  "], ""),
        (["Aye. Isla: no."], "Aye. Isla: no."),
    ],
)
def test_labels_and_blank_beginnings_go(pieces: list[str], shown: str) -> None:
    assert clean(pieces) == shown


@given(st.text(min_size=1), st.data())
def test_how_the_text_is_cut_does_not_matter(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)))))
    edges = [0, *cuts, len(text)]
    pieces = [text[a:b] for a, b in pairwise(edges)]
    assert clean(pieces).rstrip() == clean([text]).rstrip()
