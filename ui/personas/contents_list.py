"""The sheet's table of contents: a row for each heading with how much of it is filled in.

Knows headings and numbers, not personas.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

_GAP = 14


class ContentsList(QWidget):
    """Rows of which one is chosen. GUI thread; owned by a screen.

    Signals:
        chosen(str): the key of the row that was chosen by hand.
    """

    chosen = Signal(str)

    def __init__(self, spoken: str) -> None:
        """Start without rows."""
        super().__init__()
        self.setAccessibleName(spoken)
        self._rows: dict[str, _ContentsRow] = {}
        self._group = QButtonGroup(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)

    def set_row(self, key: str, title: str, mark: str = "", spoken_mark: str = "") -> None:
        """Add a row, or say something else in it."""
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = _ContentsRow()
            row.clicked.connect(lambda _checked: self.chosen.emit(key))
            self._group.addButton(row)
            self._layout.addWidget(row)
        row.show_words(title, mark, spoken_mark)

    def choose(self, key: str) -> None:
        """Mark a row as the chosen one without saying so."""
        self._rows[key].setChecked(True)


class _ContentsRow(QPushButton):
    """One row: the title left, the mark right."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setProperty("kind", "row")
        self._mark = QLabel()
        self._mark.setProperty("kind", "mark")
        self._mark.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 10, 0)
        layout.addStretch(1)
        layout.addWidget(self._mark)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for room for the title and the mark; a button reckons only with its text."""
        own = super().sizeHint()
        return QSize(own.width() + self._mark.sizeHint().width() + _GAP, own.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never be narrower: the title would be cut."""
        return self.sizeHint()

    def show_words(self, title: str, mark: str, spoken_mark: str) -> None:
        self.setText(title)
        self._mark.setText(mark)
        self.updateGeometry()
        self.setAccessibleName(f"{title}, {spoken_mark}" if spoken_mark else title)
