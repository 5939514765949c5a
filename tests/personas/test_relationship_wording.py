"""How two people stand to each other, in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.life_context import Relationship, RelationshipChange
from personas.pronouns import HE, SHE, THEY
from personas.relationship_wording import (
    YOU,
    Party,
    bond_sentence,
    bond_sentence_afterwards,
    news_of,
    pronouns_of,
)

HER = Party.called(SHE)


@pytest.mark.parametrize(
    ("words", "pronouns"),
    [
        ({"relation": "younger sister, in Inverness"}, SHE),
        ({"relation": "Step-Mother"}, SHE),
        ({"relation": "his mother's brother, printer"}, HE),
        ({"relation": "a German human, roman nose"}, THEY),
        ({"relation": "fisherman"}, HE),
        ({"relation": "half-sister and fishwoman"}, SHE),
        ({"name": "Mr Pell"}, HE),
        ({"name": "Sister Mariam"}, SHE),
        ({"name": "Dombey & Son"}, THEY),
        ({"name": "Prince"}, THEY),
        ({"relation": "rival", "note": "He waves. He never stops."}, HE),
        ({"relation": "rival", "note": "She waves."}, THEY),  # She may be the character.
        ({"relation": "rival", "note": "He told them."}, HE),
        ({}, THEY),
    ],
)
def test_who_is_spoken_of_is_told_from_the_words_about_them(words, pronouns):
    person = Relationship(**{"name": "Sam", **words})
    assert pronouns_of(person, SHE) == pronouns


def test_a_note_that_speaks_of_two_decides_nothing():
    person = Relationship(name="Sam", note="He asked and she said no.")
    assert pronouns_of(person, THEY) == THEY


@pytest.mark.parametrize(
    ("familiarity", "words"),
    [
        (0, "You do not know her."),
        (1, "You hardly know her."),
        (2, "You hardly know her."),
        (3, "You know her a little."),
        (5, "You know her fairly well."),
        (7, "You know her well."),
        (9, "You know her through and through."),
        (10, "You know her through and through."),
    ],
)
def test_familiarity_has_six_bands(familiarity, words):
    assert bond_sentence(Relationship(name="x", familiarity=familiarity), YOU, HER) == words


@pytest.mark.parametrize(
    ("affection", "words"),
    [
        (-10, "You hate her."),
        (-8, "You hate her."),
        (-7, "You cannot bear her."),
        (-4, "You cannot bear her."),
        (-3, "You do not much like her."),
        (-1, "You do not much like her."),
        (0, "You feel nothing much for her."),
        (1, "You rather like her."),
        (3, "You rather like her."),
        (4, "You are fond of her."),
        (7, "You are fond of her."),
        (8, "You love her dearly."),
        (10, "You love her dearly."),
    ],
)
def test_affection_has_seven_bands_with_one_for_nothing(affection, words):
    assert bond_sentence(Relationship(name="x", affection=affection), YOU, HER) == words


def test_a_screen_speaks_by_name_and_with_verbs_that_agree():
    person = Relationship(name="x", familiarity=8, their_familiarity=4, their_affection=5)
    isla, they = Party.named("Isla"), Party.called(THEY)
    assert bond_sentence(person, isla, they) == (
        "Isla knows them well; they know Isla a little and are fond of Isla."
    )
    change = RelationshipChange(affection=5, their_affection=1)
    assert bond_sentence_afterwards(change, isla, they) == (
        "After that Isla was fond of them; they rather liked Isla."
    )


def test_what_goes_both_ways_alike_is_said_once():
    person = Relationship(
        name="x", familiarity=8, affection=5, their_familiarity=7, their_affection=4
    )
    assert bond_sentence(person, YOU, HER) == (
        "You know each other well and are fond of each other."
    )
    change = RelationshipChange(familiarity=8, their_familiarity=7)
    assert bond_sentence_afterwards(change, Party.named("Isla"), HER) == (
        "After that they knew each other well."
    )


def test_only_what_reads_otherwise_than_before_and_today_is_news():
    person = Relationship(
        name="x",
        affection=5,
        changes=(
            RelationshipChange(what="a", affection=1, their_affection=5),
            RelationshipChange(what="b", affection=2, their_affection=-5),
            RelationshipChange(what="c", affection=4, their_affection=-5),
        ),
    )
    told = [(one.what, one.affection, one.their_affection) for one in news_of(person)]
    assert told == [("a", 1, 5), ("b", None, -5), ("c", None, None)]


def test_nothing_said_is_nothing_told():
    assert bond_sentence(Relationship(name="x"), YOU, HER) == ""
    assert bond_sentence_afterwards(RelationshipChange(), YOU, HER) == ""


@given(
    numbers=st.fixed_dictionaries(
        {
            "familiarity": st.none() | st.integers(0, 10),
            "affection": st.none() | st.integers(-10, 10),
            "their_familiarity": st.none() | st.integers(0, 10),
            "their_affection": st.none() | st.integers(-10, 10),
        }
    )
)
def test_any_numbers_read_as_whole_sentences(numbers):
    for said in (
        bond_sentence(Relationship(name="x", **numbers), YOU, HER),
        bond_sentence_afterwards(RelationshipChange(**numbers), YOU, HER),
    ):
        assert "{" not in said
        assert bool(said) == any(value is not None for value in numbers.values())
        assert not said or (said[0].isupper() and said.endswith("."))
