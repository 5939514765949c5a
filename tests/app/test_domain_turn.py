"""A turn's phases: where it may go, and what may be pressed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.generation import Usage
from app.domain.turn import TurnPhase as Phase


def test_a_turn_that_goes_well_runs_round():
    phase = Phase.IDLE
    for successor in (
        Phase.RECALLING,
        Phase.PROMPTING,
        Phase.GENERATING,
        Phase.STORING,
        Phase.IDLE,
    ):
        phase = phase.advance(successor)
    assert phase is Phase.IDLE


def test_stopping_still_stores():
    for phase in (Phase.RECALLING, Phase.PROMPTING, Phase.GENERATING):
        assert phase.can_stop
        assert phase.advance(Phase.STOPPING).advance(Phase.STORING) is Phase.STORING


@pytest.mark.parametrize("phase", [one for one in Phase if one not in {Phase.IDLE, Phase.FAILED}])
def test_everything_under_way_can_fail_and_then_is_idle(phase: Phase):
    assert phase.advance(Phase.FAILED).advance(Phase.IDLE) is Phase.IDLE


@pytest.mark.parametrize("phase", list(Phase))
def test_what_may_not_follow_is_refused_by_name(phase: Phase):
    assert phase not in phase.successors
    for other in set(Phase) - phase.successors:
        with pytest.raises(ValueError, match=f"from {phase} to {other}"):
            phase.advance(other)


@pytest.mark.parametrize("phase", list(Phase))
def test_only_idle_and_failed_let_a_person_send(phase: Phase):
    assert phase.is_busy == (phase not in {Phase.IDLE, Phase.FAILED})


def test_what_is_stopping_or_storing_cannot_be_stopped_again():
    assert {one for one in Phase if one.can_stop} == {
        Phase.RECALLING,
        Phase.PROMPTING,
        Phase.GENERATING,
    }


@given(st.data())
def test_from_anywhere_a_turn_comes_back_to_idle(data: st.DataObject):
    phase = data.draw(st.sampled_from(Phase))
    steps = 0
    while phase is not Phase.IDLE:
        phase = phase.advance(data.draw(st.sampled_from(sorted(phase.successors))))
        steps += 1
        assert steps <= 6


def test_speed_is_tokens_by_seconds_and_nothing_when_no_time_passed():
    assert Usage(generated=30, generate_seconds=1.5).tokens_per_second == 20
    assert Usage(generated=30).tokens_per_second == 0
