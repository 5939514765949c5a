"""Scores become bands without a floor, and bands become sentences of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from personas.bands import Band, band_of
from personas.trait_wording import DOMAIN_WORDING, FACET_WORDING, domain_sentence, facet_sentence
from personas.traits import DOMAINS, Traits, Values
from personas.value_wording import VALUE_WORDING, value_sentence

SCORES = st.floats(min_value=1.0, max_value=7.0)
FACETS = [facet for facets in DOMAINS.values() for facet in facets]
SCALES = {**DOMAIN_WORDING, **FACET_WORDING, **VALUE_WORDING}


@given(SCORES, SCORES)
def test_a_higher_score_never_falls_into_a_lower_band(one, other):
    low, high = sorted((one, other))
    assert band_of(low) <= band_of(high)


@given(st.integers(4, 28))
def test_reversing_the_scale_mirrors_the_band(quarters):
    score = quarters / 4
    assert band_of(8 - score) == 8 - band_of(score)


@given(SCORES)
def test_a_band_is_never_further_than_half_a_point_from_its_score(score):
    assert abs(band_of(score) - score) <= 0.5


@pytest.mark.parametrize("number", range(1, 8))
def test_every_whole_score_has_its_own_band(number):
    assert band_of(float(number)) is Band(number)


def test_the_middle_is_neutral_and_nothing_is_floored():
    assert band_of(3.9) is Band.MIDDLE
    assert band_of(5.9) is Band.HIGH
    assert band_of(3.5) is band_of(4.5) is Band.MIDDLE


@pytest.mark.parametrize("score", [0.99, 7.01, float("nan"), float("inf")])
def test_a_score_off_the_scale_is_refused(score):
    with pytest.raises(ValueError, match="outside the scale"):
        band_of(score)
    with pytest.raises(ValidationError):
        Traits(anxiety=score)
    with pytest.raises(ValidationError):
        Values(power=score)


@given(st.sampled_from(sorted(DOMAINS)), st.lists(st.none() | SCORES, min_size=3, max_size=3))
def test_a_domain_is_the_mean_of_its_filled_facets(domain, scores):
    traits = Traits.model_validate(dict(zip(DOMAINS[domain], scores, strict=True)))
    filled = [score for score in scores if score is not None]
    mean = traits.domain(domain)
    if not filled:
        assert mean is None
    else:
        assert mean == pytest.approx(sum(filled) / len(filled))
        assert min(filled) - 1e-9 <= mean <= max(filled) + 1e-9
    assert all(traits.domain(other) is None for other in DOMAINS if other != domain)


@given(st.sampled_from(sorted(DOMAINS)), st.lists(SCORES, min_size=1, max_size=3))
def test_the_mean_of_any_scores_stays_on_the_scale(domain, scores):
    traits = Traits.model_validate(dict(zip(DOMAINS[domain], scores, strict=False)))
    mean = traits.domain(domain)
    assert mean is not None
    assert band_of(min(scores)) <= band_of(mean) <= band_of(max(scores))


def test_the_wording_covers_every_domain_facet_and_value():
    assert set(DOMAIN_WORDING) == set(DOMAINS)
    assert set(FACET_WORDING) == set(FACETS)
    assert set(VALUE_WORDING) == set(Values.model_fields)
    assert set(FACETS) == set(Traits.model_fields)


def test_no_two_bands_of_anything_read_alike():
    sentences = [sentence for scale in SCALES.values() for sentence in scale]
    assert len(sentences) == 30 * 7
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") and len(sentence) < 90 for sentence in sentences)


def test_the_lowest_and_the_highest_band_reach_their_sentences():
    assert domain_sentence("extraversion", Band.VERY_LOW) == DOMAIN_WORDING["extraversion"][0]
    assert facet_sentence("trust", Band.MIDDLE) == FACET_WORDING["trust"][3]
    assert value_sentence("power", Band.VERY_HIGH) == VALUE_WORDING["power"][6]


def test_a_layer_knows_whether_anything_was_filled_in():
    assert Traits().is_empty
    assert not Traits(trust=4).is_empty
