"""Exports conversations to files.

A file is written beside its place and moved there, so that a full disk leaves what was
there before. Knows stores, never adapters.
"""

from __future__ import annotations

import os
from concurrent.futures import Future
from pathlib import Path

from app.domain.ids import ConversationId
from app.errors import MachineError, UserError
from app.ports.stores import ConversationStore, PersonaStore
from app.services.transcript_formats import (
    Transcript,
    TranscriptFormat,
    TranscriptLine,
    write_transcript,
)
from app.tasks import Lane


class TranscriptService:
    """Renders and exports conversations. Owned by the app context; call from any thread."""

    def __init__(
        self, personas: PersonaStore, conversations: ConversationStore, storage_lane: Lane
    ) -> None:
        """Take the stores; nothing happens yet."""
        self._personas = personas
        self._conversations = conversations
        self._storage = storage_lane

    def render(self, conversation_id: ConversationId, form: str) -> Future[str]:
        """Return the file's text; UserError for a format that there is not."""
        return self._storage.submit(lambda: self._render(conversation_id, form))

    def export(self, conversation_id: ConversationId, form: str, path: Path) -> Future[Path]:
        """Write the file, replacing one of that name; MachineError when it cannot be written."""

        def work() -> Path:
            _write(path, self._render(conversation_id, form))
            return path

        return self._storage.submit(work)

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


def _write(path: Path, text: str) -> None:
    """Write beside, flush to disk, move into place."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        message = (
            f"The transcript could not be written to {path} ({error.strerror}). "
            "Choose another place, or free some space; the conversation itself is safe."
        )
        raise MachineError(message, code="export-write") from error
