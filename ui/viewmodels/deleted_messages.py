"""What was deleted in a conversation, however long ago, and the way back for each.

Follows the conversation while it is shown. Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import Message
from app.domain.ids import ConversationId, MessageId
from app.errors import AppError
from app.events import TranscriptChanged
from app.services.conversations import ConversationService
from ui.bridge import EventBridge
from ui.viewmodels.days import say_day
from ui.viewmodels.message_changes import MessageChanges


@dataclass(frozen=True, slots=True)
class DeletedRow:
    """One deleted message: whose and from when, and its words. A value."""

    message_id: MessageId
    title: str
    text: str


class DeletedMessages(QObject):
    """Lists them, the last deleted first. GUI thread; owned by the dialog that shows them.

    `changed()`: other rows, or the first. `failed(AppError)` when storage refused.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        conversation_id: ConversationId,
        conversations: ConversationService,
        changes: MessageChanges,
        bridge: EventBridge,
    ) -> None:
        """Fetch nothing yet; from then on follow what is deleted and brought back."""
        super().__init__()
        self._conversation_id = conversation_id
        self._conversations = conversations
        self._changes = changes
        self._bridge = bridge
        self.rows: tuple[DeletedRow, ...] = ()
        self.is_loaded = False
        bridge.transcript_changed.connect(self._follow)

    def refresh(self) -> None:
        """Fetch what is deleted now."""
        deleted = self._conversations.deleted(self._conversation_id)
        self._bridge.deliver(deleted, self, self._take, self._fail)

    def bring_back(self, row: DeletedRow) -> None:
        """Put a message into the story again; the row goes when it is there."""
        self._changes.bring_back(row.message_id)

    def _follow(self, event: TranscriptChanged) -> None:
        if event.conversation_id == self._conversation_id:
            self.refresh()

    def _take(self, messages: list[Message]) -> None:
        now = datetime.now(UTC)
        self.rows = tuple(
            DeletedRow(one.id, f"{one.speaker} \u00b7 {say_day(one.created_at, now)}", one.text)
            for one in messages
        )
        self.is_loaded = True
        self.changed.emit()

    def _fail(self, error: AppError) -> None:
        self.failed.emit(error)
