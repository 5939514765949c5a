"""Tells the chat that somebody types, so that idle work waits until they rest.

Knows no text.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.domain.ids import PersonaId
from app.services.chat import ChatService

_REST_MILLISECONDS = 2000


class TypingPause(QObject):
    """Holds idle work back while a line is typed. Owned by the conversation; GUI thread."""

    def __init__(self, chat: ChatService, parent: QObject | None = None) -> None:
        """Begin at rest."""
        super().__init__(parent)
        self._chat = chat
        self._rest = QTimer(self, singleShot=True, interval=_REST_MILLISECONDS)
        self._rest.timeout.connect(chat.let_go_on)

    def note(self, persona_id: PersonaId) -> None:
        """Somebody types to this persona."""
        if not self._rest.isActive():
            self._chat.hold_back(persona_id)
        self._rest.start()
