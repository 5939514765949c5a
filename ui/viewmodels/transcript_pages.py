"""Fetching pages of messages, one at a time, and dropping answers nobody waits for.

Knows where messages come from; no row and no view.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.domain.conversation import Message
from app.domain.ids import ConversationId, MessageId
from app.errors import AppError, Cancelled
from app.services.conversations import ReplyDetails
from ui.bridge import deliver

Take = Callable[[list[Message], int], None]


class MessageSource(Protocol):
    """Where messages come from: the conversation service."""

    def page(
        self,
        conversation_id: ConversationId,
        *,
        before: MessageId | None = None,
        limit: int | None = 50,
    ) -> Future[list[Message]]:
        """Return the newest messages (or those above `before`), oldest first."""
        ...

    def details(self, message_id: MessageId) -> Future[ReplyDetails]:
        """Return what was recalled for a reply."""
        ...


class TranscriptPages(QObject):
    """Fetches for one open conversation. Lives on the GUI thread; owned by its model.

    `is_loading_changed(bool)`, and `failed(AppError)` when storage refused.
    """

    is_loading_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, source: MessageSource, parent: QObject | None = None) -> None:
        """Begin with no conversation."""
        super().__init__(parent)
        self._source = source
        self._ticket = 0
        self._is_loading = False
        self.conversation_id: ConversationId | None = None

    @property
    def is_loading(self) -> bool:
        """Whether a page is on its way."""
        return self._is_loading

    def open(self, conversation_id: ConversationId | None) -> None:
        """Fetch from another conversation from now on; answers under way are dropped."""
        self.conversation_id = conversation_id
        self._turn(is_loading=False)

    def request(
        self,
        before: MessageId | None,
        limit: int,
        take: Take,
        give_up: Callable[[], None] | None = None,
    ) -> None:
        """Fetch at most `limit` messages above `before` (the newest for None).

        `take` gets them and the limit; an older request that is still open is dropped.
        """
        if self.conversation_id is None:
            return
        self._turn(is_loading=True)
        ticket = self._ticket

        def arrive(messages: list[Message]) -> None:
            if ticket == self._ticket:
                self._turn(is_loading=False)
                take(messages, limit)

        def fail(error: AppError) -> None:
            if ticket != self._ticket:
                return
            self._turn(is_loading=False)
            if give_up is not None:
                give_up()
            self.failed.emit(error)

        try:
            future = self._source.page(self.conversation_id, before=before, limit=limit)
        except Cancelled:
            self._turn(is_loading=False)
            return
        deliver(future, self, arrive, fail)

    def request_details(self, message_id: MessageId, take: Callable[[ReplyDetails], None]) -> None:
        """Look up what was recalled for a reply.

        A window may still be painted while the lanes close: then nothing is looked up.
        """
        try:
            future = self._source.details(message_id)
        except Cancelled:
            return
        deliver(future, self, take, self.failed.emit)

    def _turn(self, *, is_loading: bool) -> None:
        self._ticket += 1
        if self._is_loading != is_loading:
            self._is_loading = is_loading
            self.is_loading_changed.emit(is_loading)
