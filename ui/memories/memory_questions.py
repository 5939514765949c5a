"""Asks before a memory is changed, where something must be asked, and has it done.

Dialogs for words, a question before what cannot be undone. Knows the room and its deeds.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.domain.ids import MemoryId
from app.domain.memory import Memory, MemoryKind
from ui.memories.sentence_dialog import SentenceDialog
from ui.viewmodels.memory_deeds import MemoryDeeds, joined, sentences_of
from ui.viewmodels.memory_room import MemoryRoomViewModel
from ui.viewmodels.memory_words import shorten
from ui.viewmodels.notice import Notice

_VERBATIM = (
    "An episode is what was said, to the letter. Go to the line and edit the message: the memory "
    "follows."
)


class MemoryQuestions(QObject):
    """The questions. GUI thread; owned by the screen."""

    def __init__(
        self,
        screen: QWidget,
        room: MemoryRoomViewModel,
        deeds: MemoryDeeds,
        leave: Callable[[], object],
    ) -> None:
        """Ask in front of a screen; `leave` gives the keyboard back to the memories.

        It is called where what was asked about is not there any more.
        """
        super().__init__(screen)
        self._leave = leave
        self._screen = screen
        self._room = room
        self._deeds = deeds

    def edit(self) -> None:
        """Ask for another sentence; an episode has none, which is explained."""
        memory = self._room.chosen
        if memory is None:
            return
        if memory.kind is MemoryKind.EPISODE:
            self._deeds.notice_raised.emit(Notice(_VERBATIM, key="memory"))
            return
        dialog = SentenceDialog(
            "Another wording",
            "The line it came from stays as it is, and the old wording is kept.",
            memory.text,
            "Keep this wording",
            parent=self._screen,
        )
        dialog.accepted_text.connect(lambda text: self._reword(memory, text))
        dialog.open()

    def pin(self) -> None:
        """Pin what is looked at, or unpin it."""
        memory = self._room.chosen
        if memory is not None:
            self._deeds.set_pinned(memory, pinned=not memory.is_pinned)

    def set_aside(self) -> None:
        """Set what is marked aside, or let it in where all of it is set aside."""
        marked = self._marked()
        outside = [one for one in marked if one.quarantine]
        inside = [one for one in marked if not one.quarantine]
        if inside:
            self._deeds.set_aside(inside)
        elif outside:
            self._deeds.let_in(outside)

    def merge(self) -> None:
        """Ask for the one sentence that several become."""
        marked = self._marked()
        if len(marked) < 2:
            return
        dialog = SentenceDialog(
            f"One memory of {len(marked)}",
            "It takes the place of those that are marked; they stay below it, struck through.",
            joined(marked),
            "Merge",
            parent=self._screen,
        )
        ids = [one.id for one in marked]
        dialog.accepted_text.connect(lambda text: self._deeds.merge(ids, text))
        dialog.accepted.connect(self._leave)
        dialog.open()

    def split(self) -> None:
        """Ask for the several sentences that one becomes."""
        memory = self._room.chosen
        if memory is None:
            return
        dialog = SentenceDialog(
            "Take a memory apart",
            "One memory a line. They take its place; it stays below them, struck through.",
            "\n".join(sentences_of(memory.text)),
            "Take apart",
            has_lines=True,
            parent=self._screen,
        )
        dialog.accepted_lines.connect(lambda lines: self._deeds.split(memory, lines))
        dialog.accepted.connect(self._leave)
        dialog.open()

    def forget(self) -> None:
        """Ask once whether to erase what is marked for good."""
        marked = self._marked()
        if not marked:
            return
        question = QMessageBox(self._screen)
        question.setWindowTitle("Forget for good")
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setIcon(QMessageBox.Icon.NoIcon)
        question.setText(
            f"Forget \u201c{shorten(marked[0].text, 80)}\u201d for good?"
            if len(marked) == 1
            else f"Forget these {len(marked)} memories for good?"
        )
        question.setInformativeText(
            "The words are erased from the disk, and with them what was concluded from them "
            "alone, and copies of the database that hold them from before an update. What was "
            "said in the conversation stays there. This cannot be undone."
        )
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        forget = question.addButton("Forget for good", QMessageBox.ButtonRole.DestructiveRole)
        keep = question.addButton("Keep", QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(keep)
        question.setEscapeButton(keep)
        ids: list[MemoryId] = [one.id for one in marked]
        forget.clicked.connect(lambda _checked=False: self._deeds.forget(ids))
        forget.clicked.connect(lambda _checked=False: self._leave())
        question.open()

    def _reword(self, memory: Memory, text: str) -> None:
        if text != " ".join(memory.text.split()):
            self._deeds.reword(memory, text)

    def _marked(self) -> list[Memory]:
        """Return what is marked, or what is looked at where nothing else is."""
        known = self._room.shelf.memories
        chosen = self._room.chosen
        marked = [known[one] for one in self._room.selected if one in known]
        return marked if len(marked) > 1 or chosen is None else [chosen]
