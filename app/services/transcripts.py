"""Exports conversations to files.

Knows stores, never adapters; how a file is written safely is in `whole_files`.
"""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from app.domain.ids import ConversationId
from app.errors import UserError
from app.ports.stores import ConversationStore, PersonaStore
from app.services.transcript_formats import (
    Transcript,
    TranscriptFormat,
    TranscriptLine,
    write_transcript,
)
from app.tasks import Lane
from app.whole_files import write_whole


class TranscriptService:
    """Renders and exports conversations. Owned by the app context; call from any thread."""

    def __init__(
        self,
        personas: PersonaStore,
        conversations: ConversationStore,
        storage_lane: Lane,
        pool: Lane,
    ) -> None:
        """Take the stores; nothing happens yet."""
        self._personas = personas
        self._conversations = conversations
        self._storage = storage_lane
        self._pool = pool

    def render(self, conversation_id: ConversationId, form: str) -> Future[str]:
        """Return the file's text; UserError for a format that there is not."""
        return self._storage.submit(lambda: self._render(conversation_id, form))

    def export(self, conversation_id: ConversationId, form: str, path: Path) -> Future[Path]:
        """Write the file, replacing one of that name; MachineError when it cannot be written."""

        def work() -> Path:
            text = self._storage.call(lambda: self._render(conversation_id, form))
            write_whole(
                path, text.encode("utf-8"), what="The transcript", safe="the conversation itself"
            )
            return path

        # A disk that takes its time must not keep what is said from being stored.
        return self._pool.submit(work)

    def _render(self, conversation_id: ConversationId, form: str) -> str:
        try:
            chosen = TranscriptFormat(form)
        except ValueError:
            known = ", ".join(TranscriptFormat)
            message = f"There is no transcript format “{form}”. Choose one of {known}."
            raise UserError(message, code="format") from None
        conversation = self._conversations.get(conversation_id)
        persona = self._personas.get(conversation.persona_id).persona
        path = self._conversations.path(conversation_id)
        lines = [
            TranscriptLine(
                message,
                tuple(self._conversations.siblings(message.id))
                if message.siblings > 1
                else (message,),
            )
            for message in path
        ]
        return write_transcript(Transcript(conversation, persona.name, lines), chosen)
