"""What a book is as a whole: name, limits, who uses it, and what can be done with it.

Shows values and says what was asked for. Knows no service.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.lore.lore_form import LoreForm
from ui.viewmodels.lore_draft import LoreDraft
from ui.viewmodels.lore_fields import BOOK_FIELDS, form_values
from ui.widgets.plain_parts import button, clear, label


class BookForm(QWidget):
    """Name and limits of a book. GUI thread; owned by a page."""

    def __init__(self, draft: LoreDraft) -> None:
        """Follow a draft."""
        super().__init__()
        self._draft = draft
        self._form = LoreForm(BOOK_FIELDS)
        self._form.value_edited.connect(draft.edit_book)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form)
        draft.draft_replaced.connect(self._show)
        draft.value_changed.connect(self._show_problems)
        self._show()

    def focus_field(self, name: str) -> QWidget | None:
        """Give the keyboard to a field; returns what to bring into sight."""
        return self._form.focus_field(name)

    def _show(self) -> None:
        written = self._draft.draft
        if written is not None:
            self._form.show_values(form_values(written))
        self._show_problems()

    def _show_problems(self) -> None:
        problems = self._draft.problems.items()
        own = {str(path[0]): words for path, words in problems if len(path) == 1}
        self._form.show_problems(own)


class BookPage(QWidget):
    """The whole book's page on the lorebooks' screen. GUI thread; owned by the screen.

    Signals:
        attach_requested: choose who shall know the book.
        detach_requested(str): take it off this character.
        persona_requested(str): show this character's sheet.
        export_requested: write it to a file.
        aside_requested: set it aside.
    """

    attach_requested = Signal()
    detach_requested = Signal(str)
    persona_requested = Signal(str)
    export_requested = Signal()
    aside_requested = Signal()

    def __init__(self, draft: LoreDraft) -> None:
        """Follow a draft."""
        super().__init__()
        self._form = BookForm(draft)
        self._shown: Sequence[tuple[str, str]] | None = None
        self._users = QVBoxLayout()
        self._users.setSpacing(2)
        self._attach = attach = button(
            "Attach to \u2026", self.attach_requested.emit, spoken="Attach to a character"
        )
        export = button(
            "Export \u2026", self.export_requested.emit, spoken="Write a SillyTavern world file"
        )
        aside = button(
            "Set aside", self.aside_requested.emit, kind="quiet", spoken="Set the book aside"
        )
        first, last = QHBoxLayout(), QHBoxLayout()
        first.addWidget(attach)
        first.addStretch(1)
        last.setSpacing(8)
        last.addWidget(export)
        last.addStretch(1)
        last.addWidget(aside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 24)
        layout.setSpacing(8)
        layout.addWidget(self._form)
        layout.addSpacing(14)
        layout.addWidget(label("Who uses it", "heading"))
        layout.addLayout(self._users)
        layout.addLayout(first)
        layout.addSpacing(20)
        layout.addWidget(label("Elsewhere", "heading"))
        layout.addWidget(label("Other programs read a book as a world file.", "secondary"))
        layout.addLayout(last)
        layout.addStretch(1)

    def focus_name(self) -> None:
        """Put the caret into the name, to write another over it."""
        self._form.focus_field("name")

    def show_users(self, users: Sequence[tuple[str, str]]) -> None:
        """Show who uses the book: ids and names."""
        if users == self._shown:
            return
        self._shown = users
        clear(self._users)
        if not users:
            self._users.addWidget(label("Nobody yet: attach it, or it never comes up.", "hint"))
        for persona_id, name in users:
            self._users.addWidget(self._user(persona_id, name))

    def _detach(self, persona_id: str) -> None:
        # The button that has the keyboard goes away with its row.
        self._attach.setFocus()
        self.detach_requested.emit(persona_id)

    def _user(self, persona_id: str, name: str) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(
            button(
                name,
                lambda: self.persona_requested.emit(persona_id),
                kind="row",
                spoken=f"Show the sheet of {name}",
            ),
            1,
        )
        row.addWidget(
            button(
                "Detach",
                lambda: self._detach(persona_id),
                kind="quiet",
                spoken=f"Take the book off {name}",
            )
        )
        return holder
