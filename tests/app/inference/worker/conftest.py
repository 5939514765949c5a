"""One engine child for all tests here, a client that speaks to it, and llama.cpp in-process."""

from __future__ import annotations

import itertools
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.children.process import child_environment, python_command
from app.children.protocol import LineReader
from app.inference import protocol
from app.inference.engine_child import engine_codec
from app.inference.worker.bindings import Library
from app.inference.worker.model import Model
from app.models.bundled import find_bundled_model

CONTEXT_TOKENS = 1024
PARTIAL = (protocol.Loading, protocol.Delta, protocol.Pong)


def sampler(**changes) -> protocol.WireSampler:
    """Sampling settings that always take the likeliest token, unless changed."""
    settings = {
        "temperature": 0.0,
        "top_k": 60,
        "top_p": 0.95,
        "min_p": 0.05,
        "typical_p": 1.0,
        "repeat_penalty": 1.0,
        "repeat_last_n": 0,
        "frequency_penalty": 0.0,
        "presence_penalty": 0.0,
        "dry_multiplier": 0.0,
        "dry_base": 1.75,
        "dry_allowed_length": 2,
        "xtc_probability": 0.0,
        "xtc_threshold": 0.1,
        "seed": 7,
    }
    return protocol.WireSampler(**(settings | changes))


def user(text: str) -> protocol.WireMessage:
    return protocol.WireMessage("user", text)


def assistant(text: str) -> protocol.WireMessage:
    return protocol.WireMessage("assistant", text)


def system(text: str) -> protocol.WireMessage:
    return protocol.WireMessage("system", text)


class Reply:
    """A generation's text and its last answer."""

    def __init__(self, deltas: list[str], finished: object) -> None:
        self.deltas = deltas
        self.text = "".join(deltas)
        self.finished = finished


class WorkerClient:
    """Speaks the protocol to a real engine child."""

    def __init__(self) -> None:
        self._codec = engine_codec()
        self._pause = threading.Event()
        self._tickets = itertools.count(1)
        self._answers: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            python_command("app.inference.worker"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=child_environment(),
            bufsize=0,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.ready = self.receive()

    def _read(self) -> None:
        lines = LineReader(self.process.stdout.read)
        while (line := lines.next_line()) is not None:
            self._answers.put(self._codec.decode(line))
        self._answers.put(None)

    def ticket(self) -> int:
        return next(self._tickets)

    def send(self, message: object) -> None:
        self.process.stdin.write(self._codec.encode(message))

    def receive(self) -> object:
        answer = self._answers.get(timeout=120)
        assert answer is not None, "the worker left"
        return answer

    def ask(self, message: object) -> object:
        return self.ask_all(message)[-1]

    def ask_all(self, message: object) -> list[object]:
        self.send(message)
        return self.rest()

    def rest(self) -> list[object]:
        answers = [self.receive()]
        while isinstance(answers[-1], PARTIAL):
            answers.append(self.receive())
        return answers

    def load(self, path: Path | None = None, **options) -> object:
        options = {"context_tokens": CONTEXT_TOKENS, "threads": 1} | options
        return self.ask(protocol.Load(self.ticket(), str(path or find_bundled_model()), **options))

    def request(self, *messages: protocol.WireMessage, **options) -> protocol.Generate:
        options = {"max_tokens": 24, "sampler": sampler()} | options
        return protocol.Generate(self.ticket(), messages, **options)

    def generate(self, *messages: protocol.WireMessage, **options) -> Reply:
        return as_reply(self.ask_all(self.request(*messages, **options)))

    def wait_for_progress(self) -> int:
        """Ask for pulses until the compute thread has got on; returns how far."""
        first = self.pulse().progress
        while (progress := self.pulse().progress) == first:
            self._pause.wait(0.02)
        return progress

    def wait_until_idle(self) -> None:
        while self.pulse().busy:
            self._pause.wait(0.02)

    def pulse(self) -> protocol.Pong:
        self.send(protocol.Ping(self.ticket()))
        pong = self.receive()
        assert isinstance(pong, protocol.Pong), pong
        return pong

    def close(self) -> int:
        self.process.stdin.close()
        code = self.process.wait(30)
        self._reader.join(10)
        self.process.stdout.close()
        return code


def as_reply(answers: list[object]) -> Reply:
    deltas = [answer.text for answer in answers if isinstance(answer, protocol.Delta)]
    return Reply(deltas, answers[-1])


@pytest.fixture(scope="session")
def shared_worker() -> Iterator[WorkerClient]:
    client = WorkerClient()
    loaded = client.load()
    assert isinstance(loaded, protocol.Loaded), loaded
    yield client
    assert client.close() == 0


@pytest.fixture
def worker(shared_worker: WorkerClient) -> WorkerClient:
    """The shared worker, still well, with the bundled model and nothing left to say."""
    shared_worker.wait_until_idle()
    return shared_worker


@pytest.fixture
def own_worker() -> Iterator[WorkerClient]:
    """A worker of the test's own, with no model."""
    client = WorkerClient()
    yield client
    client.close()


@pytest.fixture(scope="session")
def library() -> Iterator[Library]:
    """llama.cpp in this process, for what is checked before native calls."""
    loaded = Library()
    yield loaded
    loaded.close()


@pytest.fixture(scope="session")
def model(library: Library) -> Iterator[Model]:
    loaded = Model(library, find_bundled_model(), gpu_layers=0)
    yield loaded
    loaded.free()


@pytest.fixture(scope="session")
def embedding_file(model_folder: Path) -> Path:
    return next(model_folder.glob("*.gguf"))


def copy_of_model(folder: Path, edit) -> Path:
    """A copy of the bundled model with its bytes edited in place."""
    path = folder / "edited.gguf"
    shutil.copyfile(find_bundled_model(), path)
    with path.open("rb+") as file:
        head = bytearray(file.read(2 * 1024 * 1024))
        edit(head)
        file.seek(0)
        file.write(head)
    return path


def with_template(folder: Path, template: str) -> Path:
    """A copy of the bundled model that brings another chat template of at most 368 bytes."""

    def edit(head: bytearray) -> None:
        key = b"tokenizer.chat_template"
        at = head.index(key) + len(key) + 4
        length = int.from_bytes(head[at : at + 8], "little")
        text = template.encode()
        assert len(text) <= length
        # Jinja drops a comment, which may be as long as it likes.
        padding = length - len(text)
        if padding >= 4:
            text += b"{#" + b" " * (padding - 4) + b"#}"
        head[at + 8 : at + 8 + length] = text.ljust(length)

    return copy_of_model(folder, edit)
