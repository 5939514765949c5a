"""The review with lorebook patterns tried by the engine that will look for them."""

from __future__ import annotations

import pytest

from app.services.reviewing import pattern_fault, review_persona
from personas.library import load_library_persona
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona
from personas.review import review


@pytest.mark.parametrize("key", ["lamps?", "/(?<what>lamp)s?/i", "/^{{char}}'s lamp$/", "(a+)+$"])
def test_a_pattern_that_the_engine_takes_has_no_fault(key: str) -> None:
    assert pattern_fault(key) == ""


@pytest.mark.parametrize("key", ["(lamp", "[a-", r"/(a)\1/", "/lamp/q", "a" * 1_001])
def test_a_pattern_that_the_engine_refuses_says_why(key: str) -> None:
    assert pattern_fault(key)


def test_a_broken_pattern_is_a_finding_with_the_reason() -> None:
    entry = LoreEntry(name="Lamp", keys=("lamp", "/(lamp/i"), content="It burns blue.")
    persona = Persona(name="Ada", lore=Lorebook(entries=(entry,)))
    (finding,) = [f for f in review_persona(persona) if f.rule == "broken-pattern"]
    assert finding.fields == ("lore.entries.0.keys.1",)
    assert pattern_fault("/(lamp/i") in finding.sentence


def test_what_else_is_found_is_what_the_rules_find() -> None:
    persona = load_library_persona("isla-macrae")
    means = {"context_tokens": 4_096, "count_tokens": len}
    assert review_persona(persona, **means) == review(persona, **means)
    assert review_persona(persona, similarity=lambda one, other: 1.0) != review_persona(persona)
