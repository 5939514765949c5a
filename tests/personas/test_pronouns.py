"""She, he or they, from what a writer put down about gender and sex."""

from __future__ import annotations

import pytest

from personas.identity import SocialIdentity
from personas.pronouns import HE, SHE, THEY, pronouns_for


@pytest.mark.parametrize(
    ("gender", "sex", "expected"),
    [
        ("woman", "", SHE),
        ("Woman, and not shy of it", "female", SHE),
        ("", "female", SHE),
        ("", "F", SHE),
        ("a man", "", HE),
        ("I'm a woman", "", SHE),
        ("", "male", HE),
        ("", "m", HE),
        ("trans man", "female", HE),
        ("trans woman", "male", SHE),
        ("non-binary", "female", THEY),
        ("nonbinary woman", "female", THEY),
        ("genderfluid", "male", THEY),
        ("man and woman both", "male", THEY),
        ("she/her", "", SHE),
        ("they/them, a woman to the tax office", "female", THEY),
        ("he/they", "female", HE),
        ("none of your business", "female", THEY),
        ("", "", THEY),
    ],
)
def test_gender_decides_before_sex_and_doubt_is_they(gender, sex, expected):
    assert pronouns_for(SocialIdentity(gender=gender, sex=sex)) is expected


def test_a_heading_agrees_with_its_pronoun():
    headings = {f"What {p.verb('drives', 'drive')} {p.object}" for p in (SHE, HE)}
    assert headings == {"What drives her", "What drives him"}
    assert f"How {THEY.subject} {THEY.verb('speaks', 'speak')}" == "How they speak"
