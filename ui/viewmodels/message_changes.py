"""Changing what was said: edit, delete, undo, bring back, leaf through takes.

Speaks to services; what changed on the page arrives there by itself, through events. Knows
no turn but whether one is under way, and no widget.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import Message
from app.domain.ids import ConversationId, MessageId
from app.errors import AppError
from app.services.chat import ChatService
from app.services.conversations import ConversationService
from ui.bridge import EventBridge
from ui.viewmodels.line_drafts import LineDrafts


class MessageChanges(QObject):
    """Changes messages. Lives on the GUI thread; owned by the conversation's view-model.

    `last_change_changed(str)`: what was just done and can be undone, in a word for the bar;
    empty otherwise. `announced(str)`: something to be read aloud once. `failed(AppError)`.
    """

    last_change_changed = Signal(str)
    announced = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        conversations: ConversationService,
        chat: ChatService,
        bridge: EventBridge,
        drafts: LineDrafts,
        is_free: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """Change nothing yet; `is_free` says whether no reply is being written."""
        super().__init__(parent)
        self._conversations = conversations
        self._chat = chat
        self._bridge = bridge
        self._drafts = drafts
        self._is_free = is_free
        self._conversation_id: ConversationId | None = None
        self._last_change = ""

    @property
    def last_change(self) -> str:
        """What was just done and can be undone; empty otherwise."""
        return self._last_change

    @property
    def can_undo(self) -> bool:
        """Whether an edit or a deletion of this run can be taken back."""
        if self._conversation_id is None or not self._is_free():
            return False
        return self._chat.can_undo(self._conversation_id)

    def open(self, conversation_id: ConversationId | None) -> None:
        """Change another conversation from here on, or none."""
        self._conversation_id = conversation_id
        self.forget_last()

    def forget_last(self) -> None:
        """Offer no undo in the bar any more; it stays possible."""
        self._set_last_change("")

    def edit(self, message_id: MessageId, text: str) -> None:
        """Change what a message says."""

        def edited(_message: Message) -> None:
            self._drafts.drop(message_id)
            self._set_last_change("Edited.")

        self._bridge.deliver(self._chat.edit(message_id, text), self, edited, self._fail)

    def delete(self, message_id: MessageId) -> None:
        """Take a message out; undo brings it back, and so does `bring_back`."""
        self._bridge.deliver(
            self._chat.delete(message_id),
            self,
            lambda _none: self._set_last_change("Deleted."),
            self._fail,
        )

    def bring_back(self, message_id: MessageId) -> None:
        """Put a deleted message into the story again."""

        def tell(_message: Message) -> None:
            self._set_last_change("Brought back.")

        self._bridge.deliver(self._chat.bring_back(message_id), self, tell, self._fail)

    def undo(self) -> None:
        """Take back the last change."""
        if self._conversation_id is None or not self.can_undo:
            return

        def tell(what: str | None) -> None:
            self._set_last_change("")
            if what:
                self.announced.emit(f"Undone: {what}.")

        self._bridge.deliver(self._chat.undo(self._conversation_id), self, tell, self._fail)

    def select_sibling(self, message_id: MessageId, step: int) -> None:
        """Show the take `step` places after (or before) this one, if there is one."""
        if self._conversation_id is None or not self._is_free():
            return

        def choose(siblings: list[Message]) -> None:
            ids = [one.id for one in siblings]
            place = ids.index(message_id) + step if message_id in ids else -1
            if 0 <= place < len(ids):
                self._bridge.deliver(self._chat.select(ids[place]), self, None, self._fail)

        self._bridge.deliver(self._conversations.siblings(message_id), self, choose, self._fail)

    def _set_last_change(self, change: str) -> None:
        if change != self._last_change:
            self._last_change = change
            self.last_change_changed.emit(change)

    def _fail(self, error: AppError) -> None:
        self.failed.emit(error)
