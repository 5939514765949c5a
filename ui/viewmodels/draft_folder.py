"""Unsaved work, kept as one small file each until it is saved, sent or dropped.

What is in the middle of being written may not hold as a persona or a message yet, so it is
kept as it stands and not in the database. A file that cannot be read counts as none. Knows
no screen.
"""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from app.errors import Cancelled
from app.whole_files import replace_file

if TYPE_CHECKING:
    from app.tasks import Lane

_log = logging.getLogger(__name__)
Draft = dict[str, Any]
_NOTHING = object()
_encode = json.JSONEncoder(ensure_ascii=False).encode


class DraftFolder:
    """Keeps drafts. GUI thread; owned by the session. Files are written on the lane.

    A draft that was handed over is never changed in place.
    """

    def __init__(self, folder: Path, lane: Lane | None = None) -> None:
        """Remember where; the folder is made with the first draft.

        Without a lane a file is written before `write` returns.
        """
        self._folder = folder
        self._lane = lane
        self._waiting: dict[str, Draft | None] = {}
        self._lock = threading.Lock()

    def read(self, key: str) -> Draft | None:
        """Return what was being written, if anything was."""
        with self._lock:
            if key in self._waiting:
                return self._waiting[key]
        try:
            raw: object = json.loads(self._file(key).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return cast("Draft", raw) if isinstance(raw, dict) else None

    def write(self, key: str, draft: Draft) -> None:
        """Keep a draft in one step; a full disk costs the draft, not the session."""
        self._put(key, draft)

    def drop(self, key: str) -> None:
        """Forget a draft; there may be none."""
        self._put(key, None)

    def _put(self, key: str, draft: Draft | None) -> None:
        with self._lock:
            self._waiting[key] = draft
        if self._lane is not None:
            try:
                self._lane.submit(lambda: self._put_on_disk(key, draft))
            except Cancelled:
                _log.debug("the lane is closed: the draft %s is written at once", key)
            else:
                return
        self._put_on_disk(key, draft)

    def _put_on_disk(self, key: str, draft: Draft | None) -> None:
        """Do what waits for a draft, unless something newer does."""
        with self._lock:
            if self._waiting.get(key, _NOTHING) is not draft:
                return
        file = self._file(key)
        try:
            if draft is None:
                file.unlink(missing_ok=True)
            else:
                self._folder.mkdir(parents=True, exist_ok=True)
                # Not flushed: a draft is worth no waiting.
                replace_file(file, _encode_in_pieces(draft).encode(), is_flushed=False)
        except OSError as error:
            _log.warning("the draft %s could not be kept or dropped: %s", file, error)
        with self._lock:
            if self._waiting.get(key, _NOTHING) is draft:
                del self._waiting[key]

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def _encode_in_pieces(value: object, deep: int = 2) -> str:
    """Return JSON, one entry of a book at a time: while it encodes, no other thread runs."""
    if deep and isinstance(value, dict):
        fields = cast("dict[str, object]", value).items()
        pieces = (f"{_encode(name)}: {_encode_in_pieces(one, deep - 1)}" for name, one in fields)
        return f"{{{', '.join(pieces)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_encode, cast('list[object]', value)))}]"
    return _encode(value)
