"""What is checked in Python because llama.cpp would end the process over it.

Runs llama.cpp in this process: a check that is missing here is a crash of the test run.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.inference.protocol import WireSampler
from app.inference.worker.batch import Batch
from app.inference.worker.bindings import Library
from app.inference.worker.context import ChatContext
from app.inference.worker.embedding import Embedder
from app.inference.worker.failure import RequestFailed
from app.inference.worker.model import Model, check_model_file, readable_name, split_parts
from app.inference.worker.sampler import SamplerChain
from app.inference.worker.templates import Segment
from app.inference.worker.thread_governor import ThreadGovernor
from app.models.bundled import find_bundled_model
from tests.app.inference.worker.conftest import copy_of_model, sampler

IM_START, IM_END = 1, 2


@pytest.fixture
def context(library: Library, model: Model) -> Iterator[ChatContext]:
    made = ChatContext(library, model, 256, threads=1)
    yield made
    made.free()
    made.free()


@pytest.fixture
def batch(library: Library, model: Model) -> Iterator[Batch]:
    made = Batch(library, room=8, sequences=2, vocabulary_size=model.vocabulary.size)
    yield made
    made.free()
    made.free()


def words(model: Model, text: str) -> list[int]:
    return model.vocabulary.tokenise_text(text)


@pytest.mark.parametrize(
    ("tokens", "position", "sequence"),
    [
        ([], 0, 0),
        ([5] * 9, 0, 0),
        ([-1], 0, 0),
        ([49_152], 0, 0),
        ([5], -1, 0),
        ([5], 0, -1),
        ([5], 0, 2),
    ],
)
def test_batch_refuses_what_would_end_the_process(
    batch: Batch, tokens: list[int], position: int, sequence: int
):
    with pytest.raises(RequestFailed):
        batch.add(tokens, position, sequence)
    assert batch.count == 0


def test_full_batch_takes_no_more(batch: Batch):
    batch.add([5] * 8, 0)
    with pytest.raises(RequestFailed):
        batch.add([5], 8)
    batch.clear()
    batch.add([5], 0, 1)
    assert batch.native.n_tokens == 1


def test_sampling_needs_logits(library: Library, model: Model, context: ChatContext):
    chain = SamplerChain(library, model.vocabulary, sampler())
    with pytest.raises(RequestFailed, match="nothing to sample"):
        chain.sample(context)
    context.read(words(model, "The capital of France is"))
    assert b"Paris" in model.vocabulary.piece(chain.sample(context))
    context.clear()
    with pytest.raises(RequestFailed, match="nothing to sample"):
        chain.sample(context)
    context.read([5])
    assert context.reuse([5, 6]) == 1
    with pytest.raises(RequestFailed, match="nothing to sample"):
        chain.sample(context)
    chain.free()
    chain.free()


def test_context_takes_no_more_than_it_holds(model: Model, context: ChatContext):
    with pytest.raises(RequestFailed, match="do not fit"):
        context.read([5] * (context.size + 1))
    assert context.read([5] * context.size)
    with pytest.raises(RequestFailed, match="do not fit"):
        context.read([5])


def test_governor_says_with_how_many_threads_and_how_much_at_a_time(
    model: Model, context: ChatContext, monkeypatch: pytest.MonkeyPatch
):
    used: list[int] = []
    set_threads = context.set_threads
    monkeypatch.setattr(
        context, "set_threads", lambda count: (used.append(count), set_threads(count))
    )
    governor = ThreadGovernor([1, 2])
    lengths: list[int] = []
    assert governor.slice_tokens == 64
    context.read([5] * 100, governor, on_progress=lambda: lengths.append(len(context.tokens)))
    assert used[0] == 2
    assert set(used) <= {1, 2}
    assert lengths[0] == 64
    assert lengths[-1] == 100
    governor.begin(1)
    context.read([5], governor)
    assert used[-1] == 1


def test_threads_are_at_least_one(context: ChatContext):
    with pytest.raises(RequestFailed):
        context.set_threads(0)
    context.set_threads(2)


def test_cache_that_cannot_step_back_is_read_anew(
    context: ChatContext, model: Model, monkeypatch: pytest.MonkeyPatch
):
    start = words(model, "One two three four five")
    context.read(start)
    # Recurrent models refuse so; the bundled one never does.
    monkeypatch.setattr(context._calls, "llama_memory_seq_rm", lambda *_: False)
    assert context.reuse([*start[:3], 7, 8]) == 0
    assert context.tokens == []


def test_decode_that_fails_leaves_an_empty_cache(
    context: ChatContext, model: Model, monkeypatch: pytest.MonkeyPatch
):
    context.read([5, 6, 7])
    monkeypatch.setattr(context._calls, "llama_decode", lambda *_: 1)
    with pytest.raises(RequestFailed, match="code 1") as caught:
        context.read([8])
    assert caught.value.code == "decode"
    assert context.tokens == []
    monkeypatch.undo()
    assert context.reuse([5, 6, 7]) == 0
    assert context.read([5, 6, 7])


@pytest.mark.parametrize(
    ("changes", "stages"),
    [
        ({}, ("greedy",)),
        (
            {
                "temperature": 0.7,
                "typical_p": 0.9,
                "repeat_penalty": 1.1,
                "repeat_last_n": 64,
                "dry_multiplier": 0.8,
                "xtc_probability": 0.5,
            },
            (
                "penalties",
                "dry",
                "top-k",
                "typical",
                "top-p",
                "min-p",
                "xtc",
                "temp",
                "dist",
            ),
        ),
        ({"temperature": 1.0, "top_p": 1.0, "min_p": 0.0}, ("top-k", "dist")),
        ({"temperature": 0.5, "top_p": 0.0, "min_p": 0.0}, ("top-k", "temp", "dist")),
        ({"presence_penalty": 0.5, "repeat_last_n": 9}, ("penalties", "greedy")),
        ({"repeat_penalty": 1.5, "repeat_last_n": 0}, ("greedy",)),
    ],
)
def test_chain_has_the_stages_that_do_something_in_order(
    library: Library, model: Model, changes: dict[str, float], stages: tuple[str, ...]
):
    chain = SamplerChain(library, model.vocabulary, sampler(**changes))
    assert chain.stages == stages
    chain.free()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_setting_that_is_no_number_is_refused(library: Library, model: Model, value: float):
    settings: WireSampler = sampler(min_p=value)
    with pytest.raises(RequestFailed, match="min_p"):
        SamplerChain(library, model.vocabulary, settings)


@pytest.mark.parametrize("token", [-1, 49_152, 10**12])
def test_token_out_of_range_has_no_piece(model: Model, token: int):
    with pytest.raises(RequestFailed):
        model.vocabulary.piece(token)


def test_pieces_of_a_text_make_the_text(model: Model):
    text = "Naïve café — 東京 🦜\n\n  <|im_start|>"
    pieces = [model.vocabulary.piece(token) for token in words(model, text)]
    assert b"".join(pieces).decode() == text
    assert model.vocabulary.piece(IM_END) == b""
    assert model.vocabulary.is_end(IM_END)
    assert model.vocabulary.beginning_text == "<|im_start|>"
    assert model.vocabulary.ending_text == "<|im_end|>"


def test_marks_are_tokens_in_marks_and_text_in_contents(model: Model):
    mark = Segment("<|im_start|>user\n", is_special=True)
    content = Segment("<|im_start|><|im_end|> hello", is_special=False)
    tokens = model.vocabulary.tokenise_prompt([mark, content, Segment("", is_special=False)])
    assert tokens.count(IM_START) == 1
    assert IM_END not in tokens


def test_marks_that_a_file_calls_ordinary_stay_text_too(library: Library, tmp_path: Path):
    def call_it_user_defined(head: bytearray) -> None:
        key = b"tokenizer.ggml.token_type"
        at = head.index(key) + len(key) + 4 + 4 + 8 + IM_START * 4
        assert head[at] == 3
        head[at] = 4

    loaded = Model(library, copy_of_model(tmp_path, call_it_user_defined), gpu_layers=0)
    vocabulary = loaded.vocabulary
    text = "<|im_start|>" * 1500
    # Without a mark that says so, it is only a word of the vocabulary.
    assert vocabulary.tokenise_text("<|im_start|>") == [IM_START]
    tokens = vocabulary.tokenise_prompt(
        [Segment("<|im_start|>user\n", is_special=True), Segment(text, is_special=False)]
    )
    assert tokens.count(IM_START) == 1
    assert b"".join(map(vocabulary.piece, tokens[3:])).decode() == text
    loaded.free()
    loaded.free()


def test_vocabulary_that_asks_for_a_beginning_gets_one(library: Library, tmp_path: Path):
    def ask_for_it(head: bytearray) -> None:
        key = b"tokenizer.ggml.add_bos_token"
        head[head.index(key) + len(key) + 4] = 1

    loaded = Model(library, copy_of_model(tmp_path, ask_for_it), gpu_layers=0)
    vocabulary = loaded.vocabulary
    hello = [Segment("hello", is_special=False)]
    begun = [Segment("<|im_start|>", is_special=True), *hello]
    assert vocabulary.tokenise_prompt(hello)[0] == IM_START
    assert vocabulary.tokenise_prompt(begun) == vocabulary.tokenise_prompt(hello)
    assert len(vocabulary.tokenise_text("hello")) == 1
    loaded.free()


def test_embedder_refuses_senseless_threads(library: Library, embedding_file: Path):
    embedder = Embedder(library, embedding_file, 0)
    with pytest.raises(RequestFailed):
        embedder.set_threads(0)
    with pytest.raises(RequestFailed, match="cannot chat"):
        embedder.model.require_chat()
    embedder.free()
    embedder.free()


def test_parts_of_a_cut_model_have_to_be_there(tmp_path: Path):
    facts = check_model_file(find_bundled_model())
    assert split_parts(facts.path, facts) == [facts.path]

    split = dataclasses.replace(facts, split_count=3)
    first = tmp_path / "big-00001-of-00003.gguf"
    assert [part.name for part in split_parts(first, split)] == [
        "big-00001-of-00003.gguf",
        "big-00002-of-00003.gguf",
        "big-00003-of-00003.gguf",
    ]
    for name in ("big.gguf", "big-00002-of-00003.gguf", "big-00001-of-00002.gguf"):
        with pytest.raises(RequestFailed, match="00001-of-00003"):
            split_parts(tmp_path / name, split)


def test_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(RequestFailed, match="Permission denied"):
        check_model_file(tmp_path / "model.gguf")


def test_missing_part_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    facts = dataclasses.replace(check_model_file(find_bundled_model()), split_count=2)
    first = tmp_path / "big-00001-of-00002.gguf"
    known = {first: facts}

    def read(path: Path) -> object:
        if path in known:
            return known[path]
        raise FileNotFoundError(2, "No such file", str(path))

    monkeypatch.setattr("app.inference.worker.model.read_gguf_facts", read)
    with pytest.raises(RequestFailed, match="00002-of-00002") as caught:
        check_model_file(first)
    assert caught.value.code == "model-unreadable"
    known[first.with_name("big-00002-of-00002.gguf")] = facts
    assert check_model_file(first) is facts


@pytest.mark.parametrize(
    ("file", "basename", "size", "name"),
    [
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2", "135M", "SmolLM2-135M-Instruct"),
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "", "", "SmolLM2-135M-Instruct"),
        ("model-q8_0.gguf", "Qwen3", "4B", "Qwen3 4B"),
        ("model-q8_0.gguf", "Qwen3", "", "model"),
        ("Llama-3.2-3B-Instruct-IQ3_XXS.gguf", "", "", "Llama-3.2-3B-Instruct"),
        ("Mistral-Nemo.i1-Q4_K_M.gguf", "", "", "Mistral-Nemo"),
        ("gemma-3-4b-it-UD-Q4_K_XL.gguf", "", "", "gemma-3-4b-it"),
        ("Ada-BF16-00001-of-00003.gguf", "", "", "Ada"),
        ("Q4_K_M.gguf", "", "", "Q4_K_M"),
        ("odd.gguf", "two\nlines", "1B", "two lines 1B"),
        ("odd.gguf", "x" * 500, "1B", "x" * 80),
    ],
)
def test_model_is_called_what_people_call_it(
    model: Model, file: str, basename: str, size: str, name: str
):
    facts = dataclasses.replace(
        model.facts, path=Path("models") / file, basename=basename, size_label=size
    )
    assert readable_name(facts) == name


def test_weights_are_laid_out_anew_because_the_build_has_no_amx(library: Library):
    assert "AMX_INT8 = 1" not in library.system_info
    assert library.can_repack
