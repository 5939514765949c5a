"""One draft beside what is stored: written, undone, kept on disk after a pause, saved.

Says in a few words how it stands, alike for every editor. What a draft is of, and whether it
holds, is judged by the view-model that owns it. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from app.errors import AppError
from ui.bridge import deliver
from ui.viewmodels.draft_folder import Draft, DraftFolder
from ui.viewmodels.form_fields import FieldPath, put_at
from ui.viewmodels.notice import Notice
from ui.viewmodels.persona_history import DraftChange

_T = TypeVar("_T")
_PAUSE_MILLISECONDS = 800
_UNDO = "undo with Ctrl+Z"


class WrittenDraft(QObject):
    """The draft of what is open, if anything is. GUI thread; owned by its view-model.

    Signals:
        changed: the draft changed.
        replaced: it changed otherwise than by typing, so the forms show it anew.
        status_changed: other words on whether all is saved.
    """

    changed = Signal()
    replaced = Signal()
    status_changed = Signal()

    def __init__(self, folder: DraftFolder, parent: QObject) -> None:
        """Start with nothing open."""
        super().__init__(parent)
        self._folder = folder
        self._key: str | None = None
        self._stored: Draft = {}
        self._draft: Draft = {}
        self._status = ""
        self._history = QUndoStack(self)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self.keep)

    @property
    def draft(self) -> Draft:
        """What is written; replaced, never changed in place."""
        return self._draft

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return self._draft != self._stored

    @property
    def status(self) -> str:
        """A few words on whether all is saved."""
        return self._status

    def open(self, key: str, stored: Draft) -> bool:
        """Begin with what is stored; returns whether unsaved work from before came back."""
        self._key = key
        self._stored = self._draft = stored
        self._history.clear()
        kept = self._folder.read(key)
        if kept is None or kept == stored:
            return False
        self._draft = kept
        return True

    def correct(self, key: str, path: FieldPath, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write a value into a draft that is kept and not open, if there is one."""
        kept = self._folder.read(key)
        if kept is not None:
            self._folder.write(key, put_at(kept, path, value))

    def close(self) -> None:
        """Have nothing open."""
        self._key = None
        self._stored = self._draft = {}
        self._history.clear()

    def set_value(self, path: FieldPath, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write one value; what is typed into one field is undone as one."""
        changed = put_at(self._draft, path, value)
        if self._key is not None and changed != self._draft:
            self._history.push(DraftChange(self._draft, changed, self._put_back, path))
            self._take(changed)

    def put_values(self, values: Iterable[tuple[FieldPath, Any]]) -> None:
        """Write values that nobody typed, as one step of its own."""
        changed = self._draft
        for path, value in values:
            changed = put_at(changed, path, value)
        self.replace(changed)

    def replace(self, draft: Draft) -> None:
        """Write another draft over this one, as one step of its own."""
        if self._key is not None and draft != self._draft:
            self._history.push(DraftChange(self._draft, draft, self._put_back))
            self._put_back(draft)

    def undo(self) -> None:
        """Take the last step back."""
        self._history.undo()

    def redo(self) -> None:
        """Take the step again that was taken back last."""
        self._history.redo()

    def discard(self) -> None:
        """Go back to what is stored, as a step that can be undone; the owner shows it."""
        if self._key is None:
            return
        self._pause.stop()
        self._folder.drop(self._key)
        self._history.push(DraftChange(self._draft, self._stored, self._put_back))
        self._draft = self._stored

    def save(
        self,
        ask: Callable[[], Future[_T]],
        take: Callable[[_T, bool], None],
        fail: Callable[[AppError], None],
    ) -> None:
        """Have the draft stored; `take` is told as well whether it is still the one that is open.

        It is kept on disk until the database has it: a save that fails must not cost what was
        typed.
        """
        key, draft = self._key, self._draft
        if key is None:
            return
        self._pause.stop()
        self._folder.write(key, draft)
        self.tell("Saving \u2026")

        def end(saved: _T) -> None:
            self._folder.drop(key)
            is_open = self._key == key
            if is_open:
                self._stored = draft
                if self.is_changed:
                    self.keep()
            take(saved, is_open)

        def give_up(error: AppError) -> None:
            self.tell("Not saved; kept as a draft")
            fail(error)

        deliver(ask(), self, end, give_up)

    def refuse(self) -> None:
        """Keep what cannot be stored as it stands."""
        self.tell("Not saved: see the marked field")
        self.keep()

    def rest(self) -> None:
        """Keep at once what waits for a pause."""
        if self._pause.isActive():
            self._pause.stop()
            self.keep()

    def keep(self) -> None:
        """Keep on disk what is not stored; of what is stored no draft is kept."""
        if self._key is None:
            return
        if self.is_changed:
            self._folder.write(self._key, self._draft)
        else:
            self._folder.drop(self._key)

    def tell(self, status: str) -> None:
        """Say how it stands."""
        self._status = status
        self.status_changed.emit()

    def tell_opened(self, *, is_kept: bool) -> None:
        """Say whether unsaved work came back."""
        self.tell("Unsaved changes from last time" if is_kept else "")

    def tell_state(self, words: str = "Saved") -> None:
        """Say whether there is something to save, in these words where there is not."""
        words = "Changed" if self.is_changed else words
        self.tell(f"{words} \u00b7 {_UNDO}" if self._history.canUndo() else words)

    def _put_back(self, draft: Draft) -> None:
        self._take(draft)
        self.replaced.emit()

    def _take(self, draft: Draft) -> None:
        self._draft = draft
        self.changed.emit()
        self.tell_state()
        self._pause.start()


def unsaved_notice(name: str, drop: Callable[[], None], key: str) -> Notice:
    """Return what is said when unsaved work came back."""
    text = f"There are unsaved changes to {name} from last time."
    return Notice(text, action="Drop them", act=drop, key=key)
