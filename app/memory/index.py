"""The client of the index child: Chroma's collections behind a few blocking calls.

Every failure, a crash and a late answer included, becomes an EngineError whose code begins
with "index"; after a crash it refuses everything until `erase`, because what is on disk is
then in doubt. Decides nothing about agreement with the store: see `checked`.
"""

from __future__ import annotations

import base64
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TypeVar

from app.children.failures import ChildCrashed, ChildError, ChildTimeout
from app.children.plan import Backoff, ChildPlan
from app.children.process import python_command
from app.children.protocol import Codec, ProtocolError
from app.children.supervisor import Supervisor
from app.domain.ids import LineId, PersonaId
from app.domain.memory import Vector
from app.errors import EngineError
from app.memory.protocol import (
    MESSAGES,
    VERSION,
    Add,
    Check,
    Checked,
    Done,
    Drop,
    Failed,
    Listed,
    ListIds,
    Mark,
    Neighbours,
    Ping,
    Pong,
    Query,
    Ready,
    Remove,
    Request,
    Shutdown,
    name_collection,
)
from app.ports.memory_index import Neighbour
from app.ports.stores import IndexFingerprint

BATCH = 256

_HANG_FACTOR = 10

_MODULE = "app.memory.worker"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class IndexPatience:
    """How long to wait for answers. A value; seconds.

    `reply` bounds what a person waits for; `background` bounds what nobody waits for: the
    start of the child, a batch of a rebuild, and the first look into a collection, for which
    `each` is added for every vector that it has to read back.
    """

    reply: float = 2.0
    background: float = 60.0
    each: float = 0.002


class ChromaIndex:
    """Talks with the index child, which starts with the first call. Owned by CheckedIndex.

    Any thread; calls from several threads queue in the child.
    """

    def __init__(
        self,
        folder: Path,
        model_key: Callable[[], str],
        *,
        patience: IndexPatience = IndexPatience(),
        log_path: Path | None = None,
    ) -> None:
        """Keep collections in `folder`, which nobody else may use; nothing starts yet."""
        self._folder = folder
        self._model_key = model_key
        self._patience = patience
        self._lock = Lock()
        self._supervisor: Supervisor | None = None
        self._loss: str | None = None
        self._is_closed = False
        self._plan = ChildPlan(
            module=_MODULE,
            command=(*python_command(_MODULE), str(folder.absolute())),
            codec=Codec(MESSAGES),
            hello_type=Ready,
            version=VERSION,
            ping=Ping,
            shutdown=Shutdown,
            pong_type=Pong,
            log_path=log_path,
            start_seconds=patience.background,
            # Every request has its own limit; this one is for what none of them catches.
            pong_seconds=_HANG_FACTOR * patience.background,
            hang_seconds=_HANG_FACTOR * patience.background,
            # Nothing is restarted behind our back: a crash casts doubt on the folder.
            backoff=Backoff(attempts=0),
        )

    @property
    def process_id(self) -> int | None:
        """The child's process id while there is one."""
        supervisor = self._supervisor
        return None if supervisor is None else supervisor.process_id

    def check(self, persona_id: PersonaId, expected: int = 0) -> IndexFingerprint:
        """Return what the index holds of a persona, after bringing it into memory.

        Chroma reads `expected` vectors back one by one: 200,000 take the better part of a minute.
        """
        request = Check(self._ticket(), self._name(persona_id))
        seconds = self._patience.background + expected * self._patience.each
        answer = self._ask(request, Checked, seconds)
        return IndexFingerprint(answer.count, answer.generation)

    def ids(self, persona_id: PersonaId) -> set[LineId]:
        """Return which lines the index holds of a persona."""
        request = ListIds(self._ticket(), self._name(persona_id))
        answer = self._ask(request, Listed, self._patience.background)
        return {LineId(key) for key in answer.ids}

    def add(self, persona_id: PersonaId, entries: Sequence[tuple[LineId, Vector]]) -> None:
        """Add or replace vectors, in batches; a single one is quick enough for a reply."""
        seconds = self._patience.reply if len(entries) == 1 else self._patience.background
        for start in range(0, len(entries), BATCH):
            batch = entries[start : start + BATCH]
            ids = tuple(str(line_id) for line_id, _ in batch)
            vectors = [vector for _, vector in batch]
            width = len(vectors[0])
            request = Add(self._ticket(), self._name(persona_id), ids, width, _encode(vectors))
            self._ask(request, Done, seconds)

    def remove(self, persona_id: PersonaId, line_ids: Sequence[LineId]) -> None:
        """Forget vectors; unknown ids are ignored."""
        for start in range(0, len(line_ids), BATCH):
            ids = tuple(str(line_id) for line_id in line_ids[start : start + BATCH])
            request = Remove(self._ticket(), self._name(persona_id), ids)
            self._ask(request, Done, self._patience.reply)

    def mark(self, persona_id: PersonaId, generation: int) -> None:
        """Write down with which change of the store the persona's collection agrees."""
        request = Mark(self._ticket(), self._name(persona_id), generation)
        self._ask(request, Done, self._patience.reply)

    def drop(self, persona_id: PersonaId) -> None:
        """Throw a persona's collection away."""
        request = Drop(self._ticket(), self._name(persona_id))
        self._ask(request, Done, self._patience.background)

    def nearest(self, persona_id: PersonaId, query: Vector, count: int) -> list[Neighbour]:
        """Return up to `count` neighbours, nearest first."""
        request = Query(self._ticket(), self._name(persona_id), count, _encode([query]))
        answer = self._ask(request, Neighbours, self._patience.reply)
        pairs = zip(answer.ids, answer.similarities, strict=True)
        return [Neighbour(LineId(key), similarity) for key, similarity in pairs]

    def erase(self) -> None:
        """Stop the child and delete its folder; the next call begins afresh."""
        self._end_at_once()
        self._stop()
        try:
            if self._folder.is_file():
                self._folder.unlink()
            else:
                shutil.rmtree(self._folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            message = (
                f"The memory index in {self._folder} cannot be cleared ({error.strerror}). "
                "Memories are still found, only a little slower. Delete that folder by hand."
            )
            raise EngineError(message, code="index-folder") from error
        with self._lock:
            self._loss = None

    def close(self) -> None:
        """Stop the child for good; calls under way end with an EngineError. Idempotent."""
        with self._lock:
            self._is_closed = True
        self._stop()

    def _end_at_once(self) -> None:
        """Kill the child: one that hangs would be asked to leave, and waited for, in vain."""
        process_id = self.process_id
        if process_id is not None:
            with suppress(ProcessLookupError):
                os.kill(process_id, getattr(signal, "SIGKILL", signal.SIGTERM))

    def _stop(self) -> None:
        with self._lock:
            supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None:
            supervisor.close()

    def _name(self, persona_id: PersonaId) -> str:
        return name_collection(persona_id, self._model_key())

    def _ticket(self) -> int:
        return self._running().new_ticket()

    def _running(self) -> Supervisor:
        """Return the supervisor, raising EngineError after a crash and when closed."""
        with self._lock:
            if self._is_closed:
                raise EngineError(_CLOSED, code="index-closed")
            if self._loss is not None:
                raise EngineError(self._loss, code="index-crashed")
            if self._supervisor is None:
                self._supervisor = Supervisor(self._plan, on_state=self._note_state)
            return self._supervisor

    def _note_state(self, state: str, detail: str) -> None:
        if state == "failed":
            reason = detail.partition("\n")[0]
            with self._lock:
                self._loss = f"The memory index stopped: {reason}."

    def _ask(self, request: Request, kind: type[_T], seconds: float) -> _T:
        supervisor = self._running()
        try:
            answer = supervisor.request(request, timeout_seconds=seconds)
        except (ChildError, ProtocolError) as error:
            raise _translate(error) from error
        if isinstance(answer, kind):
            return answer
        code, detail = "bug", "It gave an answer of the wrong kind."
        if isinstance(answer, Failed):
            code, detail = answer.code, answer.detail
        message = f"The memory index could not carry out {type(request).__name__}. {detail}"
        raise EngineError(message, code=f"index-{code}")


_CLOSED = "The memory index was closed."


def _translate(error: ChildError | ProtocolError) -> EngineError:
    if isinstance(error, ChildTimeout):
        return EngineError("The memory index did not answer in time.", code="index-timeout")
    if isinstance(error, ChildCrashed):
        return EngineError("The memory index stopped unexpectedly.", code="index-crashed")
    reason = str(error).partition("\n")[0]
    return EngineError(f"The memory index is not available: {reason}.", code="index-unavailable")


def _encode(vectors: Sequence[Vector]) -> str:
    """Return vectors of one length as base64 of little-endian float32."""
    import numpy as np

    return base64.b64encode(np.asarray(vectors, dtype="<f4").tobytes()).decode("ascii")
