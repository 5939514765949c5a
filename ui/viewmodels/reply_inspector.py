"""What the side panel shows: the memories of one reply, the newest unless one is asked for.

Knows the transcript model and the conversation service; no widget.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import Author, Message, MessageState
from app.domain.ids import MessageId
from app.errors import AppError, Cancelled
from app.services.conversations import ConversationService, ReplyDetails
from ui.bridge import deliver
from ui.viewmodels.transcript_model import TranscriptModel


class ReplyInspector(QObject):
    """Looks up replies. Lives on the GUI thread; owned by the conversation's view-model.

    `details_changed(ReplyDetails | None)`; `failed(AppError)` when storage refused.
    """

    details_changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        conversations: ConversationService,
        transcript: TranscriptModel,
        parent: QObject | None = None,
    ) -> None:
        """Follow the newest reply of whatever is opened."""
        super().__init__(parent)
        self._conversations = conversations
        self._transcript = transcript
        self._is_chosen = False
        transcript.opened.connect(self.inspect_last)

    def inspect(self, message_id: MessageId) -> None:
        """Look up what was recalled for a reply, and stay with it when others follow."""
        self._is_chosen = True
        self._look_up(message_id)

    def inspect_last(self) -> None:
        """Look up what was recalled for the newest reply, and follow the ones after it.

        One that is being written is looked up once it is there.
        """
        self._is_chosen = False
        last: Message | None = self._transcript.newest
        if last is None or last.author is not Author.CHARACTER:
            self.show(None)
        elif last.state is not MessageState.STREAMING:
            self._look_up(last.id)

    def follow(self, details: ReplyDetails) -> None:
        """Take a reply that was just written; one that was chosen to be read stays."""
        if not self._is_chosen:
            self.show(details)

    def show(self, details: ReplyDetails | None) -> None:
        """Show what is known already."""
        self.details_changed.emit(details)

    def is_newest(self, details: ReplyDetails) -> bool:
        """Whether these are the particulars of the last line."""
        newest = self._transcript.newest
        return newest is not None and newest.id == details.message.id

    def _look_up(self, message_id: MessageId) -> None:
        try:
            future = self._conversations.details(message_id)
        except Cancelled:
            return
        deliver(future, self, self.show, self._fail)

    def _fail(self, error: AppError) -> None:
        self.failed.emit(error)
