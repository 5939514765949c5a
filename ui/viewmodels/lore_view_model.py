"""One lorebook as a book of its own: what is stored, what is being written, what can be undone.

A draft is kept on disk after a pause, saved when asked or when the book is left, and kept when
it cannot be saved. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from app.domain.ids import LorebookId
from app.domain.lore import LorebookRecord
from personas.lorebook import Lorebook
from ui.bridge import deliver
from ui.viewmodels.draft_folder import Draft, DraftFolder
from ui.viewmodels.form_fields import FieldPath, put_at
from ui.viewmodels.lore_draft import BookJudge, LoreDraft
from ui.viewmodels.notice import Notice
from ui.viewmodels.persona_history import DraftChange

if TYPE_CHECKING:
    from app.services.lore import LoreService

_PAUSE_MILLISECONDS = 800
_UNDO = "undo with Ctrl+Z"
_NOTICE = "lore-draft"
_NAMELESS = "A lorebook needs a name, so that it can be found again."


class LorebookViewModel(LoreDraft):
    """The book that is open. GUI thread; owned by the window's lorebooks.

    Signals:
        status_changed: other words on whether all is saved.
        saved(LorebookRecord): a new version is in force.
        notice_raised(Notice): something to say quietly.
        failed(AppError): something did not work; the draft is kept.
    """

    status_changed = Signal()
    saved = Signal(object)
    notice_raised = Signal(object)
    failed = Signal(object)

    def __init__(
        self, lore: LoreService, drafts: DraftFolder, parent: QObject | None = None
    ) -> None:
        """Start with no book."""
        super().__init__(parent)
        self._lore = lore
        self._drafts = drafts
        self._record: LorebookRecord | None = None
        self._stored: Draft = {}
        self._draft: Draft = {}
        self._judge = BookJudge()
        self._book: Lorebook | None = None
        self._problems: dict[FieldPath, str] = {}
        self._status = ""
        self._history = QUndoStack(self)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._keep_draft)

    @property
    def record(self) -> LorebookRecord | None:
        """The book as stored, None before one was opened."""
        return self._record

    @property
    def draft(self) -> Draft | None:
        """What the forms show."""
        return self._draft if self._record is not None else None

    @property
    def book(self) -> Lorebook | None:
        """What is written as a book, None while it does not hold."""
        return self._book

    @property
    def problems(self) -> dict[FieldPath, str]:
        """A sentence for each field that does not hold."""
        return self._problems

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return self._draft != self._stored

    @property
    def status(self) -> str:
        """A few words on whether all is saved."""
        return self._status

    def open(self, record: LorebookRecord) -> None:
        """Show a book; unsaved work on it from before comes back."""
        before = self._record
        if before is not None and before.id == record.id:
            is_same = before.version_id == record.version_id
            if is_same or self.is_changed:
                self._record = record
                return
        elif before is not None:
            self.leave()
        self._record = record
        self._stored = self._draft = record.book.model_dump(mode="json")
        self._history.clear()
        kept = self._drafts.read(record.id)
        is_kept = kept is not None and kept != self._stored
        if kept is not None and is_kept:
            self._draft = kept
        self._read()
        self.draft_replaced.emit()
        self._tell("Unsaved changes from last time" if is_kept else "")
        if is_kept:
            self.notice_raised.emit(
                Notice(
                    f"There are unsaved changes to the book {record.book.name} from last time.",
                    action="Drop them",
                    act=self.discard,
                    key=_NOTICE,
                )
            )

    def close(self) -> None:
        """Show no book any more, after keeping what was written."""
        self.leave()
        self._record = None
        self._stored = self._draft = {}
        self._book, self._problems = None, {}
        self._history.clear()
        self.draft_replaced.emit()
        self._tell("")

    def set_value(self, path: FieldPath, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write one value; what is typed into one field is undone as one."""
        changed = put_at(self._draft, path, value)
        if self._record is not None and changed != self._draft:
            self._history.push(DraftChange(self._draft, changed, self._put_back, path))
            self._take(changed)

    def put_values(self, values: Iterable[tuple[FieldPath, Any]]) -> None:
        """Write values that nobody typed, as one step of its own."""
        changed = self._draft
        for path, value in values:
            changed = put_at(changed, path, value)
        if self._record is not None and changed != self._draft:
            self._history.push(DraftChange(self._draft, changed, self._put_back))
            self._put_back(changed)

    def undo(self) -> None:
        """Take the last step back."""
        self._history.undo()

    def redo(self) -> None:
        """Take the step again that was taken back last."""
        self._history.redo()

    def save(self) -> None:
        """Make the draft a new version; says which field is in the way when one is."""
        record = self._record
        if record is None or not self.is_changed:
            return
        if self._book is None:
            self._tell("Not saved: see the marked field")
            self._keep_draft()
            sentence = next(iter(self._problems.values()), "")
            text = f"The book {record.book.name} cannot be saved yet. {sentence}"
            self.notice_raised.emit(Notice(text, is_warning=True, key=_NOTICE))
            return
        self._save(record.id, self._book, self._draft)

    def leave(self) -> None:
        """Save what holds and keep what does not; the book goes out of sight."""
        if self.is_changed and self._book is not None:
            self.save()
        elif self.is_changed:
            self._keep_draft()
        self._pause.stop()

    def discard(self) -> None:
        """Go back to what is stored; that can be undone."""
        if self._record is None:
            return
        self._drafts.drop(self._record.id)
        self._history.push(DraftChange(self._draft, self._stored, self._put_back))
        self._put_back(self._stored)
        self._pause.stop()
        self._tell(f"As saved \u00b7 {_UNDO}")

    def _put_back(self, draft: Draft) -> None:
        self._take(draft)
        self.draft_replaced.emit()

    def _take(self, draft: Draft) -> None:
        self._draft = draft
        self._read()
        self.value_changed.emit()
        self._tell(self._say_state())
        self._pause.start()

    def _read(self) -> None:
        self._book, self._problems = self._judge.read(self._draft)
        if not str(self._draft.get("name") or "").strip():
            self._book, self._problems = None, {("name",): _NAMELESS, **self._problems}

    def _save(self, lorebook_id: LorebookId, book: Lorebook, draft: Draft) -> None:
        self._pause.stop()
        # Kept until the database has it: a save that fails must not cost what was typed.
        self._drafts.write(lorebook_id, draft)
        self._tell("Saving \u2026")

        def take(record: LorebookRecord) -> None:
            self._drafts.drop(lorebook_id)
            if self._record is not None and self._record.id == lorebook_id:
                self._record = record
                self._stored = draft
                self._tell(self._say_state())
                if self.is_changed:
                    self._keep_draft()
            self.saved.emit(record)

        def fail(error: object) -> None:
            self._tell("Not saved; kept as a draft")
            self.failed.emit(error)

        deliver(self._lore.save(lorebook_id, book), self, take, fail)

    def _say_state(self) -> str:
        words = "Changed" if self.is_changed else "Saved"
        return f"{words} \u00b7 {_UNDO}" if self._history.canUndo() else words

    def _keep_draft(self) -> None:
        if self._record is None:
            return
        if self.is_changed:
            self._drafts.write(self._record.id, self._draft)
        else:
            self._drafts.drop(self._record.id)

    def _tell(self, status: str) -> None:
        self._status = status
        self.status_changed.emit()
