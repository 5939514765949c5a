"""What stands in the middle while there is nothing else: opening, empty, or not possible.

A blank page with a few words. A start that failed is told here, with what can be done,
because there is no other screen yet. Knows no service.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.errors import Explanation
from ui.theme.live_theme import LiveTheme
from ui.widgets.desk import Desk

_PAGE_WIDTH = 780


class OpeningPage(QWidget):
    """A page with a few words. GUI thread; owned by the main window.

    Signals:
        retry_requested: try to open everything again.
    """

    retry_requested = Signal()

    def __init__(self, theme: LiveTheme) -> None:
        """Lie on the desk as the page that follows will, so that nothing jumps."""
        super().__init__()
        self.setAccessibleName("Dramatis")
        self._title = _label("heading")
        self._message = _label("prose")
        self._hint = _label("hint")
        self._retry = QPushButton("Try again")
        self._retry.setProperty("kind", "primary")
        self._copy = QPushButton("Copy")
        self._copy.setAccessibleName("Copy what went wrong")
        self._retry.clicked.connect(self.retry_requested.emit)
        self._copy.clicked.connect(self._copy_words)
        buttons = QHBoxLayout()
        buttons.addWidget(self._retry)
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        column = QWidget()
        column.setMaximumWidth(560)
        layout = QVBoxLayout(column)
        layout.setSpacing(10)
        for widget in (self._title, self._message, self._hint):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addLayout(buttons)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(column, 1000)
        across.addStretch(1)
        desk = Desk(theme)
        desk.set_page_width(_PAGE_WIDTH)
        page = QVBoxLayout(desk.page)
        page.setContentsMargins(34, 26, 34, 26)
        page.addStretch(2)
        page.addLayout(across)
        page.addStretch(3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(desk)
        self.say("")

    def say(self, title: str, hint: str = "") -> None:
        """Show a few words and nothing to press."""
        self._show(title, "", hint, is_problem=False)

    def explain(self, problem: Explanation) -> None:
        """Show why it is not possible, and what can be done."""
        self._show(problem.title, problem.message, problem.hint, is_problem=True)
        self._retry.setFocus()

    def _show(self, title: str, message: str, hint: str, *, is_problem: bool) -> None:
        for label, words in ((self._title, title), (self._message, message), (self._hint, hint)):
            label.setText(words)
            label.setVisible(bool(words))
        self._retry.setVisible(is_problem)
        self._copy.setVisible(is_problem)

    def _copy_words(self) -> None:
        words = f"{self._title.text()}\n{self._message.text()}\n{self._hint.text()}"
        QGuiApplication.clipboard().setText(words.strip())


def _label(kind: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setProperty("kind", kind)
    label.setWordWrap(True)
    return label
