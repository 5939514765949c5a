"""The index child with real Chroma: right answers, clear failures, nothing but numbers kept."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.children.protocol import Codec
from app.domain.ids import LineId, PersonaId
from app.domain.memory import Vector
from app.errors import EngineError
from app.memory.index import BATCH, ChromaIndex, IndexPatience
from app.memory.protocol import (
    MESSAGES,
    UNMARKED,
    VERSION,
    Add,
    Done,
    Failed,
    Ping,
    Pong,
    Query,
    Ready,
    Remove,
    Shutdown,
)
from app.ports.stores import IndexFingerprint
from tests.app.memory.index_bench import (
    ISLA,
    VectorTruth,
    entries,
    unit_vectors,
    wait_until,
)


@pytest.fixture
def who(request: pytest.FixtureRequest) -> PersonaId:
    return PersonaId(request.node.name)


def found_ids(
    index: ChromaIndex, query: Vector, count: int, persona_id: PersonaId = ISLA
) -> list[LineId]:
    return [one.line_id for one in index.nearest(persona_id, query, count)]


def test_it_finds_what_exact_search_finds(
    shared_chroma: ChromaIndex, truth: VectorTruth, who: PersonaId
) -> None:
    truth.keep(who, entries(BATCH + 50))
    shared_chroma.add(who, truth.vectors(who))
    for query in unit_vectors(20, seed=7):
        assert found_ids(shared_chroma, query, 6, who) == truth.nearest_ids(who, query, 6)
    best = shared_chroma.nearest(who, truth.vectors(who)[3][1], 1)[0]
    assert best.line_id == "m3"
    assert best.similarity == pytest.approx(1.0, abs=1e-3)


def test_an_empty_collection_has_no_neighbours(shared_chroma: ChromaIndex, who: PersonaId) -> None:
    assert shared_chroma.check(who) == IndexFingerprint(0, UNMARKED)
    assert shared_chroma.nearest(who, unit_vectors(1)[0], 6) == []


def test_vectors_can_be_replaced_removed_and_dropped(
    shared_chroma: ChromaIndex, who: PersonaId
) -> None:
    shared_chroma.add(who, entries(10))
    [other] = unit_vectors(1, seed=3)
    shared_chroma.add(who, [(LineId("m0"), other)])
    assert shared_chroma.check(who).count == 10
    assert found_ids(shared_chroma, other, 1, who) == ["m0"]
    shared_chroma.remove(who, [LineId("m0"), LineId("never there")])
    assert shared_chroma.ids(who) == {f"m{number}" for number in range(1, 10)}
    shared_chroma.drop(who)
    shared_chroma.drop(who)
    assert shared_chroma.check(who) == IndexFingerprint(0, UNMARKED)


def test_personas_do_not_see_each_other(shared_chroma: ChromaIndex, who: PersonaId) -> None:
    shared_chroma.add(who, entries(3))
    other = PersonaId("marek")
    shared_chroma.add(other, entries(3, prefix="x"))
    [query] = unit_vectors(1)
    assert set(found_ids(shared_chroma, query, 9, who)) == {"m0", "m1", "m2"}
    shared_chroma.drop(other)
    assert shared_chroma.check(who).count == 3


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
    assert index.check(ISLA).count == 0
    index.close()


def test_a_vector_of_the_wrong_length_is_refused(
    shared_chroma: ChromaIndex, who: PersonaId
) -> None:
    shared_chroma.add(who, entries(3))
    with pytest.raises(EngineError, match="could not carry out Query") as caught:
        shared_chroma.nearest(who, [1.0, 0.0], 1)
    assert caught.value.code == "index-chroma"
    assert shared_chroma.check(who).count == 3


def test_a_killed_child_is_reported_until_all_is_erased(chroma: ChromaIndex) -> None:
    chroma.add(ISLA, entries(3))
    process_id = chroma.process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGKILL)
    wait_until(lambda: chroma.process_id is None)
    for _ in range(2):
        with pytest.raises(EngineError) as caught:
            chroma.check(ISLA)
        assert caught.value.code == "index-crashed"
    chroma.erase()
    assert chroma.check(ISLA).count == 0


def test_a_child_that_dies_with_a_request_under_way_is_a_crash(chroma: ChromaIndex) -> None:
    chroma.add(ISLA, entries(3))
    process_id = chroma.process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGSTOP)
    os.kill(process_id, signal.SIGKILL)
    with pytest.raises(EngineError) as caught:
        chroma.check(ISLA)
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
        chroma.check(ISLA)
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
        assert index.check(ISLA).count == 0
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
    assert chroma.check(ISLA).count == 1
    before = bytes_of_vectors()
    chroma.add(ISLA, entries(1200))
    assert chroma.check(ISLA).count == 1200
    assert bytes_of_vectors() == before


def test_the_child_keeps_to_its_wire(tmp_path: Path) -> None:
    codec = Codec(MESSAGES)
    requests = (
        Ping(1),
        Add(2, "memories-x", ("a",), 384, "no base64!"),
        Remove(3, "memories-x", ("a",)),
        Query(4, "x", 1, ""),
        Shutdown(5),
    )
    with subprocess.Popen(
        [sys.executable, "-m", "app.memory.worker", str(tmp_path / "index")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.writelines(codec.encode(request) for request in requests)
        child.stdin.flush()
        # Its input stays open meanwhile: a worker leaves when that closes.
        hello, *answers = [codec.decode(line) for line in child.stdout]
    assert child.returncode == 0
    assert isinstance(hello, Ready)
    assert hello.version == VERSION
    by_ticket = {answer.ticket: answer for answer in answers}  # type: ignore[attr-defined]
    assert isinstance(by_ticket[1], Pong)
    assert isinstance(by_ticket[2], Failed)
    assert by_ticket[2].code == "bad-request"
    assert by_ticket[3] == Done(3)
    assert isinstance(by_ticket[4], Failed)
    assert by_ticket[5] == Done(5)


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
