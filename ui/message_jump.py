"""Going to a message that was found: pages are fetched until it is there, then it is shown.

A message on another branch brings that branch into view first. Knows the transcript's
model and a way to show a row, no screen.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, Signal

from app.domain.ids import MessageId
from ui.viewmodels.transcript_model import TranscriptModel


class MessageJump(QObject):
    """Goes to one message at a time. GUI thread; owned by the session.

    Signals:
        branch_requested(MessageId): it is not on this path; show the branch through it.
        missed: it cannot be found.
    """

    branch_requested = Signal(str)
    missed = Signal()

    def __init__(self, transcript: TranscriptModel, show: Callable[[QModelIndex], None]) -> None:
        """Follow a transcript; `show` brings a row into view."""
        super().__init__()
        self._transcript = transcript
        self._show = show
        self._wanted: MessageId | None = None
        self._asked_for_branch = False
        transcript.changed.connect(self._look)

    def go_to(self, message_id: MessageId) -> None:
        """Show a message of the conversation that is open, or being opened."""
        self._wanted = message_id
        self._asked_for_branch = False
        self._look()

    def give_up(self) -> None:
        """Forget where to go: something else was opened."""
        self._wanted = None

    def _look(self) -> None:
        wanted = self._wanted
        if wanted is None or self._transcript.is_loading:
            return
        index = self._transcript.index_of(wanted)
        if index.isValid():
            self._wanted = None
            self._show(index)
        elif self._transcript.has_older:
            self._transcript.fetch_older()
        elif not self._asked_for_branch:
            self._asked_for_branch = True
            self.branch_requested.emit(wanted)
        else:
            self._wanted = None
            self.missed.emit()
