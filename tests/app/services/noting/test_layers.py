"""How memories fade and rise: FinMem's constants, and nothing is ever erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.memory import Layer, Memory
from app.services.noting.layers import first_layer, nearness
from tests.app.services.noting.test_reflections import BEGAN, note


def aged(importance: float, days: float, **how: object) -> Memory:
    said = BEGAN - timedelta(days=days)
    return replace(note(0, importance=importance), happened_at=said, **how)  # pyright: ignore[reportArgumentType] - any of its fields


@pytest.mark.parametrize(
    ("importance", "layer"), [(3, Layer.SHORT), (6, Layer.MID), (8, Layer.LONG), (10, Layer.LONG)]
)
def test_what_weighs_more_begins_deeper(importance: float, layer: Layer) -> None:
    assert first_layer(importance) is layer
    assert nearness(aged(importance, 0), BEGAN).layer is layer


def test_recency_falls_by_the_constant_of_the_layer() -> None:
    assert nearness(aged(3, 3), BEGAN).recency == pytest.approx(exp(-1))
    assert nearness(aged(7.9, 3), BEGAN).recency == pytest.approx(exp(-3 / 90))
    assert nearness(aged(10, 3), BEGAN).recency == pytest.approx(exp(-3 / 365))


def test_importance_sinks_through_the_layers() -> None:
    assert nearness(aged(10, 10), BEGAN).layer is Layer.LONG
    assert nearness(aged(10, 25), BEGAN).layer is Layer.MID
    assert nearness(aged(10, 60), BEGAN).layer is Layer.SHORT


def test_use_lifts_a_memory_and_begins_its_age_anew() -> None:
    used = aged(5, 100, uses=6, last_used_at=BEGAN)
    assert nearness(used, BEGAN).layer is Layer.LONG
    assert nearness(used, BEGAN).recency == 1.0
    assert nearness(aged(5, 100), BEGAN).layer is Layer.SHORT


def test_what_is_pinned_does_not_age() -> None:
    pinned = nearness(aged(1, 10_000, is_pinned=True), BEGAN)
    assert (pinned.layer, pinned.recency, pinned.importance) == (Layer.LONG, 1.0, 10.0)


@given(st.floats(1, 10), st.floats(0, 20_000), st.floats(0, 1000))
def test_nobody_gets_nearer_by_waiting(importance: float, days: float, more: float) -> None:
    sooner, later = (
        nearness(aged(importance, days), BEGAN),
        nearness(aged(importance, days + more), BEGAN),
    )
    assert 0 <= later.recency <= 1
    assert 0 <= later.importance <= sooner.importance + 1e-6
