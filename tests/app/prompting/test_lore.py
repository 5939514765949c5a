"""Lore comes up for a reason, stays within its budget, and is the same when played again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.conversation import Author
from app.prompting.lore import (
    MOST_FIRED,
    LoreFiring,
    fire_lore,
    fired_lore,
    lore_block,
    lore_budget,
)
from app.prompting.lore_scene import LoreScene, SpokenLine
from personas.lorebook import Lorebook, LoreEntry, LoreLogic, LorePosition

PLENTY = 10_000


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def scene(*texts: str, seed: str = "c", greeting: int | None = None) -> LoreScene:
    """A conversation that the character opens; the last text is the newest."""
    lines = tuple(
        SpokenLine(f"m{number}", Author.USER if number % 2 else Author.CHARACTER, text)
        for number, text in enumerate(texts)
    )
    return LoreScene(
        lines,
        char="Isla",
        user="Daniel",
        expand=lambda text: text.replace("{{char}}", "Isla"),
        seed=seed,
        greeting=greeting,
    )


def entry(content: str = "known", *keys: str, **fields: object) -> LoreEntry:
    return LoreEntry.model_validate({"content": content, "keys": keys, **fields})


def fire(
    entries: Sequence[LoreEntry], where: LoreScene, budget: int = PLENTY, **book: object
) -> tuple[LoreFiring, ...]:
    books = [Lorebook.model_validate({"name": "Skye", "entries": tuple(entries), **book})]
    return fire_lore(books, where, budget, words)


def placed(
    entries: Sequence[LoreEntry], where: LoreScene, budget: int = PLENTY, **book: object
) -> list[str]:
    return [
        firing.text.removeprefix("- ")
        for firing in fire(entries, where, budget, **book)
        if firing.placed
    ]


def only(item: LoreEntry, *texts: str, **book: object) -> LoreFiring:
    (firing,) = fire([item], scene(*texts), **book)
    return firing


def test_a_key_in_the_newest_message_brings_its_entry_up_and_says_so() -> None:
    firing = only(entry("The lamp is {{char}}'s.", "lamp", "light"), "Hm.", "Is the lamp lit?")
    assert firing.placed
    assert firing.text == "- The lamp is Isla's."
    assert firing.reason == "The key “lamp” is in the newest message."
    assert (firing.book, firing.tokens, firing.why_not) == ("Skye", 5, "")


def test_an_older_message_is_searched_as_far_as_the_scan_depth_goes() -> None:
    texts = ("the lamp", "one", "two", "three")
    assert "message 3 before the newest" in only(entry("x", "lamp"), *texts).reason
    late = only(entry("x", "lamp"), *texts, scan_depth=3)
    assert late.why_not == "None of its keys is in the last 3 messages."
    assert only(entry("x", "lamp", scan_depth=9), *texts, scan_depth=1).placed
    assert only(entry("x", "lamp", scan_depth=0), *texts).why_not == "It searches no messages."
    assert not only(entry("@@scan_depth 1\nx", "lamp", scan_depth=9), *texts).placed


@pytest.mark.parametrize(
    ("item", "why_not"),
    [
        (entry("x", "lamp", enabled=False), "It is switched off."),
        (entry("  \n", "lamp"), "It says nothing."),
        (entry("@@depth 3\n", "lamp"), "It says nothing."),
        (entry("x"), "It has no keys."),
        (entry("x", " "), "It has no keys."),
        (entry("@@dont_activate\nx", "lamp"), "A decorator keeps it from coming up."),
        (entry("x", "/(/"), "The pattern /(/ cannot be used: a bracket is not closed."),
        (entry("x", "lamp", delay=3), "It waits until there are 3 messages; there are 2."),
        (
            entry("@@activate_only_after 2\nx", "lamp"),
            "It waits until there are 2 replies; there are 1.",
        ),
        (
            entry("@@activate_only_every 2\nx", "lamp"),
            "It comes up with every 2 replies; there are 1.",
        ),
        (entry("@@exclude_keys oil, gas\nx", "lamp"), "Its excluding key “oil” is there."),
        (entry("@@additional_keys gas\nx", "lamp"), "None of its additional keys is there."),
        (entry("x", "lamp", delay_until_recursion=True), None),
        (entry("x", "lamp", probability=0), "Chance was against it this time (0 in a hundred)."),
    ],
)
def test_what_does_not_come_up_says_why_not(item: LoreEntry, why_not: str | None) -> None:
    firing = only(item, "Well?", "an oil lamp")
    assert not firing.fired
    assert not firing.placed
    assert firing.why_not == why_not or (why_not is None and "other entries" in firing.why_not)


@pytest.mark.parametrize(
    ("item", "texts"),
    [
        (entry("x", constant=True), ()),
        (entry("@@activate\nx"), ("Hm.",)),
        (entry("@@dont_activate\n@@activate\nx"), ("Hm.",)),
        (entry("@@activate false\n@@exclude_keys oil\nx", "lamp"), ("Hm.", "lamp")),
        (entry("@@additional_keys oil, gas\nx", "lamp"), ("oil", "lamp")),
        (entry("@@activate_only_after 1\n@@activate_only_every 2\nx", "a"), ("", "", "a", "")),
        (entry("x", "lamp", delay=2), ("Hm.", "lamp")),
        (entry("x", "lamp", probability=0, use_probability=False), ("Hm.", "lamp")),
        (entry("x", "lamp", probability=float("nan")), ("Hm.", "lamp")),
        (entry("x", "LAMP", selective=True), ("Hm.", "lamp")),
    ],
)
def test_what_comes_up_without_ado(item: LoreEntry, texts: tuple[str, ...]) -> None:
    assert only(item, *texts).placed


LOGIC = {
    LoreLogic.AND_ANY: (False, True, True),
    LoreLogic.AND_ALL: (False, False, True),
    LoreLogic.NOT_ANY: (True, False, False),
    LoreLogic.NOT_ALL: (True, True, False),
}


@pytest.mark.parametrize(("logic", "expected"), LOGIC.items())
def test_secondary_keys_decide_by_their_logic(
    logic: LoreLogic, expected: tuple[bool, bool, bool]
) -> None:
    item = entry("x", "lamp", secondary_keys=("oil", "wick"), selective=True, logic=logic)
    texts = ("a lamp", "an oil lamp", "an oil lamp's wick")
    for text, is_expected in zip(texts, expected, strict=True):
        firing = only(item, "Hm.", text)
        assert firing.placed is is_expected
        assert bool(firing.why_not) is not is_expected
    assert not only(item, "Hm.", texts[0].replace("lamp", "door")).fired


def test_secondary_keys_say_nothing_unless_selective() -> None:
    item = entry("x", "lamp", secondary_keys=("oil",), selective=False)
    assert only(item, "Hm.", "lamp").placed
    reason = only(item.model_copy(update={"selective": True}), "an oil lamp").reason
    assert reason == "The key “lamp” is in the newest message, with “oil”."


def test_entries_stand_by_position_depth_and_order_as_quoted_data() -> None:
    entries = [
        entry("note", constant=True, position=LorePosition.NOTE_TOP),
        entry("near", constant=True, position=LorePosition.AT_DEPTH, depth=1, insertion_order=1),
        entry("@@depth 9\ndeep", constant=True),
        entry("@@position before_desc\n@@depth 1\nsecond", constant=True, insertion_order=20),
        entry("first\nof all]", constant=True, insertion_order=-1.5),
    ]
    assert lore_block(fire(entries, scene("Hm."))) == (
        "[What is known here:\n- first\n  of all]\n- second\n- note\n- deep\n- near\n]"
    )


def test_unknown_decorators_are_left_out_of_the_prompt_and_fallbacks_count() -> None:
    content = "@@risu_only 4\n@@@agn_only 5\n@@@depth soon\n@@@activate\n@@role user\n\nKnown."
    firing = only(entry(content), "Hm.")
    assert firing.placed
    assert firing.text == "- Known."
    assert firing.entry.content == content


def test_a_greeting_s_entry_comes_up_with_that_greeting_only() -> None:
    item = entry("@@is_greeting 1\nx", constant=True)
    assert not placed([item], scene("Hm.", greeting=0))
    assert placed([item], scene("Hm.", greeting=1))
    assert placed([item], scene("Hm.", greeting=None))


def test_the_budget_goes_to_priority_and_the_rest_says_what_it_would_take() -> None:
    entries = [
        entry("low " * 4, constant=True, priority=1, id=1),
        entry("high " * 4, constant=True, priority=9, id=2),
        entry("small", constant=True, priority=0, id=3),
    ]
    firings = fire(entries, scene("Hm."), 8)
    assert [(firing.entry.id, firing.placed) for firing in firings] == [
        (2, True),
        (3, True),
        (1, False),
    ]
    assert firings[2].why_not == "It takes 5 tokens and 3 are left."
    assert [(item.name, item.injected, item.tokens) for item in fired_lore(firings)] == [
        ("entry 2", True, 5),
        ("entry 3", True, 2),
        ("entry 1", False, 5),
    ]


def test_a_book_s_own_budget_holds_unless_an_entry_asks_to_ignore_it() -> None:
    entries = [entry("a " * 3, constant=True), entry("b " * 3, constant=True)]
    assert len(placed(entries, scene("Hm."), token_budget=5)) == 1
    entries[1] = entry("b " * 3, constant=True, ignore_budget=True)
    assert len(placed(entries, scene("Hm."), token_budget=5)) == 2
    assert len(placed(entries, scene("Hm."), 5)) == 1
    assert len(placed(entries, scene("Hm."), token_budget=0)) == 2


def test_what_yields_on_a_full_context_goes_first() -> None:
    entries = [
        entry("@@ignore_on_max_context\nyields", constant=True, priority=100),
        entry("stays", constant=True, priority=1),
    ]
    assert placed(entries, scene("Hm."), 2) == ["stays"]


def test_more_entries_than_can_be_weighed_are_left_out_by_priority() -> None:
    entries = [entry("x", constant=True, priority=number) for number in range(MOST_FIRED + 2)]
    firings = fire(entries, scene("Hm."))
    assert sum(firing.placed for firing in firings) == MOST_FIRED
    crowded = [firing for firing in firings if not firing.placed]
    assert [firing.entry.priority for firing in crowded] == [1, 0]
    assert all("others go first" in firing.why_not for firing in crowded)


def test_entries_bring_up_others_where_their_book_lets_them() -> None:
    entries = [
        entry("The harbour lies north.", "boat", name="Harbour"),
        entry("{{// the storm }}North is {{hidden_key: storm}} cold.", "north"),
        entry("x", "storm"),
        entry("never", "cold", exclude_recursion=True),
    ]
    at = scene("Hm.", "a boat")
    assert len(placed(entries, at)) == 1
    firings = [firing for firing in fire(entries, at, recursive_scanning=True) if firing.placed]
    assert len(firings) == 3
    assert firings[1].reason == "The key “north” is in the entry “Harbour”."


def test_a_note_in_an_entry_brings_nothing_up() -> None:
    entries = [entry("a {{// storm }}{{comment: gale}} b", "boat"), entry("x", "storm", "gale")]
    assert len(placed(entries, scene("a boat"), recursive_scanning=True)) == 1


def test_an_entry_may_keep_its_text_from_bringing_up_others() -> None:
    entries = [entry("storm", "boat", prevent_recursion=True), entry("x", "storm")]
    assert len(placed(entries, scene("a boat"), recursive_scanning=True)) == 1


def test_what_waits_for_others_comes_up_in_its_round() -> None:
    entries = [
        entry("one", "boat"),
        entry("second round", "one", delay_until_recursion=2),
        entry("always after", constant=True, delay_until_recursion=True),
    ]
    assert len(placed(entries, scene("a boat"), recursive_scanning=True)) == 3
    assert placed(entries, scene("nothing"), recursive_scanning=True) == []


def test_recursion_ends_after_so_many_rounds() -> None:
    chain = [entry(f"w{number + 1}x", f"w{number}x") for number in range(40)]
    assert len(placed(chain, scene("w0x"), recursive_scanning=True)) == 9


def test_one_of_a_group_comes_up_by_weight_and_the_others_say_who() -> None:
    entries = [
        entry("heavy", "lamp", group="g", group_weight=99, name="Heavy"),
        entry("light", "lamp", group="g", group_weight=1, name="Light"),
        entry("free", "lamp"),
    ]
    drawn = [placed(entries, scene("lamp", seed=str(number))) for number in range(60)]
    assert all(len(texts) == 2 and "free" in texts for texts in drawn)
    assert sum("heavy" in texts for texts in drawn) > 45
    losers = [firing for firing in fire(entries, scene("lamp")) if not firing.fired]
    assert losers[0].why_not == "Of the group “g” came up “Heavy”."
    assert losers[0].reason


def test_a_group_without_weights_draws_evenly() -> None:
    entries = [entry(name, "lamp", group="g", group_weight=0) for name in ("a", "b")]
    drawn = {placed(entries, scene("lamp", seed=str(number)))[0] for number in range(30)}
    assert drawn == {"a", "b"}


def test_precedence_and_most_keys_win_before_the_draw() -> None:
    first = entry("first", "lamp", group="g, h", group_override=True, insertion_order=5)
    later = entry("later", "lamp", group="g", group_override=True, insertion_order=9)
    heavy = entry("heavy", "lamp", group="g", group_weight=10_000)
    assert placed([first, later, heavy], scene("lamp")) == ["later"]
    many = entry("many", "lamp", "oil", group="g", use_group_scoring=True)
    few = entry("few", "lamp", group="g", use_group_scoring=True, group_weight=10_000)
    assert placed([many, few], scene("oil lamp")) == ["many"]


def test_a_group_that_came_up_admits_nobody_in_a_later_round() -> None:
    entries = [entry("storm", "boat", group="g"), entry("x", "storm", group="g")]
    assert placed(entries, scene("a boat"), recursive_scanning=True) == ["storm"]


def test_chance_is_the_same_for_the_same_turn_and_differs_between_turns() -> None:
    item = entry("x", "lamp", probability=50)
    outcomes = [bool(placed([item], scene("lamp", seed=str(number)))) for number in range(100)]
    assert 25 < sum(outcomes) < 75
    again = [bool(placed([item], scene("lamp", seed=str(number)))) for number in range(100)]
    assert outcomes == again
    turns = {bool(placed([item], scene(*["lamp"] * length))) for length in range(1, 30)}
    assert turns == {True, False}


TALK = ["Hm.", "lamp", "Aye.", "two", "No.", "three", "So.", "four", "Well.", "five", "On.", "six"]


def history(item: LoreEntry, talk: Sequence[str] = TALK) -> list[bool]:
    """Whether the entry comes up at each turn of the user's."""
    return [only(item, *talk[:length]).fired for length in range(2, len(talk) + 1, 2)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [True, False, False, False, False, False]),
        ({"sticky": 4}, [True, True, True, False, False, False]),
        ({"sticky": 1}, [True, False, False, False, False, False]),
        ({"constant": True, "cooldown": 4}, [True, False, False, True, False, False]),
        ({"constant": True, "sticky": 2, "cooldown": 2}, [True, True, False, True, True, False]),
        ({"constant": True, "delay": 5}, [False, False, True, True, True, True]),
    ],
)
def test_sticky_cooldown_and_delay_count_messages(
    fields: dict[str, object], expected: list[bool]
) -> None:
    assert history(entry("x", "lamp", scan_depth=1, **fields)) == expected


def test_decorators_keep_an_entry_for_good_or_let_it_come_up_once() -> None:
    keeping = entry("@@keep_activate_after_match\nx", "lamp", scan_depth=1)
    assert history(keeping) == [True] * 6
    assert "stays" in only(keeping, *TALK).reason
    once = entry("@@dont_activate_after_match\nx", constant=True)
    assert history(once) == [True] + [False] * 5
    assert "only once" in only(once, *TALK).why_not


def test_timers_say_since_when_they_run() -> None:
    sticky = entry("x", "lamp", scan_depth=1, sticky=4, cooldown=2)
    assert only(sticky, *TALK[:4]).reason == "It came up 2 messages ago and stays for 4."
    assert only(sticky, *TALK[:8]).why_not == "It came up 6 messages ago and rests."


def test_another_branch_has_timers_of_its_own() -> None:
    item = entry("x", "lamp", scan_depth=1, sticky=6)
    edited = ["Hm.", "no light", *TALK[2:]]
    assert history(item)[1]
    assert not any(history(item, edited))


def test_what_stays_from_before_wins_its_group_and_needs_no_luck() -> None:
    staying = entry("stays", "lamp", scan_depth=1, sticky=10, group="g", group_weight=1)
    other = entry("other", "two", scan_depth=1, group="g", group_weight=10**6, probability=99.9)
    assert placed([staying, other], scene(*TALK[:4])) == ["stays"]


def test_who_lost_the_draw_starts_no_timer() -> None:
    loser = entry("loser", "lamp", scan_depth=1, sticky=10, group="g", group_weight=0)
    winner = entry("winner", "lamp", scan_depth=1, group="g")
    assert placed([loser, winner], scene(*TALK[:2])) == ["winner"]
    assert placed([loser, winner], scene(*TALK[:4])) == []


def test_the_room_that_lore_is_given_depends_on_the_books_alone() -> None:
    full = Lorebook(entries=(entry("x"),))
    assert lore_budget([], 4000) == 0
    assert lore_budget([Lorebook(), Lorebook(entries=(entry("x", enabled=False),))], 4000) == 0
    assert lore_budget([full], 4000) == 400
    assert lore_budget([full.model_copy(update={"token_budget": 100})], 4000) == 100
    assert lore_budget([full, full.model_copy(update={"token_budget": 100})], 4000) == 400


def test_no_books_and_no_words_are_nothing() -> None:
    assert fire_lore([], scene("lamp"), PLENTY, words) == ()
    assert lore_block(()) == ""
    assert placed([entry("x", "lamp")], scene()) == []


WORDS = st.sampled_from(["lamp", "oil", "storm", "boat", "/la.p/", "(", "", "{{char}}"])
TEXTS = st.lists(WORDS | st.sampled_from(["oil lamp", "a storm"]), max_size=9)
CONTENTS = st.lists(
    WORDS | st.sampled_from(["@@depth 2\n", "@@activate\n", "@@unknown\n@@@scan_depth 1\n"]),
    max_size=4,
).map(" ".join)
COUNTS = st.none() | st.integers(-1, 6)
ENTRIES = st.builds(
    LoreEntry,
    keys=st.lists(WORDS, max_size=3).map(tuple),
    secondary_keys=st.lists(WORDS, max_size=2).map(tuple),
    selective=st.booleans(),
    logic=st.sampled_from(LoreLogic),
    content=CONTENTS,
    enabled=st.booleans(),
    constant=st.booleans(),
    use_regex=st.booleans(),
    scan_depth=COUNTS,
    insertion_order=st.integers(-5, 5) | st.floats(),
    priority=st.none() | st.floats(),
    ignore_budget=st.booleans(),
    position=st.sampled_from(LorePosition),
    probability=st.integers(-10, 110) | st.floats(),
    sticky=COUNTS,
    cooldown=COUNTS,
    delay=COUNTS,
    exclude_recursion=st.booleans(),
    prevent_recursion=st.booleans(),
    delay_until_recursion=st.booleans() | st.integers(-1, 3),
    group=st.sampled_from(["", "", "g", "h", "g,h"]),
    group_weight=st.integers(-1, 100) | st.floats(),
    group_override=st.booleans(),
    use_group_scoring=st.none() | st.booleans(),
)
BOOKS = st.builds(
    Lorebook,
    scan_depth=COUNTS,
    token_budget=st.none() | st.integers(-1, 20),
    recursive_scanning=st.none() | st.booleans(),
    entries=st.lists(ENTRIES, max_size=6).map(tuple),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(BOOKS, max_size=2), TEXTS, st.integers(0, 25))
def test_whatever_the_books_hold_the_budget_and_the_rules_hold(
    books: list[Lorebook], texts: list[str], budget: int
) -> None:
    firings = fire_lore(books, scene(*texts), budget, words)
    assert [firing.text for firing in firings] == [
        firing.text for firing in fire_lore(books, scene(*texts), budget, words)
    ]
    assert len(firings) == sum(len(book.entries) for book in books)
    assert sum(firing.tokens for firing in firings if firing.placed) <= budget
    for firing in firings:
        assert bool(firing.why_not) is not firing.placed
        assert firing.reason or not firing.fired
        assert firing.fired or not firing.placed
        assert firing.entry.enabled or not firing.reason
        assert not firing.text.startswith("- @@")
    grouped = [f.entry.group for f in firings if f.fired and f.entry.group]
    named = [group for groups in grouped for group in groups.split(",")]
    assert len(named) == len(set(named))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["lamp", "dark"]), max_size=14),
    st.integers(1, 6),
    st.integers(0, 6),
)
def test_an_entry_never_comes_up_while_it_rests(
    texts: list[str], cooldown: int, sticky: int
) -> None:
    item = entry("x", "lamp", scan_depth=1, cooldown=cooldown, sticky=sticky)
    lengths = [n for n in range(1, len(texts) + 1) if n == len(texts) or n % 2 == 0]
    up = [length for length in lengths if only(item, *texts[:length]).fired]
    begun: int | None = None
    for length in up:
        if begun is None or length > begun + sticky:
            assert begun is None or length > begun + sticky + cooldown
            begun = length
