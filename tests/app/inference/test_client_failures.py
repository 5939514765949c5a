"""The engine client against a worker that fails on command."""

from __future__ import annotations

import json
import threading
from array import array
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.domain.generation import FinishReason, GenerationRequest, Sampler
from app.errors import AppError, Bug, EngineError, MachineError, UserError
from app.inference.client import EngineClient
from app.inference.embedding import MODEL_KEY, EmbeddingClient
from app.inference.engine_child import EngineChild
from app.ports.engine import Embedder, Engine, ModelSelection
from tests.app.inference.conftest import States

Ask = Callable[..., GenerationRequest]
MakeClient = Callable[..., EngineClient]
MakeChild = Callable[..., EngineChild]
WaitUntil = Callable[[Callable[[], bool]], None]


@pytest.fixture
def client(make_client: MakeClient) -> EngineClient:
    return make_client()


@pytest.fixture
def model(tmp_path: Path) -> ModelSelection:
    path = tmp_path / "good.gguf"
    path.touch()
    return ModelSelection(path)


def test_nothing_starts_before_the_first_use(
    make_child: MakeChild, make_client: MakeClient
) -> None:
    child = make_child()
    engine: Engine = make_client(child)
    assert child.process_id is None
    assert engine.model is None
    engine.cancel()
    engine.close()
    assert child.process_id is None


def test_a_load_tells_progress_and_ends_ready(
    client: EngineClient, model: ModelSelection, states: States
) -> None:
    heard: list[float] = []
    loaded = client.load(model, heard.append)
    assert heard == [0.5]
    assert client.model == loaded
    assert loaded.name == "good"
    assert loaded.notes == ("a note",)
    assert states.names == ["loading", "starting", "loading", "ready"]
    assert states.heard[-1] == ("ready", 1.0, loaded, "")


def test_choices_reach_the_worker_and_none_leaves_them_to_it(
    client: EngineClient, model: ModelSelection
) -> None:
    assert client.load(model).gpu_layers == -1
    loaded = client.load(ModelSelection(model.path, context_tokens=77, threads=2, gpu_layers=0))
    assert (loaded.context_tokens, loaded.threads, loaded.gpu_layers) == (77, 2, 0)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("model-missing", UserError, "is not there. Put it back"),
        ("model-unreadable", UserError, "cannot be read: That is how it is. Fetch it again"),
        ("model-not-gguf", UserError, "GGUF format"),
        ("model-unsupported", UserError, "cannot run"),
        ("out-of-memory", MachineError, "smaller model"),
        ("bad-request", EngineError, "That is how it is."),
        ("bad-schema", Bug, "That is how it is."),
        ("bug", EngineError, "That is how it is."),
    ],
)
def test_a_model_that_cannot_be_loaded_is_named_with_a_remedy(
    code: str,
    kind: type[AppError],
    words: str,
    client: EngineClient,
    model: ModelSelection,
    states: States,
    tmp_path: Path,
) -> None:
    client.load(model)
    path = tmp_path / f"fail-{code}.gguf"
    with pytest.raises(kind) as caught:
        client.load(ModelSelection(path))
    assert caught.value.code == code
    assert words in caught.value.message
    if kind not in {EngineError, Bug}:
        assert str(path) in caught.value.message
    assert client.model is None
    assert states.heard[-1] == ("failed", 0.0, None, caught.value.message)
    assert client.load(model).name == "good"


def test_a_load_that_crashes_the_engine_is_an_error_and_another_model_works(
    client: EngineClient, model: ModelSelection, tmp_path: Path
) -> None:
    with pytest.raises(EngineError, match="SIGABRT") as caught:
        client.load(ModelSelection(tmp_path / "crash.gguf"))
    assert caught.value.code == "engine-crashed"
    assert client.model is None
    assert client.load(model).name == "good"


def test_after_a_load_that_crashed_the_state_stays_failed(
    client: EngineClient, states: States, ask: Ask, tmp_path: Path
) -> None:
    with pytest.raises(EngineError):
        client.load(ModelSelection(tmp_path / "crash.gguf"))
    with pytest.raises(EngineError, match="stopped unexpectedly") as caught:
        client.generate(ask("hello"), lambda _: None)
    assert caught.value.code == "no-model"
    assert states.names[-1] == "failed"


def test_an_answer_that_was_not_asked_for_is_an_error(client: EngineClient, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="Done"):
        client.load(ModelSelection(tmp_path / "odd.gguf"))


def test_a_reply_arrives_in_pieces_on_the_calling_thread(
    client: EngineClient, model: ModelSelection, ask: Ask
) -> None:
    client.load(model)
    heard: list[tuple[str, int]] = []
    finished = client.generate(
        ask("to be or not"), lambda text: heard.append((text, threading.get_ident()))
    )
    assert heard == [(f"{word} ", threading.get_ident()) for word in ("to", "be", "or", "not")]
    assert finished.reason is FinishReason.END
    usage = finished.usage
    assert (usage.prompt_read, usage.prompt_reused, usage.generated) == (1, 2, 3)
    assert (usage.read_seconds, usage.generate_seconds) == (0.5, 0.25)


def test_a_missing_seed_is_drawn_anew_for_each_reply(
    client: EngineClient, model: ModelSelection, ask: Ask
) -> None:
    client.load(model)
    replies: list[str] = []
    for seed in (None, None, 42):
        pieces: list[str] = []
        client.generate(ask("SEED", sampler=Sampler(seed=seed)), pieces.append)
        replies.append(pieces[1])
    assert replies[0] != replies[1]
    assert replies[2] == "42"


def test_a_prompt_without_a_model_says_so(client: EngineClient, ask: Ask) -> None:
    with pytest.raises(EngineError, match="No model is loaded") as caught:
        client.generate(ask("hello"), lambda _: None)
    assert caught.value.code == "no-model"


def test_a_failed_reply_keeps_what_was_handed_over(
    client: EngineClient, model: ModelSelection, ask: Ask
) -> None:
    client.load(model)
    heard: list[str] = []
    with pytest.raises(EngineError, match="prompt is too long") as caught:
        client.generate(ask("so far FAIL"), heard.append)
    assert caught.value.code == "prompt-too-long"
    assert heard == ["so ", "far "]


def test_an_unknown_reason_is_an_error(
    client: EngineClient, model: ModelSelection, ask: Ask
) -> None:
    client.load(model)
    with pytest.raises(EngineError, match="whim"):
        client.generate(ask("WHIM"), lambda _: None)


def test_what_cannot_be_sent_is_refused_and_the_engine_lives_on(
    client: EngineClient, model: ModelSelection, ask: Ask
) -> None:
    client.load(model)
    with pytest.raises(EngineError) as caught:
        client.generate(ask("hello", sampler=Sampler(temperature=float("nan"))), lambda _: None)
    assert caught.value.code == "bad-request"
    assert client.generate(ask("hello"), lambda _: None).reason is FinishReason.END


def test_a_crash_in_a_reply_keeps_the_text_and_the_next_reply_works(
    client: EngineClient, model: ModelSelection, ask: Ask, states: States
) -> None:
    loaded = client.load(model)
    heard: list[str] = []
    with pytest.raises(EngineError, match="kept") as caught:
        client.generate(ask("text so far ABORT never"), heard.append)
    assert caught.value.code == "engine-crashed"
    assert heard == ["text ", "so ", "far "]
    assert client.generate(ask("again"), heard.append).reason is FinishReason.END
    assert heard[-1] == "again "
    assert client.model is not None
    assert client.model.path == loaded.path
    assert states.names[-4:] == ["restarting", "loading", "loading", "ready"]


def test_a_model_that_crashes_when_it_is_loaded_again_is_given_up(
    client: EngineClient, ask: Ask, states: States, tmp_path: Path, wait_until: WaitUntil
) -> None:
    # The first load of this name works and leaves the file; every later one aborts.
    client.load(ModelSelection(tmp_path / "crash-again.gguf"))
    with pytest.raises(EngineError):
        client.generate(ask("ABORT"), lambda _: None)
    wait_until(lambda: states.names[-1] == "failed")
    assert client.model is None
    with pytest.raises(EngineError, match="again and again") as caught:
        client.generate(ask("hello"), lambda _: None)
    assert "crash-again.gguf" in caught.value.message


def test_a_model_that_is_gone_at_the_restart_is_said(
    client: EngineClient, model: ModelSelection, ask: Ask, tmp_path: Path
) -> None:
    target = tmp_path / "good.gguf"
    link = tmp_path / "link.gguf"
    link.symlink_to(target)
    client.load(ModelSelection(link))
    failing = tmp_path / "fail-model-missing.gguf"
    # The selection stays the same; what it leads to does not.
    client._selection = ModelSelection(failing)
    with pytest.raises(EngineError):
        client.generate(ask("ABORT"), lambda _: None)
    with pytest.raises(EngineError, match="is not there") as caught:
        client.generate(ask("hello"), lambda _: None)
    assert caught.value.code == "no-model"
    assert client.model is None


def test_cancel_stops_a_running_reply(
    client: EngineClient, model: ModelSelection, ask: Ask
) -> None:
    client.load(model)
    started = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.generate, ask("so far WAIT"), lambda _: started.set())
        assert started.wait(20)
        client.cancel()
        assert running.result(20).reason is FinishReason.CANCELLED


def test_a_listener_that_raises_cancels_its_reply(
    client: EngineClient, model: ModelSelection, ask: Ask
) -> None:
    client.load(model)

    def refuse(text: str) -> None:
        raise LookupError(text)

    with pytest.raises(LookupError, match="so"):
        client.generate(ask("so WAIT"), refuse)
    assert client.generate(ask("next"), lambda _: None).reason is FinishReason.END


def test_cancel_while_the_engine_restarts_needs_no_engine(
    client: EngineClient, model: ModelSelection, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.load(model)
    preparing, go_on = threading.Event(), threading.Event()
    restore = client.restore

    def slow_restore(ask_child: object) -> None:
        preparing.set()
        go_on.wait(20)
        restore(ask_child)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "restore", slow_restore)
    with pytest.raises(EngineError):
        client.generate(ask("ABORT"), lambda _: None)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.generate, ask("hello"), lambda _: None)
        assert preparing.wait(20)
        while not client._generations:
            threading.Event().wait(0.005)
        client.cancel()
        assert waiting.result(20).reason is FinishReason.CANCELLED
        go_on.set()
    assert client.generate(ask("later"), lambda _: None).reason is FinishReason.END


def test_counting_counts(client: EngineClient, model: ModelSelection, ask: Ask) -> None:
    client.load(model)
    assert client.count_tokens(["one two", "", "three"]) == [2, 0, 1]
    assert client.count_tokens([]) == []
    assert client.count_prompt(ask("hello").messages) == 1


def test_another_version_of_the_worker_is_refused_in_a_sentence(
    make_child: MakeChild, make_client: MakeClient, ask: Ask
) -> None:
    client = make_client(make_child("tests.app.inference.newer_worker"))
    with pytest.raises(EngineError, match="Install it again") as caught:
        client.generate(ask("hello"), lambda _: None)
    assert caught.value.code == "engine-version"


def test_a_worker_that_cannot_start_is_an_engine_error(
    make_child: MakeChild, make_client: MakeClient, model: ModelSelection
) -> None:
    client = make_client(make_child("tests.app.inference.no_such_worker"))
    with pytest.raises(EngineError, match="not running") as caught:
        client.load(model)
    assert caught.value.code == "engine-unavailable"
    with pytest.raises(EngineError, match="not running"):
        make_child("tests.app.inference.no_such_worker").hello()


def test_a_closed_engine_refuses(client: EngineClient, model: ModelSelection, ask: Ask) -> None:
    client.load(model)
    client.close()
    client.close()
    assert client.model is None
    with pytest.raises(EngineError, match="closed"):
        client.generate(ask("hello"), lambda _: None)


def test_close_ends_a_reply_under_way(
    client: EngineClient, model: ModelSelection, ask: Ask
) -> None:
    client.load(model)
    started = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.generate, ask("so far WAIT"), lambda _: started.set())
        assert started.wait(20)
        client.close()
        assert running.result(20).reason is FinishReason.CANCELLED


def test_the_hello_tells_of_the_worker(make_child: MakeChild) -> None:
    child = make_child()
    assert child.hello().llama_cpp == "fake"
    assert child.hello().process_id == child.process_id


def test_the_marker_stands_from_the_load_to_the_first_finished_reply(
    make_client: MakeClient, model: ModelSelection, ask: Ask, tmp_path: Path
) -> None:
    marker = tmp_path / "data" / "engine-crashed"
    client = make_client()
    assert not client.crashed_last_time
    client.load(model)
    assert str(model.path) in marker.read_text()
    assert make_client().crashed_last_time
    client.generate(ask("hello"), lambda _: None)
    assert not marker.exists()


def test_the_marker_goes_with_a_clean_end(
    make_client: MakeClient, model: ModelSelection, tmp_path: Path
) -> None:
    client = make_client()
    client.load(model)
    client.close()
    assert not (tmp_path / "data" / "engine-crashed").exists()


def test_the_marker_stays_when_the_engine_crashed_last(
    make_client: MakeClient, model: ModelSelection, ask: Ask
) -> None:
    client = make_client()
    client.load(model)
    client.generate(ask("fine"), lambda _: None)
    with pytest.raises(EngineError):
        client.generate(ask("ABORT"), lambda _: None)
    client.close()
    assert make_client().crashed_last_time


def test_a_model_that_is_merely_unusable_leaves_no_marker(
    make_client: MakeClient, tmp_path: Path
) -> None:
    client = make_client()
    with pytest.raises(UserError):
        client.load(ModelSelection(tmp_path / "fail-model-missing.gguf"))
    client.close()
    assert not make_client().crashed_last_time


def test_a_folder_in_the_place_of_both_records_is_done_without(
    make_client: MakeClient, model: ModelSelection, ask: Ask, tmp_path: Path
) -> None:
    (tmp_path / "data" / "engine-crashed" / "inside").mkdir(parents=True)
    (tmp_path / "cache" / "threads.json" / "inside").mkdir(parents=True)
    client = make_client()
    client.load(model)
    assert client.generate(ask("hello"), lambda _: None).reason is FinishReason.END


def test_measured_threads_are_given_back_as_a_hint(
    make_client: MakeClient, model: ModelSelection, tmp_path: Path
) -> None:
    client = make_client()
    assert client.load(model).template == "hint 0"
    assert client.load(model).template == "hint 3"
    assert make_client().load(model).template == "hint 3"
    client.load(ModelSelection(model.path, threads=1))
    assert list(json.loads((tmp_path / "cache" / "threads.json").read_text()).values()) == [3]


def test_threads_that_nobody_measured_are_no_hint(
    make_client: MakeClient, model: ModelSelection
) -> None:
    busy = model.path.with_name("busy.gguf")
    busy.write_bytes(b"model")
    client = make_client()
    assert client.load(ModelSelection(busy)).template == "hint 0"
    assert client.load(ModelSelection(busy)).template == "hint 0"


def test_a_changed_model_file_has_no_hint(make_client: MakeClient, model: ModelSelection) -> None:
    client = make_client()
    client.load(model)
    model.path.write_bytes(b"longer")
    assert client.load(model).template == "hint 0"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": "b"}', "[" * 100_000, "\x00"])
def test_hints_that_cannot_be_read_are_measured_anew(
    text: str, make_client: MakeClient, model: ModelSelection, tmp_path: Path
) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "threads.json").write_text(text)
    client = make_client()
    assert client.load(model).template == "hint 0"
    assert client.load(model).template == "hint 3"


def make_embedder(child: EngineChild, tmp_path: Path) -> tuple[EmbeddingClient, Path]:
    path = tmp_path / "embedder.gguf"
    return EmbeddingClient(child, lambda: path), path


def test_texts_become_float32_rows_in_order(make_child: MakeChild, tmp_path: Path) -> None:
    embedder, path = make_embedder(make_child(), tmp_path)
    port: Embedder = embedder
    assert port.model_key == MODEL_KEY == "all-MiniLM-L6-v2/mean/384"
    assert port.embed(["a", "bcd"]) == [array("f", [1, -0.5]), array("f", [3, -0.5])]
    assert port.embed([]) == []
    assert path.read_text() == "loaded\n"


def test_many_texts_go_in_batches(make_child: MakeChild, tmp_path: Path) -> None:
    embedder, _ = make_embedder(make_child(), tmp_path)
    vectors = embedder.embed(["x" * length for length in range(1, 151)])
    assert [vector[0] for vector in vectors] == list(range(1, 151))


def test_a_crash_under_an_embedding_is_survived_unseen(
    make_child: MakeChild, tmp_path: Path
) -> None:
    embedder, path = make_embedder(make_child(), tmp_path)
    assert embedder.embed(["ab"]) == [array("f", [2, -0.5])]
    assert embedder.embed(["ABORT"]) == [array("f", [5, -0.5])]
    assert path.read_text() == "loaded\n" * 2


def test_an_embedder_gone_at_the_restart_is_loaded_when_it_is_back(
    make_child: MakeChild, tmp_path: Path
) -> None:
    child = make_child()
    embedder, _ = make_embedder(child, tmp_path)
    embedder.embed(["ab"])
    embedder._path = tmp_path / "fail-now.gguf"
    with pytest.raises(EngineError, match="no embedder"):
        embedder.embed(["ABORT"])
    embedder._path = None
    assert embedder.embed(["ab"]) == [array("f", [2, -0.5])]


@pytest.mark.parametrize("text", ["GARBLE", "SHORTEN", "ODD"])
def test_vectors_that_make_no_sense_are_refused(
    text: str, make_child: MakeChild, tmp_path: Path
) -> None:
    embedder, _ = make_embedder(make_child(), tmp_path)
    with pytest.raises(EngineError):
        embedder.embed([text])
    assert embedder.embed(["ab"]) == [array("f", [2, -0.5])]


def test_an_embedding_model_that_is_missing_is_named(make_child: MakeChild, tmp_path: Path) -> None:
    path = tmp_path / "fail-embedder.gguf"
    embedder = EmbeddingClient(make_child(), lambda: path)
    with pytest.raises(UserError, match="is not there") as caught:
        embedder.embed(["x"])
    assert str(path) in caught.value.message


def test_chat_and_embedding_from_two_threads_share_one_child(
    make_child: MakeChild, make_client: MakeClient, model: ModelSelection, ask: Ask, tmp_path: Path
) -> None:
    child = make_child()
    client = make_client(child)
    embedder, _ = make_embedder(child, tmp_path)
    client.load(model)
    process_id = child.process_id
    with ThreadPoolExecutor(2) as pool:
        replies = [
            pool.submit(client.generate, ask(f"reply {number}"), lambda _: None)
            for number in range(20)
        ]
        vectors = [pool.submit(embedder.embed, ["x" * number]) for number in range(1, 21)]
        assert all(reply.result(20).reason is FinishReason.END for reply in replies)
        assert [future.result(20)[0][0] for future in vectors] == list(range(1, 21))
    assert child.process_id == process_id
