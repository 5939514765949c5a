"""A part of the sheet as the model suggests it, beside what stands there: take it or leave it.

Shows the suggestion's view-model; knows no form.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ui.personas.aside_parts import ModelWords, make_button, say, show_only, small_title, tell
from ui.personas.reading_page import label
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.asking import AskingState
from ui.viewmodels.suggestion_view_model import FillablePart, SuggestionViewModel


class SuggestionCard(QFrame):
    """A suggestion with what stands there now, and what to do with it. Owned by its tool.

    Signals:
        field_requested: show me the field.
    """

    field_requested = Signal()

    def __init__(self, view_model: SuggestionViewModel, theme: LiveTheme) -> None:
        """Start out of sight."""
        super().__init__()
        self.setProperty("kind", "card")
        self._view_model = view_model
        self._title = label("", "bold")
        self._status = label("", "secondary")
        self._error = label("", "error")
        self._present_title = small_title("Now")
        self._present = ModelWords(theme)
        self._text_title = small_title("Suggested")
        self._text = ModelWords(theme)
        self._use = make_button("Use it", view_model.use)
        self._again = make_button("Again", view_model.ask_again)
        self._no = make_button("No", view_model.dismiss, kind="quiet")
        self._stop = make_button("Stop", view_model.dismiss)
        self._show_field = make_button("Show it", self.field_requested.emit)
        self._close = make_button("Close", view_model.dismiss, kind="quiet")
        self._buttons = (
            self._stop,
            self._use,
            self._show_field,
            self._again,
            self._no,
            self._close,
        )
        self._lay_out()
        self.hide()
        view_model.changed.connect(self.reload)

    def take_keyboard(self) -> None:
        """Give the keyboard to the first thing that can be done."""
        first = next(button for button in self._buttons if button.isVisibleTo(self))
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def reload(self) -> None:
        """Show how the suggestion stands; without one there is no card."""
        part = self._view_model.part
        if part is not None:
            self._show(part)
        self.setVisible(part is not None)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in self._buttons:
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addWidget(self._status)
        layout.addWidget(self._error)
        layout.addWidget(self._present_title)
        layout.addWidget(self._present)
        layout.addSpacing(2)
        layout.addWidget(self._text_title)
        layout.addWidget(self._text)
        layout.addSpacing(6)
        layout.addLayout(buttons)

    def _show(self, part: FillablePart) -> None:
        view_model = self._view_model
        suggestion, is_used = view_model.suggestion, view_model.is_used
        is_offered = suggestion is not None and not is_used
        added = view_model.added if is_offered else ""
        present = view_model.present if is_offered and not added else ""
        self.setAccessibleName(f"Suggestion: {part.title}")
        self._title.setText(part.title)
        is_failed = view_model.state == AskingState.FAILED
        status = "It stands in the sheet now." if is_used else view_model.sentence
        tell(self._status, "" if is_failed else status)
        tell(self._error, view_model.sentence if is_failed else "")
        self._present_title.setVisible(bool(present))
        self._text_title.setText("TO BE ADDED" if added else "SUGGESTED")
        self._text_title.setAccessibleName("To be added" if added else "Suggested")
        self._text_title.setVisible(bool(present or added))
        self._present.show_text(present)
        offered = suggestion.text if suggestion is not None and is_offered else ""
        self._text.show_text(added or offered)
        use = "Add it" if added else "Put it in its place" if present else "Use it"
        self._name_buttons(part, use)
        if view_model.is_running:
            shown = [self._stop]
        elif is_used:
            shown = [self._show_field, self._close]
        elif is_offered:
            shown = [self._use, self._again, self._no]
        else:
            shown = [self._again, self._close]
        show_only(shown, self._buttons)

    def _name_buttons(self, part: FillablePart, use: str) -> None:
        title = part.title
        say(self._use, use, f"{use}: {title}")
        say(self._again, "Again", f"Suggest {title} again")
        say(self._no, "No", f"Put the suggestion for {title} away")
        say(self._stop, "Stop", f"Stop suggesting {title}")
        say(self._show_field, "Show it", f"Show {title} in the form")
        say(self._close, "Close", f"Close the suggestion for {title}")
