"""The menu's commands carried out: rename, export, set aside, colours, sizes, about.

Asks with dialogs where a decision is needed and speaks through the quiet bar otherwise.
Knows the session and the window.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox

from app.domain.conversation import Conversation
from app.domain.ids import ConversationId
from app.services.transcript_formats import TranscriptFormat
from app.settings import ColourScheme, Settings
from ui.bridge import deliver
from ui.reports import describe_versions
from ui.viewmodels.cast_rows import title_of
from ui.viewmodels.file_names import suggest_file_name
from ui.viewmodels.notice import Notice
from ui.window_actions import EXPORT_WORDS
from ui.window_cards import WindowCards

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.session import Session


class WindowCommands(QObject):
    """Connects the menu to the session. GUI thread; owned by the session."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        """Connect every command."""
        super().__init__()
        self._session = session
        self._window = window
        self._folder = Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        )
        self.cards = WindowCards(session, window)
        self._connect()
        window.actions_.set_ready(is_ready=True)
        self.follow_settings(session.settings.current)
        self.follow_conversation(None)
        self.follow_persona(None)

    def follow_conversation(self, conversation: Conversation | None) -> None:
        """Enable what a conversation allows."""
        self._window.actions_.set_conversation_open(is_open=conversation is not None)

    def follow_persona(self, record: object) -> None:
        """Enable what a chosen character allows."""
        self._window.actions_.set_persona_chosen(is_chosen=record is not None)

    def follow_settings(self, settings: Settings) -> None:
        """Tick the colours in force."""
        self._window.actions_.schemes[settings.appearance.colour_scheme].setChecked(True)

    def rename(self, conversation_id: ConversationId) -> None:
        """Ask for another title for a conversation of the cast's list."""
        listed = self._session.cast.state.conversations
        conversation = next((talk for talk in listed if talk.id == conversation_id), None)
        if conversation is None:
            return
        title, is_given = QInputDialog.getText(
            self._window, "Rename", "What is this conversation called?", text=conversation.title
        )
        if is_given:
            self._session.cast.rename_conversation(conversation.id, title)

    def export(self, form: TranscriptFormat) -> None:
        """Ask where to, write the transcript, and say where it lies."""
        conversation = self._session.conversation.conversation
        if conversation is None:
            return
        record = self._session.cast.find(conversation.persona_id)
        name = suggest_file_name(
            record.persona.name if record else "",
            title_of(conversation, datetime.now(UTC)),
            suffix=form.suffix,
        )
        chosen, _filter = QFileDialog.getSaveFileName(
            self._window,
            "Export the conversation",
            str(self._folder / name),
            f"{EXPORT_WORDS[form]} (*{form.suffix})",
        )
        if chosen:
            self.export_to(conversation.id, form, Path(chosen))

    def export_to(
        self, conversation_id: ConversationId, form: TranscriptFormat, path: Path
    ) -> None:
        """Write the transcript to a file."""
        path = path if path.suffix else path.with_suffix(form.suffix)
        self._folder = path.parent

        def tell(written: Path) -> None:
            def open_folder() -> None:
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(written.parent)))

            notice = Notice(
                f"The conversation is written to {written}.",
                action="Open the folder",
                act=open_folder,
            )
            self._window.notices.show_notice(notice)

        future = self._session.context.transcripts.export(conversation_id, form, path)
        deliver(future, self, tell, self._session.show_error)

    def copy_conversation(self) -> None:
        """Put the whole conversation on the clipboard as plain text."""
        conversation = self._session.conversation.conversation
        if conversation is None:
            return

        def take(text: str) -> None:
            QGuiApplication.clipboard().setText(text)
            self._window.notices.show_notice(Notice("The conversation is on the clipboard."))

        transcripts = self._session.context.transcripts
        future = transcripts.render(conversation.id, TranscriptFormat.TEXT)
        deliver(future, self, take, self._session.show_error)

    def show_about(self) -> None:
        """Say what this is and in which versions."""
        box = QMessageBox(self._window)
        box.setWindowTitle("About Dramatis")
        box.setText("Dramatis\n\nWrite a character and talk with it, on your own machine.")
        model = self._session.settings.model_status.text
        paths = self._session.context.paths
        box.setInformativeText(f"{describe_versions()}\n\n{model}\n\nData: {paths.data}")
        box.open()

    def _connect(self) -> None:
        actions, session, window = self._window.actions_, self._session, self._window
        actions.new_persona.triggered.connect(window.cast.ask_for_name)
        actions.sheet.triggered.connect(self._show_sheet)
        actions.settings.triggered.connect(session.show_settings)
        actions.new_conversation.triggered.connect(self._begin_conversation)
        actions.rename.triggered.connect(self._rename_open)
        for form, action in actions.exports.items():
            action.triggered.connect(lambda _checked, form=form: self.export(form))
        actions.set_aside.triggered.connect(self._set_aside)
        actions.undo.triggered.connect(session.conversation.changes.undo)
        session.conversation.can_undo_changed.connect(actions.undo.setEnabled)
        inspect = session.chat_screen.header.inspect
        actions.side_panel.toggled.connect(inspect.setChecked)
        inspect.toggled.connect(actions.side_panel.setChecked)
        actions.search.triggered.connect(self._search)
        for scheme, action in actions.schemes.items():
            action.triggered.connect(lambda _checked, scheme=scheme: self._set_scheme(scheme))
        for order, action in actions.orders.items():
            action.triggered.connect(lambda _checked, order=order: session.cast.set_order(order))
            if action.isChecked():
                session.cast.set_order(order)
        actions.larger.triggered.connect(lambda: session.settings.change_font_size(1))
        actions.smaller.triggered.connect(lambda: session.settings.change_font_size(-1))
        actions.usual_size.triggered.connect(lambda: session.settings.change_font_size(0))
        actions.about.triggered.connect(self.show_about)
        actions.data_folder.triggered.connect(self._open_data_folder)

    def _show_sheet(self) -> None:
        chosen = self._session.cast.chosen
        if chosen is not None:
            self._session.show_sheet(chosen.id)

    def _begin_conversation(self) -> None:
        chosen = self._session.cast.chosen
        if chosen is not None:
            self._session.cast.begin_conversation(chosen.id)

    def _rename_open(self) -> None:
        conversation = self._session.conversation.conversation
        if conversation is not None:
            self.rename(conversation.id)

    def _set_aside(self) -> None:
        conversation = self._session.conversation.conversation
        if conversation is not None:
            self._session.conversation.open(None)
            self._session.cast.set_conversation_aside(conversation.id)

    def _search(self) -> None:
        self._window.actions_.cast.setChecked(True)
        self._window.cast.focus_search()

    def _set_scheme(self, scheme: ColourScheme) -> None:
        self._session.settings.set_colour_scheme(scheme)

    def _open_data_folder(self) -> None:
        folder = self._session.context.paths.data
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
