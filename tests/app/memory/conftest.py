"""Fixtures of the memory tests: real index children that are gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.memory.checked import CheckedIndex
from app.memory.index import ChromaIndex, IndexPatience
from app.tasks import Lane
from tests.app.memory.index_bench import Bench, VectorTruth


@pytest.fixture
def truth() -> VectorTruth:
    return VectorTruth()


@pytest.fixture
def make_bench(tmp_path: Path, truth: VectorTruth) -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []

    def make(folder: Path | None = None, *, reply: float = 5.0, failure_limit: int = 50) -> Bench:
        place = folder or tmp_path / "index"
        chroma = ChromaIndex(place, lambda: "words", patience=IndexPatience(reply, 60.0))
        lane, states = Lane("index"), []
        index = CheckedIndex(
            chroma,
            vectors=truth.vectors,
            fingerprint=truth.fingerprint,
            background=lane.submit,
            on_state=lambda state, _detail: states.append(state),
            failure_limit=failure_limit,
        )
        benches.append(Bench(place, truth, index, chroma, lane, states))
        return benches[-1]

    yield make
    for bench in benches:
        bench.close()


@pytest.fixture(scope="module")
def shared_chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaIndex]:
    """A child for tests that do it no harm; each keeps to a persona of its own."""
    folder = tmp_path_factory.mktemp("shared") / "index"
    index = ChromaIndex(folder, lambda: "words", patience=IndexPatience(5.0, 60.0))
    yield index
    index.close()


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[ChromaIndex]:
    index = ChromaIndex(tmp_path / "index", lambda: "words", patience=IndexPatience(5.0, 60.0))
    yield index
    index.close()
