"""Models that behave unlike the bundled one: recurrent, windowed, SentencePiece, no template."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.inference import protocol
from app.inference.worker.bindings import Library
from app.inference.worker.model import Model
from app.inference.worker.server import EngineServer
from app.inference.worker.templates import Segment
from tests.app.inference.worker.conftest import WorkerClient, copy_of_model, user
from tests.app.inference.worker.tiny_models import write_recurrent, write_windowed


@pytest.fixture(scope="module")
def recurrent_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_recurrent(tmp_path_factory.mktemp("tiny") / "recurrent.gguf")


@pytest.fixture(scope="module")
def windowed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_windowed(tmp_path_factory.mktemp("tiny") / "windowed.gguf")


def test_recurrent_model_reads_all_again_after_an_edit(
    own_worker: WorkerClient, recurrent_file: Path
):
    loaded = own_worker.load(recurrent_file)
    assert isinstance(loaded, protocol.Loaded), loaded
    assert not loaded.can_rewind
    assert any("read everything again" in note for note in loaded.notes)
    first = own_worker.generate(user("hello there"), max_tokens=3)
    total = first.finished.prompt_read
    edited = own_worker.generate(user("hello where"), max_tokens=3).finished
    assert (edited.prompt_reused, edited.prompt_read) == (0, total)
    again = own_worker.generate(user("hello there"), max_tokens=3)
    assert again.text == first.text


def test_windowed_model_reuses_its_prompt_rightly(own_worker: WorkerClient, windowed_file: Path):
    loaded = own_worker.load(windowed_file, context_tokens=512)
    assert isinstance(loaded, protocol.Loaded), loaded
    assert any("window" in note for note in loaded.notes)
    assert loaded.can_rewind
    long = "the rain fell on the harbour and " * 6
    fresh = own_worker.generate(user(f"{long} hello"), max_tokens=12)
    own_worker.load(windowed_file, context_tokens=512)
    own_worker.generate(user(f"{long} another ending, longer than a window is"), max_tokens=12)
    reused = own_worker.generate(user(f"{long} hello"), max_tokens=12)
    assert reused.finished.prompt_reused > 100
    assert reused.text == fresh.text


def test_segments_get_no_space_that_nobody_wrote(library: Library, windowed_file: Path):
    loaded = Model(library, windowed_file, gpu_layers=0)
    vocabulary = loaded.vocabulary

    def read(*segments: Segment) -> str:
        tokens = vocabulary.tokenise_prompt(segments)
        assert tokens[0] == 1
        return b"".join(map(vocabulary.piece, tokens)).decode()

    whole = read(Segment("one two", is_special=False))
    parts = read(Segment("one t", is_special=False), Segment("wo", is_special=False))
    assert whole == parts == " one two"
    marks = read(
        Segment("<s>a: ", is_special=True),
        Segment("\nb", is_special=False),
        Segment("</s>c", is_special=True),
    )
    assert marks == " a: \nb c"
    loaded.free()


def test_model_without_a_template_speaks_with_names(own_worker: WorkerClient, tmp_path: Path):
    def hide_template(head: bytearray) -> None:
        key = b"tokenizer.chat_template"
        at = head.index(key)
        head[at : at + len(key)] = b"tokenizer.chat_tomplate"

    loaded = own_worker.load(copy_of_model(tmp_path, hide_template))
    assert loaded.template == "plain"
    assert any("no chat template" in note for note in loaded.notes)
    reply = own_worker.generate(user("What is the capital of France?"))
    assert reply.text
    assert "User:" not in reply.text


def test_embedder_without_a_thread_count_and_too_many_texts(
    own_worker: WorkerClient, embedding_file: Path
):
    for _ in range(2):
        answer = own_worker.ask(protocol.LoadEmbedder(own_worker.ticket(), str(embedding_file)))
        assert isinstance(answer, protocol.EmbedderLoaded)
    answer = own_worker.ask(protocol.Embed(own_worker.ticket(), ("rain", "snow")))
    assert isinstance(answer, protocol.Embedded)
    answer = own_worker.ask(protocol.Embed(own_worker.ticket(), ("",) * 100_001))
    assert isinstance(answer, protocol.Failed)
    assert answer.code == "bad-request"


def test_mistake_of_ours_is_answered_without_anybodys_words(
    library: Library, capsys: pytest.CaptureFixture[str]
):
    server = EngineServer()
    answers: list[object] = []
    assert not server.handle(protocol.Shutdown(4), answers.append)
    assert answers == [protocol.Done(4)]
    answer = server.failed(protocol.Unload(5), ValueError("a secret"))
    assert (answer.ticket, answer.code) == (5, "bug")
    assert "secret" not in answer.detail
    assert "ValueError" in (logged := capsys.readouterr().err)
    assert "secret" not in logged
