"""The quiet bar: one line, perhaps one thing to do about it, and a way to put it away.

Shows the newest notice; what only informs leaves by itself. Knows no screen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton

from ui.viewmodels.notice import Notice

_READING_MILLISECONDS = 12_000
_PROGRESS_WIDTH = 160


class NoticeBar(QFrame):
    """Shows notices at the top of the screens. GUI thread; owned by the main window."""

    def __init__(self) -> None:
        """Start out of sight."""
        super().__init__()
        self.setObjectName("notices")
        self.setAccessibleName("Notice")
        self._notice: Notice | None = None
        self._text = QLabel()
        self._text.setWordWrap(True)
        # Names in a notice may come from foreign files.
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._progress = QProgressBar(maximum=1000)
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(_PROGRESS_WIDTH)
        self._progress.setAccessibleName("How far it is")
        self._act = QPushButton()
        self._act.clicked.connect(self._do)
        self._dismiss = QPushButton("Dismiss")
        self._dismiss.setProperty("kind", "quiet")
        self._dismiss.setAccessibleName("Dismiss this notice")
        self._dismiss.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(17, 6, 18, 6)
        layout.setSpacing(8)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._progress)
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
        self._progress.setVisible(notice.progress is not None)
        self._progress.setValue(round((notice.progress or 0) * 1000))
        self._dismiss.setVisible(notice.progress is None)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, notice.text))
        if notice.is_warning or notice.progress is not None:
            self._patience.stop()
        else:
            self._patience.start()

    def show_progress(self, notice: Notice) -> None:
        """Show how far something is, unless the bar is needed for another notice.

        Only the first of a key is read out; the others change the line in place.
        """
        shown = self._notice
        if shown is not None and shown.key != notice.key:
            return
        if shown is None or shown.progress is None:
            self.show_notice(notice)
            return
        self._notice = notice
        self._text.setText(notice.text)
        self._text.setAccessibleName(notice.text)
        self._progress.setValue(round((notice.progress or 0) * 1000))

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
