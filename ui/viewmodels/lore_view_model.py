"""One lorebook as a book of its own: what is stored, what is being written, what can be undone.

A draft is saved when asked or when the book is left, and kept when it cannot be saved. Knows no
widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.domain.lore import LorebookRecord
from personas.lorebook import Lorebook
from ui.viewmodels.draft_folder import Draft, DraftFolder
from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.lore_draft import BookJudge, LoreDraft
from ui.viewmodels.notice import Notice
from ui.viewmodels.written_draft import WrittenDraft, unsaved_notice

if TYPE_CHECKING:
    from app.services.lore import LoreService

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
        self._record: LorebookRecord | None = None
        self._judge = BookJudge()
        self._book: Lorebook | None = None
        self._problems: dict[FieldPath, str] = {}
        self._written = WrittenDraft(drafts, self)
        self._written.changed.connect(self._follow)
        self._written.replaced.connect(self.draft_replaced)
        self._written.status_changed.connect(self.status_changed)

    @property
    def record(self) -> LorebookRecord | None:
        """The book as stored, None before one was opened."""
        return self._record

    @property
    def draft(self) -> Draft | None:
        """What the forms show."""
        return self._written.draft if self._record is not None else None

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
        return self._written.is_changed

    @property
    def status(self) -> str:
        """A few words on whether all is saved."""
        return self._written.status

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
        is_kept = self._written.open(record.id, record.book.model_dump(mode="json"))
        self._read()
        self.draft_replaced.emit()
        self._written.tell_opened(is_kept=is_kept)
        if is_kept:
            name = f"the book {record.book.name}"
            self.notice_raised.emit(unsaved_notice(name, self.discard, _NOTICE))

    def close(self) -> None:
        """Show no book any more, after keeping what was written."""
        self.leave()
        self._record = None
        self._book, self._problems = None, {}
        self._written.close()
        self.draft_replaced.emit()
        self._written.tell("")

    def set_value(self, path: FieldPath, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write one value; what is typed into one field is undone as one."""
        self._written.set_value(path, value)

    def put_values(self, values: Iterable[tuple[FieldPath, Any]]) -> None:
        """Write values that nobody typed, as one step of its own."""
        self._written.put_values(values)

    def undo(self) -> None:
        """Take the last step back."""
        self._written.undo()

    def redo(self) -> None:
        """Take the step again that was taken back last."""
        self._written.redo()

    def save(self) -> None:
        """Make the draft a new version; says which field is in the way when one is."""
        record = self._record
        if record is None or not self.is_changed:
            return
        book = self._book
        if book is None:
            self._written.refuse()
            sentence = next(iter(self._problems.values()), "")
            text = f"The book {record.book.name} cannot be saved yet. {sentence}"
            self.notice_raised.emit(Notice(text, is_warning=True, key=_NOTICE))
            return

        def take(saved: LorebookRecord, is_open: bool) -> None:
            if is_open:
                self._record = saved
                self._written.tell_state()
            self.saved.emit(saved)

        self._written.save(lambda: self._lore.save(record.id, book), take, self.failed.emit)

    def leave(self) -> None:
        """Save what holds and keep what does not; the book goes out of sight."""
        if self._book is not None:
            self.save()
        self._written.rest()

    def discard(self) -> None:
        """Go back to what is stored; that can be undone."""
        if self._record is None:
            return
        self._written.discard()
        self._follow()
        self.draft_replaced.emit()
        self._written.tell_state("As saved")

    def _follow(self) -> None:
        self._read()
        self.value_changed.emit()

    def _read(self) -> None:
        self._book, self._problems = self._judge.read(self._written.draft)
        if not str(self._written.draft.get("name") or "").strip():
            self._book, self._problems = None, {("name",): _NAMELESS, **self._problems}
