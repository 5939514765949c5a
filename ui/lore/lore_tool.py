"""The lore page of the persona editor: books attached, the card's own book, the test bench.

The card's own book is written in the character's draft; attached books are opened on their own
screen. Shows view-models; knows no form of the persona.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.domain.ids import PersonaId
from app.domain.lore import LorebookRecord
from ui.lore.book_editor import BookEditor
from ui.lore.book_page import BookForm
from ui.lore.trial_bench import TrialBench
from ui.personas.section_tool import SectionTool
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.form_fields import FieldPath
from ui.viewmodels.lore_persona_draft import PersonaLoreDraft
from ui.viewmodels.lore_shelf import LoreShelf
from ui.viewmodels.lore_trial import LoreTrialViewModel, TrialSubject
from ui.viewmodels.persona_view_model import PersonaViewModel
from ui.widgets.plain_parts import button, clear, label

if TYPE_CHECKING:
    from app.services.lore import LoreService

_OWN, _ATTACHED, _TRIAL = range(3)


class LoreTool(SectionTool):
    """Everything a character's world is made of. GUI thread; owned by the lore page.

    Signals:
        book_requested(str): open an attached book.
        failed(AppError): a trial did not work.
    """

    book_requested = Signal(str)
    failed = Signal(object)

    def __init__(
        self, sheet: PersonaViewModel, lore: LoreService, shelf: LoreShelf, theme: LiveTheme
    ) -> None:
        """Follow the character and the shelf."""
        super().__init__()
        self._sheet = sheet
        self._shelf = shelf
        self._theme = theme
        self._draft = PersonaLoreDraft(sheet)
        self._draft.setParent(self)
        self._trial = LoreTrialViewModel(lore, self._subject, self)
        self._trial.failed.connect(self.failed)
        self._chips = [button("", kind="chip") for _ in range(3)]
        self._pages = [self._build_own(), self._build_attached(), self._build_trial()]
        self._lay_out()
        self._draft.value_changed.connect(self._follow)
        self._draft.draft_replaced.connect(self._show_all)
        shelf.changed.connect(self._show_all)
        self._show_page(_OWN)

    def reload(self) -> None:
        """Show the character that is open."""
        self._show_all()

    def focus_field(self, path: FieldPath) -> QWidget | None:
        """Give the keyboard to a field of the card's own book."""
        if path[:1] != ("lore",) or self._draft.draft is None:
            return None
        self._show_page(_OWN)
        match path[1:]:
            case ("entries", int(number), str(name), *_):
                return self._editor.focus_field(number, name)
            case (str(name), *_):
                self._more.setChecked(True)
                return self._settings.focus_field(name) or self._settings
            case _:
                self._editor.focus_list()
                return self._editor

    def _lay_out(self) -> None:
        chips = QHBoxLayout()
        chips.setSpacing(8)
        group = QButtonGroup(self)
        for number, chip in enumerate(self._chips):
            chip.setCheckable(True)
            group.addButton(chip, number)
            chips.addWidget(chip)
        chips.addStretch(1)
        group.idClicked.connect(self._show_page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addLayout(chips)
        for page in self._pages:
            layout.addWidget(page)

    def _build_own(self) -> QWidget:
        self._editor = BookEditor(self._draft, self._theme, scrolls=False)
        self._settings = BookForm(self._draft)
        self._more = button("The book as a whole", kind="chip", spoken="Show name and limits")
        self._more.setCheckable(True)
        self._more.toggled.connect(self._settings.setVisible)
        self._settings.hide()
        self._remove = button(
            "Take it out",
            self._draft.remove,
            kind="quiet",
            spoken="Take the book out of the card",
        )
        self._begin = button("Begin a book in the card", self._begin_book)
        self._none = label(
            "The card holds no book of its own. One inside the card travels with it.", "secondary"
        )
        tools = QHBoxLayout()
        tools.addWidget(self._more)
        tools.addWidget(self._begin)
        tools.addStretch(1)
        tools.addWidget(self._remove)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._none)
        layout.addLayout(tools)
        layout.addWidget(self._settings)
        layout.addWidget(self._editor)
        return page

    def _build_attached(self) -> QWidget:
        self._books = QVBoxLayout()
        self._books.setSpacing(6)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._list_books)
        self._attach = button("Attach a book \u25be", spoken="Attach a book")
        self._attach.setMenu(self._menu)
        row = QHBoxLayout()
        row.addWidget(self._attach)
        row.addStretch(1)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(
            label(
                "Books on the shelf that this character looks into too; others may share them.",
                "secondary",
            )
        )
        layout.addLayout(self._books)
        layout.addLayout(row)
        return page

    def _build_trial(self) -> QWidget:
        self._bench = TrialBench(self._trial, self._theme, fills=False)
        self._bench.entry_requested.connect(self._go_to)
        return self._bench

    def _show_page(self, number: int) -> None:
        self._chips[number].setChecked(True)
        for place, page in enumerate(self._pages):
            page.setVisible(place == number)

    def _begin_book(self) -> None:
        """Put a book into the card; the keyboard would else fall to what takes it out."""
        self._draft.begin()
        self._editor.focus_adding()

    def _follow(self) -> None:
        self._name_chips()
        self._trial.refresh()

    def _show_all(self) -> None:
        has_book = self._draft.draft is not None
        for widget in (self._editor, self._more, self._remove):
            widget.setVisible(has_book)
        self._settings.setVisible(has_book and self._more.isChecked())
        self._begin.setVisible(not has_book)
        self._none.setVisible(not has_book)
        clear(self._books)
        for record in self._attached():
            self._books.addWidget(self._card(record))
        if not self._attached():
            self._books.addWidget(label("None is attached.", "hint"))
        self._follow()

    def _name_chips(self) -> None:
        own = len(self._draft.entries)
        words = (
            f"In the card \u00b7 {own:,}" if self._draft.draft is not None else "In the card",
            f"Attached \u00b7 {len(self._attached()):,}",
            "Try it",
        )
        for chip, text in zip(self._chips, words, strict=True):
            chip.setText(text)
            chip.setAccessibleName(text)

    def _card(self, record: LorebookRecord) -> QWidget:
        holder = QWidget()
        count = len(record.book.entries)
        words = label(record.book.name, "name")
        line = label("1 entry" if count == 1 else f"{count:,} entries", "mark")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(words)
        texts.addWidget(line)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(texts, 1)
        row.addWidget(
            button(
                "Open the book",
                lambda: self.book_requested.emit(record.id),
                spoken=f"Open the book {record.book.name}",
            )
        )
        row.addWidget(
            button(
                "Detach",
                lambda: self._detach(record),
                kind="quiet",
                spoken=f"Detach the book {record.book.name}",
            )
        )
        return holder

    def _attached(self) -> list[LorebookRecord]:
        persona = self._persona_id()
        return self._shelf.attached_to(persona) if persona is not None else []

    def _persona_id(self) -> PersonaId | None:
        record = self._sheet.record
        return record.id if record is not None else None

    def _list_books(self) -> None:
        self._menu.clear()
        persona = self._persona_id()
        others = [book for book in self._shelf.books if persona not in book.attached_to]
        for book in others:
            action = self._menu.addAction(book.book.name.replace("&", "&&"))
            action.triggered.connect(lambda _checked, book=book: self._attach_book(book))
        if not others:
            self._menu.addAction("No other book is on the shelf").setEnabled(False)

    def _attach_book(self, record: LorebookRecord) -> None:
        persona = self._persona_id()
        if persona is not None:
            self._shelf.attach(record.id, persona)

    def _detach(self, record: LorebookRecord) -> None:
        persona = self._persona_id()
        if persona is not None:
            # The button that has the keyboard goes away with its row.
            self._attach.setFocus()
            self._shelf.detach(record.id, persona)

    def _subject(self) -> TrialSubject:
        own = self._draft.book
        attached = [record.book for record in self._attached() if not record.problem]
        books = (*(() if own is None else (own,)), *attached)
        return TrialSubject(books, self._sheet.persona)

    def _go_to(self, place: int, number: int) -> None:
        """Show an entry: of the own book here, of another on the shelf's screen."""
        has_own = self._draft.book is not None
        if has_own and place == 0:
            self._show_page(_OWN)
            self._editor.choose(number)
            self._editor.focus_list()
        else:
            attached = [record for record in self._attached() if not record.problem]
            self.book_requested.emit(attached[place - has_own].id)
