"""A character's tags: the cast's to be ticked, and a line for new ones.

Answers with the whole list; knows no view-model.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.text_fields import TextLine


class TagsDialog(QDialog):
    """Asks for a character's tags. GUI thread; owned by the cast panel.

    Signals:
        tags_chosen(list[str]): the character has these from now on.
    """

    tags_chosen = Signal(object)

    def __init__(
        self, name: str, tags: Sequence[str], everybodys: Sequence[str], parent: QWidget
    ) -> None:
        """Show the character's own tags first, ticked; then those of everybody."""
        super().__init__(parent)
        self.setWindowTitle(f"Tags of {name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(380, 460)
        self._list = QListWidget()
        self._list.setAccessibleName(f"Tags of {name}")
        self._list.setStyleSheet("QListWidget::item { padding: 5px 6px; }")
        self._line = TextLine(placeholderText="A new tag, or a few letters of one")
        self._line.setAccessibleName("New tag")
        self._add = QPushButton("Add")
        self._add.setAccessibleName("Add the tag")
        self._add.setAutoDefault(False)
        self._add.setEnabled(False)
        self._keep = QPushButton("Keep")
        self._keep.setProperty("kind", "primary")
        self._keep.setAutoDefault(False)
        self._cancel = QPushButton("Cancel")
        self._cancel.setAutoDefault(False)
        own = {tag.casefold() for tag in tags}
        for tag in tags:
            self._list.addItem(_item(tag, is_ticked=True))
        for tag in everybodys:
            if tag.casefold() not in own:
                self._list.addItem(_item(tag, is_ticked=False))
        self._lay_out(name)
        self._line.textChanged.connect(self._narrow)
        self._line.returnPressed.connect(self._take_line)
        self._add.clicked.connect(self._take_line)
        self._keep.clicked.connect(self._finish)
        self._cancel.clicked.connect(self.reject)
        self._line.setFocus()

    def _lay_out(self, name: str) -> None:
        title = QLabel(f"Tags of {name}")
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        title.setProperty("kind", "heading")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._line, 1)
        line.addWidget(self._add)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(26, 22, 26, 20)
        layout.setSpacing(10)
        layout.addWidget(title)
        layout.addLayout(line)
        layout.addWidget(self._list, 1)
        layout.addLayout(foot)

    def _narrow(self, words: str) -> None:
        """Show the tags that hold what is typed."""
        wanted = words.strip().casefold()
        self._add.setEnabled(bool(wanted))
        for item in self._items():
            item.setHidden(wanted not in item.text().casefold())

    def _take_line(self) -> None:
        """Tick the tag of that name, a new one when there is none; without words, keep."""
        tag = self._line.text().strip()
        if not tag:
            self._finish()
            return
        found = next(
            (one for one in self._items() if one.text().casefold() == tag.casefold()), None
        )
        if found is None:
            found = _item(tag, is_ticked=True)
            self._list.insertItem(0, found)
        found.setCheckState(Qt.CheckState.Checked)
        self._line.clear()
        self._list.setCurrentItem(found)
        self._list.scrollToItem(found)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _finish(self) -> None:
        ticked = Qt.CheckState.Checked
        self.tags_chosen.emit([one.text() for one in self._items() if one.checkState() == ticked])
        self.accept()


def _item(tag: str, *, is_ticked: bool) -> QListWidgetItem:
    item = QListWidgetItem(tag)
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
    return item
