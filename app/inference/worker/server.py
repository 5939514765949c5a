"""What the engine child does with each request.

    reader thread:  Ping, Cancel            (answered while the model computes)
    compute thread: everything else, one at a time, in order

Owns the two models. Knows no pipe; the worker loop of `app.children` carries the messages.
"""

from __future__ import annotations

import base64
import os
import sys
import threading
import traceback
from pathlib import Path
from typing import cast

from app.children.worker_loop import Send
from app.inference.protocol import (
    VERSION,
    Cancel,
    Counted,
    CountTokens,
    Delta,
    Done,
    Embed,
    Embedded,
    EmbedderLoaded,
    Failed,
    Finished,
    Generate,
    Load,
    Loaded,
    LoadEmbedder,
    Loading,
    Ping,
    Pong,
    Ready,
    Shutdown,
    Unload,
)
from app.inference.worker.bindings import Library
from app.inference.worker.chat import MOST_THREADS, Chat
from app.inference.worker.embedding import Embedder
from app.inference.worker.failure import RequestFailed, fail
from app.inference.worker.generation import Generation, check_roles
from app.inference.worker.model import readable_name
from app.inference.worker.threads import Load as MachineLoad
from app.inference.worker.threads import logical_cores

# What is left for the compute thread.
_Work = Load | LoadEmbedder | Generate | Embed | CountTokens | Unload | Shutdown

_PROGRESS_STEP = 0.02
_MOST_TEXTS = 100_000


class EngineServer:
    """The engine child's mind. Built by its main; satisfies `app.children`'s Worker."""

    def __init__(self) -> None:
        """Load llama.cpp; no model yet."""
        self._library = Library()
        self._chat: Chat | None = None
        self._embedder: Embedder | None = None
        self._machine = MachineLoad()
        self._progress = 0
        self._lock = threading.Lock()
        self._running: int | None = None
        self._queued: set[int] = set()
        self._cancelled: set[int] = set()
        self._is_closing = False

    def hello(self) -> Ready:
        library = self._library
        return Ready(VERSION, os.getpid(), library.version, library.system_info, library.has_gpu)

    def urgent(self, message: object, send: Send) -> bool:
        """Answer a ping, note a cancel. Reader thread."""
        match message:
            case Ping(ticket):
                send(Pong(ticket, busy=self._running is not None, progress=self._progress))
            case Cancel(ticket):
                with self._lock:
                    if ticket in self._queued:
                        self._cancelled.add(ticket)
            case Generate(ticket):
                # Known from here on, so that a cancel right behind it finds it.
                with self._lock:
                    self._queued.add(ticket)
                return False
            case _:
                return False
        return True

    def handle(self, message: object, send: Send) -> bool:
        """Carry out one request; False after Shutdown. Compute thread."""
        request = cast("_Work", message)  # the codec knows no other
        self._running = request.ticket
        try:
            self._dispatch(request, send)
        except RequestFailed as error:
            send(Failed(request.ticket, error.code, error.detail))
        finally:
            with self._lock:
                self._queued.discard(request.ticket)
                self._cancelled.discard(request.ticket)
            self._running = None
        if isinstance(request, Shutdown):
            self._free()
            return False
        return True

    def failed(self, message: object, error: Exception) -> Failed:
        """Answer for an error of ours; where it happened goes to stderr.

        Not its message, which may hold what somebody wrote: stderr becomes a log file.
        """
        sys.stderr.write(f"{type(error).__name__}\n")
        traceback.print_tb(error.__traceback__, file=sys.stderr)
        ticket = getattr(message, "ticket", 0)
        detail = f"The engine made a mistake ({type(error).__name__}). Try again."
        return Failed(ticket, "bug", detail)

    def closing(self) -> None:
        """Break off the running generation. Reader thread."""
        self._is_closing = True

    def _dispatch(self, request: _Work, send: Send) -> None:
        match request:
            case Load():
                self._load(request, send)
            case LoadEmbedder():
                self._load_embedder(request, send)
            case Generate():
                self._generate(request, send)
            case Embed():
                self._embed(request, send)
            case CountTokens():
                self._count(request, send)
            case Unload(ticket):
                self._free_chat()
                send(Done(ticket))
            case Shutdown(ticket):
                send(Done(ticket))

    def _load(self, request: Load, send: Send) -> None:
        self._free_chat()
        shown = 0.0

        def report(fraction: float) -> None:
            nonlocal shown
            self._progress += 1
            if fraction - shown >= _PROGRESS_STEP or fraction >= 1 > shown:
                shown = fraction
                send(Loading(request.ticket, min(max(fraction, 0.0), 1.0)))

        send(Loading(request.ticket, 0.0))
        may_measure = self._machine.is_quiet(logical_cores())
        chat = self._chat = Chat(
            self._library, request, may_measure=may_measure, on_progress=report
        )
        model, facts = chat.model, chat.model.facts
        send(
            Loaded(
                request.ticket,
                path=request.path,
                name=readable_name(facts),
                architecture=facts.architecture,
                context_tokens=chat.context.size,
                trained_context_tokens=model.trained_context_tokens,
                parameters=model.parameters,
                file_bytes=model.file_bytes,
                threads=chat.threads,
                template=chat.format.name,
                can_rewind=model.can_rewind,
                gpu_layers=model.gpu_layers,
                measured=chat.is_measured,
                notes=chat.notes,
            )
        )

    def _load_embedder(self, request: LoadEmbedder, send: Send) -> None:
        if not request.path or not 0 <= request.threads <= MOST_THREADS:
            fail("bad-request", "An embedding model needs a file and a sensible thread count.")
        self._free_embedder()
        embedder = Embedder(self._library, Path(request.path), request.threads)
        self._embedder = embedder
        send(EmbedderLoaded(request.ticket, embedder.width, embedder.context_tokens))

    def _generate(self, request: Generate, send: Send) -> None:
        chat = self._require_chat()
        chat.begin(self._machine.lower(chat.threads, logical_cores()))
        generation = Generation(
            self._library,
            chat,
            request,
            on_text=lambda text: send(Delta(request.ticket, text)),
            is_cancelled=lambda: self._is_closing or request.ticket in self._cancelled,
            on_progress=self._note_progress,
        )
        outcome = generation.run()
        send(
            Finished(
                request.ticket,
                reason=outcome.reason,
                prompt_read=outcome.prompt_read,
                prompt_reused=outcome.prompt_reused,
                generated=outcome.generated,
                read_seconds=outcome.read_seconds,
                generate_seconds=outcome.generate_seconds,
            )
        )

    def _embed(self, request: Embed, send: Send) -> None:
        if self._embedder is None:
            fail("no-embedder", "No embedding model is loaded.")
        if len(request.texts) > _MOST_TEXTS:
            fail("bad-request", f"More than {_MOST_TEXTS:,} texts at once are too many.")
        if not self._embedder.threads_are_fixed:
            threads = self._machine.lower(self._embedder.threads, logical_cores())
            self._embedder.set_threads(threads)
        vectors = self._embedder.embed(request.texts, self._note_progress)
        data = base64.b64encode(vectors.astype("<f4").tobytes()).decode("ascii")
        count, width = vectors.shape
        send(Embedded(request.ticket, count, width, data))

    def _count(self, request: CountTokens, send: Send) -> None:
        chat = self._require_chat()
        check_roles(request.messages)
        vocabulary = chat.model.vocabulary
        counts: list[int] = []
        for text in request.texts:
            counts.append(len(vocabulary.tokenise_text(text)))
            self._note_progress()
        prompt = len(chat.render(request.messages, "")[0]) if request.messages else 0
        send(Counted(request.ticket, tuple(counts), prompt))

    def _require_chat(self) -> Chat:
        if self._chat is None:
            fail("no-model", "No chat model is loaded; choose one in the settings.")
        return self._chat

    def _note_progress(self) -> None:
        self._progress += 1

    def _free_chat(self) -> None:
        if self._chat is not None:
            self._chat.free()
            self._chat = None

    def _free(self) -> None:
        self._free_chat()
        self._free_embedder()
        self._library.close()

    def _free_embedder(self) -> None:
        if self._embedder is not None:
            self._embedder.free()
            self._embedder = None
