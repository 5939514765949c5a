"""What became of every file of an import: the files on the left, one's receipt beside them.

Files that need a look come first. A single file needs no list. Knows the import's values and
no service.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.imports.receipt_page import ReceiptPage
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.import_receipt import EntryKind, ImportReceipt, ReceiptEntry
from ui.widgets.plain_parts import label, rule
from ui.widgets.row_list import ListRow, RowList

_LIST_WIDTH = 270


class ReceiptScreen(QWidget):
    """The receipt of the last import. GUI thread; owned by the main window.

    Signals:
        conversation_requested(PersonaId): talk with who came in.
        sheet_requested(PersonaId): show their sheet.
        again_requested(ReceiptEntry): bring a card in though it is here already.
        done: back to the page.
    """

    conversation_requested = Signal(str)
    sheet_requested = Signal(str)
    again_requested = Signal(object)
    done = Signal()

    def __init__(self, theme: LiveTheme) -> None:
        """Build the screen, empty."""
        super().__init__()
        self.setAccessibleName("Receipt of the import")
        self._entries: tuple[ReceiptEntry, ...] = ()
        self._summary = label("", "secondary")
        self._list = RowList(theme, "Files")
        self._list.setFixedWidth(_LIST_WIDTH)
        self._list.chosen.connect(lambda _key: self._show_chosen())
        self._page = ReceiptPage(theme)
        self._talk = self._button("Talk", self.conversation_requested)
        self._sheet = self._button("Persona sheet", self.sheet_requested)
        self._again = QPushButton("Bring in once more")
        self._again.clicked.connect(self._ask_again)
        self._done = QPushButton("Done")
        self._done.setProperty("kind", "primary")
        self._done.clicked.connect(self.done.emit)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, context=here)
        escape.activated.connect(self.done.emit)
        self._lay_out()

    @property
    def chosen(self) -> ReceiptEntry | None:
        """The file whose receipt is shown."""
        key = self._list.current
        return self._entries[int(key)] if key else None

    def show_receipt(self, receipt: ImportReceipt) -> None:
        """Show another import's receipt, the first file of it."""
        self._entries = receipt.entries
        self._summary.setText(receipt.summary)
        self._list.set_rows(
            ListRow(str(number), entry.title, entry.status)
            for number, entry in enumerate(receipt.entries)
        )
        self._list.setVisible(len(receipt.entries) > 1)
        self._list.choose("0")
        self._show_chosen()

    def focus_page(self) -> None:
        """Give the keyboard to the files, or to the one receipt."""
        target = self._list if not self._list.isHidden() else self._page
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        beside = QHBoxLayout()
        beside.setSpacing(26)
        beside.addWidget(self._list)
        beside.addWidget(self._page, 1)
        actions = QHBoxLayout()
        actions.setSpacing(8)
        for button in (self._talk, self._sheet, self._again):
            actions.addWidget(button)
        actions.addStretch(1)
        actions.addWidget(self._done)
        paper = QFrame()
        paper.setProperty("kind", "page")
        layout = QVBoxLayout(paper)
        layout.setContentsMargins(34, 30, 34, 18)
        layout.setSpacing(10)
        layout.addWidget(label("What came in", "title"))
        layout.addWidget(self._summary)
        layout.addSpacing(8)
        layout.addLayout(beside, 1)
        layout.addWidget(rule())
        layout.addLayout(actions)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(paper)

    def _show_chosen(self) -> None:
        entry = self.chosen
        self._page.show_entry(entry)
        has_persona = entry is not None and entry.persona_id is not None
        is_duplicate = entry is not None and entry.kind == EntryKind.DUPLICATE
        self._talk.setVisible(has_persona)
        self._sheet.setVisible(has_persona)
        self._again.setVisible(is_duplicate)
        if entry is not None:
            self._talk.setAccessibleName(f"Talk with {entry.title}")
            self._sheet.setAccessibleName(f"Persona sheet of {entry.title}")
            self._again.setAccessibleName(f"Bring in {entry.file.name} once more")

    def _button(self, text: str, request: SignalInstance) -> QPushButton:
        button = QPushButton(text)

        def ask() -> None:
            entry = self.chosen
            if entry is not None and entry.persona_id is not None:
                request.emit(entry.persona_id)

        button.clicked.connect(ask)
        return button

    def _ask_again(self) -> None:
        if self.chosen is not None:
            self.again_requested.emit(self.chosen)
