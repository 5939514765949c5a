from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.generation import FinishReason, GenerationRequest, PromptMessage, Role, Sampler
from app.errors import EngineError, UserError
from app.inference.scripted import ScriptedEngine, ScriptedReply
from app.ports.engine import Embedder, Engine, ModelSelection

Ask = Callable[..., GenerationRequest]


def reply_of(engine: ScriptedEngine, request: GenerationRequest) -> str:
    pieces: list[str] = []
    engine.generate(request, pieces.append)
    return "".join(pieces)


def cosine(engine: Embedder, left: str, right: str) -> float:
    one, other = engine.embed([left, right])
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_replies_come_in_turn_and_begin_again(ask: Ask) -> None:
    engine = ScriptedEngine(["One.", lambda request: request.messages[-1].content, "Three."])
    replies = [reply_of(engine, ask(f"line {number}")) for number in range(4)]
    assert replies == ["One.", "line 1", "Three.", "One."]
    assert [request.messages[0].content for request in engine.requests] == [
        f"line {number}" for number in range(4)
    ]


@given(st.text())
def test_a_reply_arrives_whole_but_for_lonely_space(text: str) -> None:
    request = GenerationRequest(
        (PromptMessage(Role.USER, "x", "history"),), sampler=Sampler(), max_tokens=10**6
    )
    assert reply_of(ScriptedEngine([text]), request) == (text if text.strip() else "")


def test_it_reads_only_what_is_new(ask: Ask) -> None:
    engine = ScriptedEngine()
    first = engine.generate(ask("one two three"), lambda _: None)
    second = engine.generate(ask("one two four five"), lambda _: None)
    assert (first.usage.prompt_read, first.usage.prompt_reused) == (3, 0)
    assert (second.usage.prompt_read, second.usage.prompt_reused) == (2, 2)
    assert second.usage.generated == 3


def test_stop_strings_are_not_leaked(ask: Ask) -> None:
    pieces: list[str] = []
    engine = ScriptedEngine(["Hello there\nUser: and"])
    finished = engine.generate(ask("x", stop=("\nUser:", "never", "")), pieces.append)
    assert "".join(pieces) == "Hello there"
    assert finished.reason is FinishReason.STOP


def test_a_reply_ends_at_its_longest_length(ask: Ask) -> None:
    pieces: list[str] = []
    finished = ScriptedEngine(["a b c d"]).generate(ask("x", max_tokens=2), pieces.append)
    assert pieces == ["a ", "b "]
    assert finished.reason is FinishReason.LENGTH


def test_cancel_stops_before_the_next_piece(ask: Ask) -> None:
    engine = ScriptedEngine(["a b c d"])
    pieces: list[str] = []

    def hear(text: str) -> None:
        pieces.append(text)
        if len(pieces) == 2:
            engine.cancel()

    assert engine.generate(ask("x"), hear).reason is FinishReason.CANCELLED
    assert pieces == ["a ", "b "]
    assert reply_of(engine, ask("x")) == "a b c d"


def test_the_pace_is_set_from_outside(ask: Ask) -> None:
    permits = threading.Semaphore(0)
    heard = threading.Semaphore(0)
    engine = ScriptedEngine(["a b"], wait=permits.acquire)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(engine.generate, ask("x"), lambda _: heard.release())
        for _ in range(2):
            assert not running.done()
            permits.release()
            assert heard.acquire(timeout=20)
        assert running.result(20).reason is FinishReason.END


@pytest.mark.parametrize("count", [0, 2, 4])
def test_a_scripted_crash_comes_after_so_many_pieces(count: int, ask: Ask) -> None:
    engine = ScriptedEngine([ScriptedReply("a b c d", fails_after=count), "fine"])
    pieces: list[str] = []
    with pytest.raises(EngineError) as caught:
        engine.generate(ask("x"), pieces.append)
    assert caught.value.code == "engine-crashed"
    assert len(pieces) == count
    assert reply_of(engine, ask("x")) == "fine"


def test_a_scripted_error_is_raised_as_it_is(ask: Ask) -> None:
    error = EngineError("The prompt is too long.", code="prompt-too-long")
    engine = ScriptedEngine([ScriptedReply("a b", fails_after=1, error=error)])
    with pytest.raises(EngineError) as caught:
        engine.generate(ask("x"), lambda _: None)
    assert caught.value is error


def test_a_load_tells_progress_and_describes_the_file(tmp_path: Path) -> None:
    heard: list[float] = []
    engine = ScriptedEngine(is_loaded=False)
    port: Engine = engine
    assert port.model is None
    described = port.load(ModelSelection(tmp_path / "any.gguf", context_tokens=512), heard.append)
    assert heard == [0.0, 1.0]
    assert port.model == described
    assert described.context_tokens == 512
    assert engine.load(ModelSelection(tmp_path / "other.gguf")).context_tokens == 8192


def test_a_load_may_be_scripted_to_fail(tmp_path: Path, ask: Ask) -> None:
    error = UserError("The model file is not there. Choose another.", code="model-missing")
    engine = ScriptedEngine(load_error=error)
    with pytest.raises(UserError):
        engine.load(ModelSelection(tmp_path / "any.gguf"))
    with pytest.raises(EngineError) as caught:
        engine.generate(ask("x"), lambda _: None)
    assert caught.value.code == "no-model"


def test_tokens_are_words(ask: Ask) -> None:
    engine = ScriptedEngine()
    assert engine.count_tokens(["one two", "", " three "]) == [2, 0, 1]
    assert engine.count_prompt(ask("one two").messages) == 6


def test_closing_forgets_the_model() -> None:
    engine = ScriptedEngine()
    engine.close()
    engine.close()
    assert engine.is_closed
    with pytest.raises(EngineError):
        engine.count_tokens(["x"])


@given(st.lists(st.text(), max_size=5))
def test_vectors_are_unit_and_always_the_same(texts: list[str]) -> None:
    vectors = ScriptedEngine().embed(texts)
    assert vectors == ScriptedEngine().embed(texts)
    for vector in vectors:
        assert len(vector) == 384
        assert math.isclose(sum(value * value for value in vector), 1.0, rel_tol=1e-5)


def test_texts_that_share_words_are_similar() -> None:
    engine = ScriptedEngine()
    shared = cosine(engine, "The cat sleeps on the mat.", "the cat on a mat")
    strange = cosine(engine, "The cat sleeps on the mat.", "quarterly revenue figures")
    assert shared > 0.5
    assert abs(strange) < 0.25
    assert cosine(engine, "same words", "Words same!") == pytest.approx(1.0, abs=1e-5)
    assert engine.embedded_texts[-1] == "Words same!"


def test_the_key_of_its_vectors_is_its_own() -> None:
    port: Embedder = ScriptedEngine()
    assert port.model_key == "scripted/words/384"


def test_requests_with_a_schema_have_a_script_of_their_own(ask: Ask) -> None:
    schema = '{"type":"object","properties":{"a":{"enum":[3,4]}}}'
    engine = ScriptedEngine(["One.", "Two."], structured=['{"a": 4}'])
    asked = (ask("x"), ask("y", json_schema=schema), ask("z"))
    assert [reply_of(engine, request) for request in asked] == ["One.", '{"a": 4}', "Two."]
    assert engine.structured_requests == [asked[1]]
    assert engine.requests == [asked[0], asked[2]]


def test_without_one_the_least_that_fits_is_written(ask: Ask) -> None:
    item = {"type": "object", "properties": {"b": {"type": "boolean"}, "c": {"enum": [7, 8]}}}
    least = {"type": "array", "minItems": 1, "maxItems": 4, "items": item}
    words = {"type": "string", "minLength": 2, "maxLength": 9}
    schema = {
        "type": "object",
        "properties": {"few": least, "none": least | {"minItems": 0}, "words": words},
    }
    reply = reply_of(ScriptedEngine(), ask("x", json_schema=json.dumps(schema)))
    assert json.loads(reply) == {"few": [{"b": False, "c": 7}], "none": [], "words": "  "}
