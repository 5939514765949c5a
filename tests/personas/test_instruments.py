"""Questionnaires: what counts, what is refused, and that nothing is floored."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.instruments import (
    TRAIT_QUESTIONNAIRE,
    VALUE_PORTRAITS,
    AnswerError,
    score_traits,
    score_values,
)
from personas.pronouns import HE, SHE, THEY
from personas.traits import DOMAINS, Traits, Values

BOTH = pytest.mark.parametrize(
    "questionnaire", [TRAIT_QUESTIONNAIRE, VALUE_PORTRAITS], ids=lambda q: q.id
)
SCORERS = {TRAIT_QUESTIONNAIRE.id: score_traits, VALUE_PORTRAITS.id: score_values}


def filled(questionnaire):
    ids = [item.id for item in questionnaire.items]
    return st.dictionaries(st.sampled_from(ids), st.integers(1, 7))


def answered(questionnaire, measure, *answers):
    """Answers to the items of one measure, given as what they should count for."""
    items = [item for item in questionnaire.items if item.measures == measure]
    return {item.id: item.score(answer) for item, answer in zip(items, answers, strict=False)}


def test_thirty_statements_cover_fifteen_facets_once_for_and_once_against():
    keyed = Counter((item.measures, item.is_reversed) for item in TRAIT_QUESTIONNAIRE.items)
    facets = [facet for facets in DOMAINS.values() for facet in facets]
    assert keyed == Counter({(facet, turned): 1 for facet in facets for turned in (True, False)})
    assert set(TRAIT_QUESTIONNAIRE.measured) == set(Traits.model_fields)


def test_twenty_portraits_cover_ten_values_twice():
    assert Counter(item.measures for item in VALUE_PORTRAITS.items) == Counter(
        dict.fromkeys(Values.model_fields, 2)
    )
    assert not any(item.is_reversed for item in VALUE_PORTRAITS.items)


@BOTH
def test_two_statements_about_the_same_thing_never_follow_one_another(questionnaire):
    items = questionnaire.items
    assert all(a.measures != b.measures for a, b in pairwise(items))


@BOTH
def test_every_statement_reads_in_every_person(questionnaire):
    said = [item.about_me for item in questionnaire.items]
    for pronouns in (SHE, HE, THEY):
        said += [item.told_of(pronouns) for item in questionnaire.items]
    for sentence in said:
        assert re.fullmatch(r"[A-Z][^\[\]{}|]*\.", sentence), sentence
        assert len(sentence.split()) <= 16
    assert len({item.about_me for item in questionnaire.items}) == len(questionnaire.items)
    assert all(re.search(r"\b(I|me|my|My)\b", item.about_me) for item in questionnaire.items)


def test_a_statement_agrees_with_its_pronouns():
    items = {item.id: item for item in TRAIT_QUESTIONNAIRE.items}
    assert items["T01"].told_of(SHE) == "She falls into talk with people she has never met."
    assert items["T01"].told_of(THEY) == "They fall into talk with people they have never met."
    asked = items["T12"]
    assert "asks himself" in asked.told_of(HE)
    assert "asks herself" in asked.told_of(SHE)
    assert "ask themself" in asked.told_of(THEY)


def test_the_mean_of_four_and_five_is_four_and_a_half():
    assert score_traits(answered(TRAIT_QUESTIONNAIRE, "trust", 4, 5)).trust == 4.5
    assert score_values(answered(VALUE_PORTRAITS, "power", 4, 5)).power == 4.5


def test_one_answer_of_two_counts_alone_and_none_leaves_the_facet_open():
    traits = score_traits(answered(TRAIT_QUESTIONNAIRE, "anxiety", 6))
    assert traits.anxiety == 6.0
    assert traits.trust is None
    assert score_traits({}) == Traits()
    assert score_values({}) == Values()


@BOTH
def test_what_is_still_open_is_told(questionnaire):
    first, *others = questionnaire.items
    assert questionnaire.unanswered({first.id: 3}) == tuple(others)


@BOTH
@pytest.mark.parametrize("wrong", [0, 8, -3, 4.0, 3.5, True, "4", None])
def test_an_answer_off_the_scale_is_refused_in_a_sentence(questionnaire, wrong):
    item = questionnaire.items[0]
    with pytest.raises(AnswerError, match="Give a whole number from 1 to 7") as caught:
        SCORERS[questionnaire.id]({item.id: wrong})
    assert item.about_me in str(caught.value)


@BOTH
def test_an_unknown_item_is_refused_in_a_sentence(questionnaire):
    with pytest.raises(AnswerError, match="“X99” is no item"):
        SCORERS[questionnaire.id]({"X99": 4})


@BOTH
@given(data=st.data())
def test_scores_stay_between_the_lowest_and_the_highest_answer(questionnaire, data):
    answers = data.draw(filled(questionnaire))
    scored = SCORERS[questionnaire.id](answers)
    for measure in questionnaire.measured:
        counted = [
            item.score(answers[item.id])
            for item in questionnaire.items
            if item.measures == measure and item.id in answers
        ]
        score = getattr(scored, measure)
        if not counted:
            assert score is None
        else:
            assert min(counted) <= score <= max(counted)
            assert score == sum(counted) / len(counted)


@BOTH
@given(data=st.data())
def test_turning_every_answer_round_turns_every_score_round(questionnaire, data):
    answers = data.draw(filled(questionnaire))
    straight = SCORERS[questionnaire.id](answers)
    turned = SCORERS[questionnaire.id]({item: 8 - answer for item, answer in answers.items()})
    for measure in questionnaire.measured:
        score, mirrored = getattr(straight, measure), getattr(turned, measure)
        assert (score is None and mirrored is None) or score + mirrored == 8


@BOTH
@given(data=st.data())
def test_a_stronger_answer_moves_only_its_measure_and_only_its_way(questionnaire, data):
    answers = data.draw(filled(questionnaire))
    item = data.draw(st.sampled_from(questionnaire.items))
    low = data.draw(st.integers(1, 6))
    high = data.draw(st.integers(low + 1, 7))
    before = SCORERS[questionnaire.id]({**answers, item.id: low})
    after = SCORERS[questionnaire.id]({**answers, item.id: high})
    for measure in questionnaire.measured:
        old, new = getattr(before, measure), getattr(after, measure)
        if measure != item.measures:
            assert old == new
        elif item.is_reversed:
            assert new < old
        else:
            assert new > old
