"""Bringing cards in: what runs, how far it is, how to stop it, and the receipt afterwards.

One import runs at a time; files that come meanwhile wait their turn. Knows the import
service and no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event as Flag
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from app.domain.conversation import PersonaRecord
from app.errors import AppError
from ui.bridge import deliver
from ui.viewmodels.import_receipt import ImportReceipt, ReceiptEntry, build_receipt
from ui.viewmodels.notice import Notice

if TYPE_CHECKING:
    from app.services.imports import ImportOutcome, ImportProgress, ImportService
    from app.services.personas import PersonaService

NOTICE_KEY = "import"


class ImportViewModel(QObject):
    """Leads imports and keeps the last one's receipt. GUI thread; owned by the window's commands.

    Signals:
        progress_raised(Notice): how far it is, with a way to stop it.
        notice_raised(Notice): what came of it, with a way to the receipt.
        receipt_changed(ImportReceipt): another import has ended.
        receipt_requested: somebody wants to look at it.
        failed(AppError): nothing could be imported at all.
    """

    progress_raised = Signal(object)
    notice_raised = Signal(object)
    receipt_changed = Signal(object)
    receipt_requested = Signal()
    failed = Signal(object)
    _reported = Signal(object)

    def __init__(self, imports: ImportService, personas: PersonaService) -> None:
        """Import nothing yet."""
        super().__init__()
        self._imports = imports
        self._personas = personas
        self._receipt = ImportReceipt()
        self._cancel: Flag | None = None
        self._total = 0
        self._waiting: list[tuple[tuple[Path, ...], bool]] = []
        # Progress comes from the imports lane.
        self._reported.connect(self._tell_progress, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether files are being read."""
        return self._cancel is not None

    @property
    def receipt(self) -> ImportReceipt:
        """What became of the last import's files."""
        return self._receipt

    def import_files(self, files: Sequence[Path], *, even_duplicates: bool = False) -> None:
        """Bring files in, after those that are being read."""
        if not files:
            return
        self._waiting.append((tuple(files), even_duplicates))
        if not self.is_busy:
            self._begin_next()

    def import_again(self, entry: ReceiptEntry) -> None:
        """Bring in a card that is here already once more."""
        self.import_files([entry.file], even_duplicates=True)

    def cancel(self) -> None:
        """Stop; what was read is kept."""
        self._waiting.clear()
        if self._cancel is not None:
            self._cancel.set()

    def _begin_next(self) -> None:
        files, even_duplicates = self._waiting.pop(0)
        cancel = self._cancel = Flag()
        self._total = len(files)
        self.progress_raised.emit(self._notice_of(0, len(files)))
        future = self._imports.import_files(
            files,
            on_progress=self._report,
            cancel=cancel,
            even_duplicates=even_duplicates,
        )

        def take(outcomes: list[ImportOutcome]) -> None:
            self._name_duplicates(outcomes)

        deliver(future, self, take, self._fail)

    def _report(self, progress: ImportProgress) -> None:
        """Note on the imports lane how many files the folders held, and pass it on."""
        self._total = progress.total
        self._reported.emit(progress)

    def _tell_progress(self, progress: ImportProgress) -> None:
        if self._cancel is not None and not self._cancel.is_set():
            self.progress_raised.emit(self._notice_of(progress.done, progress.total))

    def _notice_of(self, done: int, total: int) -> Notice:
        text = f"Reading {done:,} of {total:,} files …" if total > 1 else "Reading the card …"
        return Notice(text, action="Cancel", act=self.cancel, key=NOTICE_KEY, progress=done / total)

    def _name_duplicates(self, outcomes: list[ImportOutcome]) -> None:
        def finish(records: list[PersonaRecord]) -> None:
            names: dict[str, str] = {record.id: record.persona.name for record in records}
            self._finish(build_receipt(outcomes, names, self._total))

        if not any(outcome.duplicate_of for outcome in outcomes):
            finish([])
            return
        everyone = self._personas.list_all(include_archived=True)
        deliver(everyone, self, finish, self._fail)

    def _finish(self, receipt: ImportReceipt) -> None:
        self._cancel = None
        self._receipt = receipt
        self.receipt_changed.emit(receipt)
        self.notice_raised.emit(
            Notice(
                receipt.summary,
                is_warning=receipt.needs_a_look,
                action="Look at the receipt",
                act=self.receipt_requested.emit,
                key=NOTICE_KEY,
            )
        )
        if self._waiting:
            self._begin_next()

    def _fail(self, error: AppError) -> None:
        self._cancel = None
        self._waiting.clear()
        self.failed.emit(error)
