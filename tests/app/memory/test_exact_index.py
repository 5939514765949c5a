"""Exact search: the right neighbours in the right order, whatever the store did meanwhile."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.ids import LineId
from app.memory.exact import ExactIndex
from tests.app.memory.index_bench import ISLA, VectorTruth, entries, unit_vectors


def exact(truth: VectorTruth) -> ExactIndex:
    return ExactIndex(truth.vectors, truth.fingerprint)


@settings(deadline=None, max_examples=40)
@given(
    angles=st.lists(st.integers(0, 359), max_size=30),
    asked=st.integers(0, 359),
    count=st.integers(0, 40),
)
def test_the_nearest_come_first_and_no_more_than_asked_for(
    angles: list[int], asked: int, count: int
) -> None:
    def direction(degrees: int) -> tuple[float, float]:
        return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    truth = VectorTruth()
    truth.keep(ISLA, [(LineId(str(n)), direction(angle)) for n, angle in enumerate(angles)])
    found = exact(truth).nearest(ISLA, direction(asked), count)
    cosines = sorted((math.cos(math.radians(angle - asked)) for angle in angles), reverse=True)
    assert [one.similarity for one in found] == pytest.approx(cosines[:count], abs=1e-5)
    assert len({one.line_id for one in found}) == len(found) == min(count, len(angles))


def test_it_follows_what_the_store_adds_and_retracts(truth: VectorTruth) -> None:
    index = exact(truth)
    query = unit_vectors(1, seed=5)[0]
    assert index.nearest(ISLA, query, 3) == []
    truth.keep(ISLA, entries(20))
    first = index.nearest(ISLA, query, 1)[0].line_id
    truth.retract(ISLA, [first])
    found = [one.line_id for one in index.nearest(ISLA, query, 3)]
    assert first not in found
    assert found == truth.nearest_ids(ISLA, query, 3)
    assert index.count(ISLA) == 19


def test_it_reads_the_store_again_only_after_a_change(truth: VectorTruth) -> None:
    reads: list[str] = []

    def vectors(persona_id: object) -> list:
        reads.append("read")
        return truth.vectors(ISLA)

    index = ExactIndex(vectors, truth.fingerprint)
    truth.keep(ISLA, entries(3))
    query = unit_vectors(1)[0]
    index.nearest(ISLA, query, 1)
    index.nearest(ISLA, query, 1)
    assert len(reads) == 1
    truth.keep(ISLA, entries(1, prefix="n"))
    index.add(ISLA, entries(1, prefix="n"))
    index.remove(ISLA, [])
    index.nearest(ISLA, query, 1)
    assert len(reads) == 2
    index.release(ISLA)
    index.nearest(ISLA, query, 1)
    assert len(reads) == 3
    index.close()
