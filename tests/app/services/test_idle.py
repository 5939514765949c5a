"""Idle work waits while somebody speaks or types, and goes on for everybody afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from app.domain.generation import ModelDescription
from app.domain.ids import PersonaId
from app.inference.scripted import ScriptedEngine
from app.services.asides import AsideService
from app.services.idle import IdleGate
from app.services.spare_time import SpareTime
from app.tasks import Lane

ISLA, FINN = PersonaId("isla"), PersonaId("finn")


class Work:
    """Idle work that remembers what it was told, and may be interrupted while it goes on."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.paused = threading.Event()
        self.on_resume = lambda: None

    def pause(self) -> None:
        self.told.append("pause")
        self.paused.set()

    def resume(self, persona_id: PersonaId) -> None:
        self.on_resume()
        self.told.append(persona_id)


@pytest.fixture
def asides() -> Iterator[AsideService]:
    def no_model() -> ModelDescription:
        raise AssertionError

    engine = ScriptedEngine()
    turns = Lane("turn")
    asides = AsideService(
        engine=engine,
        require_model=no_model,
        spare_time=SpareTime(engine),
        aside_lane=Lane("aside"),
        turn_lane=turns,
    )
    yield asides
    asides.close()
    turns.close()


def test_what_waited_for_somebody_typing_to_another_goes_on_for_both(asides: AsideService) -> None:
    work = Work()
    gate = IdleGate(work, asides)
    gate.begin_turn()
    gate.hold(FINN)
    gate.end_turn(ISLA)
    assert work.told == ["pause", "pause"]
    gate.release()
    assert sorted(work.told[2:]) == [FINN, ISLA]
    gate.release()
    assert len(work.told) == 4


def test_a_turn_that_begins_while_work_goes_on_pauses_it_afterwards(asides: AsideService) -> None:
    work = Work()
    gate = IdleGate(work, asides)
    speaking = threading.Thread(target=gate.begin_turn)

    def speak() -> None:
        work.paused.clear()
        speaking.start()
        # Only where the pause comes too early is this over before the time is.
        work.paused.wait(0.2)

    work.on_resume = speak
    gate.begin_turn()
    gate.end_turn(ISLA)
    speaking.join()
    assert work.told == ["pause", ISLA, "pause"]
