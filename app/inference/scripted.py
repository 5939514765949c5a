"""An engine and embedder that need no model: replies from a script, vectors from words.

For tests and demonstrations; obeys the same contract as the real ones, cancellation,
stop strings and crashes included. Knows no process.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import threading
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationRequest,
    ModelDescription,
    PromptMessage,
    Usage,
)
from app.domain.memory import Vector
from app.errors import AppError, EngineError
from app.ports.engine import ModelSelection

VECTOR_WIDTH = 384
_MESSAGE_TOKENS = 4
_PIECE = re.compile(r"\s*\S+\s*")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ScriptedReply:
    """One reply of the script. `fails_after` so many pieces it breaks off with `error`."""

    text: str
    fails_after: int | None = None
    error: AppError | None = None


Reply = str | ScriptedReply | Callable[[GenerationRequest], str]


class ScriptedEngine:
    """Satisfies Engine and Embedder from a script. Owned by whoever made it; any thread.

    Replies come in turn and begin again after the last; those to requests with a schema have a
    script of their own, or are the least that fits. A piece is a word with its spaces, and so
    is a token. `wait` is called before every piece and paces the reply.
    """

    def __init__(
        self,
        replies: Sequence[Reply] = ("I am here.",),
        *,
        structured: Sequence[Reply] = (),
        wait: Callable[[], object] = lambda: None,
        wait_reading: Callable[[], object] = lambda: None,
        context_tokens: int = 8192,
        is_loaded: bool = True,
        load_error: AppError | None = None,
        crashed_last_time: bool = False,
    ) -> None:
        """Learn the script; `load_error` is what every `load` raises."""
        self.requests: list[GenerationRequest] = []
        self.structured_requests: list[GenerationRequest] = []
        self.read_requests: list[GenerationRequest] = []
        self.embedded_texts: list[str] = []
        self.crashed_last_time = crashed_last_time
        self.is_closed = False
        self._replies = tuple(replies)
        self._structured = tuple(structured) or (_least_reply,)
        self._wait = wait
        self._wait_reading = wait_reading
        self._context_tokens = context_tokens
        self._load_error = load_error
        self._model = self._describe("scripted", context_tokens) if is_loaded else None
        self._previous_words: list[str] = []
        self._cancelled = threading.Event()
        self._turn = threading.Lock()

    @property
    def model(self) -> ModelDescription | None:
        """The model that is loaded, if any."""
        return self._model

    def load(
        self, selection: ModelSelection, on_progress: Callable[[float], None] | None = None
    ) -> ModelDescription:
        """Pretend to load the file, which need not exist."""
        self._model = None
        for progress in (0.0, 1.0):
            if on_progress is not None:
                on_progress(progress)
            if self._load_error is not None:
                raise self._load_error
        tokens = selection.context_tokens or self._context_tokens
        self._model = self._describe(str(selection.path), tokens)
        return self._model

    def generate(self, request: GenerationRequest, on_text: Callable[[str], None]) -> Finished:
        """Write the script's next reply in pieces, on the calling thread."""
        with self._turn:
            self._cancelled.clear()
            self._require_model()
            reply = self._next_reply(request)
            read, reused = self._read_prompt(request.messages)
            text, is_stopped = _cut_at_stop(reply.text, request.stop)
            reason = FinishReason.STOP if is_stopped else FinishReason.END
            pieces: list[str] = _PIECE.findall(text)
            given = 0
            for piece in pieces[: reply.fails_after]:
                self._wait()
                if self._cancelled.is_set():
                    return Finished(FinishReason.CANCELLED, Usage(read, reused, given))
                if given == request.max_tokens:
                    return Finished(FinishReason.LENGTH, Usage(read, reused, given))
                on_text(piece)
                given += 1
            if reply.fails_after is not None:
                raise _failure(reply)
            return Finished(reason, Usage(read, reused, given))

    def read(self, request: GenerationRequest) -> None:
        """Note what was read ahead; the script stays where it is."""
        self._require_model()
        self.read_requests.append(request)
        self._wait_reading()

    def cancel(self) -> None:
        """Stop the running reply before its next piece."""
        self._cancelled.set()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of words of each text."""
        self._require_model()
        return [len(text.split()) for text in texts]

    def count_prompt(self, messages: Sequence[PromptMessage]) -> int:
        """Return the words of all messages and four marks for each."""
        self._require_model()
        return sum(len(message.content.split()) + _MESSAGE_TOKENS for message in messages)

    @property
    def model_key(self) -> str:
        """Names the hashing; it never changes within a version."""
        return f"scripted/words/{VECTOR_WIDTH}"

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return a unit vector for each text; texts that share words are similar."""
        self.embedded_texts += texts
        return [_embed(text) for text in texts]

    def close(self) -> None:
        """Stop everything; idempotent."""
        self.cancel()
        self._model = None
        self.is_closed = True

    def _next_reply(self, request: GenerationRequest) -> ScriptedReply:
        script, asked = self._replies, self.requests
        if request.json_schema:
            script, asked = self._structured, self.structured_requests
        reply = script[len(asked) % len(script)]
        asked.append(request)
        return _as_reply(reply, request)

    def _require_model(self) -> None:
        if self._model is None:
            message = "No model is loaded. Choose one in the settings."
            raise EngineError(message, code="no-model")

    def _read_prompt(self, messages: Sequence[PromptMessage]) -> tuple[int, int]:
        words = [word for message in messages for word in message.content.split()]
        reused = 0
        for old, new in zip(self._previous_words, words, strict=False):
            if old != new:
                break
            reused += 1
        self._previous_words = words
        return len(words) - reused, reused

    def _describe(self, path: str, context_tokens: int) -> ModelDescription:
        return ModelDescription(
            path=path,
            name="Scripted",
            architecture="script",
            context_tokens=context_tokens,
            trained_context_tokens=context_tokens,
            parameters=0,
            file_bytes=0,
            threads=1,
            template="plain",
        )


def _as_reply(reply: Reply, request: GenerationRequest) -> ScriptedReply:
    if isinstance(reply, ScriptedReply):
        return reply
    return ScriptedReply(reply if isinstance(reply, str) else reply(request))


def _least_reply(request: GenerationRequest) -> str:
    return json.dumps(_least_value(json.loads(request.json_schema)))


def _least_value(schema: dict[str, Any]) -> object:
    """Return the least value that a schema lets through, of those that the engine child knows."""
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        return {name: _least_value(one) for name, one in schema["properties"].items()}
    if schema["type"] == "array":
        return [_least_value(schema["items"])] * schema.get("minItems", 0)
    return False if schema["type"] == "boolean" else " " * schema.get("minLength", 0)


def _failure(reply: ScriptedReply) -> AppError:
    if reply.error is not None:
        return reply.error
    message = (
        "The engine stopped unexpectedly (it is in the script). "
        "What was written so far is kept; try again."
    )
    return EngineError(message, code="engine-crashed")


def _cut_at_stop(text: str, stop: Sequence[str]) -> tuple[str, bool]:
    found = [position for mark in stop if mark and (position := text.find(mark)) >= 0]
    return (text[: min(found)], True) if found else (text, False)


def _embed(text: str) -> Vector:
    sums = [0.0] * VECTOR_WIDTH
    for word in _WORD.findall(text.lower()) or [""]:
        for index, byte in enumerate(hashlib.shake_256(word.encode()).digest(VECTOR_WIDTH)):
            sums[index] += byte - 127.5
    length = math.sqrt(sum(value * value for value in sums))
    return array("f", (value / length for value in sums))
