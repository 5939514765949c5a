"""The index child with real Chroma: right answers, clear failures, nothing but numbers kept."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.ids import MemoryId, PersonaId
from app.errors import EngineError
from app.memory.index import BATCH, ChromaIndex, IndexPatience
from app.memory.protocol import UNMARKED
from app.ports.stores import IndexFingerprint
from tests.app.memory.index_bench import (
    ISLA,
    VectorTruth,
    entries,
    unit_vectors,
    wait_until,
)


def found_ids(index: ChromaIndex, query: object, count: int) -> list[MemoryId]:
    return [one.memory_id for one in index.nearest(ISLA, query, count)]  # type: ignore[arg-type]


def test_it_finds_what_exact_search_finds(chroma: ChromaIndex, truth: VectorTruth) -> None:
    truth.keep(ISLA, entries(BATCH + 50))
    chroma.add(ISLA, truth.vectors(ISLA))
    for query in unit_vectors(20, seed=7):
        assert found_ids(chroma, query, 6) == truth.nearest_ids(ISLA, query, 6)
    best = chroma.nearest(ISLA, truth.vectors(ISLA)[3][1], 1)[0]
    assert best.memory_id == "m3"
    assert best.similarity == pytest.approx(1.0, abs=1e-3)


def test_an_empty_collection_has_no_neighbours(chroma: ChromaIndex) -> None:
    assert chroma.check(ISLA) == IndexFingerprint(0, UNMARKED)
    assert chroma.nearest(ISLA, unit_vectors(1)[0], 6) == []


def test_vectors_can_be_replaced_removed_and_dropped(chroma: ChromaIndex) -> None:
    chroma.add(ISLA, entries(10))
    [other] = unit_vectors(1, seed=3)
    chroma.add(ISLA, [(MemoryId("m0"), other)])
    assert chroma.count(ISLA) == 10
    assert found_ids(chroma, other, 1) == ["m0"]
    chroma.remove(ISLA, [MemoryId("m0"), MemoryId("never there")])
    assert chroma.ids(ISLA) == {f"m{number}" for number in range(1, 10)}
    chroma.drop(ISLA)
    chroma.drop(ISLA)
    assert chroma.check(ISLA) == IndexFingerprint(0, UNMARKED)


def test_personas_do_not_see_each_other(chroma: ChromaIndex) -> None:
    chroma.add(ISLA, entries(3))
    other = PersonaId("marek")
    chroma.add(other, entries(3, prefix="x"))
    [query] = unit_vectors(1)
    assert set(found_ids(chroma, query, 9)) == {"m0", "m1", "m2"}
    chroma.drop(other)
    assert chroma.count(ISLA) == 3


def test_vectors_and_mark_are_there_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    for run in range(2):
        index = ChromaIndex(folder, lambda: "words")
        if run == 0:
            index.add(ISLA, entries(30))
            index.mark(ISLA, 30)
        assert index.check(ISLA) == IndexFingerprint(30, 30)
        assert found_ids(index, unit_vectors(30)[4], 1) == ["m4"]
        index.close()


def test_another_embedding_model_has_a_collection_of_its_own(tmp_path: Path) -> None:
    key = "small"
    index = ChromaIndex(tmp_path / "index", lambda: key)
    index.add(ISLA, entries(3))
    key = "large"
    assert index.count(ISLA) == 0
    index.close()


def test_a_vector_of_the_wrong_length_is_refused(chroma: ChromaIndex) -> None:
    chroma.add(ISLA, entries(3))
    with pytest.raises(EngineError, match="could not carry out Query") as caught:
        chroma.nearest(ISLA, [1.0, 0.0], 1)
    assert caught.value.code == "index-chroma"
    assert chroma.count(ISLA) == 3


def test_a_killed_child_is_reported_until_all_is_erased(chroma: ChromaIndex) -> None:
    chroma.add(ISLA, entries(3))
    process_id = chroma.process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGKILL)
    wait_until(lambda: chroma.process_id is None)
    for _ in range(2):
        with pytest.raises(EngineError) as caught:
            chroma.count(ISLA)
        assert caught.value.code == "index-crashed"
    chroma.erase()
    assert chroma.count(ISLA) == 0


def test_a_child_that_dies_with_a_request_under_way_is_a_crash(chroma: ChromaIndex) -> None:
    chroma.add(ISLA, entries(3))
    process_id = chroma.process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGSTOP)
    os.kill(process_id, signal.SIGKILL)
    with pytest.raises(EngineError) as caught:
        chroma.count(ISLA)
    assert caught.value.code == "index-crashed"


def test_a_child_that_hangs_is_a_late_answer(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path / "index", lambda: "words", patience=IndexPatience(0.3, 60.0))
    index.check(ISLA)
    process_id = index.process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGSTOP)
    with pytest.raises(EngineError) as caught:
        index.nearest(ISLA, unit_vectors(1)[0], 1)
    assert caught.value.code == "index-timeout"
    os.kill(process_id, signal.SIGKILL)
    index.close()


def test_a_closed_index_says_so(chroma: ChromaIndex) -> None:
    chroma.check(ISLA)
    chroma.close()
    chroma.close()
    with pytest.raises(EngineError) as caught:
        chroma.count(ISLA)
    assert caught.value.code == "index-closed"


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, below: str) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    index = ChromaIndex(blocked / below, lambda: "words")
    with pytest.raises(EngineError) as caught:
        index.check(ISLA)
    assert caught.value.code == "index-chroma"
    if below:
        with pytest.raises(EngineError, match="cannot be cleared") as caught:
            index.erase()
        assert caught.value.code == "index-folder"
    else:
        index.erase()
        assert index.count(ISLA) == 0
    index.close()


@pytest.fixture
def misled_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What could send Chroma elsewhere: its own settings, in both places that it reads."""
    settings = {
        "CHROMA_API_IMPL": "chromadb.api.fastapi.FastAPI",
        "CHROMA_SERVER_HOST": "example.org",
        "CHROMA_OTEL_GRANULARITY": "all",
        "CHROMA_OTEL_COLLECTION_ENDPOINT": "http://example.org",
        "IS_PERSISTENT": "no such answer",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in settings.items()))
    monkeypatch.chdir(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.usefixtures("misled_environment")
def test_the_child_opens_no_network_socket(chroma: ChromaIndex) -> None:
    chroma.add(ISLA, entries(300))
    chroma.nearest(ISLA, unit_vectors(1)[0], 6)
    chroma.mark(ISLA, 300)
    process_id = chroma.process_id
    proc = Path(f"/proc/{process_id}")
    links = [str(link.readlink()) for link in (proc / "fd").iterdir()]
    held = {match[1] for link in links if (match := re.fullmatch(r"socket:\[(\d+)\]", link))}
    local = {line.split()[6] for line in (proc / "net/unix").read_text().splitlines()[1:]}
    assert held <= local
    assert any("chroma.sqlite3" in link for link in links)


def test_chroma_never_flushes_its_fragile_files(chroma: ChromaIndex, tmp_path: Path) -> None:
    def bytes_of_vectors() -> int:
        found = list((tmp_path / "index").rglob("data_level0.bin"))
        assert found
        return sum(path.stat().st_size for path in found)

    chroma.add(ISLA, entries(1))
    assert chroma.count(ISLA) == 1
    before = bytes_of_vectors()
    chroma.add(ISLA, entries(1200))
    assert chroma.count(ISLA) == 1200
    assert bytes_of_vectors() == before


def test_the_child_wants_a_folder() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.memory.worker"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 2
    assert "FOLDER" in done.stderr
