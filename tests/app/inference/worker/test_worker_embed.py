"""Vectors of a real engine child on the converted embedding model."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from app.inference import protocol
from app.models.bundled import find_bundled_model
from tests.app.inference.worker.conftest import WorkerClient

AWESOME, GREAT = "The new movie is awesome", "The new movie is so great"


@pytest.fixture
def embedder(worker: WorkerClient, embedding_file: Path) -> WorkerClient:
    request = protocol.LoadEmbedder(worker.ticket(), str(embedding_file), threads=1)
    answer = worker.ask(request)
    assert isinstance(answer, protocol.EmbedderLoaded), answer
    assert (answer.width, answer.context_tokens) == (384, 256)
    return worker


def embed(worker: WorkerClient, *texts: str) -> np.ndarray:
    answer = worker.ask(protocol.Embed(worker.ticket(), texts))
    assert isinstance(answer, protocol.Embedded), answer
    vectors = np.frombuffer(base64.b64decode(answer.data), "<f4")
    return vectors.reshape(answer.count, answer.width)


def test_vectors_are_those_of_the_published_model(embedder: WorkerClient):
    awesome, great = embed(embedder, AWESOME, GREAT)
    assert float(awesome @ great) == pytest.approx(0.894, abs=0.002)


def test_vectors_have_length_one(embedder: WorkerClient):
    texts = (AWESOME, "", "  ", "🦜", "東京", "word " * 5000, "\0", "\ud800")
    lengths = np.linalg.norm(embed(embedder, *texts), axis=1)
    assert lengths == pytest.approx(np.ones(len(texts)), abs=1e-5)


def test_batch_gives_the_same_as_one_by_one(embedder: WorkerClient):
    texts = [f"Number {number} {'and more ' * (number % 60)}" for number in range(70)]
    together = embed(embedder, *texts)
    alone = np.concatenate([embed(embedder, text) for text in texts[::10]])
    assert np.abs(together[::10] - alone).max() < 2e-3


def test_text_beyond_the_context_does_not_count(embedder: WorkerClient):
    start = "rain " * 300
    one, other = embed(embedder, start, f"{start} and a completely different ending")
    assert float(one @ other) == pytest.approx(1, abs=1e-4)


def test_no_texts_give_no_vectors(embedder: WorkerClient):
    assert embed(embedder).shape == (0, 384)


def test_marks_in_a_text_stay_text(embedder: WorkerClient):
    mark, plain = embed(embedder, "rain [SEP] rain", "rain rain")
    assert float(mark @ plain) < 0.999


def test_chat_goes_on_beside_the_embedder(embedder: WorkerClient):
    embed(embedder, AWESOME)
    reply = embedder.generate(protocol.WireMessage("user", "What is the capital of France?"))
    assert "Paris" in reply.text


def test_chat_model_is_no_embedder(own_worker: WorkerClient, tmp_path: Path):
    for path, code in (
        (find_bundled_model(), "model-unsupported"),
        (tmp_path / "gone.gguf", "model-missing"),
    ):
        answer = own_worker.ask(protocol.LoadEmbedder(own_worker.ticket(), str(path)))
        assert isinstance(answer, protocol.Failed)
        assert answer.code == code
    answer = own_worker.ask(protocol.LoadEmbedder(own_worker.ticket(), ""))
    assert isinstance(answer, protocol.Failed)
    assert answer.code == "bad-request"
