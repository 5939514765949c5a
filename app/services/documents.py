"""Documents as memories: plain text and Markdown, read in passages, embedded in batches.

A passage hangs on its conversation, not on what was said there; it is data with the document's
name, never an instruction, and what looks like one is kept out of recall. Written between turns,
as all memories are. Knows ports only.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from threading import Event as Flag

from app.domain.ids import ConversationId, LineId, MemoryId, PersonaId
from app.domain.memory import About, Layer, Line, Memory, MemoryKind, NewMemory, Provenance
from app.errors import AppError, UserError
from app.ports.clock import Clock
from app.ports.engine import Embedder
from app.ports.memory_index import RebuildableIndex
from app.ports.memory_store import StoryMemoryStore
from app.ports.stores import ConversationStore
from app.services.noting.suspicion import why_suspicious
from app.services.passages import Passage, passages_of
from app.services.stems import stems
from app.settings import Settings
from app.tasks import Lane

FILE_BYTES = 16 * 1024**2
"""The longest document that is read; the Bible has four million characters."""

DOCUMENT_SUFFIXES = frozenset({".txt", ".md", ".markdown", ".text"})

_LONGEST_NAME = 80
_AT_ONCE = 48  # As many as the writer of memories embeds, so that a turn waits for as little.

Steps = Generator[int, None, None]
"""Writing in steps, each short enough to be waited for; each yields how many were kept."""


@dataclass(frozen=True, slots=True)
class DocumentOutcome:
    """What became of one document: what was kept, what was here already, or a sentence.

    `kept` counts new memories, `quarantined` those of them that are kept out of recall;
    `forgotten` passages were forgotten by the user before and stay out. `is_whole` is False for
    one that a cancel or a fault cut off.
    """

    file: Path
    passages: int = 0
    kept: int = 0
    quarantined: int = 0
    forgotten: int = 0
    is_whole: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentProgress:
    """How far it has come: `done` of `total` passages of the document `file`."""

    file: Path
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where passages are remembered, and whether even forgotten ones. A value."""

    persona_id: PersonaId
    conversation_id: ConversationId
    even_forgotten: bool

    def remember(
        self, name: str, passage: Passage, now: datetime, attempt: int
    ) -> tuple[Memory, Line]:
        """Return a passage as a memory, under an id that is the same each time, and its line.

        After it was forgotten the next `attempt`, from 0, gives it another.
        """
        words = f"{passage.heading}: {passage.text}" if passage.heading else passage.text
        named = f"{self.conversation_id}\0{name}\0{passage.heading}\0{passage.text}"
        named += f"\0{attempt}" if attempt else ""
        text = f"It says in \u201c{name[:_LONGEST_NAME]}\u201d: {words}"
        memory = Memory(
            id=MemoryId(blake2b(named.encode(), digest_size=16).hexdigest()),
            persona_id=self.persona_id,
            conversation_id=self.conversation_id,
            kind=MemoryKind.EPISODE,
            text=text,
            happened_at=now,
            sources=(),
            about=About.OTHERS,
            provenance=Provenance.IMPORT,
            layer=Layer.LONG,
            quarantine=_why_suspicious(name, passage),
        )
        return memory, Line(0, "", words, stems(words))


class DocumentService:
    """Makes memories of documents. Owned by the app context; call from any thread."""

    def __init__(
        self,
        *,
        store: StoryMemoryStore,
        conversations: ConversationStore,
        index: RebuildableIndex,
        embedder: Embedder,
        clock: Clock,
        write: Callable[[Steps], Future[int]],
        settings: Callable[[], Settings],
        storage_lane: Lane,
    ) -> None:
        """Take the ports; `write` carries steps out on the memory lane, between turns."""
        self._store = store
        self._conversations = conversations
        self._index = index
        self._embedder = embedder
        self._clock = clock
        self._write = write
        self._settings = settings
        self._storage = storage_lane
        self._is_closing = Flag()

    def bring_in(
        self,
        files: Sequence[Path],
        conversation_id: ConversationId,
        *,
        even_forgotten: bool = False,
        on_progress: Callable[[DocumentProgress], None] = lambda _: None,
        cancel: Flag | None = None,
    ) -> Future[list[DocumentOutcome]]:
        """Remember documents in a conversation; resolves with an outcome for each begun.

        Begun again it goes on: passages that are there are passed over. So are those that the
        user had forgotten, which the outcome counts, unless `even_forgotten`.
        `on_progress` is called on the memory lane. UserError when nothing may be remembered.
        """
        done: Future[list[DocumentOutcome]] = Future()
        outcomes: list[DocumentOutcome] = []
        failures: list[AppError] = []

        def is_cancelled() -> bool:
            return self._is_closing.is_set() or (cancel is not None and cancel.is_set())

        if not self._settings().remembering.enabled:
            message = "Remembering is switched off: switch it on in the settings first."
            raise UserError(message, code="remembering-off")

        def steps() -> Steps:
            try:
                place = self._storage.call(lambda: self._place(conversation_id, even_forgotten))
            except AppError as error:
                failures.append(error)
                return
            for file in files:
                if is_cancelled():
                    return
                outcomes.append(DocumentOutcome(file))
                yield from self._bring_one(place, outcomes, on_progress, is_cancelled)

        def settle(_: Future[int]) -> None:
            if failures:
                done.set_exception(failures[0])
            else:
                done.set_result(list(outcomes))

        self._write(steps()).add_done_callback(settle)
        return done

    def close(self) -> None:
        """End what is being taken in after the batch at hand; what was kept stays. Idempotent."""
        self._is_closing.set()

    def _place(self, conversation_id: ConversationId, even_forgotten: bool) -> _Place:
        conversation = self._conversations.get(conversation_id)
        return _Place(conversation.persona_id, conversation_id, even_forgotten)

    def _bring_one(
        self,
        place: _Place,
        outcomes: list[DocumentOutcome],
        on_progress: Callable[[DocumentProgress], None],
        is_cancelled: Callable[[], bool],
    ) -> Steps:
        """Keep the last outcome's document in batches, and its outcome true all the while."""
        file = outcomes[-1].file
        try:
            passages = passages_of(read_document(file))
            outcomes[-1] = replace(outcomes[-1], passages=len(passages))
            yield 0
            for start in range(0, len(passages), _AT_ONCE):
                if is_cancelled():
                    return
                batch = passages[start : start + _AT_ONCE]
                kept, forgotten = self._keep(place, file.name, batch)
                suspicious = sum(bool(one.quarantine) for one in kept)
                before = outcomes[-1]
                outcomes[-1] = replace(
                    before,
                    kept=before.kept + len(kept),
                    quarantined=before.quarantined + suspicious,
                    forgotten=before.forgotten + forgotten,
                )
                reached = min(start + _AT_ONCE, len(passages))
                on_progress(DocumentProgress(file, reached, len(passages)))
                yield len(kept)
            outcomes[-1] = replace(outcomes[-1], is_whole=True)
        except AppError as error:
            outcomes[-1] = replace(outcomes[-1], error=error.message)

    def _keep(
        self, place: _Place, name: str, passages: Sequence[Passage]
    ) -> tuple[list[Memory], int]:
        """Keep those that are not there yet; return them, and how many stay forgotten.

        Memory lane.
        """
        fresh, forgotten = self._fresh(place, name, passages)
        if not fresh:
            return [], forgotten
        vectors = self._embedder.embed([line.text for _, line in fresh])
        new = [
            NewMemory(memory, (line,), (vector,))
            for (memory, line), vector in zip(fresh, vectors, strict=True)
        ]
        key = self._embedder.model_key

        def keep() -> list[Memory]:
            self._store.keep(new, key)
            # One that the user had forgotten keeps its empty row, and was passed over.
            return self._store.get_many([memory.id for memory, _ in fresh])

        kept = self._storage.call(keep)
        ids = {one.id for one in kept}
        entries = [
            (LineId(f"{memory.id}-0"), vector)
            for (memory, _), vector in zip(fresh, vectors, strict=True)
            if memory.id in ids
        ]
        if entries:
            self._index.add(place.persona_id, entries)
        return kept, forgotten

    def _fresh(
        self, place: _Place, name: str, passages: Sequence[Passage]
    ) -> tuple[list[tuple[Memory, Line]], int]:
        """Return the passages that are not there yet, and how many stay forgotten."""
        now = self._clock.now()
        fresh: list[tuple[Memory, Line]] = []
        stay, attempt, left = 0, 0, list(dict.fromkeys(passages))
        while left:
            made = [place.remember(name, passage, now, attempt) for passage in left]
            ids = [memory.id for memory, _ in made]
            known = {
                one.id for one in self._storage.call(lambda ids=ids: self._store.get_many(ids))
            }
            gone = self._storage.call(lambda ids=ids: self._store.forgotten_of(ids))
            new = [pair for pair in made if pair[0].id not in known | gone]
            # What was forgotten once and is not there under its next id stays forgotten.
            if attempt == 0 or place.even_forgotten:
                fresh += new
            else:
                stay += len(new)
            left = [one for one, (memory, _) in zip(left, made, strict=True) if memory.id in gone]
            attempt += 1
        return fresh, stay


def _why_suspicious(name: str, passage: Passage) -> str:
    """Judge each part for itself, too: what stands at the head of a line tells what it is."""
    parts = (passage.text, f"### {passage.heading}", passage.heading, name)
    return next((why for part in parts if (why := why_suspicious(part))), "")


def read_document(file: Path) -> str:
    """Return a document's text; UserError for one that is not text, or too long."""
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= FILE_BYTES else b""
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror}). Check that the file is there."
        raise UserError(message, code="document-unreadable") from error
    if size > FILE_BYTES:
        message = (
            f"{file.name} has {size / 1024**2:.0f} MB; a document has at most "
            f"{FILE_BYTES // 1024**2}. Divide it into parts."
        )
        raise UserError(message, code="document-long")
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        message = f"{file.name} is no plain text. Save it as text or Markdown in UTF-8 first."
        raise UserError(message, code="document-binary")
    if not text.strip():
        message = f"There is not a word in {file.name}."
        raise UserError(message, code="document-empty")
    return text
