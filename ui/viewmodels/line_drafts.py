"""Words that were typed and not yet sent or kept, per conversation or message.

Each stands in a small file half a second after it was typed, so that closing the window or
the end of the process costs next to nothing. Knows no screen and no service.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from ui.viewmodels.draft_folder import DraftFolder

_WRITE_AFTER_MS = 500


class LineDrafts(QObject):
    """Remembers drafts by an id. GUI thread; owned by the conversation's view-model."""

    def __init__(self, folder: DraftFolder | None, parent: QObject | None = None) -> None:
        """Keep files in `folder`; without one drafts last as long as this object."""
        super().__init__(parent)
        self._folder = folder
        self._texts: dict[str, str] = {}
        self._unwritten: set[str] = set()
        self._timer = QTimer(self, singleShot=True, interval=_WRITE_AFTER_MS)
        self._timer.timeout.connect(self.write_out)

    def read(self, key: str) -> str:
        """Return what was being written, or nothing."""
        if key not in self._texts:
            raw = self._folder.read(key) if self._folder else None
            text = raw.get("text") if raw else None
            self._texts[key] = text if isinstance(text, str) else ""
        return self._texts[key]

    def keep(self, key: str, text: str) -> None:
        """Remember what is being written; nothing written is nothing to remember."""
        if text == self.read(key):
            return
        if not text:
            self.drop(key)
            return
        self._texts[key] = text
        self._unwritten.add(key)
        if not self._timer.isActive():
            self._timer.start()

    def drop(self, key: str) -> None:
        """Forget a draft; there may be none."""
        self._texts[key] = ""
        self._unwritten.discard(key)
        if self._folder is not None:
            self._folder.drop(key)

    def write_out(self) -> None:
        """Write at once what waits to be written."""
        self._timer.stop()
        waiting, self._unwritten = self._unwritten, set()
        if self._folder is not None:
            for key in waiting:
                self._folder.write(key, {"text": self._texts[key]})
