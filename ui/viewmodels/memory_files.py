"""Documents in and memories out: what runs, how far it is, how to stop it, what came of it.

One thing runs at a time; what comes meanwhile waits its turn. Knows the services by type and no
widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event as Flag
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from app.domain.ids import ConversationId, PersonaId
from app.errors import AppError, UserError
from app.services.documents import DOCUMENT_SUFFIXES
from ui.bridge import deliver
from ui.viewmodels.notice import Notice

if TYPE_CHECKING:
    from app.services.documents import DocumentOutcome, DocumentProgress, DocumentService
    from app.services.memory_exports import MemoryExportService

NOTICE_KEY = "memory-files"


class MemoryFiles(QObject):
    """Leads what goes in and out of the room. GUI thread; owned by the window's memories.

    Signals:
        progress_raised(Notice): how far it is, with a way to stop it.
        notice_raised(Notice): what came of it.
        kept: there are more memories than before.
        aside_requested: somebody wants to look at what was set aside.
        failed(AppError): nothing came of it.
    """

    progress_raised = Signal(object)
    notice_raised = Signal(object)
    kept = Signal()
    aside_requested = Signal()
    failed = Signal(object)
    _reported = Signal(object)

    def __init__(
        self,
        documents: DocumentService,
        exports: MemoryExportService,
        parent: QObject | None = None,
    ) -> None:
        """Begin with nothing under way."""
        super().__init__(parent)
        self._documents = documents
        self._exports = exports
        self._cancel: Flag | None = None
        self._files: tuple[Path, ...] = ()
        self._waiting: list[Callable[[], None]] = []
        # Progress comes from the memory lane.
        self._reported.connect(self._tell_progress, Qt.ConnectionType.QueuedConnection)

    @property
    def document_suffixes(self) -> frozenset[str]:
        """The endings of files that are taken as documents."""
        return DOCUMENT_SUFFIXES

    @property
    def is_busy(self) -> bool:
        """Whether something is being read."""
        return self._cancel is not None

    def bring_in(self, files: Sequence[Path], conversation_id: ConversationId) -> None:
        """Remember documents in a conversation, after what is under way."""
        if files:
            self._waiting.append(lambda: self._read(tuple(files), conversation_id))
            self._begin_next()

    def write_copy(
        self, persona_id: PersonaId, path: Path, open_folder: Callable[[], None]
    ) -> None:
        """Write all that a character remembers into a file."""

        def tell(count: int) -> None:
            what = "1 memory is" if count == 1 else f"{count:,} memories are"
            words = f"{what} written to {path}."
            notice = Notice(words, action="Open the folder", act=open_folder, key=NOTICE_KEY)
            self.notice_raised.emit(notice)

        deliver(self._exports.export(persona_id, path), self, tell, self.failed.emit)

    def cancel(self) -> None:
        """Stop; what was read is kept."""
        self._waiting.clear()
        if self._cancel is not None:
            self._cancel.set()

    def _begin_next(self) -> None:
        if self._waiting and not self.is_busy:
            self._waiting.pop(0)()

    def _read(
        self,
        files: tuple[Path, ...],
        conversation_id: ConversationId,
        *,
        is_insisting: bool = False,
    ) -> None:
        def take(outcomes: list[DocumentOutcome]) -> None:
            self._take(outcomes, conversation_id)

        cancel = self._cancel = Flag()
        self._files = files
        try:
            future = self._documents.bring_in(
                files,
                conversation_id,
                even_forgotten=is_insisting,
                on_progress=self._reported.emit,
                cancel=cancel,
            )
        except UserError as error:
            self._fail(error)
            return
        self._show_progress(f"Reading {_quote(files[0])} \u2026", 0.0)
        deliver(future, self, take, self._fail)

    def _tell_progress(self, progress: DocumentProgress) -> None:
        if self._cancel is None or self._cancel.is_set():
            return
        before = self._files.index(progress.file) if progress.file in self._files else 0
        share = progress.done / progress.total if progress.total else 1.0
        self._show_progress(
            f"Reading {_quote(progress.file)}: {progress.done:,} of {progress.total:,} passages",
            (before + share) / len(self._files),
        )

    def _show_progress(self, words: str, share: float) -> None:
        notice = Notice(words, action="Cancel", act=self.cancel, key=NOTICE_KEY, progress=share)
        self.progress_raised.emit(notice)

    def _take(self, outcomes: list[DocumentOutcome], conversation_id: ConversationId) -> None:
        was_stopped = self._cancel is not None and self._cancel.is_set()
        self._cancel = None
        if any(one.kept for one in outcomes):
            self.kept.emit()
        action, act = self._offer(outcomes, conversation_id)
        self.notice_raised.emit(
            Notice(
                tell_outcomes(outcomes, was_stopped=was_stopped),
                is_warning=any(one.error for one in outcomes),
                action=action,
                act=act,
                key=NOTICE_KEY,
            )
        )
        self._begin_next()

    def _offer(
        self, outcomes: Sequence[DocumentOutcome], conversation_id: ConversationId
    ) -> tuple[str, Callable[[], None] | None]:
        """Return what can be done about what came of it."""
        forgotten = tuple(one.file for one in outcomes if one.forgotten)

        def insist() -> None:
            self._waiting.append(lambda: self._read(forgotten, conversation_id, is_insisting=True))
            self._begin_next()

        if any(one.quarantined for one in outcomes):
            return "Look at what was set aside", self.aside_requested.emit
        return ("Remember them again", insist) if forgotten else ("", None)

    def _fail(self, error: AppError) -> None:
        self._cancel = None
        self._waiting.clear()
        self.failed.emit(error)


def tell_outcomes(outcomes: Sequence[DocumentOutcome], *, was_stopped: bool) -> str:
    """Return what became of documents, in a few sentences."""
    sentences = [told for one in outcomes if one.error is None and (told := _tell_one(one))]
    if len(sentences) > 1:
        kept = sum(one.kept for one in outcomes)
        whole = (one for one in outcomes if one.is_whole)
        known = sum(one.passages - one.kept - one.forgotten for one in whole)
        sentences = [f"{_count(kept, 'passage')} of {len(sentences)} documents are remembered."]
        were = "was" if known == 1 else "were"
        sentences += [f"{known:,} {were} remembered already."] if known else []
    aside = sum(one.quarantined for one in outcomes)
    if aside:
        verb = "is" if aside == 1 else "are"
        sentences.append(f"{aside:,} of them {verb} set aside, because of what they say.")
    forgotten = sum(one.forgotten for one in outcomes)
    if forgotten:
        verb = "stays" if forgotten == 1 else "stay"
        sentences.append(f"{_count(forgotten, 'passage')} that you had forgotten {verb} so.")
    sentences += [one.error for one in outcomes if one.error is not None]
    if was_stopped:
        sentences.insert(0, "Stopped.")
    return " ".join(sentences)


def _tell_one(outcome: DocumentOutcome) -> str:
    name = _quote(outcome.file)
    if outcome.is_whole and outcome.forgotten and not outcome.kept:
        return ""
    if outcome.is_whole and not outcome.kept:
        return f"{name} was remembered already."
    if not outcome.is_whole:
        return f"{outcome.kept:,} of {_count(outcome.passages, 'passage')} of {name} are kept."
    return f"{name} is remembered, in {_count(outcome.kept, 'passage')}."


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"


def _quote(file: Path) -> str:
    return f"\u201c{file.name}\u201d"
