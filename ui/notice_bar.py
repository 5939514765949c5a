"""The quiet bar: one line, perhaps one thing to do about it, and a way to put it away.

Shows the newest notice; what only informs leaves by itself. Knows no screen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from ui.viewmodels.notice import Notice

_READING_MILLISECONDS = 12_000


class NoticeBar(QFrame):
    """Shows notices at the top of the screens. GUI thread; owned by the main window."""

    def __init__(self) -> None:
        """Start out of sight."""
        super().__init__()
        self.setAccessibleName("Notice")
        self._notice: Notice | None = None
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._act = QPushButton()
        self._act.clicked.connect(self._do)
        self._dismiss = QPushButton("Dismiss")
        self._dismiss.setProperty("kind", "quiet")
        self._dismiss.setAccessibleName("Dismiss this notice")
        self._dismiss.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 8, 6)
        layout.setSpacing(8)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._act)
        layout.addWidget(self._dismiss)
        self._patience = QTimer(self, singleShot=True, interval=_READING_MILLISECONDS)
        self._patience.timeout.connect(self._leave_when_unused)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, context=here)
        escape.activated.connect(self.dismiss)
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """What is shown, None when the bar is out of sight."""
        return self._notice

    def show_notice(self, notice: Notice) -> None:
        """Show a notice in place of the one before."""
        self._notice = notice
        self.setProperty("kind", "warning" if notice.is_warning else "bar")
        self.style().unpolish(self)
        self.style().polish(self)
        self._text.setText(notice.text)
        self._text.setAccessibleName(notice.text)
        self._act.setText(notice.action)
        self._act.setAccessibleName(notice.action)
        self._act.setVisible(bool(notice.action))
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, notice.text))
        if notice.is_warning:
            self._patience.stop()
        else:
            self._patience.start()

    def withdraw(self, key: str) -> None:
        """Put the notice of that key away, if it is the one shown."""
        if self._notice is not None and self._notice.key == key:
            self.dismiss()

    def dismiss(self) -> None:
        """Put the bar away."""
        self._patience.stop()
        self._notice = None
        self.hide()

    def _do(self) -> None:
        notice = self._notice
        self.dismiss()
        if notice is not None and notice.act is not None:
            notice.act()

    def _leave_when_unused(self) -> None:
        if self.underMouse() or self._act.hasFocus() or self._dismiss.hasFocus():
            self._patience.start()
        else:
            self.dismiss()
