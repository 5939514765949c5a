"""Unsaved work, kept as one small file each until it is saved, sent or dropped.

What is in the middle of being written may not hold as a persona or a message yet, so it is
kept as it stands and not in the database. A file that cannot be read counts as none. Knows
no screen.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, cast

from app.whole_files import replace_file

_log = logging.getLogger(__name__)
Draft = dict[str, Any]


class DraftFolder:
    """Keeps drafts. Owned by the session; GUI thread, as the files are a few kilobytes."""

    def __init__(self, folder: Path) -> None:
        """Remember where; the folder is made with the first draft."""
        self._folder = folder

    def read(self, key: str) -> Draft | None:
        """Return what was being written, if anything was."""
        try:
            raw: object = json.loads(self._file(key).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return cast("Draft", raw) if isinstance(raw, dict) else None

    def write(self, key: str, draft: Draft) -> None:
        """Keep a draft in one step; a full disk costs the draft, not the session."""
        file = self._file(key)
        content = json.dumps(draft, ensure_ascii=False).encode()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Not flushed: a draft is worth no waiting on the GUI thread.
            replace_file(file, content, is_flushed=False)
        except OSError as error:
            _log.warning("the draft %s could not be kept: %s", file, error)

    def drop(self, key: str) -> None:
        """Forget a draft; there may be none."""
        try:
            self._file(key).unlink(missing_ok=True)
        except OSError as error:
            _log.warning("the draft of %s could not be dropped: %s", key, error)

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"
