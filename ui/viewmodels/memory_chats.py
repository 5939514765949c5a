"""Old chats in: what runs, how far it is, how to stop it, and what came of it.

One import runs at a time; files that come meanwhile wait their turn. Knows the service by type
and no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event as Flag
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from app.domain.ids import ConversationId, PersonaId
from app.errors import AppError
from app.services.old_chats import CHAT_SUFFIXES, ChatStage
from personas.cards.receipt import RowKind
from ui.bridge import deliver
from ui.viewmodels.notice import Notice

if TYPE_CHECKING:
    from app.services.old_chats import ChatOutcome, ChatProgress, OldChatService, TakenChat

NOTICE_KEY = "old-chats"
_MOST_SAID = 3
_WORTH_SAYING = frozenset({RowKind.LEFT, RowKind.HOSTILE})


@dataclass(frozen=True, slots=True)
class ChatWish:
    """Which files are to become whose conversations, and who is who in them. A value."""

    files: tuple[Path, ...]
    persona_id: PersonaId
    user_name: str = ""
    character_name: str = ""
    even_duplicates: bool = False


class MemoryChats(QObject):
    """Leads imports of old chats. GUI thread; owned by the window's memories.

    Signals:
        progress_raised(Notice): how far it is, with a way to stop it.
        notice_raised(Notice): what came of it.
        story_requested(ConversationId): somebody wants to see what is remembered of a chat.
        naming_requested(ChatWish, str): somebody has to say who is who, and why.
        failed(AppError): nothing came of it.
    """

    progress_raised = Signal(object)
    notice_raised = Signal(object)
    story_requested = Signal(str)
    naming_requested = Signal(object, str)
    failed = Signal(object)
    _reported = Signal(object)

    def __init__(self, chats: OldChatService, parent: QObject | None = None) -> None:
        """Begin with nothing under way."""
        super().__init__(parent)
        self._chats = chats
        self._cancel: Flag | None = None
        self._waiting: list[ChatWish] = []
        # Progress comes from the chats' lane.
        self._reported.connect(self._tell_progress, Qt.ConnectionType.QueuedConnection)

    @property
    def suffixes(self) -> frozenset[str]:
        """The endings of files that are offered to choose."""
        return CHAT_SUFFIXES

    @property
    def is_busy(self) -> bool:
        """Whether files are being read."""
        return self._cancel is not None

    def bring_in(self, wish: ChatWish) -> None:
        """Make conversations of old chats, after those that are under way."""
        if wish.files:
            self._waiting.append(wish)
            self._begin_next()

    def cancel(self) -> None:
        """Stop; what was read is kept."""
        self._waiting.clear()
        if self._cancel is not None:
            self._cancel.set()

    def _begin_next(self) -> None:
        if not self._waiting or self.is_busy:
            return
        wish = self._waiting.pop(0)
        cancel = self._cancel = Flag()
        self._show_progress("Reading old chats \u2026", 0.0)
        future = self._chats.bring_in(
            wish.files,
            wish.persona_id,
            user_name=wish.user_name,
            character_name=wish.character_name,
            even_duplicates=wish.even_duplicates,
            on_progress=self._reported.emit,
            cancel=cancel,
        )

        def take(outcomes: list[ChatOutcome]) -> None:
            self._take(outcomes, wish)

        deliver(future, self, take, self._fail)

    def _tell_progress(self, progress: ChatProgress) -> None:
        if self._cancel is None or self._cancel.is_set():
            return
        of = f"{progress.done:,} of {progress.total:,}"
        words = (
            f"Reading old chats: {of} files"
            if progress.stage is ChatStage.KEEPING
            else f"Remembering what was said: {of} exchanges"
        )
        self._show_progress(words, progress.done / max(progress.total, 1))

    def _show_progress(self, words: str, share: float) -> None:
        notice = Notice(words, action="Cancel", act=self.cancel, key=NOTICE_KEY, progress=share)
        self.progress_raised.emit(notice)

    def _take(self, outcomes: list[ChatOutcome], wish: ChatWish) -> None:
        was_stopped = self._cancel is not None and self._cancel.is_set()
        self._cancel = None
        action, act = self._offer(outcomes, wish)
        words = tell_chats(outcomes)
        self.notice_raised.emit(
            Notice(
                f"Stopped. {words}".strip() if was_stopped else words,
                is_warning=any(not one.is_whole for one in outcomes),
                action=action,
                act=act,
                key=NOTICE_KEY,
            )
        )
        self._begin_next()

    def _offer(
        self, outcomes: Sequence[ChatOutcome], wish: ChatWish
    ) -> tuple[str, Callable[[], None] | None]:
        """Return what can be done about what came of it."""
        unnamed = [one for one in outcomes if any(chat.needs_names for chat in one.chats)]
        if unnamed:
            why = next(chat.error or "" for chat in unnamed[0].chats if chat.needs_names)
            again = replace(wish, files=tuple(one.file for one in unnamed))
            return "Say who is who \u2026", lambda: self.naming_requested.emit(again, why)
        taken = [chat for one in outcomes for chat in one.chats]
        kept = [chat.conversation_id for chat in taken if chat.conversation_id is not None]
        if kept:
            return "Look at it", lambda: self._request(kept[-1])
        known = tuple(one.file for one in outcomes if any(chat.duplicate_of for chat in one.chats))
        if known:
            again = replace(wish, files=known, even_duplicates=True)
            return "Bring it in once more", lambda: self.bring_in(again)
        return "", None

    def _request(self, conversation_id: ConversationId) -> None:
        self.story_requested.emit(conversation_id)

    def _fail(self, error: AppError) -> None:
        self._cancel = None
        self._waiting.clear()
        self.failed.emit(error)


def tell_chats(outcomes: Sequence[ChatOutcome]) -> str:
    """Return what became of old chats, in a few sentences."""
    taken = [chat for one in outcomes for chat in one.chats]
    kept = [one for one in taken if one.conversation_id is not None]
    known = [one for one in taken if one.duplicate_of is not None]
    sentences: list[str] = []
    if kept:
        what = f"\u201c{kept[0].title}\u201d is a conversation"
        if len(kept) > 1:
            what = f"{len(kept):,} old chats are conversations"
        sentences.append(f"{what} now, with {_count(kept)}.")
    rows = [row for one in outcomes if one.receipt for row in one.receipt.rows]
    left = dict.fromkeys(f"{row.what}: {row.why}" for row in rows if row.kind in _WORTH_SAYING)
    sentences += list(left)[:_MOST_SAID]
    if known:
        what = f"\u201c{known[0].title}\u201d was" if len(known) == 1 else f"{len(known):,} were"
        sentences.append(f"{what} here already.")
    sentences += [one.error for one in (*outcomes, *taken) if one.error is not None]
    return " ".join(sentences)


def _count(kept: Sequence[TakenChat]) -> str:
    messages, memories = sum(one.messages for one in kept), sum(one.memories for one in kept)
    told = "1 message" if messages == 1 else f"{messages:,} messages"
    noted = "1 memory" if memories == 1 else f"{memories:,} memories"
    return f"{told} and {noted}"
