"""Lorebooks in the window: their screen, files in and out, who shall know a book.

Asks with dialogs and speaks through the quiet bar. Knows the session and the window.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog

from app.domain.ids import LorebookId, PersonaId
from ui.lore.lore_screen import LoreScreen
from ui.lore.lore_tool import LoreTool
from ui.viewmodels.file_names import suggest_file_name
from ui.viewmodels.lore_shelf import LoreShelf
from ui.viewmodels.lore_trial import LoreTrialViewModel, TrialSubject
from ui.viewmodels.lore_view_model import LorebookViewModel
from ui.viewmodels.notice import Notice

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.session import Session


class WindowLore(QObject):
    """Connects lorebooks with the window. GUI thread; owned by the session."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        """Listen to the menu; the screen is made when it is first asked for."""
        super().__init__()
        self._session = session
        self._window = window
        self._screen: LoreScreen | None = None
        self._folder = Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        )
        context = session.context
        self.shelf = LoreShelf(context.lore, context.personas, session.bridge, self)
        self.book = LorebookViewModel(context.lore, session.draft_folder("lore"), self)
        self.trial = LoreTrialViewModel(context.lore, self._subject, self)
        self.book.value_changed.connect(self.trial.refresh)
        self.book.draft_replaced.connect(self.trial.refresh)
        for source in (self.shelf, self.book):
            source.notice_raised.connect(window.notices.show_notice)
        for source in (self.shelf, self.book, self.trial):
            source.failed.connect(session.show_error)
        window.actions_.lore.triggered.connect(lambda _checked: self.show())

    @property
    def screen(self) -> LoreScreen:
        """The lorebooks' screen."""
        if self._screen is None:
            screen = self._screen = LoreScreen(
                self.shelf, self.book, self.trial, self._window.theme
            )
            screen.import_requested.connect(self._session.commands.cards.choose_files)
            screen.export_requested.connect(self.export)
            screen.attach_requested.connect(self.ask_who)
            screen.persona_requested.connect(lambda id_: self._session.show_sheet(PersonaId(id_)))
            self._window.add_screen(screen)
        return self._screen

    def show(self, lorebook_id: str | None = None) -> None:
        """Bring the lorebooks onto the screen, one of them opened."""
        self.shelf.refresh()
        screen = self.screen
        if lorebook_id is not None:
            screen.show_book(lorebook_id)
        self._window.show_screen(screen)
        screen.focus_page()

    def page_of_persona(self) -> LoreTool:
        """Return the lore page of the persona editor."""
        tool = LoreTool(
            self._session.persona, self._session.context.lore, self.shelf, self._window.theme
        )
        tool.book_requested.connect(self.show)
        tool.failed.connect(self._session.show_error)
        self.shelf.refresh()
        return tool

    def close(self) -> None:
        """Keep what is being written."""
        self.book.leave()

    def export(self, lorebook_id: str) -> None:
        """Ask where to, and write a book as a world file."""
        record = self.shelf.find(lorebook_id)
        if record is None:
            return
        name = suggest_file_name(record.book.name or "Lorebook", suffix=".json")
        chosen, _filter = QFileDialog.getSaveFileName(
            self._window,
            f"Export {record.book.name}",
            str(self._folder / name),
            "SillyTavern world file (*.json)",
        )
        if chosen:
            path = Path(chosen)
            self._folder = path.parent
            path = path if path.suffix else path.with_suffix(".json")
            self.shelf.export(record.id, path, self._tell_written)

    def ask_who(self, lorebook_id: str) -> None:
        """Ask who shall know a book, and attach it."""
        record = self.shelf.find(lorebook_id)
        if record is None:
            return
        others: dict[str, PersonaId] = {}
        for persona_id, name in self.shelf.personas.items():
            if persona_id not in record.attached_to:
                others[name if name not in others else f"{name} ({persona_id})"] = persona_id
        if not others:
            self._window.notices.show_notice(Notice("Every character knows this book already."))
            return
        name, is_given = QInputDialog.getItem(
            self._window,
            f"Attach {record.book.name}",
            "Who shall know what stands in it?",
            sorted(others, key=str.casefold),
            editable=False,
        )
        if is_given:
            self.shelf.attach(LorebookId(lorebook_id), others[name])

    def _subject(self) -> TrialSubject:
        book = self.book.book
        return TrialSubject(() if book is None else (book,))

    def _tell_written(self, written: Path) -> None:
        def open_folder() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(written.parent)))

        self._window.notices.show_notice(
            Notice(f"The book is written to {written}.", action="Open the folder", act=open_folder)
        )
