"""What near notes do to each other: nearness alone decides little."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.memory import Memory, Provenance, Triple
from app.services.noting.note_ties import Candidate, Ties, ties_of
from tests.app.services.noting.test_reflections import note

CELLO = Triple("Ana", "plays", "cello")
OLD = replace(note(0, CELLO, keywords=("cello",)), text="Ana plays the cello.")
NEW = replace(note(1, CELLO, keywords=("cello", "evenings")), text="Ana plays the cello a lot.")


def ties(new: Memory, old: Memory, similarity: float) -> Ties:
    return ties_of(new, [Candidate(old, similarity)])


def test_what_is_said_again_takes_the_place_of_what_was_said() -> None:
    bare_old, bare_new = replace(OLD, triples=()), replace(NEW, triples=())
    assert ties(bare_new, bare_old, 0.95).supersedes == (OLD.id,)
    assert ties(bare_old, bare_new, 0.95).superseded_by == (NEW.id,)
    assert ties(bare_new, bare_old, 0.9).supersedes == ()


@pytest.mark.parametrize(
    "other",
    [
        replace(OLD, triples=(Triple("Ana", "has", "cello"),)),
        replace(OLD, triples=(), text="Ana never plays the cello."),
        replace(OLD, triples=(), text="Ana plays 2 cellos."),
        replace(OLD, triples=(), speaks_of=date(2026, 5, 3)),
        replace(OLD, provenance=Provenance.CHARACTER),
    ],
)
def test_nearness_does_not_make_two_notes_the_same(other: Memory) -> None:
    found = ties(NEW, other, 0.99)
    assert found.supersedes == ()
    assert found.related == (OLD.id,)


def test_what_is_related_is_given_the_new_words_only() -> None:
    [enrichment] = ties(replace(NEW, triples=()), replace(OLD, triples=()), 0.7).enriches
    assert enrichment.memory_id == OLD.id
    assert enrichment.keywords == ("evenings",)


def test_notes_of_one_message_and_hidden_ones_are_left_alone() -> None:
    same = replace(OLD, sources=NEW.sources)
    assert ties(NEW, same, 0.99) == Ties()
    assert ties(NEW, replace(OLD, quarantine="x"), 0.99) == Ties()
    assert ties(replace(NEW, quarantine="x"), OLD, 0.99) == Ties()
