"""A book written as a SillyTavern world file is the same book when it comes back."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from personas.cards import read_card
from personas.cards.books import read_world
from personas.cards.world_files import write_world, write_world_file
from personas.lorebook import Lorebook, LoreEntry, LoreLogic, LorePosition, LoreRole

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12)
COUNT = st.none() | st.integers(0, 99)
ENTRIES = st.builds(
    LoreEntry,
    comment=TEXT.filter(bool),
    name=TEXT,
    keys=st.lists(TEXT, max_size=3).map(tuple),
    secondary_keys=st.lists(TEXT, max_size=3).map(tuple),
    selective=st.booleans(),
    logic=st.sampled_from(LoreLogic),
    content=TEXT,
    enabled=st.booleans(),
    constant=st.booleans(),
    regex_in_slashes=st.just(True),
    case_sensitive=st.none() | st.booleans(),
    match_whole_words=st.none() | st.booleans(),
    scan_depth=COUNT,
    insertion_order=st.integers(-50, 500),
    priority=COUNT,
    ignore_budget=st.booleans(),
    position=st.sampled_from(LorePosition),
    depth=st.integers(0, 50),
    role=st.sampled_from(LoreRole),
    probability=st.integers(0, 100),
    use_probability=st.booleans(),
    sticky=COUNT,
    cooldown=COUNT,
    delay=COUNT,
    exclude_recursion=st.booleans(),
    prevent_recursion=st.booleans(),
    delay_until_recursion=st.booleans() | st.integers(1, 5),
    group=TEXT,
    group_weight=st.integers(0, 200),
    group_override=st.booleans(),
    use_group_scoring=st.none() | st.booleans(),
)
BOOKS = st.builds(
    Lorebook,
    name=TEXT,
    description=TEXT,
    scan_depth=COUNT,
    token_budget=COUNT,
    recursive_scanning=st.none() | st.booleans(),
    entries=st.lists(ENTRIES, max_size=3).map(tuple),
)
BESIDE = {"id", "extensions", "foreign"}


def executed(book: Lorebook) -> object:
    whole = book.model_dump(exclude=BESIDE)
    whole["entries"] = [entry.model_dump(exclude=BESIDE) for entry in book.entries]
    return whole


@given(BOOKS)
def test_every_field_that_decides_anything_comes_back(book: Lorebook) -> None:
    again = json.loads(write_world_file(book))
    assert executed(read_world(again)) == executed(book)


def test_what_others_keep_in_their_file_goes_back_to_the_letter() -> None:
    world = {
        "name": "Skye",
        "somebody": {"else's": 1},
        "entries": {
            "3": {
                "uid": 3,
                "key": ["lamp"],
                "comment": "Lamp",
                "content": "It burns oil.",
                "order": 7,
                "position": 4,
                "role": 1,
                "displayIndex": 12,
                "vectorized": True,
                "addMemo": False,
                "characterFilter": {"names": ["Isla"]},
                "extensions": {"mine": True},
            }
        },
    }
    written = write_world(read_world(world))
    assert written["somebody"] == {"else's": 1}
    row = written["entries"]["0"]
    kept = {key: row.get(key) for key in world["entries"]["3"]}
    assert kept == {**world["entries"]["3"], "uid": 0}
    assert (row["disable"], row["selectiveLogic"], row["keysecondary"]) == (False, 0, [])


def test_patterns_get_the_slashes_that_mark_them_there() -> None:
    entry = LoreEntry(keys=("l[ai]mp", "a/b", "/x/s", " "), use_regex=True)
    strict = entry.model_copy(update={"case_sensitive": True})
    rows = write_world(Lorebook(name="Skye", entries=(entry, strict)))["entries"]
    assert rows["0"]["key"] == ["/l[ai]mp/i", "/a\\/b/i", "/x/s", " "]
    assert rows["1"]["key"][0] == "/l[ai]mp/"


def test_a_written_file_is_known_as_a_book_when_it_is_imported() -> None:
    book = Lorebook(name="Skye", entries=(LoreEntry(keys=("lamp",), content="It burns oil."),))
    found = read_card(write_world_file(book), file_name="skye.json")
    assert found.persona is None
    assert [one.name for one in found.lorebooks] == ["Skye"]
