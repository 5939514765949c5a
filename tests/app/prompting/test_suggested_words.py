"""Whatever a model writes, what is read of it is bounded, clean and the character's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.prompting.suggested_words import (
    LONGEST_ITEM,
    LONGEST_LINE,
    LONGEST_PROSE,
    read_events,
    read_exchange,
    read_items,
    read_line,
    read_people,
    read_prose,
    read_words,
    speaks_in_first_person,
)
from app.prompting.suggesting import PARTS, Part
from app.prompting.suggestion import accept_suggestion, suggest_part, value_in
from personas.persona import Persona

FRAGMENTS = (
    *("Sure! Here are five:", "Here is the list:", "As an AI language model, I cannot.", "\n", " "),
    *("1. ", "2) ", "(3) ", "- ", "• ", "**bold**", "`code`", "# Title", "[name]", "<she>", "___"),
    *(
        '"quoted"',
        "\u201ccurly\u201d",
        "'single'",
        "Age 12: ",
        "1990: ",
        "at 40, ",
        "Nora (sister): ",
    ),
    *(
        "Visitor:",
        "Finn:",
        "Finn Daly:",
        "low tide",
        "I row.",
        "He rows",
        "…",
        "\u200b",
        "\x00",
        "\r\n",
    ),
    *("a, b and c", "x; y", "{{char}}", "{{user}}", "{{", "\U0001f30a", "Ω", "1.5", "\ufffd", "::"),
)
WRITTEN = st.one_of(
    st.text(max_size=300), st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)
)
FINN = Persona.model_validate({"name": "Finn Daly", "life": {"loves": ["low tide"]}})


@given(text=WRITTEN, is_cut=st.booleans())
def test_prose_is_bounded_and_has_words_or_is_nothing(text: str, is_cut: bool) -> None:
    prose = read_prose(text, is_cut=is_cut)
    assert len(prose) <= LONGEST_PROSE
    assert prose == prose.strip()
    assert not prose or any(letter.isalpha() for letter in prose)
    assert "**" not in prose
    assert "\x00" not in prose


@given(text=WRITTEN)
def test_a_line_is_one_line(text: str) -> None:
    line = read_line(text, ("Job",))
    assert len(line) <= LONGEST_LINE
    assert len(line.splitlines()) <= 1


@given(text=WRITTEN, most=st.integers(1, 6), is_cut=st.booleans())
def test_items_are_few_short_and_different(text: str, most: int, is_cut: bool) -> None:
    for items in (read_items(text, most, is_cut=is_cut), read_words(text, most)):
        assert len(items) <= most
        assert len({item.casefold() for item in items}) == len(items)
        assert all(0 < len(item) <= LONGEST_ITEM for item in items)
        assert all("\n" not in item for item in items)


@given(written=WRITTEN, part=st.sampled_from(PARTS), is_cut=st.booleans())
def test_whatever_is_suggested_is_held_by_the_persona(
    written: str, part: Part, is_cut: bool
) -> None:
    suggestion = suggest_part(part, FINN, written, is_cut=is_cut)
    if suggestion is not None:
        changed = accept_suggestion(FINN, suggestion)
        assert changed != FINN
        assert value_in(changed.model_dump(mode="json"), suggestion.path) == suggestion.value
        assert suggestion.text.strip()


@given(
    items=st.lists(
        st.text("abcdefgh", min_size=1, max_size=9).map("thing {}".format),
        min_size=2,
        max_size=5,
        unique=True,
    ),
    mark=st.sampled_from(("{}. ", "{}) ", "({}) ", "- ", "* ", "• ", "**{}.** ", "{}: ")),
)
def test_a_list_is_read_however_it_is_marked(items: list[str], mark: str) -> None:
    lines = [mark.format(number) + item for number, item in enumerate(items, 1)]
    assert read_items("\n".join(lines), 5) == tuple(items)
    talk = "Sure! Here are some things:\n\n" + "\n".join(lines) + "\n\nLet me know if you like it."
    assert read_items(talk, 5) == tuple(items)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Here is a short description:\nHe rows.", "He rows."),
        ("Sure, here's one: He rows.", "He rows."),
        ("Of course! Here you go:\n\n\u201cHe rows.\u201d", "He rows."),
        ("I'm sorry, but I cannot help with that.", ""),
        ("He rows.\nLet me know if you want more.", "He rows."),
        ("**He rows.** It is `late`.", "He rows. It is late."),
        ("He is [name] of <place>.", ""),
        ("Great rowers are rare.", "Great rowers are rare."),
    ],
)
def test_talk_around_prose_is_left_out(text: str, expected: str) -> None:
    assert read_prose(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He rows. He fishes. He is al", "He rows. He fishes."),
        ("He said \u201cNo.\u201d Then he", "He said \u201cNo.\u201d"),
        ("He rows and rows and ro", "He rows and rows and …"),
        ("Ro", "Ro …"),
    ],
)
def test_a_sentence_that_was_cut_is_left_out(text: str, expected: str) -> None:
    assert read_prose(text, is_cut=True) == expected


def test_too_much_prose_ends_with_a_sentence() -> None:
    prose = read_prose("He rows the boat. " * 200)
    assert LONGEST_PROSE / 2 < len(prose) <= LONGEST_PROSE
    assert prose.endswith("boat.")


def test_the_last_item_goes_when_it_was_cut() -> None:
    assert read_items("1. low tide\n2. the sme", 5, is_cut=True) == ("low tide",)
    assert read_items("1. low ti", 5, is_cut=True) == ("low ti",)


def test_events_have_their_age_or_date() -> None:
    written = "At age 7, moved.\n2. In March 1990, sailed\n- aged 12 (1952): left\n40: wed\nAge: 45"
    assert [(one["age"], one["when"], one["what"]) for one in read_events(written, 9)] == [
        (7, "", "Moved."),
        (None, "March 1990", "Sailed"),
        (12, "1952", "Left"),
        (40, "", "Wed"),
    ]


def test_people_have_names() -> None:
    written = "1. The man with one leg\n2. Nora, sister: writes.\n3. Mary de Burgh - aunt\nNora (x)"
    assert [(one["name"], one["relation"], one["note"]) for one in read_people(written, 9)] == [
        ("Nora", "sister", "writes."),
        ("Mary de Burgh", "", "aunt …"),
    ]


def test_a_talk_needs_both() -> None:
    assert read_exchange("Finn: Aye.\nFinn: No.", "Finn Daly") == ()
    both = read_exchange("Visitor: Cold?\nDALY: Aye.\nnarration", "Finn Daly")
    assert [line["speaker"] for line in both] == ["{{user}}", "{{char}}"]


def test_the_first_person_is_recognised() -> None:
    assert speaks_in_first_person("Then I'm off.")
    assert not speaks_in_first_person("Finn rows in the inlet.")
