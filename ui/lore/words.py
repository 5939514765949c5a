"""Labels and buttons as the lorebook screens use them: plain text, named, of one kind each.

Foreign files name books and entries, so no label ever reads markup. Knows no content.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy


def label(text: str, kind: str = "") -> QLabel:
    """Return plain words that wrap."""
    words = QLabel(text)
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.setWordWrap(True)
    words.setProperty("kind", kind)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    words.setSizePolicy(policy)
    return words


def button(
    text: str, act: Callable[[], object] | None = None, *, kind: str = "", spoken: str = ""
) -> QPushButton:
    """Return a button that does one thing."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAccessibleName(spoken or text)
    if spoken:
        made.setToolTip(spoken)
    if act is not None:
        made.clicked.connect(lambda _checked: act())
    return made


def rule() -> QFrame:
    """Return a hairline across."""
    line = QFrame()
    line.setProperty("kind", "rule")
    return line
