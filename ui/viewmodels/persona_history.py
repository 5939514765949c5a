"""One step of writing that can be taken back: the draft before, the draft after, and where.

Typing in one field becomes one step until there is a pause. Knows drafts, not personas.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from ui.viewmodels.draft_folder import Draft
from ui.viewmodels.form_fields import FieldPath

_LONGEST_PAUSE_SECONDS = 1.5
_MERGING = 1


class DraftChange(QUndoCommand):
    """A change of the draft. GUI thread; owned by the undo stack that it is pushed to."""

    def __init__(
        self,
        before: Draft,
        after: Draft,
        show: Callable[[Draft], None],
        path: FieldPath | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Hold both drafts; without a path the change merges with no other.

        `show` is called whenever the step is taken back or taken again, never at first.
        """
        super().__init__()
        self._before = before
        self.after = after
        self.path = path
        self.moment = now()
        self._show = show
        self._is_new = True

    def id(self) -> int:
        """Let Qt offer a following change of a field for merging."""
        return -1 if self.path is None else _MERGING

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 - Qt's name
        """Take a following change of the same field in, unless there was a pause between."""
        if not isinstance(other, DraftChange) or other.path != self.path:
            return False
        if other.moment - self.moment > _LONGEST_PAUSE_SECONDS:
            return False
        self.after = other.after
        self.moment = other.moment
        return True

    def redo(self) -> None:
        """Show the draft after; when pushed it is shown already."""
        if not self._is_new:
            self._show(self.after)
        self._is_new = False

    def undo(self) -> None:
        """Show the draft before."""
        self._show(self._before)
