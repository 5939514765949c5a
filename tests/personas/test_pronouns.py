"""She, he or they, from what a writer put down about gender and sex."""

from __future__ import annotations

import pytest

from personas.identity import SocialIdentity
from personas.pronouns import HE, MYSELF, SHE, THEY, pronouns_for


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


def test_a_sentence_is_told_of_anybody():
    template = "{They} [keeps|keep] {theirs} to {themself}; {their} friends call {them} Mo."
    assert SHE.put_into(template) == "She keeps hers to herself; her friends call her Mo."
    assert HE.put_into(template) == "He keeps his to himself; his friends call him Mo."
    assert THEY.put_into(template) == "They keep theirs to themself; their friends call them Mo."
    assert MYSELF.put_into("Like {them}.") == "Like me."


@pytest.mark.parametrize("text", ["{{they}} and {{char}}", "{other}", "[OOC: no]", "a | b", ""])
def test_macros_and_other_brackets_are_left_alone(text):
    assert SHE.put_into(text) == text
