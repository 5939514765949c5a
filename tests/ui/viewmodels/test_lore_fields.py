"""An entry's form says what the entry does, and an edit changes no more than it says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.lorebook import Lorebook, LoreEntry, LoreLogic, LorePosition
from ui.viewmodels.form_fields import FieldKind
from ui.viewmodels.lore_entries import (
    EntryRows,
    blank_entry,
    copy_of,
    entry_problems,
    moved,
    say_cost,
)
from ui.viewmodels.lore_fields import (
    BOOK_FIELDS,
    CONTENT,
    FIRST_FIELDS,
    MORE_GROUPS,
    SWITCHES,
    draft_changes,
    form_values,
)

NOT_IN_THE_FORM = {"id", "extensions", "foreign"}
EXECUTED_THROUGH_ANOTHER = {
    "use_regex": "reading",
    "regex_in_slashes": "reading",
    "selective": "logic",
    "delay_until_recursion": "only_recursion",
}


def draft(**changes: Any) -> dict[str, Any]:
    return LoreEntry(**changes).model_dump(mode="json")


def test_every_field_that_does_anything_can_be_written() -> None:
    shown = {field.name for field in (*FIRST_FIELDS, CONTENT, *SWITCHES)}
    shown |= {field.name for _, fields in MORE_GROUPS for field in fields}
    wanted = set(LoreEntry.model_fields) - NOT_IN_THE_FORM
    assert {EXECUTED_THROUGH_ANOTHER.get(name, name) for name in wanted} <= shown
    book = {field.name for field in BOOK_FIELDS}
    assert set(Lorebook.model_fields) - {"entries", "extensions", "foreign"} == book


def test_what_the_form_shows_and_takes_back_changes_nothing() -> None:
    entry = draft(
        keys=("a",),
        secondary_keys=("b",),
        selective=True,
        logic=LoreLogic.NOT_ALL,
        use_regex=True,
        case_sensitive=False,
        delay_until_recursion=3,
        sticky=4,
        position=LorePosition.AT_DEPTH,
    )
    values = form_values(entry)
    names = [field.name for _, fields in MORE_GROUPS for field in fields]
    for name in (*names, "name", "keys", "content", "constant", "enabled"):
        if name != "only_recursion":
            assert {**entry, **draft_changes(entry, name, values[name])} == entry, name


@pytest.mark.parametrize(
    ("name", "value", "changes"),
    [
        ("logic", "and_all", {"selective": True, "logic": "and_all"}),
        ("logic", "off", {"selective": False}),
        ("secondary_keys", ["oil"], {"secondary_keys": ["oil"], "selective": True}),
        ("reading", "patterns", {"use_regex": True, "regex_in_slashes": False}),
        ("reading", "words", {"use_regex": False}),
        ("only_recursion", True, {"delay_until_recursion": True}),
        ("recursion_round", 3, {"delay_until_recursion": 3}),
        ("recursion_round", 1, {"delay_until_recursion": False}),
        ("case_sensitive", "yes", {"case_sensitive": True}),
        ("match_whole_words", "unsaid", {"match_whole_words": None}),
        ("sticky", 3, {"sticky": 3}),
    ],
)
def test_an_edit_means_what_its_words_say(name: str, value: Any, changes: dict[str, Any]) -> None:
    assert draft_changes(draft(), name, value) == changes


def test_an_entry_that_has_only_a_note_is_named_by_it() -> None:
    entry = draft(comment="Fog")
    assert form_values(entry)["name"] == "Fog"
    assert draft_changes(entry, "name", "Haar") == {"comment": "Haar"}
    assert draft_changes(draft(name="Fog", comment="x"), "name", "Haar") == {"name": "Haar"}


def test_numbers_that_no_box_can_show_are_bounded() -> None:
    entry = {**draft(), "insertion_order": 10**12, "probability": float("nan"), "sticky": None}
    values = form_values(entry)
    assert (values["insertion_order"], values["probability"], values["sticky"]) == (
        1_000_000,
        None,
        None,
    )


def test_every_number_and_choice_says_what_it_means() -> None:
    fields = [field for _, fields in MORE_GROUPS for field in fields] + list(BOOK_FIELDS)
    kinds = {FieldKind.NUMBER, FieldKind.CHOICE}
    assert [field.name for field in fields if field.kind in kinds and not field.look.note] == []


ORDERS = st.lists(st.integers(0, 3), min_size=1, max_size=8)


@given(ORDERS, st.data())
def test_moving_exchanges_two_neighbours_and_moving_back_restores(orders, data) -> None:
    entries = [draft(name=str(n), insertion_order=one) for n, one in enumerate(orders)]
    number = data.draw(st.integers(0, len(entries) - 1))
    before = titles(entries)
    change = moved(entries, number, 1)
    place = before.index(str(number))
    if change is None:
        assert place == len(entries) - 1
        return
    after, now = change
    wanted = list(before)
    wanted[place], wanted[place + 1] = wanted[place + 1], wanted[place]
    assert titles(after) == wanted
    assert after[now]["name"] == str(number)
    assert moved(after, now, -1) == (entries, number)


def titles(entries: list[dict[str, Any]]) -> list[str]:
    return [row.title for row in EntryRows().build(entries)]


def test_rows_are_filtered_by_every_word_wherever_it_stands() -> None:
    entries = [draft(name="Lamp", keys=("light",), content="Oil."), draft(keys=("oil", "rig"))]
    rows = EntryRows()
    assert [row.title for row in rows.build(entries, "oil")] == ["Lamp", "oil"]
    assert [row.title for row in rows.build(entries, "OIL light")] == ["Lamp"]
    assert rows.build(entries, "tide") == []


def test_an_entry_that_stayed_the_same_is_read_once() -> None:
    entries = [draft(name=f"Entry {number}") for number in range(3)]
    rows = EntryRows()
    first = rows.build(entries)
    again = rows.build([*entries[:2], {**entries[2], "name": "Other"}])
    assert [row.title for row in again] == ["Entry 0", "Entry 1", "Other"]
    assert [one is other for one, other in zip(again, first, strict=True)] == [True, True, False]
    assert rows.build(entries) == first


def test_a_row_says_its_state() -> None:
    (row,) = EntryRows().build([draft(name="Lamp", keys=("/(/",), enabled=False)])
    assert (row.is_checked, row.is_faded, row.mark) == (False, True, "100")
    assert row.spoken.startswith("Lamp, /(/, order 100, switched off. The pattern /(/ cannot")
    (constant,) = EntryRows().build([draft(constant=True, insertion_order=float("nan"))])
    assert (constant.title, constant.line, constant.mark) == ("Without a name", "Always", "0")


def test_a_pattern_that_cannot_be_used_is_said_beside_its_keys() -> None:
    assert entry_problems(draft(keys=("(", "/ok/"))) == {}
    bare = entry_problems(draft(keys=("lamp", "("), use_regex=True))
    assert list(bare) == ["keys"]
    assert bare["keys"].startswith("The pattern ( cannot be used:")
    strict = draft(keys=("(",), use_regex=True, regex_in_slashes=True, secondary_keys=("/[/",))
    assert list(entry_problems(strict)) == ["secondary_keys"]


def test_the_cost_says_when_nothing_can_bring_an_entry_up() -> None:
    assert say_cost(draft(content="One two.", keys=("a",))) == "about 3 tokens"
    assert say_cost(draft()) == "It says nothing yet, so it does not come up."
    assert say_cost(draft(content="x")).endswith("it has no keys")
    assert say_cost(draft(content="x", constant=True)) == "about 2 tokens"


def test_new_entries_and_copies_are_entries_of_their_own() -> None:
    assert blank_entry([])["insertion_order"] == 100
    assert blank_entry([draft(insertion_order=7)])["insertion_order"] == 7
    copy = copy_of(draft(id=3, name="Lamp", keys=("lamp",)))
    assert (copy["id"], copy["name"], copy["keys"]) == (None, "Lamp (copy)", ["lamp"])
