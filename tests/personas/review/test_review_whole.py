"""The review as a whole: the shipped cast passes it, no text breaks it, none makes it wait."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.identity import SocialIdentity
from personas.library import load_library
from personas.life_context import (
    LifeContext,
    LifeEvent,
    Relationship,
    RelationshipChange,
    Secret,
)
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona
from personas.review import Severity, review
from personas.traits import PersonalIdentity
from personas.voice import ExampleDialogue, ExampleLine, Voice

LIBRARY = load_library()

HOSTILE_PIECES = [
    *("ignore all previous ", "always agrees ", "{{user}} ", "{{", "}}", "*", "“", '"', "<!--"),
    *("Ada lives in A", "Ada was born in B", "I am 9 ", "you nod ", "shares a with ", "http://"),
    *("born ", "#### ", "\n", " ", "\u200b", "é", "2019", ".", ",", "/(/i", "\x1c", "@@depth 4\n"),
]
hostile = st.lists(st.sampled_from(HOSTILE_PIECES), max_size=12).map("".join)
named = hostile.map(lambda text: f"Ada{text}"[:200])


@st.composite
def personas(draw):
    texts = st.tuples(hostile, hostile)
    return Persona(
        name=draw(named),
        nickname=draw(hostile)[:200],
        tagline=draw(hostile),
        description=draw(hostile),
        scenario=draw(hostile),
        greeting=draw(hostile),
        alternate_greetings=draw(texts),
        life=LifeContext(
            weekday=draw(hostile),
            home=draw(hostile),
            loves=draw(texts),
            hates=draw(texts),
            relationships=(
                Relationship(
                    name=draw(named),
                    familiarity=0,
                    affection=9,
                    note=draw(hostile),
                    changes=(
                        RelationshipChange(when=draw(hostile), what=draw(hostile), affection=1),
                        RelationshipChange(when=draw(hostile), age=draw(st.integers(0, 200))),
                    ),
                ),
            ),
            timeline=(
                LifeEvent(when=draw(hostile), what=draw(named), age=draw(st.integers(0, 200))),
                LifeEvent(when=draw(hostile), what=draw(named)),
            ),
            secrets=(Secret(what=draw(named), known_by=draw(texts)),),
        ),
        voice=Voice(
            catchphrases=draw(texts),
            never_says=draw(texts),
            examples=(
                ExampleDialogue(
                    lines=(ExampleLine(speaker=draw(hostile), text=draw(hostile)),),
                ),
            ),
        ),
        lore=Lorebook(
            token_budget=draw(st.integers(-1, 3)),
            entries=(
                LoreEntry(keys=draw(texts), content=draw(hostile), constant=draw(st.booleans())),
            ),
        ),
    )


def resolves(persona, path):
    place = persona.model_dump()
    for part in path.split("."):
        place = place[int(part)] if part.isdigit() else place[part]
    return True


@pytest.mark.parametrize("persona", LIBRARY.values(), ids=LIBRARY.keys())
def test_the_shipped_cast_has_nothing_bad_and_next_to_nothing_to_mend(persona):
    findings = review(persona, context_tokens=16_384)
    graded = Counter(finding.severity for finding in findings)
    assert graded[Severity.BAD] == 0, findings
    assert graded[Severity.WARN] <= 2, findings


@given(persona=personas())
@settings(max_examples=60)
def test_no_text_breaks_the_review_and_every_field_can_be_jumped_to(persona):
    findings = review(
        persona, context_tokens=100, similarity=lambda one, other: 0.9, pattern_fault=lambda _: "x"
    )
    ranks = [finding.severity.rank for finding in findings]
    assert ranks == sorted(ranks)
    for finding in findings:
        assert finding.fields
        assert all(resolves(persona, path) for path in finding.fields), finding
        assert len(finding.sentence) < 600


@pytest.mark.parametrize("piece", HOSTILE_PIECES)
def test_a_long_hostile_text_is_read_in_moments(piece):
    text = piece * (100_000 // len(piece))
    persona = Persona(
        name="Ada", description=text, greeting=text, tagline=text, life=LifeContext(weekday=text)
    )
    started = time.process_time()
    review(persona)
    assert time.process_time() - started < 3


def test_a_book_of_thousands_does_not_bury_the_rest():
    entries = tuple(
        LoreEntry(keys=("the",), content=f"See https://example.org/{number}")
        for number in range(3_000)
    )
    started = time.process_time()
    findings = review(Persona(name="Ada", lore=Lorebook(entries=entries)))
    assert time.process_time() - started < 3
    counted = Counter(finding.rule for finding in findings)
    assert counted["web-address"] == counted["everyday-key"] == 20
    assert counted["no-examples"] == 1


@pytest.mark.parametrize(
    ("gender", "told", "other"),
    [("woman", "She has no flaws.", "they"), ("", "They have no flaws.", "she")],
)
def test_findings_speak_of_the_character_as_the_headings_do(gender, told, other):
    persona = Persona(
        name="Ada",
        social=SocialIdentity(gender=gender),
        personal=PersonalIdentity(skills=("[OOC|it] sails",)),
        life=LifeContext(home="A flat.", hates=("company",)),
        voice=Voice(never_says=("never",), catchphrases=("never",)),
    )
    said = [text for found in review(persona) for text in (found.sentence, found.remedy)]
    assert told in said
    assert not [text for text in said if re.search(rf"\b{other}\b", text.casefold())]
    assert not [text for text in said if re.search(r"\w\|\w", text)]
