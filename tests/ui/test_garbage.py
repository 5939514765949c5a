"""Garbage is collected on the GUI thread and nowhere else."""

from __future__ import annotations

import gc
import weakref
from threading import Thread

import pytest

from ui.garbage import GarbageCollector


class Knot:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qapp):
    collector = GarbageCollector()
    yield collector
    collector.close()


def make_many(count: int) -> None:
    for _ in range(count):
        Knot()


def test_no_other_thread_collects(collector):
    knot = weakref.ref(Knot())
    thread = Thread(target=make_many, args=(20_000,))
    thread.start()
    thread.join()
    assert knot() is not None
    collector.look()
    assert knot() is None


def test_little_garbage_is_left_alone(collector):
    gc.collect()
    knot = weakref.ref(Knot())
    collector.look()
    assert knot() is not None


def test_closing_gives_collecting_back(collector):
    assert not gc.isenabled()
    collector.close()
    assert gc.isenabled()
    gc.disable()
