"""Rules read a paragraph about somebody and invent nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.prompting.paragraph_reading import read_paragraph
from app.prompting.suggestion import make_suggestion
from personas.persona import Persona

MARTA = (
    "Marta Lindgren is 43 years old and lives in Gothenburg with her son Emil. She works as a tram "
    "driver. She loves early mornings and strong coffee, and hates being late."
)
WALTER = (
    "A retired teacher of 71, Walter Osei grew up in Kumasi in 1953 and moved to Leeds. Walter "
    "lives alone above a bakery. He doesn't like crowds, enjoys chess, jazz, and long walks, and "
    "wants to write a book about his late wife Abena."
)
PRIYA = "My name is Priya. I\u2019m 29 and I am a nurse in Pune. I love cricket but hate mornings."
ROSA = (
    "In her late thirties, Captain Rosa de la Cruz commands a small ship. Her brother Tomás "
    "betrayed her. Rosa hopes to find him."
)
SEAN = (
    "Born in Cork, Sean is an old fisherman. He lives in a cottage by the sea with his dog Bran "
    "and cannot stand tourists. He studied engineering at Dublin."
)
WORDS = (
    *("Marta", "Lindgren", "is", "43", "years old", "lives in", "with her", "son", "Emil", "and"),
    *("loves", "hates", "does not like", "wants to", "a", "the", ",", ".", "I'm", "called", "of"),
    *(
        "born in",
        "1953",
        "works as",
        "studied",
        "aged",
        "nurse",
        "with",
        "alone",
        "\n",
        "who",
        "in",
    ),
)


def read(text: str) -> dict[str, Any]:
    return {".".join(map(str, path)): value for path, value in read_paragraph(text)}


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        (MARTA, "name", "Marta Lindgren"),
        (MARTA, "social.age", "43"),
        (MARTA, "social.gender", "woman"),
        (MARTA, "social.residence", "Gothenburg"),
        (MARTA, "social.job", "tram driver"),
        (MARTA, "social.living_style", "with her son Emil"),
        (MARTA, "life.loves", ["early mornings", "strong coffee"]),
        (MARTA, "life.hates", ["being late"]),
        (MARTA, "life.relationships", [{"name": "Emil", "relation": "son"}]),
        (WALTER, "name", "Walter Osei"),
        (WALTER, "social.age", "71"),
        (WALTER, "social.occupation", "retired"),
        (WALTER, "social.residence", "above a bakery"),
        (WALTER, "social.living_style", "alone"),
        (WALTER, "life.loves", ["chess", "jazz", "long walks"]),
        (WALTER, "life.hates", ["crowds"]),
        (WALTER, "life.goals", ["write a book about his late wife Abena"]),
        (WALTER, "life.relationships", [{"name": "Abena", "relation": "late wife"}]),
        (WALTER, "life.timeline", [{"when": "1953", "what": "Grew up in Kumasi."}]),
        (PRIYA, "name", "Priya"),
        (PRIYA, "social.age", "29"),
        (PRIYA, "social.job", "nurse"),
        (PRIYA, "life.loves", ["cricket"]),
        (PRIYA, "life.hates", ["mornings"]),
        (ROSA, "name", "Captain Rosa de la Cruz"),
        (ROSA, "social.age", "late thirties"),
        (ROSA, "life.goals", ["find him"]),
        (SEAN, "name", "Sean"),
        (SEAN, "social.gender", "man"),
        (SEAN, "social.job", "fisherman"),
        (SEAN, "social.major", "engineering"),
        (SEAN, "life.hates", ["tourists"]),
        (SEAN, "life.timeline", [{"when": "", "what": "Born in Cork.", "age": 0}]),
        ("Éowyn, aged 24, rides.", "name", "Éowyn"),
        ("Éowyn, aged 24, rides.", "social.age", "24"),
        ("A boy called Pip. His sister is called Joan.", "name", "Pip"),
        ("Her dog Rex barks. Ann laughs. Ann sings.", "name", "Ann"),
        ("Lee, 61, keeps bees.", "social.age", "61"),
    ],
)
def test_what_is_said_is_found(text: str, field: str, expected: object) -> None:
    assert read(text)[field] == expected


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("The quiet librarian never speaks.", "name"),
        ("They are somewhere.", "social.gender"),
        ("She has 3 children and is 20 years in the trade.", "social.age"),
        ("He was 500 then.", "social.age"),
        ("She is a good mother.", "social.job"),
        ("She never leaves.", "life.hates"),
        ("Her brother left.", "life.relationships"),
        ("", "name"),
    ],
)
def test_what_is_not_said_is_not_found(text: str, field: str) -> None:
    assert field not in read(text)


@given(
    st.one_of(st.text(max_size=400), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
)
def test_every_finding_is_something_that_a_persona_can_hold(text: str) -> None:
    nobody = Persona(name="Somebody")
    for path, value in read_paragraph(text):
        suggestion = make_suggestion(nobody, path, value)
        assert suggestion is not None or (path, value) == (("name",), "Somebody")


def test_a_long_tangled_paragraph_does_not_hang_the_reader() -> None:
    tangled = "She lives with a son and loves to hate what her sister Ann is and " * 60
    assert len(read_paragraph(tangled)) > 2
