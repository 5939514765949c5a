"""The checked index: right whatever happens to the child or its folder, and never in the way."""

from __future__ import annotations

import random
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.domain.ids import LineId, PersonaId
from app.domain.memory import Vector
from app.errors import EngineError, MachineError
from tests.app.memory.index_bench import ISLA, Bench, VectorTruth, entries, unit_vectors, wait_until

MakeBench = Callable[..., Bench]


def assert_right(bench: Bench, persona_id: PersonaId = ISLA) -> None:
    for query in unit_vectors(8, seed=23):
        assert bench.ids(query, 6, persona_id) == bench.truth.nearest_ids(persona_id, query, 6)


def test_the_first_question_is_answered_while_the_child_starts(
    make_bench: MakeBench, truth: VectorTruth
) -> None:
    truth.keep(ISLA, entries(40))
    bench = make_bench()
    assert_right(bench)
    bench.agree()
    assert bench.chroma.process_id is not None
    assert_right(bench)
    assert bench.states == ["rebuilding", "ready"]


def test_a_persona_without_memories_starts_no_child(make_bench: MakeBench) -> None:
    bench = make_bench()
    assert bench.ids(unit_vectors(1)[0]) == []
    assert bench.chroma.process_id is None
    assert bench.states == []


def test_new_memories_reach_chroma_at_once(make_bench: MakeBench, truth: VectorTruth) -> None:
    truth.keep(ISLA, entries(5))
    bench = make_bench()
    bench.agree()
    bench.remember(entries(5, seed=4, prefix="n"))
    assert bench.index.is_agreed(ISLA)
    assert bench.chroma.ids(ISLA) == {key for key, _ in truth.vectors(ISLA)}
    assert bench.index.count(ISLA) == 10
    assert_right(bench)
    assert bench.states == ["rebuilding", "ready"]


def test_removed_and_replaced_memories_leave_no_trace(
    make_bench: MakeBench, truth: VectorTruth
) -> None:
    truth.keep(ISLA, entries(9))
    removed = [dict(truth.vectors(ISLA))[LineId(key)] for key in ("m1", "m2", "m3")]
    bench = make_bench()
    bench.agree()
    assert [leaves_a_trace(bench.folder, vector) for vector in removed] == [True] * 3
    truth.retract(ISLA, [LineId("m1"), LineId("m2")])
    truth.keep(ISLA, [(LineId("m3"), unit_vectors(1, seed=77)[0])])
    bench.index.remove(ISLA, [LineId("m1"), LineId("m2"), LineId("m3")])
    assert_right(bench)
    bench.agree()
    assert_right(bench)
    assert [leaves_a_trace(bench.folder, vector) for vector in removed] == [False] * 3


def test_what_was_removed_while_the_child_was_away_leaves_no_trace(
    make_bench: MakeBench, truth: VectorTruth
) -> None:
    truth.keep(ISLA, entries(9))
    removed = dict(truth.vectors(ISLA))[LineId("m1")]
    first = make_bench()
    first.agree()
    first.close()
    assert leaves_a_trace(first.folder, removed)
    truth.retract(ISLA, [LineId("m1")])
    second = make_bench()
    second.agree()
    assert_right(second)
    assert not leaves_a_trace(second.folder, removed)


def leaves_a_trace(folder: Path, vector: Vector) -> bool:
    """Whether the numbers stand anywhere in the folder."""
    numbers = np.asarray(vector, dtype="<f4").tobytes()
    return any(numbers in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_first_memory_opens_the_index(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.remember(entries(1))
    wait_until(lambda: bench.index.is_agreed(ISLA))
    assert bench.chroma.ids(ISLA) == {"m0"}


def test_what_the_store_changes_by_itself_is_caught_up_without_a_rebuild(
    make_bench: MakeBench, truth: VectorTruth
) -> None:
    truth.keep(ISLA, entries(30))
    bench = make_bench()
    bench.agree()
    truth.retract(ISLA, [LineId("m3")])
    truth.keep(ISLA, entries(2, seed=8, prefix="n"))
    assert_right(bench)
    bench.agree()
    assert bench.chroma.ids(ISLA) == {key for key, _ in truth.vectors(ISLA)}
    assert_right(bench)
    assert bench.states == ["rebuilding", "ready"]


def test_a_change_beside_an_addition_is_noticed(make_bench: MakeBench, truth: VectorTruth) -> None:
    truth.keep(ISLA, entries(10))
    bench = make_bench()
    bench.agree()
    truth.retract(ISLA, [LineId("m4")])
    bench.remember(entries(1, seed=6, prefix="n"))
    bench.agree()
    assert bench.chroma.ids(ISLA) == {key for key, _ in truth.vectors(ISLA)}


def test_an_index_that_agrees_is_not_rebuilt_at_the_next_start(
    make_bench: MakeBench, truth: VectorTruth
) -> None:
    truth.keep(ISLA, entries(30))
    first = make_bench()
    first.agree()
    first.remember(entries(3, seed=5, prefix="n"))
    first.close()
    second = make_bench()
    second.agree()
    assert second.states == ["ready"]
    assert_right(second)


@pytest.mark.parametrize("is_same_count", [True, False])
def test_an_index_that_disagrees_is_rebuilt_at_the_next_start(
    make_bench: MakeBench, truth: VectorTruth, is_same_count: bool
) -> None:
    truth.keep(ISLA, entries(30))
    first = make_bench()
    first.agree()
    first.close()
    truth.keep(ISLA, entries(1, seed=5, prefix="n"))
    if is_same_count:
        truth.retract(ISLA, [LineId("m0")])
    second = make_bench()
    assert_right(second)
    second.agree()
    assert_right(second)
    assert second.states == ["rebuilding", "ready"]
    assert second.chroma.ids(ISLA) == {key for key, _ in truth.vectors(ISLA)}


def garble(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(random.Random(str(path)).randbytes(max(64, path.stat().st_size)))


def truncate(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def replace_by_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder at all")


@pytest.mark.parametrize("damage", [shutil.rmtree, garble, truncate, replace_by_file])
def test_a_damaged_folder_is_rebuilt_at_the_next_start(
    make_bench: MakeBench, truth: VectorTruth, damage: Callable[[Path], None]
) -> None:
    truth.keep(ISLA, entries(60))
    first = make_bench()
    first.agree()
    first.close()
    damage(first.folder)
    second = make_bench()
    assert_right(second)
    second.agree()
    assert_right(second)
    assert second.chroma.check(ISLA).count == 60
    assert "rebuilding" in second.states
    assert second.states[-1] == "ready"


@pytest.mark.parametrize("damage", [shutil.rmtree, garble, truncate, replace_by_file])
def test_a_folder_damaged_under_a_running_child_hurts_nobody(
    make_bench: MakeBench, truth: VectorTruth, damage: Callable[[Path], None]
) -> None:
    truth.keep(ISLA, entries(60))
    bench = make_bench()
    bench.agree()
    damage(bench.folder)
    for number in range(4):
        bench.remember(entries(1, seed=100 + number, prefix=f"n{number}-"))
        assert_right(bench)
    bench.agree()
    assert_right(bench)
    assert {*bench.states} <= {"rebuilding", "ready"}
    bench.close()
    again = make_bench()
    again.agree()
    assert_right(again)


@pytest.mark.slow
def test_kills_during_additions_lose_nothing(make_bench: MakeBench, truth: VectorTruth) -> None:
    truth.keep(ISLA, entries(300))
    bench = make_bench()
    choice = random.Random(11)
    for turn in range(5):
        bench.agree()
        stop = threading.Event()

        def kill_soon(seconds: float, done: threading.Event) -> None:
            done.wait(seconds)
            bench.kill()

        killer = threading.Thread(target=kill_soon, args=(choice.random() * 0.05, stop))
        killer.start()
        bench.remember(entries(12, seed=100 + turn, prefix=f"t{turn}-"))
        stop.set()
        killer.join()
        assert_right(bench)
    bench.agree()
    assert bench.chroma.ids(ISLA) == {key for key, _ in truth.vectors(ISLA)}
    assert len(bench.chroma.ids(ISLA)) == 300 + 5 * 12
    assert_right(bench)


def test_a_kill_during_a_rebuild_is_rebuilt_again(
    make_bench: MakeBench, truth: VectorTruth
) -> None:
    truth.keep(ISLA, entries(1000))
    bench = make_bench()
    bench.ids(unit_vectors(1)[0])
    wait_until(lambda: any(bench.folder.rglob("*.bin")))
    bench.kill()
    bench.agree()
    assert_right(bench)
    assert bench.chroma.check(ISLA).count == 1000


def test_a_hanging_child_delays_nobody_for_long(make_bench: MakeBench, truth: VectorTruth) -> None:
    truth.keep(ISLA, entries(40))
    bench = make_bench(reply=0.3)
    bench.agree()
    bench.kill(signal.SIGSTOP)
    before = time.monotonic()
    assert_right(bench)
    # One late answer, then exact search alone: eight questions do not wait eight times.
    assert time.monotonic() - before < 0.3 * 4
    bench.agree()
    assert_right(bench)
    assert bench.states == ["rebuilding", "ready", "rebuilding", "ready"]


def test_an_index_that_never_works_is_left_alone(
    make_bench: MakeBench, truth: VectorTruth, tmp_path: Path
) -> None:
    truth.keep(ISLA, entries(20))
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    bench = make_bench(blocked / "index", failure_limit=3)
    assert_right(bench)
    wait_until(lambda: bench.states[-1:] == ["off"])
    bench.remember(entries(3, seed=2, prefix="n"))
    assert_right(bench)
    assert bench.states == ["rebuilding", "off"]
    with pytest.raises(EngineError):
        bench.index.rebuild(ISLA)
    blocked.unlink()
    assert bench.index.rebuild(ISLA) == 23
    assert bench.states[-1] == "ready"
    assert bench.index.is_agreed(ISLA)
    assert_right(bench)


def test_a_rebuild_on_request_mends_what_nobody_noticed(
    make_bench: MakeBench, truth: VectorTruth
) -> None:
    truth.keep(ISLA, entries(20))
    bench = make_bench()
    bench.agree()
    bench.chroma.remove(ISLA, [LineId("m7")])
    assert bench.index.rebuild(ISLA) == 20
    assert "m7" in bench.chroma.ids(ISLA)
    bench.kill()
    wait_until(lambda: bench.chroma.process_id is None)
    assert bench.index.rebuild(ISLA) == 20
    assert_right(bench)


def test_other_personas_are_made_again_after_a_crash(
    make_bench: MakeBench, truth: VectorTruth
) -> None:
    marek = PersonaId("marek")
    truth.keep(ISLA, entries(20))
    truth.keep(marek, entries(25, seed=3, prefix="k"))
    bench = make_bench()
    bench.agree()
    bench.agree(marek)
    bench.kill()
    wait_until(lambda: bench.chroma.process_id is None)
    for persona_id in (marek, ISLA):
        assert_right(bench, persona_id)
        bench.agree(persona_id)
        assert_right(bench, persona_id)


def test_a_store_that_cannot_be_read_is_tried_again_later(
    make_bench: MakeBench, truth: VectorTruth
) -> None:
    truth.keep(ISLA, entries(20))
    bench = make_bench()
    truth.error = MachineError("The disk is gone.")
    with pytest.raises(MachineError):
        bench.ids(unit_vectors(1)[0])
    bench.lane.call(lambda: None)
    truth.error = None
    bench.agree()
    assert_right(bench)


def test_closing_in_the_middle_of_a_rebuild_is_quiet(
    make_bench: MakeBench, truth: VectorTruth
) -> None:
    truth.keep(ISLA, entries(2000))
    bench = make_bench()
    bench.ids(unit_vectors(1)[0])
    wait_until(lambda: any(bench.folder.rglob("*.bin")))
    bench.close()
    assert bench.chroma.process_id is None
    assert bench.states == ["rebuilding"]
    assert_right(bench)


def test_a_question_that_meets_the_end_is_answered(
    make_bench: MakeBench, truth: VectorTruth
) -> None:
    truth.keep(ISLA, entries(9))
    bench = make_bench()
    bench.agree()
    # As when it is closed right behind the look at whether it is.
    bench.index._searching.shutdown()
    assert_right(bench)


def test_the_folder_holds_no_words_and_no_names(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.remember(entries(3, prefix="0123456789abcdef"))
    wait_until(lambda: bench.index.is_agreed(ISLA))
    bench.close()
    kept = b"".join(path.read_bytes() for path in bench.folder.rglob("*") if path.is_file())
    assert b"0123456789abcdef0" in kept
    assert b"isla" not in kept.lower()
    assert b"words" not in kept.lower()
