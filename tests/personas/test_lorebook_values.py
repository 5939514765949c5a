"""Lorebooks keep what they were given to the letter; decorators come off the head only."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from personas.decorators import DecoratedText, Decorator, split_decorators
from personas.lorebook import Lorebook, LoreEntry, LoreLogic

ENTRIES = st.builds(
    LoreEntry,
    id=st.none() | st.integers() | st.text(max_size=5),
    keys=st.lists(st.text(max_size=6), max_size=3).map(tuple),
    content=st.text(max_size=30),
    logic=st.sampled_from(LoreLogic),
    insertion_order=st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    delay_until_recursion=st.booleans() | st.integers(2, 9),
    extensions=st.dictionaries(st.text(max_size=4), st.none() | st.booleans() | st.integers()),
)


@given(st.builds(Lorebook, name=st.text(max_size=8), entries=st.lists(ENTRIES).map(tuple)))
def test_a_book_comes_back_from_json_as_it_was(book: Lorebook) -> None:
    assert Lorebook.model_validate_json(book.model_dump_json()) == book


def test_spaces_at_the_ends_of_texts_stay() -> None:
    entry = LoreEntry(keys=(" lamp ",), content="\n known \n", name=" Lamp ")
    assert (entry.keys, entry.content, entry.name) == ((" lamp ",), "\n known \n", " Lamp ")


@pytest.mark.parametrize(
    ("entry", "label"),
    [
        (LoreEntry(name="Lamp", comment="c", keys=("k",), id=1), "Lamp"),
        (LoreEntry(comment="c", keys=("k",), id=1), "c"),
        (LoreEntry(keys=(" ", "k"), id=1), "k"),
        (LoreEntry(id=0), "entry 0"),
        (LoreEntry(id="x"), "entry x"),
        (LoreEntry(), "entry"),
    ],
)
def test_an_entry_is_called_by_the_best_it_has(entry: LoreEntry, label: str) -> None:
    assert entry.label == label


def test_decorators_with_fallbacks_come_off_the_head() -> None:
    content = "\n@@Depth 3\n@@@risu_only a, b\n@@@agn\n  @@activate\n\nKnown.\n@@not one\n"
    assert split_decorators(content) == DecoratedText(
        (
            Decorator("depth", "3", (Decorator("risu_only", "a, b"), Decorator("agn", ""))),
            Decorator("activate", ""),
        ),
        "Known.\n@@not one",
    )


def test_a_fallback_of_nothing_is_a_decorator_and_a_bare_mark_none() -> None:
    assert split_decorators("@@@depth 2\n@@\nx") == DecoratedText((Decorator("depth", "2"),), "x")


@given(st.text().filter(lambda text: not text.lstrip().startswith("@@")))
def test_a_text_without_decorators_stays_to_the_letter(text: str) -> None:
    assert split_decorators(text) == DecoratedText((), text)


@example(["@@", "\n", "\n", "@@"])
@given(st.lists(st.sampled_from(["@", "@@", "@@@", "\n", " ", "depth", "2"]), max_size=12))
def test_splitting_never_raises_and_leaves_no_mark_at_the_head(pieces: list[str]) -> None:
    split = split_decorators("".join(pieces))
    assert not split.text.lstrip().startswith("@@")
