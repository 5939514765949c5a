"""Where a person speaks: a field that grows with its text, and the buttons of the turn.

What was written stays until it is committed. Knows the conversation's view-model.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.theme.live_theme import LiveTheme
from ui.theme.theme import TextSize
from ui.viewmodels.conversation_view_model import ConversationViewModel
from ui.widgets.text_fields import PlainText

PLACEHOLDER = "Speak, or describe what you do …"
_MOST_LINES = 6


class ComposerField(PlainText):
    """The field itself. GUI thread; owned by the composer. `send_requested()` on Enter."""

    send_requested = Signal()

    def __init__(self, theme: LiveTheme, parent: QWidget | None = None) -> None:
        """Begin one line high."""
        super().__init__(parent)
        self._theme = theme
        self.setProperty("kind", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setPlaceholderText(PLACEHOLDER)
        self.setAccessibleName("What you say or do")
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        theme.theme_changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        theme = self._theme.current
        size = theme.pixels(TextSize.PAGE)
        self.setStyleSheet(f'font-family: "{theme.families.serif}"; font-size: {size}px;')
        self._grow()

    def _grow(self) -> None:
        """Take the height of the text, from one line to six."""
        line = QFontMetrics(self._theme.current.serif()).lineSpacing()
        lines = max(1, min(_MOST_LINES, round(self.document().size().height())))
        self.setFixedHeight(lines * line + 4)
        policy = Qt.ScrollBarPolicy
        is_long = self.document().size().height() > _MOST_LINES
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if is_long else policy.ScrollBarAlwaysOff
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.send_requested.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._grow()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(120, self.height())


class Composer(QWidget):
    """The field with its buttons. Lives on the GUI thread; owned by the conversation screen.

    `line_sent()` when a line was handed over, so that the screen can go to the end.
    """

    line_sent = Signal()

    def __init__(
        self, view_model: ConversationViewModel, theme: LiveTheme, parent: QWidget | None = None
    ) -> None:
        """Show the draft of the open conversation."""
        super().__init__(parent)
        self._view_model = view_model
        self._is_committing = False
        self.field = ComposerField(theme)
        self.take_again = QPushButton("Take again")
        self.take_again.setToolTip("Have the last reply written once more, beside this one")
        self.continue_reply = QPushButton("Continue")
        self.continue_reply.setToolTip("Have the last reply written on")
        self.send = QPushButton("Send")
        self.send.setProperty("kind", "primary")
        self._hint = QLabel()
        self._hint.setProperty("kind", "hint")
        self._lay_out()
        self._connect()
        self._show_draft(view_model.draft)
        self.refresh()

    def refresh(self) -> None:
        """Enable what can be done now."""
        view_model = self._view_model
        is_stopping = view_model.can_stop
        self.take_again.setEnabled(view_model.can_take_again)
        self.continue_reply.setEnabled(view_model.can_continue)
        self.field.setEnabled(view_model.conversation is not None)
        self.send.setText("Stop" if is_stopping else "Send")
        self.send.setAccessibleName("Stop the reply" if is_stopping else "Send")
        has_words = bool(self.field.toPlainText().strip())
        self.send.setEnabled(is_stopping or (view_model.can_send and has_words))
        self._hint.setText("Ctrl+. stops" if is_stopping else "Enter sends")

    def _lay_out(self) -> None:
        width = max(self.send.fontMetrics().horizontalAdvance(word) for word in ("Send", "Stop"))
        self.send.setMinimumWidth(width + 28)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.take_again)
        buttons.addWidget(self.continue_reply)
        buttons.addStretch(1)
        buttons.addWidget(self._hint)
        buttons.addWidget(self.send)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 10)
        layout.setSpacing(10)
        layout.addWidget(self.field)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        view_model = self._view_model
        self.field.send_requested.connect(self._send)
        self.field.textChanged.connect(self._keep_draft)
        self.send.clicked.connect(self._send_or_stop)
        self.take_again.clicked.connect(lambda _=False: view_model.take_again())
        self.continue_reply.clicked.connect(lambda _=False: view_model.continue_reply())
        view_model.draft_changed.connect(self._show_draft)
        view_model.conversation_changed.connect(self.refresh)
        for changed in (
            view_model.can_send_changed,
            view_model.can_stop_changed,
            view_model.can_take_again_changed,
            view_model.can_continue_changed,
        ):
            changed.connect(self.refresh)
        view_model.can_send_changed.connect(self._end_committing)
        view_model.sent.connect(self._end_committing)

    def _send_or_stop(self) -> None:
        if self._view_model.can_stop:
            self._view_model.stop()
        else:
            self._send()

    def _send(self) -> None:
        text = self.field.toPlainText()
        if not self._view_model.can_send or not text.strip():
            return
        self._is_committing = True
        self.field.setReadOnly(True)
        self._view_model.send(text)
        self.line_sent.emit()

    def _end_committing(self) -> None:
        """Let the field be written in again, once the line is committed or was refused."""
        if self._is_committing and (self._view_model.can_send or not self._view_model.draft):
            self._is_committing = False
            self.field.setReadOnly(False)

    def _keep_draft(self) -> None:
        self._view_model.set_draft(self.field.toPlainText())
        self.refresh()

    def _show_draft(self, text: str) -> None:
        if text != self.field.toPlainText():
            self.field.setPlainText(text)
            self.field.moveCursor(self.field.textCursor().MoveOperation.End)
        self._end_committing()
