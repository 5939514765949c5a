"""A worker without a model: fails, crashes and answers on command, over real pipes.

The file name of a load and the last message of a prompt say what happens.
"""

from __future__ import annotations

import base64
import os
import sys
import threading
from array import array
from pathlib import Path

from app.children.worker_loop import Send, serve
from app.inference import protocol as p
from app.inference.engine_child import engine_codec


class FakeServer:
    """Satisfies Worker."""

    def __init__(self, version: int = p.VERSION) -> None:
        self._version = version
        self._loaded = ""
        self._embedder = ""
        self._cancelled = threading.Event()

    def hello(self) -> object:
        return p.Ready(self._version, os.getpid(), "fake", "no system", gpu_offload=False)

    def urgent(self, message: object, send: Send) -> bool:
        if isinstance(message, p.Cancel):
            self._cancelled.set()
        elif isinstance(message, p.Ping):
            send(p.Pong(message.ticket, busy=False, progress=0))
        else:
            return False
        return True

    def handle(self, message: object, send: Send) -> bool:
        match message:
            case p.Load():
                self._load(message, send)
            case p.LoadEmbedder():
                self._load_embedder(message, send)
            case p.Generate():
                self._generate(message, send)
            case p.Embed():
                self._embed(message, send)
            case p.CountTokens():
                counts = tuple(len(text.split()) for text in message.texts)
                send(p.Counted(message.ticket, counts, prompt=len(message.messages)))
            case _:
                return False
        return True

    def failed(self, message: object, error: Exception) -> object:
        return p.Failed(message.ticket, "bug", f"{type(error).__name__}: {error}")  # type: ignore[attr-defined]

    def closing(self) -> None:
        self._cancelled.set()

    def _load(self, load: p.Load, send: Send) -> None:
        name = Path(load.path).stem
        self._loaded = ""
        send(p.Loading(load.ticket, 0.5))
        if name.startswith("fail-"):
            send(p.Failed(load.ticket, name.removeprefix("fail-"), "That is how it is"))
            return
        if name == "crash" or (name == "crash-again" and Path(load.path).exists()):
            os.abort()
        if name == "odd":
            send(p.Done(load.ticket))
            return
        if not Path(load.path).exists():
            Path(load.path).touch()
        self._loaded = load.path
        threads = load.threads or load.thread_hint or 3
        send(
            p.Loaded(
                load.ticket,
                load.path,
                name=name,
                architecture="fake",
                context_tokens=load.context_tokens or 4096,
                trained_context_tokens=8192,
                parameters=1,
                file_bytes=2,
                threads=threads,
                template=f"hint {load.thread_hint}",
                can_rewind=True,
                gpu_layers=load.gpu_layers,
                measured=not (load.threads or load.thread_hint or name == "busy"),
                notes=("a note",),
            )
        )

    def _load_embedder(self, load: p.LoadEmbedder, send: Send) -> None:
        if Path(load.path).stem.startswith("fail-"):
            send(p.Failed(load.ticket, "model-missing", "It is not there."))
            return
        with Path(load.path).open("a", encoding="utf-8") as log:
            log.write("loaded\n")
        self._embedder = load.path
        send(p.EmbedderLoaded(load.ticket, width=2, context_tokens=256))

    def _generate(self, request: p.Generate, send: Send) -> None:
        if not self._loaded:
            send(p.Failed(request.ticket, "no-model", "There is no model."))
            return
        self._cancelled.clear()
        words = request.messages[-1].content.split()
        for word in words:
            if word == "ABORT":
                os.abort()
            if word == "WAIT":
                self._cancelled.wait()
                send(p.Finished(request.ticket, "cancelled", 1, 2, 3, 0.5, 0.25))
                return
            if word == "FAIL":
                send(p.Failed(request.ticket, "prompt-too-long", "The prompt is too long"))
                return
            send(p.Delta(request.ticket, f"{word} "))
        if words == ["SEED"]:
            send(p.Delta(request.ticket, str(request.sampler.seed)))
        reason = "whim" if words == ["WHIM"] else "end"
        send(p.Finished(request.ticket, reason, 1, 2, 3, 0.5, 0.25))

    def _embed(self, request: p.Embed, send: Send) -> None:
        if not self._embedder:
            send(p.Failed(request.ticket, "no-embedder", "There is no embedder."))
            return
        first = request.texts[0]
        if first == "ABORT" and not Path(f"{self._embedder}.aborted").exists():
            Path(f"{self._embedder}.aborted").touch()
            os.abort()
        rows = array("f", [value for text in request.texts for value in (len(text), -0.5)])
        if sys.byteorder == "big":
            rows.byteswap()
        data = base64.b64encode(rows.tobytes()).decode()
        if first == "GARBLE":
            data = "*"
        if first == "SHORTEN":
            data = data[:4]
        if first == "ODD":
            send(p.Done(request.ticket))
            return
        send(p.Embedded(request.ticket, len(request.texts), 2, data))


def main() -> None:
    sys.exit(serve(engine_codec(), FakeServer))


if __name__ == "__main__":
    main()
