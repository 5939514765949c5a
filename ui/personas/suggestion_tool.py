"""A quiet offer at the top of a page: have the model suggest a part of it, and take it or not.

Shows the suggestion's view-model; knows no service.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout

from ui.personas.aside_parts import make_button
from ui.personas.section_tool import SectionTool
from ui.personas.suggestion_card import SuggestionCard
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.suggestion_view_model import FillablePart, SuggestionViewModel


class SuggestionTool(SectionTool):
    """The menu of what can be suggested, and the card with it. GUI thread; owns its view-model."""

    is_first = True

    def __init__(
        self,
        view_model: SuggestionViewModel,
        theme: LiveTheme,
        ask_for_paragraph: Callable[[], object] | None = None,
    ) -> None:
        """Offer the page's parts, and where it is handed in, the way from a paragraph."""
        super().__init__()
        self._view_model = view_model
        self._paragraph: QPushButton | None = None
        view_model.setParent(self)
        self._menu = QMenu(self)
        self._menu.setAccessibleName("What the model may suggest")
        self._menu.aboutToShow.connect(self._list_parts)
        self._offer = make_button("Suggest \u25be", lambda: None, kind="chip")
        self._offer.setAccessibleName("Have the model suggest a part of this page")
        self._offer.setMenu(self._menu)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._offer)
        if ask_for_paragraph is not None:
            paragraph = make_button("From a paragraph \u2026", ask_for_paragraph, kind="chip")
            row.addWidget(paragraph)
            self._paragraph = paragraph
        row.addStretch(1)
        self._card = SuggestionCard(view_model, theme)
        self._card.field_requested.connect(self._show_field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.setSpacing(10)
        layout.addLayout(row)
        layout.addWidget(self._card)
        view_model.changed.connect(self._keep_keyboard)

    def reload(self) -> None:
        """Say what stands in the sheet now, and speak of the character as the headings do."""
        if self._paragraph is not None:
            whom = self._view_model.pronouns.object
            words = f"Read a paragraph about {whom} into the parts of the sheet"
            self._paragraph.setToolTip(words)
        self._card.reload()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """End what runs when the page is left."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._view_model.leave()

    def _list_parts(self) -> None:
        self._menu.clear()
        parts = self._view_model.parts
        for is_empty, words in ((True, "Still empty"), (False, "Already written")):
            some = [part for part in parts if part.is_empty == is_empty]
            if some:
                self._menu.addAction(words).setEnabled(False)
            for part in some:
                action = self._menu.addAction(part.title)
                action.triggered.connect(lambda _checked, part=part: self._ask(part))

    def _ask(self, part: FillablePart) -> None:
        self._view_model.ask(part)
        self._card.take_keyboard()

    def _keep_keyboard(self) -> None:
        """Give the keyboard back to the offer when the card goes away under it."""
        if self._view_model.part is None:
            if self._card.isAncestorOf(self.focusWidget() or self):
                self._offer.setFocus(Qt.FocusReason.OtherFocusReason)
            self._card.hide()

    def _show_field(self) -> None:
        if self._view_model.part is not None:
            self.go_requested.emit(self._view_model.part.path)
