"""Cards in and out of the window: choosing files, dropping them, the receipt, exporting.

Asks with file dialogs and speaks through the quiet bar. Knows the session and the window.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from app.domain.ids import PersonaId
from ui.bridge import deliver
from ui.imports.receipt_screen import ReceiptScreen
from ui.viewmodels.file_names import suggest_file_name
from ui.viewmodels.import_view_model import NOTICE_KEY, ImportViewModel
from ui.viewmodels.notice import Notice
from ui.window_actions import CARD_WORDS

if TYPE_CHECKING:
    from app.errors import AppError
    from ui.main_window import MainWindow
    from ui.session import Session

_SUFFIXES = (
    "*.png *.apng *.jpg *.jpeg *.webp *.json *.charx *.zip *.byaf *.yaml *.yml *.character *.txt"
)


class WindowCards(QObject):
    """Connects cards with the window. GUI thread; owned by the window's commands."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        """Connect every command; the receipt's screen is made when it is first asked for."""
        super().__init__()
        self._session = session
        self._window = window
        self._screen: ReceiptScreen | None = None
        self._folder = Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        )
        self.imports = ImportViewModel(session.context.imports, session.context.personas)
        self._connect()
        window.cast.offer_cards(CARD_WORDS)
        window.setAcceptDrops(True)

    @property
    def receipt_screen(self) -> ReceiptScreen:
        """The receipt's screen."""
        if self._screen is None:
            screen = self._screen = ReceiptScreen(self._window.theme)
            screen.done.connect(self._leave_receipt)
            screen.conversation_requested.connect(self._talk)
            screen.sheet_requested.connect(lambda id_: self._session.show_sheet(PersonaId(id_)))
            screen.again_requested.connect(self.imports.import_again)
            self._window.add_screen(screen)
        return self._screen

    def choose_files(self) -> None:
        """Ask which files, and bring them in."""
        chosen, _filter = QFileDialog.getOpenFileNames(
            self._window,
            "Import characters",
            str(self._folder),
            f"Character cards and lorebooks ({_SUFFIXES});;All files (*)",
        )
        if chosen:
            self._folder = Path(chosen[0]).parent
            self.imports.import_files([Path(name) for name in chosen])

    def show_receipt(self) -> None:
        """Bring the last import's receipt onto the screen, and take the notice of it away."""
        if not self.imports.is_busy:
            self._window.notices.withdraw(NOTICE_KEY)
        screen = self.receipt_screen
        screen.show_receipt(self.imports.receipt)
        self._window.show_screen(screen)
        screen.focus_page()

    def export(self, persona_id: PersonaId, form: str) -> None:
        """Ask where to, and write a character as a card of that format."""
        from personas.cards import CardFormat

        record = self._session.cast.find(persona_id)
        if record is None:
            return
        suffix = CardFormat(form).suffix
        name = suggest_file_name(record.persona.name or "Character", suffix=suffix)
        chosen, _filter = QFileDialog.getSaveFileName(
            self._window,
            f"Export {record.persona.name}",
            str(self._folder / name),
            f"{CARD_WORDS[form]} (*{suffix})",
        )
        if chosen:
            path = Path(chosen)
            self._write(persona_id, form, path if path.suffix else path.with_suffix(suffix))

    def _write(self, persona_id: PersonaId, form: str, path: Path) -> None:
        self._folder = path.parent

        def tell(written: Path) -> None:
            def open_folder() -> None:
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(written.parent)))

            notice = Notice(
                f"The card is written to {written}.", action="Open the folder", act=open_folder
            )
            self._window.notices.show_notice(notice)

        future = self._session.context.card_exports.export_card(persona_id, form, path)
        deliver(future, self, tell, self._session.show_error)

    def _connect(self) -> None:
        actions, window, imports = self._window.actions_, self._window, self.imports
        actions.import_cards.triggered.connect(self.choose_files)
        actions.receipt.triggered.connect(self.show_receipt)
        for form, action in actions.cards.items():
            action.triggered.connect(lambda _checked, form=form: self._export_chosen(form))
        window.cast.export_requested.connect(lambda id_, form: self.export(PersonaId(id_), form))
        window.files_dropped.connect(imports.import_files)
        imports.progress_raised.connect(window.notices.show_progress)
        imports.notice_raised.connect(window.notices.show_notice)
        imports.receipt_requested.connect(self.show_receipt)
        imports.receipt_changed.connect(self._follow_receipt)
        imports.failed.connect(self._tell_failure)

    def _export_chosen(self, form: str) -> None:
        chosen = self._session.cast.chosen
        if chosen is not None:
            self.export(chosen.id, form)

    def _follow_receipt(self) -> None:
        self._window.actions_.receipt.setEnabled(True)
        if self._screen is not None and self._window.screen_shown is self._screen:
            self._screen.show_receipt(self.imports.receipt)

    def _tell_failure(self, error: AppError) -> None:
        self._window.notices.withdraw(NOTICE_KEY)
        self._session.show_error(error)

    def _talk(self, persona_id: str) -> None:
        self._session.cast.open_persona(PersonaId(persona_id))

    def _leave_receipt(self) -> None:
        self._window.show_screen(self._session.chat_screen)
        self._session.chat_screen.focus_composer()
