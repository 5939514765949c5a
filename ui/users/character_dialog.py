"""Which character of the cast the user plays: a line to search by, and the names.

Knows names and ids only.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.conversation import PersonaRecord
from ui.widgets.text_fields import TextLine

_ID_ROLE = Qt.ItemDataRole.UserRole


class CharacterDialog(QDialog):
    """Asks for one character. GUI thread; owned by the screen that opened it.

    Signals:
        character_chosen(PersonaId): this one.
    """

    character_chosen = Signal(str)

    def __init__(self, records: Iterable[PersonaRecord], parent: QWidget) -> None:
        """List the characters who can be read."""
        super().__init__(parent)
        self.setWindowTitle("Play a character")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(420, 480)
        self._find = TextLine(placeholderText="Search by name")
        self._find.setAccessibleName("Search by name")
        self._find.setClearButtonEnabled(True)
        self._list = QListWidget()
        self._list.setAccessibleName("Characters")
        self._list.setUniformItemSizes(True)
        self._list.setProperty("kind", "cast")
        for record in records:
            if record.problem is None:
                self._add(record)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._play = buttons.addButton("Play", QDialogButtonBox.ButtonRole.AcceptRole)
        self._play.setProperty("kind", "primary")
        said = QLabel(
            "You speak as this character. Whom you talk with knows what can be seen of them, "
            "and none of their secrets."
        )
        said.setWordWrap(True)
        said.setProperty("kind", "secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        for part in (said, self._find, self._list, buttons):
            layout.addWidget(part)
        self._find.textChanged.connect(self._filter)
        self._list.itemActivated.connect(lambda _item: self.accept())
        self._list.currentItemChanged.connect(lambda *_: self._enable())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._find.installEventFilter(self)
        self._filter("")

    def accept(self) -> None:
        """Say who was chosen, and close."""
        item = self._list.currentItem()
        if item is not None and not item.isHidden():
            self.character_chosen.emit(item.data(_ID_ROLE))
            super().accept()

    def eventFilter(self, watched: QObject, event: object) -> bool:  # noqa: N802 - Qt's name
        """Go through the names with the arrows while the search line has the keyboard."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._step(step)
                return True
        return super().eventFilter(watched, event)  # pyright: ignore[reportArgumentType] - Qt's

    def _add(self, record: PersonaRecord) -> None:
        persona = record.persona
        words = f"{persona.name}, {persona.tagline}" if persona.tagline else persona.name
        item = QListWidgetItem(words, self._list)
        item.setData(_ID_ROLE, record.id)
        item.setToolTip(words)

    def _shown(self) -> list[int]:
        return [row for row in range(self._list.count()) if not self._list.item(row).isHidden()]

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        for row in range(self._list.count()):
            item = self._list.item(row)
            item.setHidden(not all(word in item.text().casefold() for word in wanted))
        shown = self._shown()
        self._list.setCurrentRow(shown[0] if shown else -1)
        self._enable()

    def _step(self, step: int) -> None:
        shown = self._shown()
        if shown:
            current = self._list.currentRow()
            place = shown.index(current) if current in shown else 0
            self._list.setCurrentRow(shown[max(0, min(place + step, len(shown) - 1))])

    def _enable(self) -> None:
        item = self._list.currentItem()
        self._play.setEnabled(item is not None and not item.isHidden())
