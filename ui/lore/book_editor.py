"""A book's entries and the form of the chosen one, beside or above each other.

Speaks to a `LoreDraft`, wherever the book lies. Knows no service.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.lore.entries_panel import EntriesPanel
from ui.lore.entry_form import EntryForm
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.lore_draft import LoreDraft
from ui.viewmodels.lore_entries import EntryRows, entry_problems, say_cost
from ui.viewmodels.lore_fields import form_values
from ui.viewmodels.lore_rows import LoreListModel, RowKey
from ui.widgets.plain_parts import label, scroll_area

_LIST_WIDTH = 264
_MOST_ROWS = 5
_LEAST_WIDTH_BESIDE = 660


class BookEditor(QWidget):
    """Entries and form. GUI thread; owned by a screen or a page.

    Signals:
        entry_chosen(int): another entry is in the form.
    """

    entry_chosen = Signal(int)

    def __init__(self, draft: LoreDraft, theme: LiveTheme, *, scrolls: bool) -> None:
        """Follow a draft; where the page itself scrolls, the form need not."""
        super().__init__()
        self._draft = draft
        self._scrolls = scrolls
        self._rows = EntryRows()
        self._model = LoreListModel()
        self._entries: object = None
        self._number: int | None = None
        self._typed = ""
        self._panel = EntriesPanel(self._model, theme)
        self._form = EntryForm()
        self._none = label("Choose an entry to write it.", "hint")
        self._area: QScrollArea | None = None
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._lay_out()
        self._connect()
        self._show_all()

    @property
    def number(self) -> int | None:
        """The entry in the form."""
        return self._number

    def choose(self, number: int | None) -> None:
        """Show an entry in the form."""
        count = len(self._draft.entries)
        self._number = number if number is not None and 0 <= number < count else None
        if self._number is not None and not self._model.index_of((0, self._number)).isValid():
            self._panel.show_all()
        self._panel.list.choose(None if self._number is None else (0, self._number))
        self._show_entry()
        if self._number is not None:
            self.entry_chosen.emit(self._number)

    def focus_field(self, number: int, name: str) -> QWidget | None:
        """Show an entry and give the keyboard to one of its fields."""
        self.choose(number)
        field = self._form.focus_field(name) if self._number is not None else None
        if field is not None and self._area is not None:
            self._area.ensureWidgetVisible(field, 0, 60)
        return field

    def focus_list(self) -> None:
        """Give the keyboard to the entries."""
        self._panel.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_adding(self) -> None:
        """Give the keyboard to what writes a new entry."""
        self._panel.focus_adding()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the form under the list where there is no room beside it."""
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(22)
        side = QWidget()
        inner = QVBoxLayout(side)
        inner.setContentsMargins(0, 0, 8 if self._scrolls else 0, 0)
        inner.addWidget(self._none)
        inner.addWidget(self._form)
        inner.addStretch(1)
        self._layout.addWidget(self._panel)
        if self._scrolls:
            self._area = scroll_area("The entry", side)
            self._layout.addWidget(self._area, 1)
        else:
            self._layout.addWidget(side, 1)
        self._arrange()

    def _arrange(self) -> None:
        is_beside = self._scrolls and self.width() >= _LEAST_WIDTH_BESIDE
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.LeftToRight if is_beside else direction.TopToBottom)
        self._layout.setSpacing(22 if is_beside else 12)
        unbounded = 16_777_215
        self._panel.setFixedWidth(_LIST_WIDTH) if is_beside else self._panel.setMinimumWidth(0)
        if is_beside:
            self._panel.setMinimumHeight(0)
            self._panel.setMaximumHeight(unbounded)
        else:
            self._panel.setMaximumWidth(unbounded)
            self._panel.setFixedHeight(self._panel.height_for(_MOST_ROWS))

    def _connect(self) -> None:
        draft, panel = self._draft, self._panel
        draft.value_changed.connect(self._follow)
        draft.draft_replaced.connect(self._show_all)
        panel.filter_changed.connect(lambda _words: self._show_rows())
        panel.add_requested.connect(self._add)
        panel.copy_requested.connect(self._copy)
        panel.remove_requested.connect(self._remove)
        panel.move_requested.connect(self._move)
        panel.list.chosen.connect(self._take_choice)
        self._model.checked.connect(self._switch)
        self._form.value_edited.connect(self._edit)

    def _follow(self) -> None:
        """Show what typing changed; the field itself has it already."""
        if self._draft.entries is not self._entries:
            self._show_rows()
            self._show_entry()

    def _show_all(self) -> None:
        self._show_rows()
        count = len(self._draft.entries)
        if self._number is None or self._number >= count:
            self._number = min(self._number or 0, count - 1) if count else None
        self._panel.list.choose(None if self._number is None else (0, self._number))
        self._show_entry()

    def _show_rows(self) -> None:
        self._entries = self._draft.entries
        self._model.replace(self._rows.build(self._draft.entries, self._panel.words))
        self._panel.show_state(is_chosen=self._number is not None, count=len(self._draft.entries))
        self._arrange()

    def _show_entry(self) -> None:
        entry = self._chosen_entry()
        self._form.setVisible(entry is not None)
        self._none.setVisible(entry is None and bool(self._draft.entries))
        if entry is not None:
            self._form.show_values(form_values(entry), but=self._typed)
        self._show_state()

    def _show_state(self) -> None:
        entry = self._chosen_entry()
        self._panel.show_state(is_chosen=entry is not None, count=len(self._draft.entries))
        if entry is None:
            return
        refused = {
            str(path[2]): sentence
            for path, sentence in self._draft.problems.items()
            if path[:2] == ("entries", self._number) and len(path) > 2
        }
        self._form.show_state({**entry_problems(entry), **refused}, say_cost(entry))

    def _chosen_entry(self) -> dict[str, Any] | None:
        entries = self._draft.entries
        is_there = self._number is not None and self._number < len(entries)
        return entries[self._number] if is_there and self._number is not None else None

    def _take_choice(self, key: RowKey) -> None:
        if isinstance(key, tuple):
            self._number = key[1]
            self._show_entry()
            self.entry_chosen.emit(self._number)

    def _edit(self, name: str, value: object) -> None:
        if self._number is not None:
            self._typed = name
            self._draft.edit_entry(self._number, name, value)
            self._typed = ""

    def _switch(self, key: RowKey, is_on: bool) -> None:
        if isinstance(key, tuple):
            self._draft.put_values([(("entries", key[1], "enabled"), is_on)])

    def _add(self) -> None:
        self._panel.show_all()
        self.focus_field(self._draft.add_entry(), "name")

    def _copy(self) -> None:
        if self._number is not None:
            self._panel.show_all()
            self.choose(self._draft.copy_entry(self._number))

    def _remove(self) -> None:
        if self._number is not None:
            self._draft.remove_entry(self._number)
            self.focus_list()

    def _move(self, step: int) -> None:
        if self._number is not None:
            self.choose(self._draft.move_entry(self._number, step))
