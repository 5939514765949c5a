"""The versions of a character with what each changed, and the way back to any of them.

Shows the versions' view-model; knows no service.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.personas.reading_page import label
from ui.viewmodels.persona_versions import PersonaVersions, VersionRow


class VersionsDialog(QDialog):
    """A card for each version. GUI thread; owned by the persona screen."""

    def __init__(self, versions: PersonaVersions, parent: QWidget) -> None:
        """Ask for the versions; they are shown when they come."""
        super().__init__(parent)
        self.setWindowTitle("Versions")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 560)
        self._versions = versions
        inner = QWidget()
        self._cards = QVBoxLayout(inner)
        self._cards.setSpacing(10)
        self._cards.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName("Versions")
        area.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.addWidget(label("Versions", "title"))
        layout.addWidget(area)
        versions.changed.connect(self._show)
        versions.refresh()

    def _show(self) -> None:
        while self._cards.count() > 1:
            item = self._cards.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for place, row in enumerate(self._versions.rows):
            self._cards.insertWidget(place, self._card(row))

    def _card(self, row: VersionRow) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        card.setAccessibleName(row.title)
        head = QHBoxLayout()
        head.addWidget(label(row.title, "bold"), 1)
        if row.can_restore:
            restore = QPushButton("Restore")
            restore.setAccessibleName(f"Restore {row.title}")
            restore.clicked.connect(lambda _checked: self._restore(row))
            head.addWidget(restore)
        layout = QVBoxLayout(card)
        layout.addLayout(head)
        for sentence in row.sentences:
            layout.addWidget(label(sentence, "secondary"))
        return card

    def _restore(self, row: VersionRow) -> None:
        self._versions.restore(row)
        self.accept()
