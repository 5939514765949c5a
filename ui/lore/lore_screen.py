"""The lorebooks as a screen: books on the left; one book's entries, whole and trial on the right.

Shows view-models; asks for files and other screens through signals. Knows no service.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.ids import LorebookId
from app.domain.lore import LorebookRecord
from ui.lore.book_editor import BookEditor
from ui.lore.book_page import BookPage
from ui.lore.lore_list import LoreList
from ui.lore.trial_bench import TrialBench
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.lore_rows import RowKey
from ui.viewmodels.lore_shelf import LoreShelf
from ui.viewmodels.lore_trial import LoreTrialViewModel
from ui.viewmodels.lore_view_model import LorebookViewModel
from ui.widgets.eliding_label import ElidingLabel
from ui.widgets.plain_parts import button, label, rule, scroll_area
from ui.widgets.undo_keys import UndoKeys

_SHELF_WIDTH = 212
_PAGES = ("Entries", "The book", "Try it")


class LoreScreen(QWidget):
    """All books and the one that is open. GUI thread; owned by the main window.

    Signals:
        import_requested: bring world files in.
        export_requested(LorebookId): ask where to, and write a world file.
        attach_requested(LorebookId): ask who shall know the book.
        persona_requested(PersonaId): show a character's sheet.
    """

    import_requested = Signal()
    export_requested = Signal(str)
    attach_requested = Signal(str)
    persona_requested = Signal(str)

    def __init__(
        self,
        shelf: LoreShelf,
        book: LorebookViewModel,
        trial: LoreTrialViewModel,
        theme: LiveTheme,
    ) -> None:
        """Build the screen; books come with the shelf."""
        super().__init__()
        self.setAccessibleName("Lorebooks")
        self._shelf = shelf
        self._book = book
        self._list = LoreList(shelf.model, theme, "Lorebooks")
        self._name = ElidingLabel()
        self._name.setProperty("kind", "title")
        self._status = label("", "mark")
        self._save = button("Save", book.save)
        self._drop = button("Drop changes", book.discard, kind="quiet")
        self._restore = button("Bring back", self._bring_back, kind="primary")
        self._editor = BookEditor(book, theme, scrolls=True)
        self._page = BookPage(book)
        self._bench = TrialBench(trial, theme, fills=True)
        self._chips = [button(text, kind="chip") for text in _PAGES]
        self._pages = QStackedWidget()
        self._nothing = label("", "prose")
        self._wanted: str | None = None
        self._aside: str | None = None
        self._lay_out()
        self._connect()
        self._show_shelf()

    def show_book(self, lorebook_id: str) -> None:
        """Open a book, now or as soon as it is on the shelf."""
        self._wanted = lorebook_id
        self._open_wanted()

    def focus_page(self) -> None:
        """Give the keyboard to the books."""
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_page(self, number: int) -> None:
        """Show the entries (0), the whole book (1) or the trial (2)."""
        self._chips[number].setChecked(True)
        self._pages.setCurrentIndex(number)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Save what holds when the book goes out of sight."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._book.leave()

    def _lay_out(self) -> None:
        side = QFrame()
        side.setProperty("kind", "panel")
        side.setFixedWidth(_SHELF_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(10, 20, 8, 12)
        column.setSpacing(8)
        title = label("Lorebooks", "heading")
        title.setContentsMargins(8, 0, 0, 0)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        tools.addWidget(button("+ New", self._shelf.add, kind="quiet", spoken="New lorebook"))
        tools.addWidget(
            button(
                "Import \u2026",
                self.import_requested.emit,
                kind="quiet",
                spoken="Import world files and other lorebooks",
            )
        )
        tools.addStretch(1)
        column.addWidget(title)
        column.addLayout(tools)
        column.addWidget(self._list, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(side)
        whole.addWidget(rule("upright-rule"))
        whole.addWidget(self._build_page(), 1)

    def _build_page(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._name)
        head.addStretch(1)
        head.addWidget(self._drop)
        head.addWidget(self._save)
        head.addWidget(self._restore)
        chips = QHBoxLayout()
        chips.setSpacing(8)
        self._group = QButtonGroup(self)
        for number, chip in enumerate(self._chips):
            chip.setCheckable(True)
            self._group.addButton(chip, number)
            chips.addWidget(chip)
        chips.addStretch(1)
        chips.addWidget(self._status)
        self._status.setWordWrap(False)
        self._chips[0].setChecked(True)
        self._pages.addWidget(self._editor)
        self._pages.addWidget(scroll_area("The book", self._page))
        self._pages.addWidget(scroll_area("The test bench", self._bench))
        paper = QFrame()
        paper.setProperty("kind", "page")
        layout = QVBoxLayout(paper)
        layout.setContentsMargins(28, 22, 20, 14)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addLayout(chips)
        layout.addSpacing(4)
        layout.addWidget(self._nothing)
        layout.addWidget(self._pages, 1)
        layout.addStretch(0)
        return paper

    def _connect(self) -> None:
        shelf, book = self._shelf, self._book
        shelf.changed.connect(self._show_shelf)
        shelf.book_added.connect(self._open_new)
        # Whatever changes the book says so in its status.
        book.status_changed.connect(self._show_book)
        self._list.chosen.connect(self._choose)
        self._group.idClicked.connect(self.show_page)
        self._page.attach_requested.connect(lambda: self._ask(self.attach_requested))
        self._page.export_requested.connect(lambda: self._ask(self.export_requested))
        self._page.persona_requested.connect(self.persona_requested)
        self._page.detach_requested.connect(self._detach)
        self._page.aside_requested.connect(self._set_aside)
        self._bench.entry_requested.connect(self._show_entry)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        save = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, context=here)
        save.activated.connect(book.save)
        self._undo_keys = UndoKeys(self, book.undo, book.redo)

    def _choose(self, key: RowKey) -> None:
        self._wanted = str(key)
        self._open_wanted()

    def _open_wanted(self) -> None:
        wanted = self._wanted
        record = self._shelf.find(wanted) if wanted else None
        aside = self._shelf.find_aside(wanted) if wanted else None
        self._aside = aside.id if aside and record is None else None
        if record is not None and record.problem is None:
            self._book.open(record)
        elif record is not None or aside is not None:
            self._book.close()
        self._list.choose(wanted)
        self._show_book()

    def _open_new(self, record: LorebookRecord) -> None:
        self._wanted = record.id
        self._book.open(record)
        self.show_page(1)
        self._page.focus_name()

    def _show_shelf(self) -> None:
        record = self._book.record
        if record is not None and self._shelf.find_aside(record.id) is not None:
            self._book.close()
        if self._wanted is None or not self._shelf.model.index_of(self._wanted).isValid():
            first = next((book for book in self._shelf.books if not book.problem), None)
            self._wanted = self._wanted if self._wanted is not None else first and first.id
        self._open_wanted()

    def _show_book(self) -> None:
        written = self._book.draft
        record = self._book.record
        is_open = written is not None and self._aside is None
        aside = self._shelf.find_aside(self._aside) if self._aside else None
        self._name.set_words(str((written or {}).get("name") or "") if is_open else "")
        if aside is not None:
            self._name.set_words(aside.book.name)
        self._restore.setVisible(aside is not None)
        self._pages.setVisible(is_open)
        for chip in self._chips:
            chip.setVisible(is_open)
        self._nothing.setVisible(not is_open)
        self._nothing.setText(self._say_nothing())
        on_shelf = self._shelf.find(record.id) if record is not None else None
        if on_shelf is not None:
            self._page.show_users(self._shelf.users_of(on_shelf))
        self._show_state()

    def _say_nothing(self) -> str:
        if self._aside is not None:
            return "This book is set aside: no character looks into it."
        record = self._shelf.find(self._wanted) if self._wanted else None
        if record is not None and record.problem:
            return record.problem
        if self._shelf.books:
            return "Choose a book."
        return (
            "A lorebook holds what is known of a world: each entry comes up when its keys are "
            "said. \u201cNew\u201d begins one; world files of other programs can be imported."
        )

    def _show_state(self) -> None:
        is_changed = self._book.draft is not None and self._book.is_changed
        self._save.setVisible(is_changed)
        self._drop.setVisible(is_changed)
        self._status.setText(self._book.status)

    def _ask(self, request: object) -> None:
        record = self._book.record
        if record is not None:
            self._book.save()
            request.emit(record.id)  # pyright: ignore[reportAttributeAccessIssue] - a signal

    def _detach(self, persona_id: str) -> None:
        record = self._book.record
        user = next((one for one in self._shelf.personas if one == persona_id), None)
        if record is not None and user is not None:
            self._shelf.detach(record.id, user)

    def _set_aside(self) -> None:
        record = self._book.record
        if record is not None:
            self._book.close()
            self._wanted = None
            self._shelf.set_aside(record.id)

    def _bring_back(self) -> None:
        if self._aside is not None:
            self._shelf.restore(LorebookId(self._aside))

    def _show_entry(self, _book: int, number: int) -> None:
        self.show_page(0)
        self._editor.choose(number)
        self._editor.focus_list()
