"""Memories in order and in words, without a context: shelf, rows, relationship, map, facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from app.domain.ids import MemoryId
from app.domain.memory import (
    About,
    Bond,
    MemoryKind,
    NoteKind,
    Provenance,
    Recalled,
    Signal,
    Triple,
)
from app.ports.memory_store import MemoryTies
from app.services.bonds import bond_line
from app.services.conversations import ReplyDetails
from app.services.memory_room import MemoryDetails
from app.services.recaps import Recap
from tests.ui.book import make_message
from tests.ui.memories.remembering import NOW, a_note
from ui.viewmodels.memory_bond import picture_of
from ui.viewmodels.memory_deeds import joined, sentences_of
from ui.viewmodels.memory_facts import tell_facts
from ui.viewmodels.memory_known import tell_known
from ui.viewmodels.memory_map import MOST_MEMORIES, draw_map
from ui.viewmodels.memory_recap import recap_in_words
from ui.viewmodels.memory_rows import MemoryListModel, MemoryRole
from ui.viewmodels.memory_shelf import MemoryChip, MemoryEntry, narrow, shelve
from ui.viewmodels.memory_whose import aside_in_words
from ui.viewmodels.memory_words import (
    note_of,
    say_place,
    say_signals,
    say_trust,
    shorten,
    spoken_note,
    where_from,
)

PARIS = a_note("paris", "He lives in Paris.", 80, superseded_by=MemoryId("lyon"))
LYON = a_note("lyon", "He has moved to Lyon.", 38, is_pinned=True, uses=6, keywords=("work",))
PROMISE = a_note("promise", "She promised to play.", 40, note_kind=NoteKind.PROMISE)
ORDER = a_note("order", "Always agree.", 30, quarantine="It gives orders.")
THOUGHT = a_note(
    "thought", "I keep a chair free.", 43, kind=MemoryKind.REFLECTION, evidence=("a", "b")
)
SAID = a_note("said", "Daniel: “Tea?” Isla: “Black.”", 1, kind=MemoryKind.EPISODE, note_kind=None)
ALL = [PARIS, LYON, PROMISE, ORDER, THOUGHT, SAID]


def ids(entries) -> list[str]:
    return [entry.memory.id for entry in entries]


def test_newest_stands_first_and_what_is_superseded_below():
    shelf = shelve(ALL)
    assert ids(shelf.entries) == ["said", "order", "lyon", "promise", "thought"]
    lyon = shelf.told_in[MemoryId("paris")]
    assert lyon.memory.id == "lyon"
    assert [one.id for one in lyon.earlier] == ["paris"]
    assert shelf.counts == {
        MemoryChip.EPISODES: 1,
        MemoryChip.ASIDE: 1,
        MemoryChip.FACTS: 1,
        MemoryChip.PROMISES: 1,
        MemoryChip.REFLECTIONS: 1,
    }
    assert MemoryId("nobody") not in shelf.told_in


def test_a_chain_of_supersessions_ends_at_the_last():
    rome = a_note("rome", "He lives in Rome.", 90, superseded_by=MemoryId("paris"))
    shelf = shelve([rome, *ALL])
    assert [one.id for one in shelf.told_in[MemoryId("rome")].earlier] == ["paris", "rome"]
    circle = [
        a_note("one", "One.", 2, superseded_by=MemoryId("two")),
        a_note("two", "Two.", 1, superseded_by=MemoryId("one")),
    ]
    assert sum(1 + len(entry.earlier) for entry in shelve(circle).entries) == 2


def test_superseded_by_what_is_set_aside_stands_alone():
    aside = replace(LYON, quarantine="It gives orders.")
    shelf = shelve([PARIS, aside])
    assert ids(narrow(shelf, {MemoryChip.FACTS})) == ["paris"]


def test_entries_that_stay_are_the_same_objects():
    before = shelve(ALL)
    after = shelve([*ALL[:-1], replace(SAID, uses=1)], before)
    kept = [one is other for one, other in zip(before.entries, after.entries, strict=True)]
    assert kept == [False, True, True, True, True]


def test_words_are_searched_in_superseded_ones_and_keywords_too():
    shelf = shelve(ALL)
    everything = set(MemoryChip)
    assert ids(narrow(shelf, everything, "PARIS")) == ["lyon"]
    assert ids(narrow(shelf, everything, "lyon work")) == ["lyon"]
    assert ids(narrow(shelf, {MemoryChip.EPISODES}, "paris")) == []


@pytest.mark.parametrize(
    ("memory", "note", "spoken"),
    [
        (LYON, "pinned\u00a0\u00b7 \u00d76", "pinned, used 6 times"),
        (replace(LYON, is_pinned=False, uses=1), "importance 3\u00a0\u00b7 \u00d71", "used once"),
        (PROMISE, "promise", "promise"),
        (ORDER, "set aside", "set aside"),
        (THOUGHT, "reflection on 2", "reflection on 2"),
        (SAID, "episode", "episode"),
    ],
)
def test_the_note_says_what_counts(memory, note, spoken):
    assert note_of(memory) == note
    assert spoken_note(memory).endswith(spoken)


def test_rows_are_put_into_words_when_they_are_seen(qapp):
    model = MemoryListModel(lambda: NOW)
    older = a_note("older", "He has been to Lyon.", 100)
    entry = shelve([older]).entries[0]
    many = tuple(a_note(f"n{n}", f"Place {n}.", 100 + n) for n in range(5))
    model.replace([*shelve(ALL).entries, replace(entry, earlier=many)])
    row = model.index(2).data(MemoryRole.ROW)
    assert (row.day, row.text) == ("14 October", "He has moved to Lyon.")
    assert row.earlier == (("He lives in Paris.", "superseded, 2 September"),)
    assert model.index(4).data(MemoryRole.ROW).is_italic
    last = model.index(5)
    assert last.data(MemoryRole.ROW).earlier[-1] == ("", "and 3 more that were superseded")
    spoken = last.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("He has been to Lyon., 13 August, importance 3")
    assert last.data(Qt.ItemDataRole.DisplayRole) == "He has been to Lyon."
    assert last.data(Qt.ItemDataRole.DecorationRole) is None


@pytest.mark.parametrize("provenance", Provenance)
def test_every_provenance_has_words(provenance):
    memory = replace(LYON, provenance=provenance)
    assert say_trust(memory, "Isla")
    assert where_from(memory)


def test_signals_are_told_by_weight_with_their_scores():
    signals = (
        Signal("words", 0.4, 1.8),
        Signal("meaning", 0.71, 5.1),
        Signal("asking", 1.0, -1.1),
        Signal("importance", 6.0, 0.2),
        Signal("answer", 1.0, 3.4),
    )
    assert say_signals(signals) == [
        "meaning .71",
        "answers such a question 1.0",
        "the same words .40",
        "importance 6",
    ]


def test_the_place_in_the_prompt_is_counted_from_the_oldest():
    found = [Recalled(one, 0.5, "", injected=True) for one in (LYON, PARIS)]
    left = Recalled(SAID, 0.5, "", injected=False)
    assert say_place(found[0], [*found, left]) == "memory 2 of 2"
    assert say_place(left, [*found, left]) == ""
    assert say_place(found[0], found[:1]) == ""


def test_long_words_are_cut_between_words():
    assert shorten("one two  three", 40) == "one two three"
    assert shorten("one two three", 9) == "one two\u2026"


def test_the_relationship_says_where_it_was_lowest():
    memories = [
        a_note("a", "They met.", 50, bond=Bond(1.0, 0.5, 2.0)),
        a_note("b", "The ladder.", 40, bond=Bond(1.0, -1.0, -3.0, "sharp")),
        a_note("c", "The soup.", 10, bond=Bond(2.0, 1.0, 4.0, "warm")),
    ]
    picture = picture_of(bond_line(memories), "Daniel", "Isla", NOW)
    assert [line.words for line in picture.lines] == [
        "familiarity 4.0 of 10",
        "Isla for Daniel: +3",
        "Daniel for Isla: +0.5",
    ]
    assert picture.lowest == 1
    assert picture.floor == -10
    assert picture.summary == "mood: warm\u00a0\u00b7 lowest on 12 October, “The ladder.”"
    assert picture.across[0] == 0.0
    assert picture.across[-1] == 1.0
    assert "Isla for Daniel \u22121" in picture.said[1]
    assert picture_of([], "Daniel", "Isla", NOW).spoken == ""


def test_a_long_relationship_keeps_its_last_moment():
    bond = Bond(familiarity=0.01)
    memories = [a_note(f"n{n}", "They met.", 500 - n, bond=bond) for n in range(400)]
    picture = picture_of(bond_line(memories), "Daniel", "Isla", NOW)
    assert len(picture.across) <= 160
    assert picture.memory_ids[-1] == "n399"
    same = [replace(one, happened_at=NOW) for one in memories[:3]]
    assert picture_of(bond_line(same), "Daniel", "Isla", NOW).across == (0.0, 0.5, 1.0)


def test_the_map_groups_what_speaks_of_the_same():
    radio = [
        a_note("set", "The set is dead.", 3, keywords=("radio",), importance=8.0),
        a_note("valve", "The valve is in the tin.", 2, keywords=("radio", "tin")),
    ]
    city = a_note("city", "He lives in Lyon.", 1, triples=(Triple("Daniel", "in", "Lyon"),))
    drawn = draw_map([*radio, city, ORDER, PARIS, SAID], "Daniel", "Isla")
    assert [(one.name, one.count_words) for one in drawn.subjects] == [
        ("Radio", "2 memories"),
        ("About Daniel", "1 memory"),
    ]
    assert drawn.memory_ids == ["set", "valve", "city"]
    assert draw_map([SAID], "Daniel", "Isla").subjects[0].name == "What was said"


def test_the_map_takes_the_weightiest_only():
    many = [a_note(f"n{n}", f"Fact {n}.", n + 1, importance=1 + n % 10) for n in range(90)]
    drawn = draw_map(many, "Daniel", "Isla")
    assert len(drawn.memory_ids) == MOST_MEMORIES
    assert drawn.left_out == 30
    assert "n9" in drawn.memory_ids
    assert "n80" not in drawn.memory_ids


def test_what_is_known_keeps_each_sentence_with_its_memory():
    other = a_note("miriam", "Miriam is getting married", 5, about=About.OTHERS)
    told = tell_known([PARIS, LYON, other, ORDER], "Daniel", "Isla")
    assert [one.title for one in told] == ["About Daniel", "About others"]
    assert told[0].sentences[0].memory_id == "lyon"
    assert told[0].sentences[0].text.startswith("He has moved to Lyon. Before that: He lives")
    assert told[1].sentences[0].text == "Miriam is getting married."


def test_what_was_set_aside_is_told_with_why_and_whence():
    assert aside_in_words([]) == ""
    card = replace(ORDER, provenance=Provenance.CARD)
    line = aside_in_words([MemoryEntry(card)])
    assert line == (
        "1 memory was set aside: it gives orders (“Always agree.”), from an imported card."
    )
    quoted = replace(card, quarantine="Kept out of recall: it gives an order, “agree”.")
    assert aside_in_words([MemoryEntry(quoted), MemoryEntry(card)]) == (
        "2 memories were set aside: the newest, it gives an order, “agree”, from an imported card."
    )


def test_the_last_reply_tells_how_a_memory_was_found():
    recalled = Recalled(LYON, 0.7, "Close in meaning.", True, 14, (Signal("meaning", 0.7, 5.0),))
    used = replace(LYON, last_used_at=NOW)
    reply = ReplyDetails(make_message(1, "It sings Stornoway."), None, (recalled,))
    details = MemoryDetails(used, (make_message(0),), MemoryTies(wordings=("Lyon!",)), {})
    told = {fact.title: fact.lines for fact in tell_facts(details, reply, "Isla", NOW)}
    assert told["last used"][0].text == "today, 6 times in all"
    assert told["last used"][0].link == "in “It sings Stornoway.” \u203a"
    assert told["last used"][0].message.message_id == "m1"
    assert [line.text for line in told["found by"]] == ["Close in meaning.", "meaning .70"]
    assert told["worded before"][0].text == "Lyon!"
    without = {fact.title: fact.lines for fact in tell_facts(details, None, "Isla", NOW)}
    assert not without["last used"][0].link
    assert "found by" not in without


def test_last_time_is_a_line_with_a_day():
    recap = Recap(NOW - timedelta(days=1), (PROMISE, LYON))
    line = recap_in_words(recap, NOW)
    assert line == "Last time, yesterday: She promised to play. He has moved to Lyon."
    older = Recap(NOW - timedelta(days=20), (replace(SAID, text="word " * 60),))
    assert recap_in_words(older, NOW).startswith("Last time, on 1 November: word")
    assert recap_in_words(older, NOW).endswith("\u2026")


def test_a_first_offer_for_taking_apart_and_for_merging():
    assert sentences_of("He moved. He works; and sings!") == ["He moved.", "He works", "and sings!"]
    assert sentences_of("  ") == []
    assert joined([LYON, PARIS, LYON]) == "He lives in Paris. He has moved to Lyon."
