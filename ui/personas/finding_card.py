"""One finding of the review: how grave in colour and word, what it says, and the way there.

Shows a finding; knows no rule and no form.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from personas.review import Finding, Severity
from ui.personas.reading_page import label
from ui.theme.live_theme import LiveTheme

_DOT = 8
_ROLES = {Severity.NOTE: "ink_3", Severity.WARN: "warn", Severity.BAD: "bad"}
_WORDS = {
    Severity.NOTE: "Worth knowing",
    Severity.WARN: "Worth mending",
    Severity.BAD: "Does harm",
}


class FindingCard(QFrame):
    """A finding with its remedy. GUI thread; owned by the preview panel.

    Signals:
        go_requested: show me the field.
    """

    go_requested = Signal()

    def __init__(self, theme: LiveTheme, finding: Finding, *, can_go: bool) -> None:
        """Show one finding; without `can_go` there is no form that shows its field."""
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(f"{_WORDS[finding.severity]}: {finding.sentence}")
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(_Dot(theme, _ROLES[finding.severity]))
        head.addWidget(label(_WORDS[finding.severity], "mark"), 1)
        if can_go:
            go = QPushButton("go \u203a")
            go.setProperty("kind", "chip")
            go.setAccessibleName(f"Go to the field: {finding.sentence}")
            go.setToolTip("Show the field and put the cursor there")
            go.clicked.connect(lambda _checked: self.go_requested.emit())
            head.addWidget(go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 10)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(label(finding.sentence))
        if finding.remedy:
            layout.addWidget(label(finding.remedy, "mark"))


class _Dot(QWidget):
    """A coloured dot; the word beside it says the same. Owned by its card."""

    def __init__(self, theme: LiveTheme, role: str) -> None:
        super().__init__()
        self._theme = theme
        self._role = role
        self.setFixedSize(QSize(_DOT + 2, _DOT + 2))
        theme.theme_changed.connect(self._repaint)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.current.palette.colour(self._role))
        painter.drawEllipse(1, 1, _DOT, _DOT)
        painter.end()

    def _repaint(self, _theme: object) -> None:
        self.update()
