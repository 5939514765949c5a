"""Where the window of a transcript lies: what was cut off below, and how to get it back.

Storage pages backwards only (the messages above a given one), so each piece that is cut off
remembers which message came after it. Knows no Qt and no message text.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.ids import MessageId


@dataclass(slots=True)
class CutPiece:
    """Messages cut off at the bottom: the first of them, how many, and what follows them."""

    first_id: MessageId
    count: int
    before: MessageId | None


class TranscriptWindow:
    """Keeps account of what lies above and below. Owned by the transcript model; GUI thread."""

    def __init__(self) -> None:
        """Begin with nothing beyond the window."""
        self.has_older = False
        self._pieces: list[CutPiece] = []

    @property
    def has_newer(self) -> bool:
        """Whether the window ends above the newest message."""
        return bool(self._pieces)

    @property
    def before(self) -> MessageId | None:
        """The message right below the window; None when it ends with the newest."""
        return self._pieces[-1].first_id if self._pieces else None

    def cut(self, first_id: MessageId, count: int) -> None:
        """Remember that `count` messages from `first_id` on left the window at the bottom."""
        self._pieces.append(CutPiece(first_id, count, self.before))

    def restore(self) -> CutPiece:
        """Return the piece to fetch next; it counts as part of the window from now on."""
        return self._pieces.pop()

    def give_back(self, piece: CutPiece) -> None:
        """Take back a piece that could not be fetched."""
        self._pieces.append(piece)

    def grow_below(self) -> None:
        """One more message was written beneath what was cut off."""
        self._pieces[0].count += 1

    def forget_below(self) -> None:
        """The window ends with the newest message again."""
        self._pieces.clear()
