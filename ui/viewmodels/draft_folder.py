"""Unsaved work on a character, kept as one small file each until it is saved or dropped.

What is in the middle of being written may not hold as a persona yet, so it is kept as it
stands and not in the database. A file that cannot be read counts as none. Knows no screen.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, cast

from app.domain.ids import PersonaId

_log = logging.getLogger(__name__)
Draft = dict[str, Any]


class DraftFolder:
    """Keeps drafts. Owned by the session; GUI thread, as the files are a few kilobytes."""

    def __init__(self, folder: Path) -> None:
        """Remember where; the folder is made with the first draft."""
        self._folder = folder

    def read(self, persona_id: PersonaId) -> Draft | None:
        """Return what was being written, if anything was."""
        try:
            raw: object = json.loads(self._file(persona_id).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return cast("Draft", raw) if isinstance(raw, dict) else None

    def write(self, persona_id: PersonaId, draft: Draft) -> None:
        """Keep a draft in one step; a full disk costs the draft, not the session."""
        file = self._file(persona_id)
        part = file.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(draft, ensure_ascii=False), encoding="utf-8")
            part.replace(file)
        except OSError as error:
            _log.warning("the draft %s could not be kept: %s", file, error)

    def drop(self, persona_id: PersonaId) -> None:
        """Forget a draft; there may be none."""
        try:
            self._file(persona_id).unlink(missing_ok=True)
        except OSError as error:
            _log.warning("the draft of %s could not be dropped: %s", persona_id, error)

    def _file(self, persona_id: PersonaId) -> Path:
        return self._folder / f"{persona_id}.json"
