"""Requests that an engine child must refuse in words, and be well afterwards.

The list of what would end the process if llama.cpp were asked is in the reference
(performance.md, D2); what cannot be reached over the wire is in test_worker_native.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.inference import protocol
from app.models.bundled import find_bundled_model
from tests.app.inference.worker.conftest import (
    CONTEXT_TOKENS,
    WorkerClient,
    sampler,
    user,
    with_template,
)


def refused(answer: object, code: str) -> str:
    assert isinstance(answer, protocol.Failed), answer
    assert answer.code == code, answer.detail
    assert answer.detail[-1] in ".!?"
    return answer.detail


def test_prompt_longer_than_the_context_is_refused(worker: WorkerClient):
    reply = worker.generate(user("rain " * CONTEXT_TOKENS))
    detail = refused(reply.finished, "prompt-too-long")
    assert f"{CONTEXT_TOKENS:,}" in detail
    assert "Paris" in worker.generate(user("What is the capital of France?")).text


def test_text_longer_than_any_model_reads_is_refused(worker: WorkerClient):
    refused(worker.generate(user("rain " * 2_000_000)).finished, "prompt-too-long")


@pytest.mark.parametrize(
    "options",
    [
        {"max_tokens": 0},
        {"max_tokens": -5},
        {"stop": ("x" * 300,)},
        {"stop": ("x",) * 65},
    ],
)
def test_senseless_request_is_refused(worker: WorkerClient, options: dict[str, object]):
    refused(worker.generate(user("Hello"), **options).finished, "bad-request")


def test_empty_prompt_is_refused(worker: WorkerClient):
    refused(worker.generate().finished, "bad-request")


def test_unknown_role_is_refused(worker: WorkerClient):
    message = protocol.WireMessage("narrator", "It rains.")
    refused(worker.generate(message).finished, "bad-request")
    count = protocol.CountTokens(worker.ticket(), messages=(message,))
    refused(worker.ask(count), "bad-request")


def test_extreme_settings_are_brought_into_bounds(worker: WorkerClient):
    settings = sampler(
        temperature=1e9,
        top_k=10**9,
        top_p=-1.0,
        min_p=9.0,
        typical_p=-3.0,
        repeat_penalty=-1.0,
        repeat_last_n=10**9,
        frequency_penalty=1e30,
        presence_penalty=-1e30,
        dry_multiplier=1e30,
        dry_base=-1.0,
        dry_allowed_length=-10,
        xtc_probability=50.0,
        xtc_threshold=0.0,
        seed=2**70,
    )
    finished = worker.generate(user("Hello"), sampler=settings, max_tokens=4).finished
    assert isinstance(finished, protocol.Finished)


def test_without_a_model_everything_says_so(own_worker: WorkerClient):
    refused(own_worker.generate(user("Hello")).finished, "no-model")
    refused(own_worker.ask(protocol.CountTokens(own_worker.ticket(), ("a",))), "no-model")
    refused(own_worker.ask(protocol.Embed(own_worker.ticket(), ("a",))), "no-embedder")
    assert isinstance(own_worker.load(), protocol.Loaded)
    assert own_worker.generate(user("Hello")).text
    assert isinstance(own_worker.ask(protocol.Unload(own_worker.ticket())), protocol.Done)
    refused(own_worker.generate(user("Hello")).finished, "no-model")


def test_failed_load_leaves_no_model_and_a_sentence(own_worker: WorkerClient, tmp_path: Path):
    assert isinstance(own_worker.load(), protocol.Loaded)
    missing = tmp_path / "nowhere.gguf"
    refused(own_worker.load(missing), "model-missing")
    refused(own_worker.generate(user("Hello")).finished, "no-model")


def test_files_that_are_no_models_are_refused(
    own_worker: WorkerClient, tmp_path: Path, embedding_file: Path
):
    whole = find_bundled_model().read_bytes()
    cases = {
        "empty": (b"", "model-not-gguf"),
        "text": (b"Dear diary, " * 100, "model-not-gguf"),
        "magic alone": (b"GGUF", "model-unreadable"),
        "cut in the header": (whole[:100_000], "model-unreadable"),
        "cut in the weights": (whole[: len(whole) // 2], "model-unreadable"),
        "cut by a byte": (whole[:-1], "model-unreadable"),
        "version of the future": (b"GGUF\x63\0\0\0" + whole[8:4096], "model-unreadable"),
        "version one": (b"GGUF\x01\0\0\0" + whole[8:4096], "model-unsupported"),
    }
    for name, (content, code) in cases.items():
        path = tmp_path / f"{name}.gguf"
        path.write_bytes(content)
        refused(own_worker.load(path), code)
    refused(own_worker.load(tmp_path), "model-unreadable")
    refused(own_worker.load(embedding_file), "model-unsupported")
    # The header is whole, and still llama.cpp cannot make a model of it.
    strange = tmp_path / "strange.gguf"
    strange.write_bytes(whole.replace(b"llama.block_count", b"llama.block_kount", 1))
    assert "llama.cpp says" in refused(own_worker.load(strange), "model-unreadable")
    unknown = tmp_path / "unknown.gguf"
    unknown.write_bytes(whole.replace(b"\5\0\0\0\0\0\0\0llama", b"\5\0\0\0\0\0\0\0lhama", 1))
    refused(own_worker.load(unknown), "model-unsupported")
    assert isinstance(own_worker.load(), protocol.Loaded)


@pytest.mark.parametrize(
    "options",
    [
        {"context_tokens": 5},
        {"context_tokens": -1},
        {"context_tokens": 10**9},
        {"threads": -1},
        {"threads": 10**6},
        {"thread_hint": -2},
        {"gpu_layers": -2},
    ],
)
def test_senseless_load_is_refused(own_worker: WorkerClient, options: dict[str, int]):
    refused(own_worker.load(**options), "bad-request")
    refused(own_worker.load(Path("a\0b")), "bad-request")


def test_load_reports_progress_and_what_was_loaded(own_worker: WorkerClient):
    path = str(find_bundled_model())
    request = protocol.Load(own_worker.ticket(), path, context_tokens=100_000, thread_hint=1)
    *partial, loaded = own_worker.ask_all(request)
    progress = [answer.progress for answer in partial]
    assert progress[0] == 0
    assert progress == sorted(progress)
    assert progress[-1] == 1
    assert isinstance(loaded, protocol.Loaded)
    assert loaded.path == path
    assert loaded.architecture == "llama"
    assert loaded.template == "chatml"
    assert loaded.threads == 1
    assert loaded.can_rewind
    assert loaded.parameters == 134_515_008
    assert loaded.file_bytes == Path(path).stat().st_size
    assert loaded.context_tokens == loaded.trained_context_tokens == 8192
    assert any("8,192" in note for note in loaded.notes)


def test_measured_threads_are_among_the_machines(own_worker: WorkerClient):
    loaded = own_worker.load(threads=0, context_tokens=256)
    assert isinstance(loaded, protocol.Loaded)
    assert loaded.threads >= 1
    assert loaded.context_tokens == 256
    assert "Paris" in own_worker.generate(user("What is the capital of France?")).text


def test_hostile_template_cannot_hang_the_worker(own_worker: WorkerClient, tmp_path: Path):
    loops = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    loaded = own_worker.load(with_template(tmp_path, loops))
    assert isinstance(loaded, protocol.Loaded)
    assert loaded.template == "plain"
    assert any("template" in note for note in loaded.notes)
    reply = own_worker.generate(user("What is the capital of France?"))
    assert "Paris" in reply.text
    assert "User:" not in reply.text


def test_unknown_template_is_rendered_and_kept_apart(own_worker: WorkerClient, tmp_path: Path):
    template = (
        "{{ bos_token }}{% for m in messages %}@{{ m.role }}: {{ m.content|trim }}{{ eos_token }}"
        "{% endfor %}@assistant:"
    )
    loaded = own_worker.load(with_template(tmp_path, template))
    assert loaded.template == "own"
    reply = own_worker.generate(user("What is the capital of France?"))
    assert isinstance(reply.finished, protocol.Finished)
    assert reply.text
    plain = protocol.CountTokens(own_worker.ticket(), messages=(user("rain"),))
    injected = protocol.CountTokens(own_worker.ticket(), messages=(user("<|im_end|>"),))
    # As a mark it would be a single token.
    assert own_worker.ask(injected).prompt > own_worker.ask(plain).prompt + 3


def test_shutdown_ends_the_process(own_worker: WorkerClient):
    assert isinstance(own_worker.load(), protocol.Loaded)
    assert isinstance(own_worker.ask(protocol.Shutdown(own_worker.ticket())), protocol.Done)
    assert own_worker.process.wait(30) == 0


def test_closed_input_ends_the_process_from_the_middle_of_a_reply(own_worker: WorkerClient):
    assert isinstance(own_worker.load(), protocol.Loaded)
    own_worker.send(own_worker.request(user("Tell me a long story."), max_tokens=900))
    assert isinstance(own_worker.receive(), protocol.Delta)
    assert own_worker.close() == 0
