"""Files in and out of the memory room: choosing, dropping, asking who is who, what is said of it.

Asks with file dialogs and speaks through the quiet bar. Knows the session and the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from app.domain.conversation import Conversation
from app.domain.ids import ConversationId
from ui.bridge import deliver
from ui.memories.memory_screen import MemoryScreen
from ui.memories.naming_dialog import NamingDialog
from ui.viewmodels.file_names import suggest_file_name
from ui.viewmodels.memory_chats import NOTICE_KEY as CHATS_KEY
from ui.viewmodels.memory_chats import ChatWish, MemoryChats
from ui.viewmodels.memory_files import NOTICE_KEY, MemoryFiles
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.viewmodels.memory_shelf import MemoryChip
from ui.viewmodels.notice import Notice

if TYPE_CHECKING:
    from app.errors import AppError
    from ui.main_window import MainWindow
    from ui.session import Session

_NO_STORY = "Choose one story first, under the title: what is brought in belongs to one."


class WindowMemoryFiles(QObject):
    """Connects files with the memory room. GUI thread; owned by the window's memories."""

    def __init__(self, session: Session, window: MainWindow, room: MemoryRoomViewModel) -> None:
        """Speak through the window; the screen is connected when it is there."""
        super().__init__()
        self._session = session
        self._window = window
        self._room = room
        self._folder = Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        )
        context = session.context
        self.files = MemoryFiles(context.documents, context.memory_exports, self)
        self.files.progress_raised.connect(window.notices.show_progress)
        self.files.notice_raised.connect(window.notices.show_notice)
        self.files.failed.connect(self._tell_failure)
        self.files.kept.connect(self._show_kept)
        self.files.aside_requested.connect(room.look_aside)
        self.chats = MemoryChats(context.old_chats, self)
        self.chats.progress_raised.connect(window.notices.show_progress)
        self.chats.notice_raised.connect(window.notices.show_notice)
        self.chats.failed.connect(self._tell_failure)
        self.chats.naming_requested.connect(self._ask_names)
        self.chats.story_requested.connect(self._show_story)

    def connect_screen(self, screen: MemoryScreen) -> None:
        """Follow what is asked for in the room."""
        screen.take_documents(self.files.document_suffixes)
        screen.documents_dropped.connect(self.bring_in)
        screen.head.documents_requested.connect(self.choose_documents)
        screen.head.chats_requested.connect(self.choose_chats)
        screen.head.copy_requested.connect(self.write_copy)

    def choose_documents(self) -> None:
        """Ask which documents, and remember them in the story that is shown."""
        if not self._has_story():
            return
        endings = " ".join(f"*{suffix}" for suffix in sorted(self.files.document_suffixes))
        chosen, _filter = QFileDialog.getOpenFileNames(
            self._window,
            "Bring in documents",
            str(self._folder),
            f"Text and Markdown ({endings});;All files (*)",
        )
        self.bring_in([Path(name) for name in chosen])

    def bring_in(self, files: Sequence[Path]) -> None:
        """Remember documents in the story that is shown."""
        whose = self._room.whose
        if files and self._has_story() and whose is not None and whose.conversation is not None:
            self._folder = files[0].parent
            self.files.bring_in(files, whose.conversation.id)

    def choose_chats(self) -> None:
        """Ask which old chats, and make conversations of the character of them."""
        whose = self._room.whose
        if whose is None:
            return
        endings = " ".join(f"*{suffix}" for suffix in sorted(self.chats.suffixes))
        chosen, _filter = QFileDialog.getOpenFileNames(
            self._window,
            f"Bring in old chats with {whose.character}",
            str(self._folder),
            f"Chats ({endings});;All files (*)",
        )
        files = tuple(Path(name) for name in chosen)
        if files:
            self._folder = files[0].parent
            self.chats.bring_in(ChatWish(files, whose.persona.id))

    def write_copy(self) -> None:
        """Ask where to, and write all that the character remembers."""
        whose = self._room.whose
        if whose is None:
            return
        name = suggest_file_name(whose.persona.persona.name, "memories", suffix=".json")
        chosen, _filter = QFileDialog.getSaveFileName(
            self._window,
            f"Write what {whose.character} remembers",
            str(self._folder / name),
            "Memories as JSON (*.json)",
        )
        if chosen:
            path = Path(chosen)
            path = path if path.suffix else path.with_suffix(".json")
            self._folder = path.parent
            folder = QUrl.fromLocalFile(str(path.parent))

            def open_folder() -> None:
                QDesktopServices.openUrl(folder)

            self.files.write_copy(whose.persona.id, path, open_folder)

    def _has_story(self) -> bool:
        whose = self._room.whose
        has_story = whose is not None and whose.conversation is not None
        if not has_story:
            self._window.notices.show_notice(Notice(_NO_STORY, key=NOTICE_KEY))
        return has_story

    def _show_kept(self) -> None:
        """Show what came in, which is among the episodes."""
        self._room.set_chips(self._room.chips | {MemoryChip.EPISODES})
        self._room.refresh()

    def _ask_names(self, wish: ChatWish, why: str) -> None:
        """Ask who is who in chats that do not tell, and bring them in so."""
        whose = self._room.whose
        character = "the character"
        if whose is not None and whose.persona.id == wish.persona_id:
            character = whose.character
        dialog = NamingDialog(why, character, self._window)

        def bring_in(user: str, own: str) -> None:
            self.chats.bring_in(replace(wish, user_name=user, character_name=own))

        dialog.named.connect(bring_in)
        dialog.open()

    def _show_story(self, conversation_id: str) -> None:
        """Show what is remembered of a conversation in the room."""

        def show(conversation: Conversation) -> None:
            self._session.memories.show_story(conversation)

        found = self._session.context.conversations.get(ConversationId(conversation_id))
        deliver(found, self, show, self._session.show_error)

    def _tell_failure(self, error: AppError) -> None:
        for key in (NOTICE_KEY, CHATS_KEY):
            self._window.notices.withdraw(key)
        self._session.show_error(error)
