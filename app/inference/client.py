"""The Engine port over the engine child: load, generate, cancel, count.

Translates domain values to the wire and back, keeps the crash marker and the thread
hints, and loads the model again when the child had to be restarted. Knows no llama.cpp.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationRequest,
    ModelDescription,
    PromptMessage,
    Sampler,
    Usage,
)
from app.errors import AppError, EngineError
from app.inference import protocol
from app.inference.engine_child import EngineChild, Partial
from app.inference.failures import translate_failed
from app.inference.load_records import CrashMarker, ThreadHints
from app.ports.engine import ModelSelection

StateCallback = Callable[[str, float, ModelDescription | None, str], None]

_MOST_RELOADS = 2
_SEED_LIMIT = 2**31
_REASONS = frozenset(reason.value for reason in FinishReason)


@dataclass(slots=True)
class _Generation:
    """One generation under way, so that `cancel` finds it."""

    ticket: int
    is_sent: bool = False
    is_cancelled: bool = False


class EngineClient:
    """The chat model in the engine child. Owned by the context; any thread.

    `on_state(state, progress, model, detail)` hears the states of EngineStateChanged, on
    whatever thread they happen; it must not raise.
    """

    def __init__(
        self,
        child: EngineChild,
        *,
        crash_marker: Path,
        thread_hints: Path,
        on_state: StateCallback | None = None,
    ) -> None:
        """Move in with the child; nothing starts before the first use."""
        self._child = child
        self._marker = CrashMarker(crash_marker)
        self._hints = ThreadHints(thread_hints)
        self._on_state = on_state
        self._lock = threading.Lock()
        self._model: ModelDescription | None = None
        self._selection: ModelSelection | None = None
        self._generations: list[_Generation] = []
        self._load_failure = ""
        self._is_loading = False
        self._has_crashed = False
        self._reloads = 0
        child.add_tenant(self)

    @property
    def model(self) -> ModelDescription | None:
        """The model that is loaded, if any."""
        return self._model

    @property
    def crashed_last_time(self) -> bool:
        """Whether the program before this one ended with the engine in trouble."""
        return self._marker.was_set

    def load(
        self, selection: ModelSelection, on_progress: Callable[[float], None] | None = None
    ) -> ModelDescription:
        """Load a model, replacing the one before; progress runs from 0 to 1."""
        self._marker.set(f"loading {selection.path}")
        self._is_loading = True
        self._model = self._selection = None
        self._load_failure = ""
        try:
            self._tell("loading", 0.0)
            request = self._load_request(selection)
            answer = self._child.ask(request, on_partial=self._progress_teller(on_progress))
            model = self._accept(answer, selection)
        except AppError as error:
            self._load_failure = error.message
            if not self._note_crash(error):
                self._marker.clear()
            self._tell("failed", detail=error.message)
            raise
        finally:
            self._is_loading = False
        self._reloads = 0
        self._tell("ready", 1.0)
        return model

    def read(self, request: GenerationRequest) -> None:
        """Read a prompt ahead; the one token that comes of it is thrown away."""
        self.generate(replace(request, max_tokens=1), lambda _: None)

    def generate(self, request: GenerationRequest, on_text: Callable[[str], None]) -> Finished:
        """Write a reply, handing over its text on the calling thread.

        When `on_text` raises, the generation is cancelled and the exception passed on.
        """
        generation = _Generation(self._child.new_ticket())
        with self._lock:
            self._generations.append(generation)
        try:
            if not self._child.wait_until_ready(lambda: generation.is_cancelled):
                return Finished(FinishReason.CANCELLED, Usage())
            answer = self._child.ask(
                _generate_request(generation.ticket, request),
                on_partial=_text_teller(on_text),
                on_sent=lambda: self._note_sent(generation),
            )
        except BaseException as error:
            if isinstance(error, AppError):
                self._note_crash(error)
            self._child.post(protocol.Cancel(generation.ticket))
            raise
        finally:
            with self._lock:
                self._generations.remove(generation)
        if not isinstance(answer, protocol.Finished):
            raise self._unexpected(answer)
        self._has_crashed = False
        self._reloads = 0
        self._marker.clear()
        return _finished(answer)

    def cancel(self) -> None:
        """Stop the running generation, if any, within one slice; never blocks."""
        with self._lock:
            for generation in self._generations:
                generation.is_cancelled = True
                if generation.is_sent:
                    self._child.post(protocol.Cancel(generation.ticket))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without template marks."""
        return list(self._count(texts=tuple(texts)).counts) if texts else []

    def count_prompt(self, messages: Sequence[PromptMessage]) -> int:
        """Return the tokens of the whole prompt with the model's chat template."""
        return self._count(messages=_wire_messages(messages)).prompt

    def close(self) -> None:
        """Stop everything, the child included; idempotent.

        The crash marker stays when the last thing that the engine did was to crash.
        """
        self.cancel()
        self._child.close()
        self._model = None
        if not self._has_crashed:
            self._marker.clear()

    def restore(self, ask: Callable[[protocol.Request, Partial | None], protocol.Answer]) -> None:
        """Load the model again into a new child, unless that keeps crashing it."""
        selection = self._selection
        if selection is None:
            return
        if self._reloads >= _MOST_RELOADS:
            self._model = self._selection = None
            self._load_failure = (
                f"The model {selection.path} made the engine crash again and again, so it was not "
                "loaded another time. Load it once more, or choose another in the settings."
            )
            return
        self._reloads += 1
        self._tell("loading", 0.0)
        answer = ask(self._load_request(selection), self._progress_teller(None))
        try:
            self._accept(answer, selection)
        except AppError as error:
            self._model = self._selection = None
            self._load_failure = error.message

    def child_changed(self, state: str, detail: str) -> None:
        """Say what the child's state means for the model."""
        if state == "restarting":
            self._has_crashed = True
            self._marker.set(f"the engine crashed: {detail}")
        if state == "ready":
            if self._is_loading:
                return
            if self._model is None and self._load_failure:
                self._tell("failed", detail=self._load_failure)
                return
        self._tell(state, 1.0 if state == "ready" else 0.0, detail.partition("\n")[0])

    def _accept(self, answer: protocol.Answer, selection: ModelSelection) -> ModelDescription:
        if not isinstance(answer, protocol.Loaded):
            raise self._unexpected(answer, str(selection.path))
        self._model = _description(answer)
        self._selection = selection
        if answer.measured:
            self._hints.store(selection.path, answer.threads)
        return self._model

    def _load_request(self, selection: ModelSelection) -> protocol.Load:
        return protocol.Load(
            self._child.new_ticket(),
            str(selection.path),
            context_tokens=selection.context_tokens or 0,
            threads=selection.threads or 0,
            gpu_layers=-1 if selection.gpu_layers is None else selection.gpu_layers,
            thread_hint=self._hints.find(selection.path),
        )

    def _progress_teller(self, on_progress: Callable[[float], None] | None) -> Partial:
        def tell(answer: protocol.Answer) -> None:
            if isinstance(answer, protocol.Loading):
                self._tell("loading", answer.progress)
                if on_progress is not None:
                    on_progress(answer.progress)

        return tell

    def _note_sent(self, generation: _Generation) -> None:
        with self._lock:
            generation.is_sent = True
            # A cancel that overtook its request would mean nothing to the child.
            if generation.is_cancelled:
                self._child.post(protocol.Cancel(generation.ticket))

    def _note_crash(self, error: AppError) -> bool:
        # Also noted when the child restarts, but that may be later than the caller's `close`.
        is_crash = error.code == "engine-crashed"
        if is_crash:
            self._has_crashed = True
            self._marker.set(error.message)
        return is_crash

    def _count(
        self, texts: tuple[str, ...] = (), messages: tuple[protocol.WireMessage, ...] = ()
    ) -> protocol.Counted:
        answer = self._child.ask_again(
            lambda ticket: protocol.CountTokens(ticket, texts=texts, messages=messages)
        )
        if not isinstance(answer, protocol.Counted):
            raise self._unexpected(answer)
        return answer

    def _unexpected(self, answer: protocol.Answer, path: str = "") -> AppError:
        if not isinstance(answer, protocol.Failed):
            message = f"The engine answered with {type(answer).__name__}, which was not asked for."
            return EngineError(message)
        if answer.code == "no-model" and self._load_failure:
            return EngineError(self._load_failure, code="no-model")
        return translate_failed(answer, path)

    def _tell(self, state: str, progress: float = 0.0, detail: str = "") -> None:
        if self._on_state is not None:
            self._on_state(state, progress, self._model, detail)


def _text_teller(on_text: Callable[[str], None]) -> Partial:
    def tell(answer: protocol.Answer) -> None:
        if isinstance(answer, protocol.Delta):
            on_text(answer.text)

    return tell


def _wire_messages(messages: Sequence[PromptMessage]) -> tuple[protocol.WireMessage, ...]:
    return tuple(protocol.WireMessage(message.role.value, message.content) for message in messages)


def _generate_request(ticket: int, request: GenerationRequest) -> protocol.Generate:
    return protocol.Generate(
        ticket,
        messages=_wire_messages(request.messages),
        sampler=_wire_sampler(request.sampler),
        max_tokens=request.max_tokens,
        stop=request.stop,
        reply_prefix=request.reply_prefix,
        json_schema=request.json_schema,
        beside=request.beside,
    )


def _wire_sampler(sampler: Sampler) -> protocol.WireSampler:
    return protocol.WireSampler(
        temperature=sampler.temperature,
        top_k=sampler.top_k,
        top_p=sampler.top_p,
        min_p=sampler.min_p,
        typical_p=sampler.typical_p,
        repeat_penalty=sampler.repeat_penalty,
        repeat_last_n=sampler.repeat_last_n,
        frequency_penalty=sampler.frequency_penalty,
        presence_penalty=sampler.presence_penalty,
        dry_multiplier=sampler.dry_multiplier,
        dry_base=sampler.dry_base,
        dry_allowed_length=sampler.dry_allowed_length,
        xtc_probability=sampler.xtc_probability,
        xtc_threshold=sampler.xtc_threshold,
        seed=secrets.randbelow(_SEED_LIMIT) if sampler.seed is None else sampler.seed,
    )


def _finished(answer: protocol.Finished) -> Finished:
    if answer.reason not in _REASONS:
        message = f"The engine ended the reply for an unknown reason, {answer.reason!r}."
        raise EngineError(message)
    usage = Usage(
        prompt_read=answer.prompt_read,
        prompt_reused=answer.prompt_reused,
        generated=answer.generated,
        read_seconds=answer.read_seconds,
        generate_seconds=answer.generate_seconds,
    )
    return Finished(FinishReason(answer.reason), usage)


def _description(answer: protocol.Loaded) -> ModelDescription:
    return ModelDescription(
        path=answer.path,
        name=answer.name,
        architecture=answer.architecture,
        context_tokens=answer.context_tokens,
        trained_context_tokens=answer.trained_context_tokens,
        parameters=answer.parameters,
        file_bytes=answer.file_bytes,
        threads=answer.threads,
        template=answer.template,
        can_rewind=answer.can_rewind,
        gpu_layers=answer.gpu_layers,
        notes=answer.notes,
    )
