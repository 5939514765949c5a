"""What takes the place of a row's prose for a while: a reader to select in, an editor.

Both stand exactly where the prose stood. The reader loads nothing and follows no link by
itself. Knows no model.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.domain.ids import MessageId
from ui.chat.message_documents import dress_document
from ui.chat.page_columns import PageType
from ui.theme.theme import TextSize, Theme
from ui.widgets.text_fields import PlainText

_LEAST_LINES = 3


class MessageReader(QTextBrowser):
    """One message's text, to be selected and copied. GUI thread; owned by the transcript view.

    `finished()` when the keyboard goes elsewhere or Escape is pressed; `link_clicked(str)`.
    """

    finished = Signal()
    link_clicked = Signal(str)

    def __init__(self, message_id: MessageId, parent: QWidget) -> None:
        """Begin empty; `read` says what."""
        super().__init__(parent)
        self.message_id = message_id
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Message text")
        self.anchorClicked.connect(lambda url: self.link_clicked.emit(url.toString()))

    def read(self, html: str, theme: Theme, kind: PageType, *, is_narration: bool) -> None:
        """Show a message as the page shows it.

        The face is said again in a stylesheet: the application's would replace the document's.
        """
        style = "italic" if is_narration else "normal"
        self.setStyleSheet(
            f"background: {theme.palette.paper}; border: none; padding: 0px;"
            f'font-family: "{theme.families.serif}"; font-style: {style};'
            f"font-size: {theme.pixels(TextSize.PAGE)}px;"
        )
        self.ensurePolished()
        dress_document(self.document(), theme, kind, is_narration=is_narration)
        self.setHtml(html.rstrip())

    def loadResource(self, kind: int, name: QUrl) -> None:  # noqa: N802 - Qt's name
        """Refuse: whatever a message points at stays where it is."""
        del kind, name

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.finished.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        if event.reason() not in {
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        }:
            self.finished.emit()


class MessageEditor(QWidget):
    """Changes what a message says, in its place. GUI thread; owned by the transcript view.

    Control with Enter keeps, Escape leaves. `kept(str)`, `left()`, and `height_wanted()`
    when the text needs another height.
    """

    kept = Signal(str)
    left = Signal()
    height_wanted = Signal()

    def __init__(self, message_id: MessageId, text: str, begun: str, parent: QWidget) -> None:
        """Begin with the message's own words, or those `begun` earlier; undo leads back."""
        super().__init__(parent)
        self.message_id = message_id
        self._edit = PlainText(text)
        self._edit.setProperty("kind", "prose")
        self._edit.setAccessibleName("Edit message")
        self._edit.setTabChangesFocus(True)
        self._edit.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._edit.moveCursor(QTextCursor.MoveOperation.End)
        if begun:
            everything = self._edit.textCursor()
            everything.select(QTextCursor.SelectionType.Document)
            everything.insertText(begun)
        self._edit.installEventFilter(self)
        self._edit.textChanged.connect(self._follow_text)
        self._keep = QPushButton("Keep")
        self._keep.setProperty("kind", "primary")
        self._keep.setAccessibleName("Keep this wording")
        self._keep.clicked.connect(self._finish)
        leave = QPushButton("Leave it")
        leave.setAccessibleName("Leave the message as it was")
        leave.clicked.connect(self.left)
        hint = QLabel("Begun earlier \u00b7 Ctrl+Enter keeps" if begun else "Ctrl+Enter keeps")
        hint.setProperty("kind", "hint")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._keep)
        buttons.addWidget(leave)
        buttons.addSpacing(4)
        buttons.addWidget(hint)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._edit, 1)
        layout.addLayout(buttons)
        self.setFocusProxy(self._edit)

    @property
    def edit(self) -> QPlainTextEdit:
        """Where the words are changed."""
        return self._edit

    def wanted_height(self, most: int) -> int:
        """Return the height that shows the whole text, but not more than `most`."""
        self.layout().activate()
        line = self._edit.fontMetrics().lineSpacing()
        lines = max(_LEAST_LINES, round(self._edit.document().size().height()))
        frame = 2 * self._edit.frameWidth() + 22
        wanted = lines * line + frame + self._keep.sizeHint().height() + 8
        policy = Qt.ScrollBarPolicy
        self._edit.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if wanted > most else policy.ScrollBarAlwaysOff
        )
        return min(most, wanted)

    def _follow_text(self) -> None:
        self._keep.setEnabled(bool(self._edit.toPlainText().strip()))
        self.height_wanted.emit()

    def _finish(self) -> None:
        if self._keep.isEnabled():
            self.kept.emit(self._edit.toPlainText())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(super().sizeHint().width(), self.wanted_height(10_000))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep and leave from the keyboard."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
                return True
            is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._finish()
                return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.matches(QKeySequence.StandardKey.Undo))
        return super().eventFilter(watched, event)
