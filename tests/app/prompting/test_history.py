"""History leaves in large steps, and never the newest message."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.prompting.history import KEEP_SHARE, first_kept

counts = st.lists(st.integers(1, 60), min_size=1, max_size=200)


def test_everything_stays_while_it_fits() -> None:
    assert first_kept([10, 10, 10], 30) == 0


def test_a_step_frees_a_quarter_at_least() -> None:
    messages = [10] * 11
    start = first_kept(messages, 100)
    assert sum(messages[start:]) <= 100 * KEEP_SHARE


def test_an_anchor_holds_until_the_budget_is_full_again() -> None:
    messages = [10] * 11
    anchor = first_kept(messages, 100)
    moves = 0
    for _ in range(40):
        messages.append(10)
        new = first_kept(messages, 100, anchor)
        moves += new != anchor
        anchor = new
    assert moves <= 40 * 10 / (100 * (1 - KEEP_SHARE)) + 1


def test_no_history_keeps_nothing() -> None:
    assert first_kept([], 100) == 0


@given(counts, st.integers(1, 400), st.integers(0, 220))
def test_what_is_kept_fits_or_is_the_newest_alone(
    messages: list[int], budget: int, anchor: int
) -> None:
    start = first_kept(messages, budget, anchor)
    assert 0 <= start < len(messages)
    assert start >= min(anchor, len(messages) - 1)
    assert sum(messages[start:]) <= budget or start == len(messages) - 1
