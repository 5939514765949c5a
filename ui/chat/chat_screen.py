"""The conversation screen: header, page with transcript and composer, status, side panel.

Puts the parts together and connects them with the view-model. Knows no service; exporting
and copying the whole conversation are requests to whoever owns the screen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QDesktopServices,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.conversation import Conversation
from ui.chat.chat_header import ChatHeader
from ui.chat.composer import Composer
from ui.chat.deleted_dialog import DeletedDialog
from ui.chat.page_columns import measure_type
from ui.chat.recalled_panel import RecalledPanel
from ui.chat.recap_line import RecapLine
from ui.chat.status_line import StatusLine
from ui.chat.transcript_view import TranscriptView
from ui.notice_bar import NoticeBar
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.conversation_view_model import ConversationViewModel
from ui.viewmodels.error_state import ErrorState
from ui.viewmodels.markdown_blocks import is_safe_link
from ui.viewmodels.notice import Notice
from ui.widgets.desk import Desk
from ui.widgets.plain_parts import rule

_PANEL_WIDTH = 300
_PAGE_AIR = 40
_NOBODY = ("Nobody is on stage.", "Choose someone from the cast.")
_NOTHING = ("Nothing has been said yet.", "Write the first line below.")


class ChatScreen(QWidget):
    """Shows one conversation. Lives on the GUI thread; owned by the main window.

    `export_requested(str)` names a format; `copy_requested()` wants the whole transcript on
    the clipboard; `memory_requested(MemoryId)` one memory in the memory room.
    """

    memory_requested = Signal(str)
    export_requested = Signal(str)
    copy_requested = Signal()

    def __init__(
        self, view_model: ConversationViewModel, theme: LiveTheme, parent: QWidget | None = None
    ) -> None:
        """Show what the view-model has open."""
        super().__init__(parent)
        self._view_model = view_model
        self._theme = theme
        self.header = ChatHeader()
        self.transcript = TranscriptView(view_model.transcript, theme, view_model.drafts)
        self.composer = Composer(view_model, theme)
        self.recap = RecapLine()
        self.status_line = StatusLine(view_model)
        self.panel = RecalledPanel()
        self.notices = NoticeBar()
        self._empty_heading, self._empty_hint = QLabel(), QLabel()
        self._desk = Desk(theme)
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect_view_model()
        self._connect_parts()
        self._add_shortcuts()
        self._fit_page()
        self._show_conversation(view_model.conversation)

    def set_character_name(self, name: str) -> None:
        """Say who is on stage."""
        self.header.set_name(name)

    def focus_composer(self) -> None:
        """Put the keyboard where one speaks."""
        self.composer.field.setFocus(Qt.FocusReason.OtherFocusReason)

    # Building

    def _lay_out(self) -> None:
        self._composer_rule = rule()
        self._stack.addWidget(self.transcript)
        self._stack.addWidget(self._build_empty_page())
        page = QVBoxLayout(self._desk.page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._stack, 1)
        page.addWidget(self.recap)
        page.addWidget(self._composer_rule)
        page.addWidget(self.composer)
        self._desk.above.addWidget(self.notices)
        self._desk.above.setContentsMargins(0, 0, 0, 0)
        self._desk.below.addWidget(self.status_line)
        self.panel.setFixedWidth(_PANEL_WIDTH)
        self.panel.hide()
        self._panel_rule = rule("upright-rule")
        self._panel_rule.hide()
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(rule())
        column.addWidget(self._desk, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(column, 1)
        layout.addWidget(self._panel_rule)
        layout.addWidget(self.panel)

    def _build_empty_page(self) -> QWidget:
        page = QWidget()
        self._empty_heading.setProperty("kind", "heading")
        self._empty_hint.setProperty("kind", "hint")
        layout = QVBoxLayout(page)
        layout.setSpacing(8)
        layout.addStretch(2)
        for label in (self._empty_heading, self._empty_hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        layout.addStretch(3)
        return page

    def _connect_view_model(self) -> None:
        view_model = self._view_model
        view_model.conversation_changed.connect(self._show_conversation)
        view_model.particulars_changed.connect(self.header.show_conversation)
        view_model.inspector.details_changed.connect(self.panel.show_details)
        view_model.error_changed.connect(self._show_error)
        view_model.changes.last_change_changed.connect(self._offer_undo)
        view_model.announced.connect(self._announce)
        view_model.can_send_changed.connect(self.transcript.tools.set_can_change)
        view_model.transcript.changed.connect(self._show_page)
        view_model.transcript.is_loading_changed.connect(self._show_page)
        self._theme.theme_changed.connect(self._fit_page)

    def _connect_parts(self) -> None:
        view_model, tools = self._view_model, self.transcript.tools
        tools.take_again_requested.connect(view_model.take_again)
        tools.edit_requested.connect(view_model.changes.edit)
        tools.delete_requested.connect(view_model.changes.delete)
        tools.sibling_requested.connect(view_model.changes.select_sibling)
        tools.recalled_requested.connect(self._open_panel)
        tools.link_clicked.connect(self._ask_about_link)
        self.composer.line_sent.connect(self.transcript.follow_end)
        self.header.export_requested.connect(self.export_requested)
        self.header.copy_requested.connect(self.copy_requested)
        self.header.deleted_requested.connect(self._show_deleted)
        self.header.inspect_toggled.connect(self._toggle_panel)
        self.panel.memory_requested.connect(self.memory_requested)

    def _add_shortcuts(self) -> None:
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        stop = QShortcut(QKeySequence("Ctrl+."), self, context=here)
        stop.activated.connect(self._view_model.stop)
        undo = QShortcut(
            QKeySequence(QKeySequence.StandardKey.Undo), self.transcript, context=_ONLY_HERE
        )
        undo.activated.connect(self._view_model.changes.undo)

    # Following

    def _fit_page(self) -> None:
        kind = measure_type(self._theme.current)
        bar = self.transcript.verticalScrollBar().sizeHint().width()
        self._desk.set_page_width(kind.page_width + bar + _PAGE_AIR)

    def _show_conversation(self, conversation: Conversation | None) -> None:
        self.header.show_conversation(conversation)
        self.composer.setVisible(conversation is not None)
        self._composer_rule.setVisible(conversation is not None)
        self._show_page()
        if conversation is not None:
            self.focus_composer()

    def _show_page(self) -> None:
        """Show the transcript, or why there is none; nothing while it is on its way."""
        transcript = self._view_model.transcript
        is_open = self._view_model.conversation is not None
        is_empty = transcript.rowCount() == 0 and not transcript.is_loading
        heading, hint = _NOTHING if is_open else _NOBODY
        self._empty_heading.setText(heading)
        self._empty_hint.setText(hint)
        self._stack.setCurrentIndex(1 if is_empty or not is_open else 0)

    def _show_error(self, error: ErrorState | None) -> None:
        if error is None:
            self.notices.withdraw("error")
            return
        again = self._view_model.retry if error.can_retry else None
        words = "Try again" if error.can_retry else ""
        notice = Notice(error.message, is_warning=True, action=words, act=again, key="error")
        self.notices.show_notice(notice)

    def _offer_undo(self, change: str) -> None:
        if not change:
            self.notices.withdraw("change")
            return
        undo = self._view_model.changes.undo
        notice = Notice(change, action="Undo", act=undo, key="change")
        self.notices.show_notice(notice)

    def _announce(self, words: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.transcript, words))

    def _show_deleted(self) -> None:
        deleted = self._view_model.list_deleted()
        if deleted is not None:
            DeletedDialog(deleted, self).open()

    # The side panel

    def _open_panel(self, message_id: str) -> None:
        self.header.inspect.setChecked(True)
        self._view_model.inspector.inspect(message_id)

    def _toggle_panel(self, is_open: bool) -> None:
        self.panel.setVisible(is_open)
        self._panel_rule.setVisible(is_open)
        if is_open:
            self._view_model.inspector.inspect_last()

    # Links

    def _ask_about_link(self, address: str) -> None:
        """Leave Dramatis only when the person says so: the address came from a model."""
        if not is_safe_link(address):
            return
        question = QMessageBox(self)
        question.setWindowTitle("Open a link")
        question.setText("Open this address in your browser?")
        question.setInformativeText(address)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        open_it = question.addButton("Open", QMessageBox.ButtonRole.AcceptRole)
        question.addButton("Stay here", QMessageBox.ButtonRole.RejectRole)
        open_it.clicked.connect(lambda _=False: QDesktopServices.openUrl(QUrl(address)))
        question.open()


_ONLY_HERE = Qt.ShortcutContext.WidgetShortcut
