"""The engine client with the real worker and the model that ships."""

from __future__ import annotations

import math
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.children.plan import Backoff
from app.domain.generation import FinishReason, GenerationRequest, PromptMessage, Role, Sampler
from app.errors import EngineError, UserError
from app.inference.client import EngineClient
from app.inference.embedding import EmbeddingClient
from app.inference.engine_child import EngineChild
from app.ports.engine import ModelSelection
from tests.app.inference.conftest import States

Ask = Callable[..., GenerationRequest]

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def real_child() -> Iterator[EngineChild]:
    child = EngineChild(backoff=Backoff(first_seconds=0.01))
    yield child
    child.close()


@pytest.fixture(scope="module")
def heard_states() -> States:
    return States()


@pytest.fixture(scope="module")
def selection(chat_model: Path) -> ModelSelection:
    return ModelSelection(chat_model, context_tokens=1024, threads=1, gpu_layers=0)


@pytest.fixture(scope="module")
def client(
    real_child: EngineChild,
    heard_states: States,
    selection: ModelSelection,
    tmp_path_factory: pytest.TempPathFactory,
) -> EngineClient:
    """One real engine for all tests here; each leaves a model loaded."""
    folder = tmp_path_factory.mktemp("engine")
    client = EngineClient(
        real_child,
        crash_marker=folder / "engine-crashed",
        thread_hints=folder / "threads.json",
        on_state=heard_states,
    )
    client.load(selection)
    return client


def reply_to(client: EngineClient, request: GenerationRequest) -> str:
    pieces: list[str] = []
    client.generate(request, pieces.append)
    return "".join(pieces)


def test_the_model_is_described(client: EngineClient, selection: ModelSelection) -> None:
    model = client.model
    assert model is not None
    assert model.path == str(selection.path)
    assert model.context_tokens == 1024
    assert model.parameters > 100_000_000
    assert model.threads == 1


def test_the_same_request_gives_the_same_reply(client: EngineClient, ask: Ask) -> None:
    request = ask("Say something about the sea.", max_tokens=12)
    first = reply_to(client, request)
    assert first.strip()
    assert reply_to(client, request) == first


def test_the_second_turn_reads_only_what_is_new(client: EngineClient, ask: Ask) -> None:
    opening = PromptMessage(Role.SYSTEM, "You are a lighthouse keeper. " * 12, "system")
    messages = (opening, PromptMessage(Role.USER, "Good evening.", "history"))
    first = client.generate(ask("", messages=messages, max_tokens=4), lambda _: None)
    longer = (*messages, PromptMessage(Role.ASSISTANT, "Good evening.", "history"))
    longer = (*longer, PromptMessage(Role.USER, "Is the lamp lit?", "history"))
    second = client.generate(ask("", messages=longer, max_tokens=4), lambda _: None)
    assert first.reason is FinishReason.LENGTH
    assert first.usage.generated == 4
    assert second.usage.prompt_reused > 50
    assert second.usage.prompt_read < first.usage.prompt_read + first.usage.prompt_reused
    assert client.count_prompt(longer) == second.usage.prompt_read + second.usage.prompt_reused


def test_tokens_are_counted(client: EngineClient) -> None:
    short, empty, long = client.count_tokens(["Hello", "", "Hello there, how are you today?"])
    assert empty == 0
    assert 0 < short < long


def test_cancel_stops_a_real_reply(client: EngineClient, ask: Ask) -> None:
    started = threading.Event()
    request = ask("Count to a thousand in words.", max_tokens=800)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.generate, request, lambda _: started.set())
        assert started.wait(60)
        client.cancel()
        finished = running.result(60)
    assert finished.reason is FinishReason.CANCELLED
    assert finished.usage.generated < 800


@pytest.mark.parametrize("sign", [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL])
def test_an_engine_that_dies_in_a_reply_keeps_the_text_and_the_next_turn_works(
    sign: signal.Signals,
    client: EngineClient,
    real_child: EngineChild,
    heard_states: States,
    ask: Ask,
) -> None:
    pieces: list[str] = []
    dead = real_child.process_id
    assert dead is not None

    def hear(text: str) -> None:
        pieces.append(text)
        if len(pieces) == 3:
            os.kill(dead, sign)

    heard_states.heard.clear()
    with pytest.raises(EngineError, match=sign.name) as caught:
        client.generate(ask("Tell me a long story.", max_tokens=800), hear)
    assert caught.value.code == "engine-crashed"
    assert len(pieces) >= 3
    assert "".join(pieces).strip()
    assert reply_to(client, ask("And now?", max_tokens=4)).strip()
    assert real_child.process_id not in {None, dead}
    assert heard_states.names[0] == "restarting"
    assert heard_states.names[-1] == "ready"
    assert "loading" in heard_states.names


def test_a_file_that_is_not_there_is_named(
    client: EngineClient, selection: ModelSelection, tmp_path: Path
) -> None:
    missing = tmp_path / "nowhere.gguf"
    with pytest.raises(UserError) as caught:
        client.load(ModelSelection(missing, threads=1))
    assert caught.value.code == "model-missing"
    assert str(missing) in caught.value.message
    client.load(selection)


@pytest.mark.parametrize("size", [0, 3, 4, 24, 4096, 1_000_000])
def test_a_truncated_file_is_a_sentence_and_no_crash(
    size: int,
    client: EngineClient,
    real_child: EngineChild,
    selection: ModelSelection,
    tmp_path: Path,
) -> None:
    process_id = real_child.process_id
    truncated = tmp_path / "half.gguf"
    with selection.path.open("rb") as model:
        truncated.write_bytes(model.read(size))
    with pytest.raises(UserError) as caught:
        client.load(ModelSelection(truncated, threads=1))
    assert str(truncated) in caught.value.message
    assert real_child.process_id == process_id
    client.load(selection)


def test_text_that_is_no_model_is_a_sentence(
    client: EngineClient, selection: ModelSelection, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.gguf"
    letter.write_text("Dear model,\n" * 100)
    with pytest.raises(UserError, match="GGUF") as caught:
        client.load(ModelSelection(letter, threads=1))
    assert caught.value.code == "model-not-gguf"
    client.load(selection)


def test_embedding_runs_beside_the_chat_and_survives_a_crash(
    client: EngineClient, real_child: EngineChild, model_folder: Path, ask: Ask
) -> None:
    [path] = model_folder.glob("*.gguf")
    embedder = EmbeddingClient(real_child, lambda: path, threads=1)
    texts = ["The new movie is awesome", "The new movie is so great"]
    with ThreadPoolExecutor(1) as pool:
        reply = pool.submit(reply_to, client, ask("Hello", max_tokens=8))
        one, other = embedder.embed(texts)
        assert reply.result(60).strip()
    assert len(one) == len(other) == 384
    assert math.isclose(sum(value * value for value in one), 1.0, abs_tol=1e-4)
    assert sum(a * b for a, b in zip(one, other, strict=True)) == pytest.approx(0.894, abs=0.01)
    assert real_child.process_id is not None
    os.kill(real_child.process_id, signal.SIGABRT)
    again, _ = embedder.embed(texts)
    assert list(again) == pytest.approx(list(one), abs=1e-6)
    assert reply_to(client, ask("Hello", max_tokens=4, sampler=Sampler(seed=1))).strip()
